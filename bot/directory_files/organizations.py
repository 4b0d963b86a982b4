"""resources/organizations/ -> services with their ids.

A file that was read before and has not changed is not read again: the start after the first, and a volunteer's
check of one changed file, take only as long as what changed.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

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
from bot.directory_files.rules import Rulebook, language_code, nearest, organization_problems
from bot.directory_files.saving import digest_of
from bot.model.directory import Contact, ListedService, Organization, Service
from bot.model.record import record

FOLDER = "organizations"


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
        problems = tuple(document.problem(tuple(e["loc"]), _sentence(e)) for e in _told_once(error))
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


def _told_once(error: ValidationError) -> list[dict[str, Any]]:
    """The library's errors; a list is not also called too short because what stands in it is wrong."""
    errors = [(tuple(e["loc"]), dict(e)) for e in error.errors()]
    return [
        told
        for place, told in errors
        if not any(other != place and other[: len(place)] == place for other, _ in errors)
    ]


def _sentence(error: dict[str, Any]) -> str:
    """What a volunteer reads instead of the library's words."""
    field = str(error["loc"][-1]) if error["loc"] else "this file"
    seen = str(error.get("input"))[:60]
    match error["type"]:
        case "missing":
            return f"`{field}:` is missing"
        case "extra_forbidden":
            fields = [*Service.model_fields, *Contact.model_fields, *Organization.model_fields]
            return f"`{field}:` is not a field here; {nearest(field, fields, 'remove it, or see resources/README.md')}"
        case "enum" | "literal_error":
            words = str(error["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            others = f"write {', '.join(words[:-1])} or {words[-1]}"
            return f"`{seen}` is not a value of {_field_of(error)}; {nearest(seen, words, others)}"
        case "value_error":
            return str(error["ctx"]["error"])
        case "string_pattern_mismatch":
            where = _holder_of_key(error) if "[key]" in error["loc"] else _field_of(error)
            return f"`{seen}` is not right for {where}; {_pattern_hint(error)}"
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"`{field}` holds `{seen}`; write `key: value` lines under it"
        case "tuple_type" | "list_type":
            return f"`{field}` holds `{seen}`; write a list: [{seen}]"
        case "string_type":
            return f"`{field}` holds a list or a block; write one text"
        case "string_too_long":
            return f"`{field}` is longer than {error['ctx']['max_length']} characters; say less"
        case "string_too_short" | "too_short":
            return f"`{field}` is empty; write something or remove the line"
        case _:
            return f"`{field}`: {error['msg']} (seen: {seen!r})"


def _field_of(error: dict[str, Any]) -> str:
    """The name of the field an error stands in, not its place in a list."""
    return next(
        (str(part) for part in reversed(error["loc"]) if isinstance(part, str) and part != "[key]"), "this"
    )


def _pattern_hint(error: dict[str, Any]) -> str:
    """What to write where a value does not have the form its field needs."""
    field = _field_of(error)
    if "[key]" in error["loc"]:
        if _holder_of_key(error) == "services":
            return "a key is small letters, digits and -: survivor-legal-line"
        return "write a language code before the text: en, es, fr"
    forms = {
        "country": "write two capital letters: US, FR, ZZ for worldwide",
        "regions": "write the part of the ISO code after the dash: TX, IDF",
        "read": "write a day: 2026-11-24",
        "on": "write a day: 2026-11-24",
        "ends_on": "write a day: 2026-11-24",
        "date": "write what is known of the date: 2022, 2022-05 or 2022-05-17",
        "url": "write a web address with https://",
        "website": "write a web address with https://",
        "languages": f"write a language code: {language_code(str(error.get('input')))}",
    }
    return forms.get(field, "write small letters, digits and _")


def _holder_of_key(error: dict[str, Any]) -> str:
    """The field whose keys are meant: for a wrong key the library names (…, field, key, '[key]')."""
    return str(error["loc"][-3]) if len(error["loc"]) >= 3 else ""
