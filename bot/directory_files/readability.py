"""How hard a text is to read, by the formula of its language over pyphen's syllables.

English: Flesch-Kincaid, the US school grade that reads it without effort. Spanish: Szigriszt-Pazos (INFLESZ), French:
Kandel-Moles, both 0 to 100 where higher is easier. textstat computes the same (the tests compare), but loads for a
third of a second, which a volunteer would wait for after every change of one line.
"""

import re
from collections.abc import Callable
from functools import cache

from pyphen import Pyphen

from bot.model.record import record

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SENTENCE_END = re.compile(r"[.!?…]+[\s»”\"]*|[。！？]")
VOWEL = re.compile(r"[aeiouyáéíóúüàâæèêëîïôœùûÿ]")
DICTIONARIES = {"en": "en_US", "es": "es", "fr": "fr"}
HARD = {"en": 9.0, "es": 45.0, "fr": 45.0}  # beyond this a volunteer gets a hint


@record
class Counts:
    """What the formulas need."""

    sentences: int
    words: int
    syllables: int


def is_hard_to_read(text: str, language: str) -> bool:
    """Whether a text is far above the grade we write for. Languages without a measure are never hard."""
    if language not in HARD:
        return False
    if not _is_beyond(HARD[language], _score(_count(text, _vowels), language), language):
        return False  # no word has more syllables than vowels: a plain text needs no dictionary
    return _is_beyond(HARD[language], grade(text, language), language)


def _is_beyond(limit: float, score: float, language: str) -> bool:
    return score > limit if language == "en" else score < limit


def grade(text: str, language: str) -> float:
    """English: US school grade, lower is easier. Spanish, French: 0 to 100, higher is easier."""
    positions = _dictionary(language).positions
    return _score(_count(text, lambda word: len(positions(word)) + 1), language)


def _score(counts: Counts, language: str) -> float:
    if not counts.words:
        return 0.0 if language == "en" else 100.0
    a_sentence, a_word = counts.words / counts.sentences, counts.syllables / counts.words
    if language == "en":
        return 0.39 * a_sentence + 11.8 * a_word - 15.59
    if language == "es":
        return 206.835 - 62.3 * a_word - a_sentence
    return 207 - 1.015 * a_sentence - 73.6 * a_word


def longest_sentence(text: str) -> int:
    """Words in the longest sentence."""
    return max((len(WORD.findall(s)) for s in SENTENCE_END.split(text)), default=0)


def _count(text: str, syllables_of: Callable[[str], int]) -> Counts:
    words = WORD.findall(text)
    return Counts(
        sentences=sum(1 for s in SENTENCE_END.split(text) if WORD.search(s)) or 1,
        words=len(words),
        syllables=sum(syllables_of(word.lower()) for word in words),
    )


def _vowels(word: str) -> int:
    return len(VOWEL.findall(word)) or 1


@cache
def _dictionary(language: str) -> Pyphen:
    return Pyphen(lang=DICTIONARIES[language])
