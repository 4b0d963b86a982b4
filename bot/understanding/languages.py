"""Which language a message is written in: by its script, and where scripts are shared by its common words."""

from collections.abc import Mapping, Sequence

from bot.understanding.lexicon import Vocabulary
from bot.understanding.words import Word

UNKNOWN_WORD = 1.2  # Zipf frequency assumed for a word a language does not list
LEAD = 1.0  # how far ahead a language must be, in Zipf steps over the whole message, before it is believed

SCRIPTS: tuple[tuple[str, str, str], ...] = (
    # first sign, last sign, language; the first that has letters in the text decides
    ("\u3040", "\u30ff", "ja"),
    ("\uac00", "\ud7af", "ko"),
    ("\u1100", "\u11ff", "ko"),
    ("\u4e00", "\u9fff", "zh"),
    ("\u0600", "\u06ff", "ar"),
    ("\u0900", "\u097f", "hi"),
    ("\u0590", "\u05ff", "he"),
    ("\u0400", "\u04ff", "ru"),
    ("\u0370", "\u03ff", "el"),
    ("\u0e00", "\u0e7f", "th"),
)
LAST_LATIN = "\u036f"
SCRIPT_SHARE = 0.3  # of all letters
UKRAINIAN = frozenset("іїєґ")
URDU = frozenset("ٹڈڑںےگچپ")


def language_of(
    text: str, words: Sequence[Word], vocabularies: Mapping[str, Vocabulary], hints: Mapping[str, float]
) -> str | None:
    """The language's code, or None where the message does not tell. `hints` add to a language's score."""
    script = _by_script(text)
    if script:
        return script
    scores = {code: _score(words, v) + hints.get(code, 0.0) for code, v in vocabularies.items()}
    if not scores or not any(w.folded in v.frequency for w in words for v in vocabularies.values()):
        return None
    ranked = sorted(scores, key=lambda code: -scores[code])
    if len(ranked) > 1 and scores[ranked[0]] - scores[ranked[1]] < LEAD:
        return None
    return ranked[0]


def _score(words: Sequence[Word], vocabulary: Vocabulary) -> float:
    return sum(vocabulary.frequency.get(w.folded, UNKNOWN_WORD) for w in words if not w.folded.isdigit())


def _by_script(text: str) -> str | None:
    if text.isascii():
        return None
    letters = sum(1 for c in text if c.isalpha())
    counted: dict[str, int] = {}
    for sign in text:
        if sign > LAST_LATIN and (language := _script_of(sign)) is not None:
            counted[language] = counted.get(language, 0) + 1
    for _, _, language in SCRIPTS:
        if counted.get(language, 0) > SCRIPT_SHARE * letters:
            return _sibling(language, text)
    return None


def _script_of(sign: str) -> str | None:
    return next((language for first, last, language in SCRIPTS if first <= sign <= last), None)


def _sibling(language: str, text: str) -> str:
    """Ukrainian and Urdu have letters that Russian and Arabic lack."""
    lowered = set(text.casefold())
    if language == "ru" and lowered & UKRAINIAN:
        return "uk"
    if language == "ar" and lowered & URDU:
        return "ur"
    return language
