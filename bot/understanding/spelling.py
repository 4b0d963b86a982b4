"""Misspelled words, mended only where the mending is safe.

A word that people use anyway ("methadone", "cape") is never turned into one of ours. Nothing is cached: what
people write is understood and let go.
"""

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understanding.lexicon import Lexicon
from bot.understanding.words import without_stretch

SHORTEST = 5  # "rope" is not "rape": four letters are never mended
TWO_MISTAKES_FROM = 9
TIES = 5  # near words looked at


def mend(word: str, lexicon: Lexicon) -> str | None:
    """The lexicon's word that `word` most likely is, or None. Expects a folded word."""
    plain = without_stretch(word)
    if plain != word and (plain in lexicon.words) and len(plain) >= 3:
        return plain
    if len(word) < SHORTEST or not word.isalpha() or lexicon.is_common(word):
        return None
    allowed = 2 if len(word) >= TWO_MISTAKES_FROM else 1
    return _nearest(word, _same_start(word, lexicon, allowed), allowed) or _nearest(
        word, _same_end(word, lexicon), 1
    )


def _same_start(word: str, lexicon: Lexicon, allowed: int) -> list[str]:
    lengths = range(len(word) - allowed, len(word) + allowed + 1)
    return [w for n in lengths for w in lexicon.buckets.get((word[0], n), ()) if n >= SHORTEST]


def _same_end(word: str, lexicon: Lexicon) -> list[str]:
    lengths = range(len(word) - 1, len(word) + 2)
    return [w for n in lengths for w in lexicon.tails.get((word[-2:], n), ()) if n >= SHORTEST]


def _nearest(word: str, candidates: list[str], allowed: int) -> str | None:
    """Of those equally near, the one with the same letters: "laywer" is rather "lawyer" than "layer"."""
    found = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=allowed, limit=TIES)
    if not found:
        return None
    letters = sorted(word)
    return min(found, key=lambda row: (row[1], sorted(row[0]) != letters))[0]
