"""What somebody gives to take in: a file, a folder or a .zip, read whole and within limits."""

import errno
import io
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile

from bot.exchange.xlsx_files import is_xlsx
from bot.model.record import record

LARGEST = 50_000_000  # bytes of what is given
LARGEST_INSIDE = (
    200_000_000  # bytes of what a .zip or a workbook unfolds to: a small one can hold a very large one
)
MOST_FILES = 100
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


class CannotTake(Exception):
    """It cannot be read; the sentence says what to do."""


@record
class Given:
    """The files by name; one for a file, all of a folder or a .zip."""

    name: str
    files: Mapping[str, bytes]

    @property
    def single(self) -> bytes | None:
        """The bytes, where it is one file."""
        return next(iter(self.files.values())) if len(self.files) == 1 else None


def read_given(path: Path) -> Given:
    """Read a file, a folder or a .zip. Raises CannotTake."""
    try:
        if path.is_dir():
            return Given(name=path.name, files=dict(_in_folder(path)))
        raw = _bytes(path)
    except OSError as error:
        reason = "is not there" if error.errno == errno.ENOENT else f"cannot be read ({error.strerror})"
        raise CannotTake(f"{path} {reason}.") from None
    if raw.startswith(OLD_EXCEL):
        raise CannotTake(
            f"{path.name} is an old Excel file, or one with a password. Save it as .xlsx without a password."
        )
    if raw.startswith(b"PK"):
        return Given(name=path.name, files=_unfolded(path, raw))
    return Given(name=path.name, files={path.name: raw})


def _in_folder(path: Path) -> Iterator[tuple[str, bytes]]:
    for found in sorted(path.iterdir())[:MOST_FILES]:
        if found.is_file() and not found.name.startswith((".", "~$")):
            yield found.name, _bytes(found)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as opened:
        raw = opened.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise CannotTake(f"{path.name} is larger than {LARGEST:,} bytes. Take it in by parts.")
    return raw


def _unfolded(path: Path, raw: bytes) -> dict[str, bytes]:
    """A .zip's files by name; a workbook, which is a .zip too, stays whole."""
    try:
        with ZipFile(io.BytesIO(raw)) as packed:
            files = [info for info in packed.infolist() if not info.is_dir()]
            if sum(info.file_size for info in files) > LARGEST_INSIDE:
                raise CannotTake(
                    f"{path.name} holds more than {LARGEST_INSIDE:,} bytes. Take it in by parts."
                )
            if is_xlsx(raw):
                return {path.name: raw}
            return {
                info.filename: packed.read(info)
                for info in files[:MOST_FILES]
                if not info.filename.startswith("__MACOSX")
                and not PurePosixPath(info.filename).name.startswith(".")
            }
    except (
        BadZipFile,
        RuntimeError,
        NotImplementedError,
        EOFError,
    ):  # damaged, locked, packed in a way of its own
        raise CannotTake(
            f"{path.name} is damaged or locked. Save it again, without a password, and try once more."
        ) from None
