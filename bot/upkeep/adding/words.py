"""What `bot directory add` says and understands: questions.yaml and phrases.yaml, read."""

import re
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bot.directory_files.reading import read_document
from bot.model.directory import Area, Contact, Organization, Service, SharesWith, Source
from bot.model.record import record
from bot.upkeep.adding.hours import HoursWords, flat, hours_words

HERE = Path(__file__).resolve().parent
ONLY_IN_A_FILE = re.compile(  # of a field's description: what somebody who answers questions never sees
    r",? in quotes|; see \w+ below|,? by language|\. en: is always there"
    r"|\.? ?\(?(?:The codes are in )?taxonomy/\w+\.yaml\)?"
)
MARKS = str.maketrans("", "", '[]{}"')
SHAPES: Mapping[str, type[BaseModel]] = {
    shape.__name__: shape for shape in (Organization, Service, Contact, Area, Source, SharesWith)
}


@record
class Option:
    """One thing to choose: what is taken, and what a person reads."""

    value: str
    name: str


@record
class Question:
    """What is asked. `reads` names the reader of the answer; `empty` says what Enter means."""

    ask: str
    example: str
    explained: str
    reads: str
    needed: bool = False
    empty: str = ""
    choices: str = ""


@record
class Phrases:
    """What people write, flat, by what it means."""

    hours: HoursWords
    zones: Mapping[str, str]
    costs: Mapping[str, str]  # "" for what only looks like a word about cost
    languages: Mapping[str, str]
    countries: Mapping[str, str]
    yes: frozenset[str]
    no: frozenset[str]
    unknown: frozenset[str]
    anyone: frozenset[str]
    today: frozenset[str]
    yesterday: frozenset[str]
    shared_hosts: frozenset[str]


@record
class Words:
    """All of it."""

    questions: Mapping[str, Question]
    choices: Mapping[str, tuple[Option, ...]]
    samples: Mapping[str, str]
    phrases: Phrases = field(repr=False)


def read_adding_words() -> Words:
    """The words that come with this package."""
    asked = read_document(HERE / "questions.yaml", "questions.yaml").data
    phrases = read_document(HERE / "phrases.yaml", "phrases.yaml").data
    return Words(
        questions={name: _question(data, asked["more"]) for name, data in asked["questions"].items()},
        choices={name: _options(words) for name, words in asked["choices"].items()},
        samples=asked["samples"],
        phrases=_phrases(phrases),
    )


def _question(data: Mapping[str, str], more: Mapping[str, str]) -> Question:
    return Question(
        ask=data["ask"],
        example=data["example"],
        explained=f"{_description(data['field'])} {more.get(data['reads'], '')}".strip(),
        reads=data["reads"],
        needed="needed" in data,
        empty=data.get("empty", ""),
        choices=data.get("choices", ""),
    )


def _description(place: str) -> str:
    """What the declared shape says of a field (Service.kind), as a sentence for somebody who sees no file."""
    shape, _, name = place.partition(".")
    said = ONLY_IN_A_FILE.sub("", SHAPES[shape].model_fields[name].description or "").translate(MARKS)
    said = said.replace("Leave it out", "Leave it empty")
    return said if said.endswith(("?", ".")) else f"{said}."


def _options(words: Mapping[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value=value, name=name) for value, name in words.items())


def _phrases(data: Mapping[str, Any]) -> Phrases:
    return Phrases(
        hours=hours_words(data["hours"], data["zones"]),
        zones=_by_phrase(data["zones"]),
        costs={**_by_phrase(data["cost"]), **{flat(p): "" for p in data["not_cost"]}},
        languages=_by_phrase(data["languages"]),
        countries=_by_phrase(data["countries"]),
        yes=_flat_set(data["yes"]),
        no=_flat_set(data["no"]),
        unknown=_flat_set(data["unknown"]),
        anyone=_flat_set(data["anyone"]),
        today=_flat_set(data["today"]),
        yesterday=_flat_set(data["yesterday"]),
        shared_hosts=frozenset(data["shared_hosts"]),
    )


def _by_phrase(lists: Mapping[str, list[str]]) -> dict[str, str]:
    return {flat(phrase): meaning for meaning, phrases in lists.items() for phrase in phrases}


def _flat_set(phrases: list[str]) -> frozenset[str]:
    return frozenset(flat(p) for p in phrases)
