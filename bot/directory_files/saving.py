"""Putting a changed file in place: whole or not at all, and never over somebody else's change."""

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path


class NotSaved(Exception):
    """Nothing was changed. The sentence says what to do."""


def digest_of(raw: bytes) -> bytes:
    """What tells one state of a file from another."""
    return blake2b(raw, digest_size=16).digest()


def save(path: Path, text: str, *, was: bytes | None) -> None:
    """Write `text` to `path` if the file still is what was read (`was`: its digest_of; None: there was no file).

    Raises NotSaved; then the file is as it was.
    """
    try:
        with _alone(path.parent):
            _refuse_if_changed(path, was)
            _put(path, text.encode("utf-8"))
    except OSError as error:
        raise NotSaved(_sentence(path, error)) from None


def _refuse_if_changed(path: Path, was: bytes | None) -> None:
    now = digest_of(path.read_bytes()) if path.exists() else None
    if now == was:
        return
    if was is None:
        raise NotSaved(f"{path.name} exists already; choose another name, or change that file.")
    raise NotSaved(
        f"{path.name} was changed by somebody else meanwhile; look at it and make your change again."
    )


def _put(path: Path, raw: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".saving-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One writer at a time in a folder, where the system can promise it: the folder itself is what is locked."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:  # Windows: there the digest alone guards
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _sentence(path: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"There is no room on the disk; {path.name} is as it was. Free some space and try again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{path.name} may not be written here; it is as it was. Look at the folder's permissions."
    return f"{path.name} could not be saved ({error.strerror}); it is as it was. Try again."
