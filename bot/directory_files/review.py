"""resources/messages/REVIEW.yaml -> which strings a native reader has signed, each by the hash of its words.

A string that changes after it was signed is unsigned again: its hash is another one.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError

from bot.directory_files.problems import Problem
from bot.directory_files.reading import Document, read_or_tell
from bot.directory_files.shape_problems import shape_problems
from bot.model.directory import FullDate, Language, Shape
from bot.model.record import record

FILE = "REVIEW.yaml"
NAMES = "names"  # in a language's file: what it calls needs, groups and refusals
HASH_BYTES = 6
HEAD = "# Strings a native reader has read and signed, by the hash of their words. `bot directory review` writes it.\n"


class Signature(Shape):
    """One string that somebody read in their own language and would say like this."""

    key: str = Field(description="The string's key in the language's file")
    hash: str = Field(pattern=r"^[0-9a-f]{12}$", description="Of its words when it was signed")
    by: str = Field(
        min_length=1, max_length=40, description="Initials, or a name the reader wants to stand here"
    )
    on: FullDate = Field(description="The day it was signed")


Signatures = Mapping[str, tuple[Signature, ...]]  # language -> signatures


@record
class Standing:
    """How one language stands: keys that are signed, that changed since, and that nobody has signed."""

    signed: tuple[str, ...]
    changed: tuple[str, ...]
    unsigned: tuple[str, ...]

    @property
    def total(self) -> int:
        """All strings of the language."""
        return len(self.signed) + len(self.changed) + len(self.unsigned)


def strings_in(document: Document) -> dict[str, Any]:
    """Every string of a language's file under one key: sentences, and names as names.needs.legal."""
    strings = {key: text for key, text in document.data.items() if key != NAMES}
    for kind, names in (document.data.get(NAMES) or {}).items():
        strings |= {f"{NAMES}.{kind}.{code}": name for code, name in names.items()}
    return strings


def hash_of(string: Any) -> str:
    """A short name for just these words: a text, or the forms of a plural, or a name and its short form."""
    return blake2b(repr(string).encode(), digest_size=HASH_BYTES).hexdigest()


def load_signatures(folder: Path, problems: list[Problem]) -> Signatures:
    """What is signed, by language. Without the file, nothing is."""
    if not (folder / FILE).exists():
        return {}
    document = read_or_tell(folder / FILE, f"messages/{FILE}", problems)
    if document is None:
        return {}
    return {
        language: tuple(_signatures(document, language, entries, problems))
        for language, entries in document.data.items()
        if isinstance(entries, list)
    }


def _signatures(
    document: Document, language: Language, entries: Iterable[Any], problems: list[Problem]
) -> Iterator[Signature]:
    for at, entry in enumerate(entries):
        try:
            yield Signature.model_validate(entry)
        except ValidationError as error:
            problems.extend(shape_problems(document, error, Signature.model_fields, at=(language, at)))


def standing(document: Document, signatures: Iterable[Signature]) -> Standing:
    """How the strings of one language stand."""
    signed_as = {signature.key: signature.hash for signature in signatures}
    strings = strings_in(document)
    signed = tuple(key for key in strings if key in signed_as and signed_as[key] == hash_of(strings[key]))
    changed = tuple(key for key in strings if key in signed_as and key not in signed)
    unsigned = tuple(key for key in strings if key not in signed_as)
    return Standing(signed=signed, changed=changed, unsigned=unsigned)


def changed_since(document: Document, one: Standing, signatures: Iterable[Signature]) -> Iterator[Problem]:
    """Hints: strings of one language that changed after they were signed."""
    signed_by = {signature.key: signature.by for signature in signatures}
    for key in one.changed:
        at = tuple(key.split(".")) if key.startswith(f"{NAMES}.") else (key,)
        by = signed_by[key]
        message = f"`{key}` changed since {by} signed it; it counts as machine-made until it is signed again"
        yield document.problem(at, message, hint=True)


def write_signatures(folder: Path, signatures: Signatures) -> None:
    """The whole file anew."""
    data = {
        language: [signature.model_dump() for signature in sorted(some, key=lambda s: s.key)]
        for language, some in sorted(signatures.items())
        if some
    }
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, default_flow_style=None, width=200)
    (folder / FILE).write_text(HEAD + (text if data else "{}\n"), encoding="utf-8")
