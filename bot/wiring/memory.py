"""Memory that was needed only while the directory was read goes back to the machine."""

import contextlib
import ctypes
import gc


def give_memory_back() -> None:
    """Where the C library can (glibc). Elsewhere the process keeps it for later, as programs do."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
