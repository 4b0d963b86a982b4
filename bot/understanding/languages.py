"""Which language a message is written in: by its script, and where scripts are shared by its common words."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.model.record import record
from bot.understanding.lexicon import Lexicon
from bot.understanding.words import Word

UNKNOWN_WORD = 1.2  # Zipf frequency assumed for a word a language does not list
LEAD = 1.0  # how far ahead a language must be, in Zipf steps over the whole message, before it is believed
IN_REACH = 4.0  # languages this far behind may still be the one of a message with misspelled words
UNMARKED = 0.7
MIXED_FROM = 3  # words of another language that this one does not have
MOST_MIXED = 2
OWN_LETTER = 6.0  # what a letter that its neighbour lacks adds to a language

SCRIPTS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    # runs of its signs; languages, the likeliest first. The first script with enough of the text decides
    (re.compile("[\u3040-\u30ff]+"), ("ja",)),
    (re.compile("[\uac00-\ud7af\u1100-\u11ff]+"), ("ko",)),
    (re.compile("[\u4e00-\u9fff]+"), ("zh",)),
    (re.compile("[\u0600-\u06ff]+"), ("ar", "ur")),
    (re.compile("[\u0900-\u097f]+"), ("hi",)),
    (re.compile("[\u0590-\u05ff]+"), ("he",)),
    (re.compile("[\u0400-\u04ff]+"), ("ru", "uk")),
    (re.compile("[\u0370-\u03ff]+"), ("el",)),
    (re.compile("[\u0e00-\u0e7f]+"), ("th",)),
)
BEYOND_LATIN = re.compile("[\u0370-\u1dff\u3040-\ud7af]")
SCRIPT_SHARE = 0.3  # of all letters
OWN_LETTERS = {"uk": frozenset("іїєґ"), "ru": frozenset("ыэъё"), "ur": frozenset("ٹڈڑںےگچپ")}
NEVER_LATIN = frozenset({"zh", "ko"})
SPOKEN_ALIKE = (frozenset({"hi", "ur"}),)  # in Latin letters nobody can tell which


@record
class Guess:
    """How well each language fits a message, by its common words alone."""

    scores: Mapping[str, float]
    by_script: tuple[str, ...]  # the languages of its script; empty where it is written in Latin letters
    known: bool  # at least one word is common in some language
    within_reach: tuple[str, ...]  # the languages it may be in, or be mixed of


def guess_language(text: str, words: Sequence[Word], lexicon: Lexicon) -> Guess:
    """What the script and the common words say."""
    by_script = _by_script(text)
    scores = dict.fromkeys(by_script or (of for of in lexicon.languages if of not in NEVER_LATIN), 0.0)
    known = False
    counted = Counter([word.folded for word in words])
    for word, times in counted.items():
        for language, zipf in lexicon.usage.get(word, ()):
            known = True
            if language in scores:
                scores[language] += (zipf - UNKNOWN_WORD) * times
    if text.isascii():
        for language in lexicon.marked:  # typed without marks, its short words are like everybody's
            if language in scores:
                scores[language] *= UNMARKED
    if len(by_script) > 1:
        letters = set(text.casefold())
        for language in by_script:
            scores[language] += OWN_LETTER * bool(letters & OWN_LETTERS.get(language, frozenset()))
    return Guess(
        scores=scores, by_script=by_script, known=known, within_reach=_within_reach(scores, counted, lexicon)
    )


def _within_reach(
    scores: Mapping[str, float], counted: Mapping[str, int], lexicon: Lexicon
) -> tuple[str, ...]:
    best = max(scores.values(), default=0.0)
    near = tuple(code for code, score in scores.items() if best - score <= IN_REACH)
    guests = Counter[str]()
    for word in counted:
        spoken = lexicon.usage.get(word, ())
        for language, _ in spoken:
            if language in near:
                break
        else:
            guests.update([language for language, _ in spoken if language in scores])
    mixed = [language for language, words in guests.most_common(MOST_MIXED) if words >= MIXED_FROM]
    return (*near, *mixed)


def language_of(guess: Guess, hints: Mapping[str, float]) -> str | None:
    """The language's code, or None where the message does not tell. `hints` add to a language's score."""
    if len(guess.by_script) == 1:
        return guess.by_script[0]
    scores = {code: score + hints.get(code, 0.0) for code, score in guess.scores.items()}
    ranked = sorted(scores, key=lambda code: -scores[code])
    if guess.by_script:
        return ranked[0]
    if not ranked or not guess.known:
        return None
    best, *others = ranked
    rival = next((o for o in others if {best, o} not in SPOKEN_ALIKE), None)
    if rival is not None and scores[best] - scores[rival] < LEAD:
        return None
    return best


def _by_script(text: str) -> tuple[str, ...]:
    if text.isascii() or not BEYOND_LATIN.search(text):
        return ()
    enough = SCRIPT_SHARE * sum(map(str.isalpha, text))
    return next((of for runs, of in SCRIPTS if sum(map(len, runs.findall(text))) > enough), ())
