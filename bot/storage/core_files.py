"""No core file: it would be a copy of memory on disk, with whatever somebody was just writing in it."""

import contextlib
import ctypes
import sys

PR_SET_DUMPABLE = 4  # linux/prctl.h


def leave_no_core_file() -> None:
    """From now on a crash of this process writes no core file, and other programs of the same user cannot read it."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if (
        sys.platform == "linux"
    ):  # the limit alone does not hold where the kernel pipes core files to a program
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
