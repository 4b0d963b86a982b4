"""What other vocabularies call our needs and groups (resources/taxonomy/crosswalks/), and a deployment's own mapping.

A mapping file is a crosswalk of the feed's own vocabulary, with what the feed does not say of itself:

    source: {title: County 211 feed, url: https://…, kind: government}
    country: US
    needs: [shelter_housing]   # of a service whose own terms nobody knows; without it, such a service is left out
    listed: false        # true: a person answers for the feed, and its services are shown without being read first
    vocabularies:
      - known_as: [AIRS, 211 taxonomy]
        needs: {shelter_housing: [BH-1800], legal: [FT]}
        people: {veteran: [YZ-9000]}
        kinds: {shelter: [BH-1800.1500]}
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.directory_files.problems import Problem
from bot.directory_files.reading import Unreadable, decode, parse_document, read_bytes, read_or_tell
from bot.model.directory import Kind, WebAddress
from bot.model.record import record

LARGEST_MAPPING = 2_000_000  # bytes
FOLDER = "taxonomy/crosswalks"
Codes = Mapping[str, tuple[str, ...]]
Ours = TypeVar("Ours", str, Kind)


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Crosswalk(_Shape):
    """One foreign vocabulary: our codes -> theirs. `known_as`: how feeds call it, in any case of letters."""

    name: str = ""
    known_as: tuple[str, ...] = Field(min_length=1)
    needs: Codes = Field(default_factory=dict)
    people: Codes = Field(default_factory=dict)
    kinds: Mapping[Kind, tuple[str, ...]] = Field(default_factory=dict)


class FeedSource(_Shape):
    """Where a feed can be read again."""

    title: str | None = None
    url: WebAddress | None = None
    kind: Literal["official", "government", "advocacy", "other"] = "other"


class Mapped(_Shape):
    """A deployment's mapping file."""

    source: FeedSource = FeedSource()
    country: str | None = Field(None, pattern=r"^[A-Z]{2}$")
    region: str | None = Field(None, pattern=r"^[A-Z0-9]{1,3}$")
    listed: bool = False
    needs: tuple[str, ...] = ()  # of a service none of whose terms is known
    vocabularies: tuple[Crosswalk, ...] = ()


class CannotMap(Exception):
    """The mapping file cannot be used; the sentence says what to mend."""


@record
class Meaning:
    """What a foreign term means here."""

    needs: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    kind: Kind | None = None

    def __bool__(self) -> bool:
        return bool(self.needs or self.people or self.kind)


def load_crosswalks(resources: Path, problems: list[Problem]) -> tuple[Crosswalk, ...]:
    """The crosswalks that come with the directory. What is wrong is added to `problems`."""
    found: list[Crosswalk] = []
    for path in sorted((resources / FOLDER).glob("*.yaml")):
        document = read_or_tell(path, f"{FOLDER}/{path.name}", problems)
        try:
            found += [Crosswalk.model_validate(document.data)] if document else []
        except ValidationError as error:
            problems.append(Problem(file=f"{FOLDER}/{path.name}", line=1, column=1, message=_first(error)))
    return tuple(found)


def load_mapping(path: Path) -> Mapped:
    """A deployment's file. Raises CannotMap."""
    try:
        raw = read_bytes(path, path.name, LARGEST_MAPPING)
        return Mapped.model_validate(_plain(parse_document(decode(raw, path.name), path.name).data))
    except Unreadable as error:
        raise CannotMap(str(error.problems[0])) from None
    except ValidationError as error:
        raise CannotMap(f"{path.name}: {_first(error)}") from None


def _plain(data: Any) -> Any:
    """Our reader gives texts only; `listed` is yes or no."""
    if isinstance(data, dict) and data.get("listed") in ("true", "yes", "false", "no"):
        return {**data, "listed": data["listed"] in ("true", "yes")}
    return data


def _first(error: ValidationError) -> str:
    problem = error.errors()[0]
    where = ".".join(str(part) for part in problem["loc"])
    return f"{where}: {problem['msg']}"


class Dictionary:
    """Foreign terms -> what they mean here."""

    def __init__(self, crosswalks: Collection[Crosswalk]) -> None:
        self._by_name = [
            (tuple(name.casefold() for name in one.known_as), _turned(one)) for one in crosswalks
        ]

    def meaning(self, vocabulary: str, code: str, name: str) -> Meaning:
        """What a term means, by its code or one above it, else by its name. Empty if nobody knows."""
        told = vocabulary.casefold()
        for names, meanings in self._by_name:
            if told and not any(
                known == told or (len(known) > len("list") and known in told) for known in names
            ):
                continue
            for word in (code, name):
                if found := _looked_up(word, meanings):
                    return found
        return Meaning()


def _turned(crosswalk: Crosswalk) -> dict[str, Meaning]:
    """Their codes -> ours."""
    theirs: defaultdict[str, Meaning] = defaultdict(Meaning)
    for code, need in _pairs(crosswalk.needs):
        theirs[code] = replace(theirs[code], needs=(*theirs[code].needs, need))
    for code, group in _pairs(crosswalk.people):
        theirs[code] = replace(theirs[code], people=(*theirs[code].people, group))
    for code, kind in _pairs(crosswalk.kinds):
        theirs[code] = replace(theirs[code], kind=kind)
    return dict(theirs)


def _pairs(theirs_by_ours: Mapping[Ours, tuple[str, ...]]) -> Iterator[tuple[str, Ours]]:
    return ((_stem(code), ours) for ours, codes in theirs_by_ours.items() for code in codes)


def _stem(code: str) -> str:
    """A code as those below it begin: IM-00-00-00-00 is IM."""
    short = code.strip().casefold()
    while short.endswith("-00"):
        short = short.removesuffix("-00")
    return short


def _looked_up(word: str, meanings: Mapping[str, Meaning]) -> Meaning:
    """What the code says, and what those above it say besides: BH-1800.1500-100, BH-1800.1500, BH-1800, BH."""
    found = Meaning()
    short = _stem(word)
    while short:
        above = meanings.get(short, Meaning())
        found = Meaning(
            needs=found.needs or above.needs,
            people=found.people or above.people,
            kind=found.kind or above.kind,
        )
        cut = max(short.rfind(sign) for sign in ":.-")
        short = short[:cut] if cut > 0 else ""
    return found
