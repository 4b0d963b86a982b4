"""The whole of resources/, read and checked. Broken resources are never served."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from pathlib import Path

from bot.directory_files.compiled import CompiledCache, fingerprint_of
from bot.directory_files.emergency import load_emergency
from bot.directory_files.lexicons import Example, load_lexicons
from bot.directory_files.messages import load_messages, with_names
from bot.directory_files.notes import load_notes
from bot.directory_files.organizations import OrganizationFile, read_organizations
from bot.directory_files.partners import load_partners
from bot.directory_files.problems import BrokenResources, Problem, errors_among
from bot.directory_files.rulebook import read_rulebook
from bot.directory_files.rules import Rulebook
from bot.directory_files.snapshot import Snapshot, open_snapshot
from bot.model.directory import ListedService
from bot.model.emergency import EmergencyNumbers
from bot.model.links import ListedPartner
from bot.model.messages import Messages
from bot.model.notes import Note
from bot.model.record import record
from bot.model.taxonomy import Taxonomy
from bot.understanding.lexicon import Lexicon
from bot.understanding.places import Gazetteer

FOLDERS = ("taxonomy", "lexicons", "messages", "emergency", "organizations", "places")
RULE_FILES = ("taxonomy", "places")  # what an organization's file is judged by


@record
class Resources:
    """Everything that is read. `services` holds the held ones too; what is shown is decided in matching."""

    taxonomy: Taxonomy
    lexicon: Lexicon
    examples: Sequence[Example]
    messages: Messages
    gazetteer: Gazetteer
    services: tuple[ListedService, ...]  # none where a snapshot is served
    emergency: dict[str, EmergencyNumbers]
    snapshot: Snapshot | None = None
    notes: tuple[Note, ...] = ()
    partners: tuple[ListedPartner, ...] = ()


@record
class Reading:
    """One look at resources/: what can be served, every problem, and what the next look need not read again."""

    resources: Resources | None
    problems: tuple[Problem, ...]
    files: Mapping[str, OrganizationFile] = field(default_factory=dict, repr=False)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that are no hints."""
        return errors_among(self.problems)


@record
class DirectoryReading:
    """The organizations alone, for commands that answer nobody: what volunteers ask about the directory."""

    services: tuple[ListedService, ...]
    book: Rulebook
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that are no hints."""
        return errors_among(self.problems)


def read_directory(folder: Path, today: date, cache: CompiledCache) -> DirectoryReading:
    """Every organization and what it is judged by; lexicons and messages are not read."""
    problems: list[Problem] = []
    book = read_rulebook(folder, today, problems, cache)
    files = _organizations(folder, book, cache, None)
    return DirectoryReading(
        services=tuple(s for file in files.values() for s in file.services),
        book=book,
        problems=(*problems, *(p for file in files.values() for p in file.problems)),
    )


def load_resources(
    folder: Path, today: date, cache: CompiledCache, snapshot: Path | None = None
) -> Resources:
    """Read everything. Raises BrokenResources with every problem found, hints aside, and CannotServe."""
    reading = read_resources(folder, today, cache, snapshot=snapshot)
    if reading.errors or reading.resources is None:
        raise BrokenResources(reading.errors)
    return reading.resources


def read_resources(
    folder: Path,
    today: date,
    cache: CompiledCache,
    known: Mapping[str, OrganizationFile] | None = None,
    snapshot: Path | None = None,
) -> Reading:
    """Read everything that can be read, with all problems. `known`: files of an earlier look.

    `snapshot`: where the organizations are taken from instead of their files. Raises CannotServe.
    """
    missing = tuple(_missing(folder))
    if missing:
        return Reading(resources=None, problems=missing)
    problems: list[Problem] = []
    lexicons = load_lexicons(folder / "lexicons", problems, cache)
    spoken = load_messages(folder / "messages", problems)
    emergency = load_emergency(folder / "emergency", problems)
    book = read_rulebook(folder, today, problems, cache)
    notes = load_notes(folder, book, problems, cache)
    partners = load_partners(folder, book, problems)
    files = {} if snapshot else _organizations(folder, book, cache, known)
    for file in files.values():
        problems.extend(file.problems)
    services = tuple(s for file in files.values() for s in file.services)
    resources = Resources(
        taxonomy=with_names(book.taxonomy, spoken, problems),
        lexicon=lexicons.lexicon,
        examples=lexicons.examples,
        messages=spoken.messages,
        gazetteer=book.gazetteer,
        services=services,
        emergency=emergency,
        snapshot=open_snapshot(snapshot) if snapshot else None,
        notes=notes,
        partners=partners,
    )
    return Reading(resources=resources, problems=tuple(problems), files=files)


def _organizations(
    folder: Path, book: Rulebook, cache: CompiledCache, known: Mapping[str, OrganizationFile] | None
) -> dict[str, OrganizationFile]:
    """The organizations' files. What the last process read stays true until a file or a rule changes."""
    rules = (path for part in RULE_FILES for path in (folder / part).glob("*.yaml"))
    fingerprint = fingerprint_of(rules, home=folder)
    before = known if known is not None else cache.get("organizations", fingerprint) or {}
    files = read_organizations(folder / "organizations", book, before)
    if known is None and {n: f.digest for n, f in files.items()} != {n: f.digest for n, f in before.items()}:
        cache.put("organizations", fingerprint, {n: f for n, f in files.items() if f.is_sound})
    return files


def _missing(folder: Path) -> list[Problem]:
    return [
        Problem(
            file=folder.as_posix(),
            line=1,
            column=1,
            message=f"the folder {name}/ is missing; is BOT_RESOURCES right?",
        )
        for name in FOLDERS
        if not (folder / name).is_dir()
    ]
