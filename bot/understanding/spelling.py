"""Misspelled words, mended only where the mending is safe.

A word that people use anyway ("methadone", "cape") is never turned into one of ours. Nothing is cached: what
people write is understood and let go.
"""

from collections.abc import Collection

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understanding.lexicon import SHORTEST_MENDED, Lexicon
from bot.understanding.words import without_stretch

TWO_MISTAKES_FROM = 9
TIES = 5  # near words looked at
LEET = str.maketrans("013457@$", "oieastas")
VOWELS = "aeiou"
MOST_COVERED = 2  # letters of a word under a star


def mend(word: str, lexicon: Lexicon, languages: Collection[str]) -> str | None:
    """The lexicon's word that `word` most likely is, or None. Expects a folded word.

    `languages`: those the message may be written in; the words of others are not looked at.
    """
    plain = without_stretch(word)
    if plain != word and lexicon.knows(plain) and len(plain) >= 3:
        return plain
    if not word.isalpha():
        return _uncovered(word, lexicon)
    if len(word) < SHORTEST_MENDED or lexicon.is_common(word, languages):
        return None
    allowed = 2 if len(word) >= TWO_MISTAKES_FROM else 1
    return _nearest(word, _same_start(word, lexicon, languages, allowed), allowed) or _nearest(
        word, _same_end(word, lexicon, languages), 1
    )


def _uncovered(word: str, lexicon: Lexicon) -> str | None:
    """ "r4pe", "r@pe", "r*pe": written so that no filter sees it."""
    plain = word.translate(LEET)
    if "*" not in plain:
        return plain if lexicon.knows(plain) and not word.isdigit() else None
    if plain.count("*") > MOST_COVERED:
        return None
    found = [plain.replace("*", vowel) for vowel in VOWELS if lexicon.knows(plain.replace("*", vowel))]
    return found[0] if len(found) == 1 else None


def _same_start(word: str, lexicon: Lexicon, languages: Collection[str], allowed: int) -> list[str]:
    lengths = range(len(word) - allowed, len(word) + allowed + 1)
    return [w for of in languages for n in lengths for w in lexicon.by_start.of(of, word[0], n)]


def _same_end(word: str, lexicon: Lexicon, languages: Collection[str]) -> list[str]:
    lengths = range(len(word) - 1, len(word) + 2)
    return [w for of in languages for n in lengths for w in lexicon.by_end.of(of, word[-2:], n)]


def _nearest(word: str, candidates: list[str], allowed: int) -> str | None:
    """Of those equally near, the one with the same letters: "laywer" is rather "lawyer" than "layer"."""
    found = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=allowed, limit=TIES)
    if not found:
        return None
    letters = sorted(word)
    return min(found, key=lambda row: (row[1], sorted(row[0]) != letters))[0]
