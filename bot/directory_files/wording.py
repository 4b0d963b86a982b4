"""Whether a text can be shown to a person: nothing forbidden, and short. The lists are data."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.directory_files.problems import Problem
from bot.directory_files.reading import read_or_tell
from bot.model.record import record
from bot.understanding.words import read_words

LONGEST_SUMMARY = 220  # characters
LONGEST_NOTE = 160
MOST_WORDS = 25  # in one sentence; the mean over all texts is held lower by the tests


@record
class Forbidden:
    """A phrase no text may hold, and why. `unless` are longer phrases in which it may stand."""

    phrase: str
    pattern: re.Pattern[str]
    because: str
    unless: tuple[str, ...] = ()


Wording = Mapping[str, tuple[Forbidden, ...]]  # language -> phrases; "any" is for every language


def load_wording(path: Path, problems: list[Problem]) -> Wording:
    """Read taxonomy/forbidden.yaml. Problems are added to `problems`."""
    document = read_or_tell(path, f"taxonomy/{path.name}", problems)
    if document is None:
        return {}
    lists: dict[str, tuple[Forbidden, ...]] = {}
    for language, entries in document.data.items():
        read: list[Forbidden] = []
        for at, entry in enumerate(entries):
            if isinstance(entry, dict) and entry.get("phrase") and entry.get("because"):
                read.append(_forbidden(entry["phrase"], entry["because"], entry.get("unless", ())))
            else:
                problems.append(document.problem((language, at), "write phrase: and because:"))
        lists[language] = tuple(read)
    return lists


def _forbidden(phrase: str, because: str, unless: list[str] | tuple[str, ...]) -> Forbidden:
    star = phrase.endswith("*")
    plain = spaced(phrase)
    end = r"\w*(?= )" if star else "(?= )"
    return Forbidden(
        phrase=phrase,
        pattern=re.compile(f"(?<= ){re.escape(plain)}{end}"),
        because=because,
        unless=tuple(spaced(u) for u in unless),
    )


def spaced(text: str) -> str:
    """The folded words of a text with one space between: what phrases are looked for in."""
    kept = text.replace("%", " percent ")
    return " ".join(w.folded for w in read_words(kept))


def forbidden_in(text: str, language: str, wording: Wording) -> Iterator[Forbidden]:
    """Every phrase of the lists that stands in `text`."""
    padded = f" {spaced(text)} "
    for one in (*wording.get("any", ()), *wording.get(language, ())):
        without = padded
        for allowed in one.unless:
            without = without.replace(f" {allowed} ", " ")
        if one.pattern.search(without):
            yield one
