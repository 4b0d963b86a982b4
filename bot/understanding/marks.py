"""Languages in which marks make words: Vietnamese "tự tử" is suicide, "từ từ" is slowly.

Most people type without marks, and are read; where both the message and the phrase have them, they must be the same.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache

from bot.understanding.phrases import Sighting
from bot.understanding.words import Word, fold

Marked = tuple[str, str]  # the folded word, and its marks in order of the alphabet: "hoà" is "hòa"
TOKEN = re.compile(r"[^\W_]+")


def without_other_marks(
    sightings: list[Sighting], words: Sequence[Word], text: str, languages: Collection[str]
) -> list[Sighting]:
    """Without phrases of `languages` whose words have other marks than the message gives them."""
    if text.isascii():
        return sightings
    return [s for s in sightings if s.phrase.language not in languages or _has_its_marks(s, words, text)]


def _has_its_marks(sighting: Sighting, words: Sequence[Word], text: str) -> bool:
    written = _marked_words(sighting.phrase.written)
    known = {folded for folded, _ in written}
    for at in range(sighting.first, sighting.last + 1):
        if at in sighting.skipped:
            continue
        marked = _marked(text[words[at].start : words[at].end])
        if marked[1] and marked[0] in known and marked not in written and (marked[0], "") not in written:
            return False
    return True


@lru_cache(maxsize=4096)  # of the lexicon's words, never of what somebody wrote
def _marked_words(written: str) -> frozenset[Marked]:
    return frozenset(_marked(token) for token in TOKEN.findall(written))


def _marked(word: str) -> Marked:
    decomposed = unicodedata.normalize("NFD", word.casefold())
    marks = sorted(c for c in decomposed if unicodedata.combining(c) or c == "đ")
    return fold(word), "".join(marks)
