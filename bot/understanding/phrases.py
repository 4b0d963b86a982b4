"""Finding the lexicon's phrases in a message."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from bot.understanding.forest import NOWHERE, UNKNOWN, Forest
from bot.understanding.lexicon import Lexicon
from bot.understanding.meaning import Meaning, Section
from bot.understanding.spelling import mend
from bot.understanding.words import SIGN, Word

HIDING = frozenset({Section.MASKS, Section.REFUSALS, Section.QUESTIONS})
NEEDS = frozenset({Section.NEED_ASK, Section.NEED_HINT})
SMALL_TALK = frozenset({Section.TALK, Section.WANTS})
# What a longer phrase around it must be to explain a phrase away. A need that is named is hidden by none but these.
HIDDEN_BY = {section: HIDING | {section} for section in Section} | {
    Section.NEED_ASK: HIDING,
    Section.NEED_HINT: frozenset(Section) - SMALL_TALK - {Section.GRAMMAR},
    Section.TALK: frozenset(Section) - {Section.GRAMMAR},
    Section.WANTS: frozenset(Section) - {Section.GRAMMAR},
}
# Refusals that say how a need is to be met: "only a woman doctor" still asks for a doctor.
CONDITIONS = frozenset(
    ["men", "women", "cost", "id_documents", "family", "employer", "phone_calls", "in_person"]
)
MENDED = 0.85  # how sure we are of a phrase with a mended word in it
WIDEST_GAP = 3  # words
WIDEST_GAP_IN_SIGNS = 6  # where every sign is a word: Chinese, Japanese, Thai, Korean


class Sighting(NamedTuple):
    """A phrase that stands in the message, at words `first` to `last` (inclusive).

    Not a record: a long message has a thousand of them.
    """

    phrase: Meaning
    first: int
    last: int
    words: int  # how many words of the phrase were matched, gaps not counted
    sure: float = 1.0
    skipped: tuple[int, ...] = ()  # the words its gaps stand for
    number: int = UNKNOWN  # the phrase's own, by which the forest knows how it is written

    def within(self, other: "Sighting") -> bool:
        """Stands inside a longer sighting."""
        inside = other.first <= self.first and self.last <= other.last
        return inside and (self.first, self.last) != (other.first, other.last)


Grammar: TypeAlias = Mapping[str, Sequence[Sighting]]  # the words of grammar in a message, by their kind
Walk: TypeAlias = tuple[
    int, int, float, tuple[int, ...]
]  # where in the forest, the next word, how sure, words skipped


class Reading(NamedTuple):
    """One word as the forest may take it. Not a record: a long message has hundreds of them."""

    word: int
    stems: tuple[int, ...]
    sure: float
    gap: int  # how many words a gap that begins here may stand for
    beginnings: tuple[int, ...]  # what may follow it as the first word of a phrase
    others: tuple[int, ...]  # what it is short for


def grammar_of(sightings: Sequence[Sighting]) -> Grammar:
    """The words of grammar ("negations", "lacks") by their kind."""
    found: dict[str, list[Sighting]] = {}
    for s in sightings:
        if s.phrase.section is Section.GRAMMAR:
            found.setdefault(s.phrase.code, []).append(s)
    return found


def find_phrases(words: Sequence[Word], lexicon: Lexicon, languages: Collection[str]) -> list[Sighting]:
    """Every phrase in the message, longest first.

    `languages`: those it may be written in; misspelled words are looked for among theirs.
    """
    known: dict[str, Reading] = {}  # of this message alone: what people write is let go
    readings = [
        known.get(w.folded) or known.setdefault(w.folded, _read(w.folded, lexicon, languages)) for w in words
    ]
    sightings: list[Sighting] = []
    for start, reading in enumerate(readings):
        if reading.beginnings:
            _from(start, readings, lexicon.forest, sightings)
    return _unique(sightings)


def _read(word: str, lexicon: Lexicon, languages: Collection[str]) -> Reading:
    forest = lexicon.forest
    short = lexicon.shorthand.get(word, ())
    others = tuple(forest.word(full) for of, full in short if of in languages)
    reading = _reading(word, forest, others)
    if reading.stems or others or reading.word != UNKNOWN:
        return reading
    mended = mend(word, lexicon, languages)
    return reading if mended is None else _reading(mended, forest, ())._replace(sure=MENDED)


def _reading(word: str, forest: Forest, others: tuple[int, ...]) -> Reading:
    """Where a word leads. `others`: what it is short for."""
    number, stems = forest.word(word), forest.stems_of(word)
    beginnings = [forest.beginning(key) for key in (number, *others, *stems) if key != UNKNOWN]
    return Reading(
        word=number,
        stems=stems,
        sure=1.0,
        gap=WIDEST_GAP if word.isascii() or not SIGN.match(word) else WIDEST_GAP_IN_SIGNS,
        beginnings=tuple([node for node in beginnings if node != NOWHERE]),
        others=others,
    )


def _from(start: int, readings: Sequence[Reading], forest: Forest, found: list[Sighting]) -> None:
    """Add all phrases that begin at word `start`, walking the trees without recursion."""
    first = readings[start]
    end = len(readings)
    after_gap = forest.after_gap
    next_word = readings[start + 1].word if start + 1 < end else UNKNOWN
    shortened = start + 1 < end and readings[start + 1].others
    walks: list[Walk] = []
    for node in first.beginnings:
        _end(node, start, start, first.sure, (), forest, found)
        # Most first words lead nowhere: seen here, before anything is made of them.
        if shortened or after_gap[node] or forest.has_stems(node) or forest.following(node, next_word):
            walks.append((node, start + 1, first.sure, ()))
    while walks:
        node, at, sure, skipped = walks.pop()
        if at > start + 1:
            _end(node, start, at - 1, sure, skipped, forest, found)
        if at == end:
            continue
        _step(node, at, readings[at], sure, skipped, forest, walks)
        if behind_gap := after_gap[node]:
            for landing in range(at, min(at + readings[at].gap + 1, end)):
                _step(behind_gap, landing, readings[landing], sure, skipped, forest, walks)
                skipped = (*skipped, landing)


def _end(
    node: int,
    first: int,
    last: int,
    sure: float,
    skipped: tuple[int, ...],
    forest: Forest,
    found: list[Sighting],
) -> None:
    """The phrases that end at `node` stand in the message."""
    for phrase, length in forest.ending_at(node):
        meaning = forest.meanings[forest.meaning_of[phrase]]
        found.append(Sighting(meaning, first, last, length, sure, skipped, phrase))


def _step(
    node: int,
    at: int,
    reading: Reading,
    sure: float,
    skipped: tuple[int, ...],
    forest: Forest,
    walks: list[Walk],
) -> None:
    """From `node` over the word `at`: what follows is added to `walks`."""
    sure = min(sure, reading.sure)
    walks += [
        (following, at + 1, sure, skipped)
        for key in (reading.word, *reading.stems, *reading.others)
        if (following := forest.following(node, key))
    ]


def _unique(sightings: list[Sighting]) -> list[Sighting]:
    """One sighting for each meaning, language and place: the longest, then the surest, then the one without gaps."""
    best: dict[tuple[Section, str, str, int], Sighting] = {}
    for sighting in sightings:
        phrase = sighting.phrase
        key = (phrase.section, phrase.code, phrase.language, sighting.first)
        held = best.get(key)
        if held is None or _says_more(sighting, held):
            best[key] = sighting
    return sorted(best.values(), key=lambda s: (-s.words, s.first))


def _says_more(one: Sighting, other: Sighting) -> bool:
    if one.words != other.words:
        return one.words > other.words
    return (one.sure, -len(one.skipped)) > (other.sure, -len(other.skipped))


# "was it rape" doubts a word and does not explain it away; "a student of mine" may also be a child
LEAVE_MEANING = frozenset({"does_it_count", "at_work", "other_at_work"})


def without_hidden(sightings: list[Sighting]) -> list[Sighting]:
    """Without what a longer phrase explains: 'shelter dog' hides 'shelter', 'no police' hides 'police'."""
    covering: dict[int, list[Sighting]] = {}
    for s in sightings:
        if s.last > s.first or s.phrase.section is Section.MASKS:
            for at in range(s.first, s.last + 1):
                covering.setdefault(at, []).append(s)
    if not covering:
        return sightings
    kept: list[Sighting] = []
    for s in sightings:
        hidden_by = HIDDEN_BY[s.phrase.section]
        for other in covering.get(s.first, ()):
            if other.phrase.section in hidden_by and other.last >= s.last and hides(other, s):
                break
        else:
            kept.append(s)
    return kept


def hides(longer: Sighting, shorter: Sighting) -> bool:
    """`longer` explains `shorter` away."""
    around, within = longer.phrase, shorter.phrase
    if around.code in LEAVE_MEANING:
        return False
    if around.section not in HIDDEN_BY[within.section]:
        return False
    if not shorter.within(longer):
        same_span = (longer.first, longer.last) == (shorter.first, shorter.last)
        return same_span and around.section is Section.MASKS and within.section is not Section.MASKS
    if around.section in HIDING:
        return around.code not in CONDITIONS or within.section not in NEEDS
    if within.section is Section.NEED_HINT or within.section in SMALL_TALK:
        return True
    # "i have" leaves "have" its own meaning
    return around.code not in (within.code, "first_person")
