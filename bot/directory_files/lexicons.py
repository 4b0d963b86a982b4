"""resources/lexicons/ -> Lexicon, with the common words of each language from wordfreq."""

import gc
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import log10
from pathlib import Path
from typing import Any

from bot.directory_files.aside import aside
from bot.directory_files.compiled import CompiledCache, fingerprint_of
from bot.directory_files.parts import Parts
from bot.directory_files.problems import Problem
from bot.directory_files.reading import Document, read_or_tell
from bot.model.record import record
from bot.understanding.growing import PhraseError, Vocabulary, grow_lexicon
from bot.understanding.lexicon import USUAL_REACH, Lexicon, open_lexicon
from bot.understanding.meaning import Phrase, Section
from bot.understanding.words import SIGN, fold

FLAT_SECTIONS = {
    "people": Section.PEOPLE,
    "contexts": Section.CONTEXTS,
    "events": Section.EVENTS,
    "refusals": Section.REFUSALS,
    "danger": Section.DANGER,
    "questions": Section.QUESTIONS,
    "talk": Section.TALK,
    "wants": Section.WANTS,
    "grammar": Section.GRAMMAR,
}
KEPT = "lexicons"
LARGE = 1_000_000  # bytes of lexicons; less is grown here, faster than a process begins
ZIPF_OF_ALL = 9.0  # a word's share of all words, in powers of ten, plus this is its Zipf frequency
EVERYDAY = 5.5  # Zipf of a word that a file itself calls common
RARE = 2.5  # Zipf; words rarer than about one in three million are not "common"


@record
class Example:
    """A sentence that proves the lexicon: what must, and what must not, be understood of it."""

    file: str
    line: int
    text: str
    expect: Mapping[str, Any]
    forbid: Mapping[str, Any]


class Examples(Sequence[Example]):
    """The examples of all lexicons, read when somebody asks: the bot itself never does."""

    def __init__(self, raw: memoryview) -> None:
        self._raw = raw

    @cached_property
    def _all(self) -> tuple[Example, ...]:
        return tuple(Example(**row) for row in json.loads(bytes(self._raw)))

    def __getitem__(self, at: Any) -> Any:
        return self._all[at]

    def __len__(self) -> int:
        return len(self._all)


@record
class LexiconFiles:
    """The compiled lexicon and the sentences that prove it."""

    lexicon: Lexicon
    examples: Sequence[Example]


def load_lexicons(folder: Path, problems: list[Problem], cache: CompiledCache) -> LexiconFiles:
    """Every lexicon, compiled. Problems are added to `problems`, and then nothing is kept."""
    fingerprint = fingerprint_of(folder.glob("*.yaml"), ("wordfreq",), home=folder)
    kept = cache.parts(KEPT, fingerprint)
    if kept is not None:
        return _opened(kept)
    found, parts = aside(_compile, folder) if _is_large(folder) else _compile(folder)
    problems += found
    if not found:
        cache.put_parts(KEPT, fingerprint, parts)
    kept = cache.parts(KEPT, fingerprint)  # from the disk, where it does not lie in memory
    return _opened(kept or {name: memoryview(raw) for name, raw in parts.items()})


def _opened(parts: Parts) -> LexiconFiles:
    return LexiconFiles(lexicon=open_lexicon(parts), examples=Examples(parts["examples"]))


def _is_large(folder: Path) -> bool:
    return sum(path.stat().st_size for path in folder.glob("*.yaml")) > LARGE


def _compile(folder: Path) -> tuple[list[Problem], dict[str, bytes]]:
    """What is wrong, and the parts of the lexicon."""
    collecting = gc.isenabled()
    gc.disable()  # half a million small objects, hardly any of them garbage: collecting would double the time
    try:
        return _read_and_grow(folder)
    finally:
        if collecting:
            gc.enable()


def _read_and_grow(folder: Path) -> tuple[list[Problem], dict[str, bytes]]:
    problems: list[Problem] = []
    phrases: list[Phrase] = []
    where: dict[
        int, tuple[Document, tuple[str | int, ...]]
    ] = {}  # where each phrase, by its identity, is written
    examples: list[dict[str, Any]] = []
    languages: dict[str, tuple[str, ...]] = {}  # with the common words a file gives itself
    reaches: dict[str, int] = {}
    shorthand: dict[str, dict[str, str]] = {}
    marked: list[str] = []  # languages in which marks make words
    for path in sorted(folder.glob("*.yaml")):
        document = read_or_tell(path, f"lexicons/{path.name}", problems)
        if document is None:
            continue
        languages[path.stem] = tuple(document.data.get("words", ()))
        reaches[path.stem] = int(document.data.get("negation_reach", USUAL_REACH))
        if document.data.get("marks_make_words") == "true":
            marked.append(path.stem)
        shorthand[path.stem] = {
            fold(short): fold(full) for short, full in document.data.get("shorthand", {}).items()
        }
        for route, phrase in _phrases(document.data, path.stem):
            phrases.append(phrase)
            where[id(phrase)] = (document, route)
        examples.extend(_examples(document))
    if not languages:
        problems.append(Problem(file="lexicons", line=1, column=1, message="holds no lexicon"))
    vocabularies = {language: _vocabulary(language, words) for language, words in languages.items()}

    def refuse(phrase: Phrase, error: PhraseError) -> None:
        document, route = where[id(phrase)]
        problems.append(document.problem(route, str(error)))

    parts = grow_lexicon(phrases, vocabularies, reaches, shorthand, marked, refuse)
    return problems, {**parts, "examples": json.dumps(examples, ensure_ascii=False).encode()}


def _phrases(data: Any, language: str) -> Iterator[tuple[tuple[str | int, ...], Phrase]]:
    for code, entry in data.get("needs", {}).items():
        for strength in (Section.NEED_ASK, Section.NEED_HINT):
            for at, written in enumerate(entry.get(strength.value, ())):
                route = ("needs", code, strength.value, at)
                yield route, Phrase(language=language, section=strength, code=code, written=written)
    for key, section in FLAT_SECTIONS.items():
        for code, entry in data.get(key, {}).items():
            for at, written in enumerate(entry):
                yield (key, code, at), Phrase(language=language, section=section, code=code, written=written)
    for at, written in enumerate(data.get("masks", ())):
        yield ("masks", at), Phrase(language=language, section=Section.MASKS, code="mask", written=written)


def _examples(document: Document) -> Iterator[dict[str, Any]]:
    """The fields of each Example."""
    for key in ("examples", "near_misses"):
        for at, entry in enumerate(document.data.get(key, ())):
            line, _ = document.marks.get((key, at), (1, 1))
            yield {
                "file": document.file,
                "line": line,
                "text": entry["text"],
                "expect": {k: v for k, v in entry.items() if k not in ("text", "not")},
                "forbid": entry.get("not", {}),
            }


def _vocabulary(language: str, own: Iterable[str]) -> Vocabulary:
    """The common words of a language, and those the file gives itself (`words:`): for a language wordfreq has no
    list of, or for its other script."""
    # Here, not above: its word lists take a tenth of a second to load and are needed only to compile.
    from wordfreq import available_languages, get_frequency_dict

    frequency: dict[str, float] = {fold(word): EVERYDAY for word in own}
    source = {"tl": "fil"}.get(language, language)
    if source not in available_languages("small"):
        return frequency
    for word, share in get_frequency_dict(source, "small").items():
        zipf = log10(share) + ZIPF_OF_ALL
        if zipf >= RARE and word.isalpha() and (len(word) == 1 or not SIGN.search(word)):
            folded = fold(word)
            frequency[folded] = max(zipf, frequency.get(folded, 0.0))
    return frequency
