"""Languages in which marks make words: Vietnamese "tự tử" is suicide, "từ từ" is slowly.

Most people type without marks, and are read; where both the message and the phrase have them, they must be the same.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from bot.understanding.lexicon import Lexicon
from bot.understanding.phrases import Sighting
from bot.understanding.words import Word, fold

Marked = tuple[str, str]  # the folded word, and its marks in order of the alphabet: "hoà" is "hòa"
TOKEN = re.compile(r"[^\W_]+")


def without_other_marks(
    sightings: list[Sighting], words: Sequence[Word], text: str, lexicon: Lexicon
) -> list[Sighting]:
    """Without phrases of such languages whose words have other marks than the message gives them."""
    if text.isascii():
        return sightings
    known: dict[str, Marked] = {}  # of this message alone

    def marked(word: Word) -> Marked:
        written = text[word.start : word.end]
        return known.get(written) or known.setdefault(written, _marked(written))

    return [
        s
        for s in sightings
        if s.phrase.language not in lexicon.marked
        or all(
            _fits(marked(words[at]), _marked_words(lexicon.forest.as_written(s.number)))
            for at in range(s.first, s.last + 1)
            if at not in s.skipped
        )
    ]


def _fits(word: Marked, phrase: Mapping[str, frozenset[str]]) -> bool:
    """The phrase has the word with these marks, or without any, or not at all."""
    folded, marks = word
    allowed = phrase.get(folded) if marks else None
    return allowed is None or marks in allowed or "" in allowed


@lru_cache(maxsize=4096)  # of the lexicon's words, never of what somebody wrote
def _marked_words(written: str) -> Mapping[str, frozenset[str]]:
    """The phrase's folded words, each with the marks it may have."""
    marks: dict[str, frozenset[str]] = {}
    for word, own in map(_marked, TOKEN.findall(written)):
        marks[word] = marks.get(word, frozenset()) | {own}
    return marks


def _marked(word: str) -> Marked:
    if word.isascii():
        return word.lower(), ""
    decomposed = unicodedata.normalize("NFD", word.casefold())
    marks = sorted(c for c in decomposed if unicodedata.combining(c) or c == "đ")
    return fold(word), "".join(marks)
