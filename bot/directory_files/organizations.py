"""resources/organizations/ -> services with their ids.

A file that was read before and has not changed is not read again: the start after the first, and a volunteer's
check of one changed file, take only as long as what changed.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from bot.directory_files.problems import Problem
from bot.directory_files.reading import (
    LARGEST_ENTRY,
    Document,
    Unreadable,
    decode,
    parse_document,
    read_bytes,
)
from bot.directory_files.rules import Rulebook, organization_problems
from bot.directory_files.saving import digest_of
from bot.directory_files.shape_problems import shape_problems
from bot.model.directory import Contact, ListedService, Organization, Service
from bot.model.record import record

FOLDER = "organizations"
FIELDS = (*Service.model_fields, *Contact.model_fields, *Organization.model_fields)


@record
class OrganizationFile:
    """One file as it was read. `digest` is of its bytes."""

    name: str  # as problems call it: organizations/us/tx/example.yaml
    digest: bytes
    services: tuple[ListedService, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Nothing in it but hints: it can be served, and need not be read again until it changes."""
        return not any(not p.hint for p in self.problems)


def stream_organizations(folder: Path, book: Rulebook) -> Iterator[OrganizationFile]:
    """Every file under `folder`, one after the other: however many there are, one is in memory."""
    return (_read(path, folder, book, {}) for path in paths_in(folder))


def read_organizations(
    folder: Path, book: Rulebook, known: Mapping[str, OrganizationFile]
) -> dict[str, OrganizationFile]:
    """Every file under `folder` by name, read again only if its bytes differ from those `known`."""
    files = (_read(path, folder, book, known) for path in paths_in(folder))
    return {file.name: file for file in files}


def paths_in(folder: Path) -> list[Path]:
    """The YAML files of a folder in a stable order."""
    return sorted(p for pattern in ("*.yaml", "*.yml") for p in folder.rglob(pattern))


def _read(
    path: Path, folder: Path, book: Rulebook, known: Mapping[str, OrganizationFile]
) -> OrganizationFile:
    name = f"{FOLDER}/{path.relative_to(folder).as_posix()}"
    try:
        _refuse_strays(path, folder, name)
        raw = read_bytes(path, name, LARGEST_ENTRY)
    except Unreadable as error:
        return OrganizationFile(name=name, digest=b"", problems=tuple(error.problems))
    digest = digest_of(raw)
    before = known.get(name)
    if before is not None and before.digest == digest and before.is_sound:
        return before
    return parse_organization(raw, name, digest, book)


def _refuse_strays(path: Path, folder: Path, name: str) -> None:
    """A link out of the tree could serve any file of the machine; .yml would be a second spelling of .yaml."""
    if not path.resolve().is_relative_to(folder.resolve()):
        raise Unreadable(
            [Problem(file=name, line=1, column=1, message="is a link out of the directory; copy it")]
        )
    if path.suffix != ".yaml":
        raise Unreadable([Problem(file=name, line=1, column=1, message="ends in .yml; rename it to .yaml")])


def parse_organization(raw: bytes, name: str, digest: bytes, book: Rulebook) -> OrganizationFile:
    """One file's bytes as services and problems. Never raises."""
    try:
        document = parse_document(decode(raw, name), name)
    except Unreadable as error:
        return OrganizationFile(name=name, digest=digest, problems=tuple(error.problems))
    try:
        organization = Organization.model_validate(document.data)
    except ValidationError as error:
        problems = tuple(shape_problems(document, error, FIELDS))
        return OrganizationFile(name=name, digest=digest, problems=problems)
    problems = tuple(organization_problems(document, organization, book))
    return OrganizationFile(
        name=name, digest=digest, services=tuple(_services(organization, document)), problems=problems
    )


def _services(organization: Organization, document: Document) -> Iterator[ListedService]:
    path = document.file.removeprefix(f"{FOLDER}/").removesuffix(".yaml")
    for key, service in organization.services.items():
        yield ListedService(
            id=f"{path}#{key}",
            organization=organization.name,
            organization_id=path,
            website=organization.website,
            service=service,
        )
