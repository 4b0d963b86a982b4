"""What the recognizer knows about words: opened from parts, so that a start reads none of it and a message little."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field

from marisa_trie import BytesTrie, Trie

from bot.model.record import record
from bot.understanding.forest import Forest, open_forest, open_trie

USUAL_REACH = 4  # words between a negation and what it denies, where a lexicon says nothing else
SHORTEST_MENDED = 5  # "rope" is not "rape": four letters are never mended

Spoken = tuple[
    tuple[str, float], ...
]  # the languages a word is common in, and how common (Zipf scale, 0 to 8)
Usage = Mapping[str, Spoken]


class WordUsage(Mapping[str, Spoken]):
    """How common words are, a quarter of a million of them."""

    def __init__(self, words: Trie, row_of: Sequence[int], rows: Sequence[Spoken]) -> None:
        self._words, self._row_of, self._rows = words, row_of, rows

    def __getitem__(self, word: str) -> Spoken:
        number: int = self._words[word]
        return self._rows[self._row_of[number]]

    def get(self, word: str, default: Spoken = ()) -> Spoken:  # type: ignore[override]  # a Spoken, never None
        """As of a dict. Most words of a message are in it."""
        number: int | None = self._words.get(word)
        return default if number is None else self._rows[self._row_of[number]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


class Alike:
    """The lexicons' words by how they begin or end and how long they are: what a misspelled word is compared with."""

    def __init__(self, words: BytesTrie) -> None:
        self._words = words

    def of(self, language: str, end: str, length: int) -> list[str]:
        """The words of a language with this end and length."""
        found = self._words.get(alike_key(language, end, length))
        return found[0].decode().split(" ") if found else []


def alike_key(language: str, end: str, length: int) -> str:
    """What such words are kept under."""
    return f"{language} {end} {length}"


@record
class Lexicon:
    """Everything the recognizer knows about words.

    Invariant: `forest` knows every whole word of every phrase, and every `word*` without its star.
    """

    forest: Forest = field(repr=False)
    languages: tuple[str, ...]
    usage: Usage = field(repr=False)  # tells languages apart, and common words from misspelled ones
    reaches: Mapping[str, int]  # language -> how many words a negation reaches
    shorthand: Mapping[str, tuple[tuple[str, str], ...]] = field(repr=False)  # "q" -> (("es", "que"),)
    marked: frozenset[str]  # languages in which marks make words (marks.py)
    by_start: Alike = field(repr=False)  # first letter
    by_end: Alike = field(repr=False)  # last two letters

    def knows(self, word: str) -> bool:
        """Whether a phrase holds this word."""
        return word in self.forest.words

    def is_common(self, word: str, languages: Collection[str]) -> bool:
        """A word people use anyway in one of `languages`: never "corrected" into one of ours."""
        return any(language in languages for language, _ in self.usage.get(word, ()))


def open_lexicon(parts: Mapping[str, memoryview]) -> Lexicon:
    """The lexicon behind its parts (growing.py). Raises KeyError or ValueError for parts of something else."""
    about = json.loads(bytes(parts["about"]))
    by_start, by_end = BytesTrie(), BytesTrie()
    by_start.frombytes(bytes(parts["alike_by_start"]))
    by_end.frombytes(bytes(parts["alike_by_end"]))
    return Lexicon(
        forest=open_forest(parts, about["meanings"]),
        languages=tuple(about["languages"]),
        usage=WordUsage(open_trie(parts["usage_words"]), parts["usage_row_of"].cast("H"), about["usage"]),
        reaches=about["reaches"],
        shorthand={
            short: tuple((language, full) for language, full in of)
            for short, of in about["shorthand"].items()
        },
        marked=frozenset(about["marked"]),
        by_start=Alike(by_start),
        by_end=Alike(by_end),
    )
