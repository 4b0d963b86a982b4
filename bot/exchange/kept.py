"""The organizations' files as they are now: what is exported, and what an import is compared with."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.directory_files.organizations import FOLDER, paths_in
from bot.directory_files.reading import LARGEST_ENTRY, Unreadable, decode, parse_document, read_bytes
from bot.directory_files.saving import digest_of
from bot.model.directory import Organization
from bot.model.record import record


@record
class Kept:
    """One file. `path` is the organization's id: us/tx/example. `data` is its content as it stands there."""

    path: str
    text: str
    digest: bytes
    data: Mapping[str, Any]
    organization: Organization


class CannotRead(Exception):
    """Some files cannot be read; an export without them would lose them."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def read_kept(resources: Path) -> dict[str, Kept]:
    """Every organization by its id. Raises CannotRead with the names of all files that have no right shape."""
    folder = resources / FOLDER
    wrong: list[str] = [] if folder.is_dir() else [f"{FOLDER}/"]
    kept = {one.path: one for path in paths_in(folder) for one in _read(path, folder, wrong)}
    if wrong:
        raise CannotRead(wrong)
    return kept


def _read(path: Path, folder: Path, wrong: list[str]) -> Iterator[Kept]:
    name = f"{FOLDER}/{path.relative_to(folder).as_posix()}"
    is_stray = path.suffix != ".yaml" or not path.resolve().is_relative_to(folder.resolve())
    try:
        raw = b"" if is_stray else read_bytes(path, name, LARGEST_ENTRY)
        text = decode(raw, name)
        data = parse_document(text, name).data
        organization = Organization.model_validate(data)
    except (Unreadable, ValidationError):
        wrong.append(name)
        return
    short = path.relative_to(folder).with_suffix("").as_posix()
    yield Kept(path=short, text=text, digest=digest_of(raw), data=data, organization=organization)
