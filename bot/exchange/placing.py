"""Putting an export in place: whole or not at all, and never over something that was not asked to go."""

import errno
import io
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.exchange.exporting import Made

EPOCH = (1980, 1, 1, 0, 0, 0)  # the same content makes the same .zip, whenever it is made


class CannotPlace(Exception):
    """Nothing was written. The sentence says what to do."""


def place(output: Path, made: Made, *, replace: bool = False) -> None:
    """Write an export to a file, a .zip or a folder. What is there already stays, unless it is to be replaced.

    Raises CannotPlace; then everything is as it was.
    """
    if not output.parent.is_dir():
        raise CannotPlace(f"There is no folder {output.parent}. Make it first, or name another.")
    is_folder = not isinstance(made, bytes) and output.suffix.casefold() != ".zip"
    _refuse_to_lose(output, made, is_folder=is_folder, replace=replace)
    try:
        if is_folder and not isinstance(made, bytes):
            _place_folder(output, made)
        else:
            _place_file(output, made if isinstance(made, bytes) else _packed(made))
    except OSError as error:
        raise CannotPlace(_sentence(output, error)) from None


def _refuse_to_lose(output: Path, made: Made, *, is_folder: bool, replace: bool) -> None:
    if not output.exists():
        return
    if output.is_dir() is not is_folder:
        kind = "a folder" if output.is_dir() else "a file"
        raise CannotPlace(f"{output} is {kind} already. Choose another name.")
    holds = {found.name for found in output.iterdir()} if is_folder else set()
    if is_folder and not holds <= set(made if isinstance(made, Mapping) else ()):
        raise CannotPlace(f"{output} holds other files too. Name a new folder.")
    if not replace and (holds or (not is_folder and output.stat().st_size)):
        raise CannotPlace(
            f"{output} exists already, perhaps with somebody's work in it. Choose another name, or add --replace."
        )


def _packed(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        for name, raw in files.items():
            packed.writestr(ZipInfo(name, EPOCH), raw, ZIP_DEFLATED)
    return out.getvalue()


def _place_file(output: Path, raw: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=output.parent, prefix=".exporting-")
    temporary = Path(name)
    try:
        _fill(handle, raw)
        temporary.chmod(0o644)
        temporary.replace(output)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _place_folder(output: Path, files: Mapping[str, bytes]) -> None:
    temporary = Path(tempfile.mkdtemp(dir=output.parent, prefix=".exporting-"))
    try:
        for name, raw in files.items():
            _fill(os.open(temporary / name, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o644), raw)
        temporary.chmod(0o755)
        _swap(temporary, output)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _swap(new: Path, output: Path) -> None:
    """Put the new folder where the old one stood. The old one goes only when the new one is there."""
    if not output.exists():
        new.rename(output)
        return
    old = output.with_name(f"{new.name}-before")
    output.rename(old)
    try:
        new.rename(output)
    except BaseException:
        old.rename(output)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _fill(handle: int, raw: bytes) -> None:
    with os.fdopen(handle, "wb") as out:
        out.write(raw)
        out.flush()
        os.fsync(out.fileno())


def _sentence(output: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"There is no room on the disk for {output.name}; nothing was written. Free some space and try again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"Nothing may be written in {output.parent}; nothing was. Name another folder."
    return f"{output.name} could not be written ({error.strerror}); nothing was. Try again."
