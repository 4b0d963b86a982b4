"""What can be done with the directory from the form: look at it, check a draft, save it. All answers are values.

The page brings along the text it began with, so nothing a person typed depends on what is remembered here.
"""

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.directory_files.across import across_problems
from bot.directory_files.editing import CannotMend
from bot.directory_files.organizations import FOLDER, OrganizationFile, parse_organization, read_organizations
from bot.directory_files.problems import Problem
from bot.directory_files.reading import LARGEST_ENTRY, Route, Unreadable, parse_document, read_bytes
from bot.directory_files.rules import Rulebook
from bot.directory_files.saving import NotSaved, digest_of, save
from bot.model.messages import Messages
from bot.model.record import record
from bot.upkeep.form.draft import (
    MARK,
    Card,
    Change,
    Draft,
    cards_of,
    change_between,
    data_in,
    would_be,
)
from bot.upkeep.form.listing import rows_of
from bot.upkeep.form.merging import ABSENT, Conflict, merge
from bot.upkeep.form.placing import route_of

Clock = Callable[[], datetime]

NOTHING_LOST = "Nothing you typed is lost."
LAST = "~"  # after every letter a path may begin with


@record
class Found:
    """A problem with the field it belongs to (None: it stands at the top, with its line)."""

    problem: Problem
    route: Route | None


@record
class Meanwhile:
    """Somebody else changed the file: what they changed, and a draft with both changes put together.

    `both` is None where theirs cannot be read.
    """

    said: str
    change: Change
    both: Draft | None = None
    theirs: Mapping[str, Any] = field(default_factory=dict, repr=False)
    conflicts: tuple[Conflict, ...] = ()


@record
class Look:
    """A draft as it stands: the file it would be, what is wrong with it, what changes, how its cards read."""

    text: str
    found: tuple[Found, ...]
    cards: tuple[Card, ...]
    change: Change
    meanwhile: Meanwhile | None

    @property
    def errors(self) -> int:
        """How many problems keep it from being saved."""
        return sum(not f.problem.hint for f in self.found)


class Desk:
    """The directory in one folder, with what its files are judged by."""

    def __init__(self, folder: Path, book: Rulebook, messages: Messages, clock: Clock) -> None:
        self.folder = folder
        self.messages = messages
        self.clock = clock
        self._book = book
        self._files: Mapping[str, OrganizationFile] = {}

    @property
    def book(self) -> Rulebook:
        """The rules as they hold today; the page may stay open over midnight."""
        return replace(self._book, today=self.clock().date())

    def rows(self) -> list[dict[str, Any]]:
        """Every organization with its services, as it stands on the disk now."""
        self._read()
        return rows_of(self._files.values(), self._book.gazetteer, self.clock().date())

    def open(self, path: str) -> Draft:
        """A file as it stands now. Raises Unreadable and FileNotFoundError."""
        text = self._on_disk(path)
        if text is None:
            raise FileNotFoundError(path)
        return Draft(path=path, base=text, data=data_in(text, f"{FOLDER}/{path}.yaml"))

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        return self._place(path).exists()

    def look(self, draft: Draft) -> Look:
        """What the draft is worth, without changing anything."""
        meanwhile = self._meanwhile(draft)
        try:
            text = would_be(draft)
        except (CannotMend, Unreadable) as error:
            return _unmendable(draft, error, meanwhile)
        return Look(
            text=text,
            found=tuple(self._found(draft, text)),
            cards=cards_of(draft, self.messages, self._book.gazetteer, self.clock()),
            change=change_between(draft.base if draft.on_disk else None, text),
            meanwhile=meanwhile,
        )

    def save(self, draft: Draft) -> Look:
        """Put the draft in place and return how it stood. Raises NotSaved; then the file is as it was."""
        look = self.look(draft)
        if look.meanwhile is not None:
            raise NotSaved(look.meanwhile.said)
        if look.errors:
            raise NotSaved("Nothing is saved yet: first mend what is marked.")
        was = digest_of(draft.base.encode()) if draft.base is not None and draft.on_disk else None
        save(self._place(draft.path), look.text, was=was)
        return look

    # -- what stands on the disk -----------------------------------------------------------------------------

    def _read(self) -> None:
        self._files = read_organizations(self.folder / FOLDER, self.book, self._files)

    def _place(self, path: str) -> Path:
        """Where a file stands. Raises FileNotFoundError for a path that leads out of the directory."""
        home = (self.folder / FOLDER).resolve()
        place = home / f"{path}.yaml"
        if not place.resolve().is_relative_to(home):
            raise FileNotFoundError(path)
        return place

    def _on_disk(self, path: str) -> str | None:
        place = self._place(path)
        if not place.exists():
            return None
        raw = read_bytes(place, f"{FOLDER}/{path}.yaml", LARGEST_ENTRY)
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            where = Problem(file=place.name, line=1, column=1, message="is not UTF-8; save it as UTF-8 first")
            raise Unreadable([where]) from None

    def _meanwhile(self, draft: Draft) -> Meanwhile | None:
        """What somebody else did to the file since the person began."""
        now = self._on_disk(draft.path)
        began_with = draft.base if draft.on_disk else None
        if now == began_with:
            return None
        return _put_together(draft, began_with, now)

    # -- what is wrong ---------------------------------------------------------------------------------------

    def _found(self, draft: Draft, text: str) -> list[Found]:
        raw = text.encode()
        file = parse_organization(raw, draft.name, digest_of(raw), self.book)
        try:
            marks = parse_document(text.removeprefix(MARK), draft.name).marks
        except Unreadable as error:
            return [Found(problem=p, route=None) for p in error.problems]
        found = [Found(problem=p, route=route_of(p, marks)) for p in file.problems]
        return [*found, *self._beside_others(draft, file)]

    def _beside_others(self, draft: Draft, file: OrganizationFile) -> list[Found]:
        """The same number or nearly the same name in another file: only worth a look."""
        if not self._files:
            self._read()
        # Of two files the later by name gets the hint; ours is called so that it comes last.
        mine = [
            one.model_copy(update={"organization_id": LAST + one.organization_id}) for one in file.services
        ]
        others = [one for name, other in self._files.items() if name != draft.name for one in other.services]
        hints = (p for p in across_problems((*others, *mine)) if LAST in p.file)
        return [Found(problem=replace(p, file=draft.name), route=_route_of_hint(p, file)) for p in hints]


def _route_of_hint(hint: Problem, file: OrganizationFile) -> Route:
    """Where the number stands that another file has too; else the name of the organization."""
    for listed in file.services:
        for at, contact in enumerate(listed.service.contacts):
            if contact.number and hint.message.startswith(f"`{contact.number}`"):
                return ("services", listed.id.partition("#")[2], "contacts", at, "number")
    return ("name",)


def _unmendable(draft: Draft, error: Exception, meanwhile: Meanwhile | None) -> Look:
    problem = Problem(file=draft.name, line=1, column=1, message=f"{error}. {NOTHING_LOST}")
    return Look(
        text=draft.base or "",
        found=(Found(problem=problem, route=None),),
        cards=(),
        change=change_between("", ""),
        meanwhile=meanwhile,
    )


def _put_together(draft: Draft, before: str | None, now: str | None) -> Meanwhile:
    file = f"{draft.path.rpartition('/')[2]}.yaml"
    change = change_between(before or "", now or "")
    if now is None:
        said = f"{file} was removed by somebody else meanwhile. {NOTHING_LOST} You can save it as a new file."
        return Meanwhile(
            said=said, change=change, both=replace(draft, on_disk=False), theirs=data_in(before or "", file)
        )
    said = f"{file} was {'changed' if before else 'written'} by somebody else meanwhile. {NOTHING_LOST}"
    try:
        theirs = data_in(now, file)
    except Unreadable as error:
        return Meanwhile(said=f"{said} It cannot be read now: {error}", change=change)
    data, conflicts = merge(data_in(before, file) if before else {}, draft.data, theirs)
    both = Draft(path=draft.path, base=now, data=data)
    return Meanwhile(said=said, change=change, both=both, theirs=theirs, conflicts=conflicts)


def told(conflict: Conflict) -> str:
    """What a person reads beside a field that both changed."""
    if conflict.theirs is ABSENT:
        return "You both changed this. Yours stands here; they took it out."
    theirs = conflict.theirs if isinstance(conflict.theirs, str) else "a list; look at what they changed"
    return f"You both changed this. Yours stands here; theirs is: {theirs}"
