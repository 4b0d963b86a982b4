"""A change to one organization's file: made in place, checked by the same rules, shown, and then saved."""

import difflib
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from bot.directory_files.mending import mended
from bot.directory_files.organizations import FOLDER, parse_organization
from bot.directory_files.problems import Problem
from bot.directory_files.reading import LARGEST_ENTRY, decode, parse_document, read_bytes
from bot.directory_files.rules import Rulebook
from bot.directory_files.saving import digest_of, save
from bot.model.record import record

Edit = Callable[[dict[str, Any]], None]  # changes the file's content: dict, list and str, as it is read


@record
class Change:
    """What a file holds and what it would hold. `was` is the digest of the bytes that were read."""

    name: str  # as problems call it: organizations/us/tx/example.yaml
    path: Path
    was: bytes
    before: str
    after: str
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What would keep the changed file from being served."""
        return tuple(p for p in self.problems if not p.hint)

    @property
    def diff(self) -> str:
        """The lines that differ, as a unified diff."""
        lines = difflib.unified_diff(
            self.before.splitlines(), self.after.splitlines(), self.name, self.name, lineterm="", n=1
        )
        return "\n".join(lines)


def change_file(resources: Path, organization_id: str, edit: Edit, book: Rulebook) -> Change:
    """The change that `edit` makes to one organization's file; nothing is written.

    Raises Unreadable when the file cannot be read, CannotMend when it cannot be changed in place.
    """
    name = f"{FOLDER}/{organization_id}.yaml"
    path = resources / name
    raw = read_bytes(path, name, LARGEST_ENTRY)
    before = decode(raw, name)
    wanted = deepcopy(parse_document(before, name).data)
    edit(wanted)
    after = mended(before, wanted)
    checked = parse_organization(after.encode(), name, digest_of(after.encode()), book)
    return Change(
        name=name, path=path, was=digest_of(raw), before=before, after=after, problems=checked.problems
    )


def save_change(change: Change) -> None:
    """Put it in place. Raises NotSaved, also when the file was changed meanwhile; then nothing was written."""
    save(change.path, change.after, was=change.was)
