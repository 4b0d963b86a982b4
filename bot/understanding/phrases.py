"""Finding the lexicon's phrases in a message."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from bot.understanding.lexicon import Lexicon, Node, Phrase, Reading, Section, read_word
from bot.understanding.spelling import mend
from bot.understanding.words import Word

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


class Sighting(NamedTuple):
    """A phrase that stands in the message, at words `first` to `last` (inclusive).

    Not a record: a long message has a thousand of them.
    """

    phrase: Phrase
    first: int
    last: int
    words: int  # how many words of the phrase were matched, gaps not counted
    sure: float = 1.0
    skipped: tuple[int, ...] = ()  # the words its gaps stand for

    def within(self, other: "Sighting") -> bool:
        """Stands inside a longer sighting."""
        inside = other.first <= self.first and self.last <= other.last
        return inside and (self.first, self.last) != (other.first, other.last)


Grammar: TypeAlias = Mapping[str, Sequence[Sighting]]  # the words of grammar in a message, by their kind
Walk: TypeAlias = tuple[
    Node, int, float, tuple[int, ...]
]  # where in a tree, the next word, how sure, words skipped


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
            _from(start, readings, sightings)
    return _unique(sightings)


def _read(word: str, lexicon: Lexicon, languages: Collection[str]) -> Reading:
    known = lexicon.readings.get(word)
    if known is not None:
        return known
    short = lexicon.shorthand.get(word, ())
    others = tuple(full for of, full in short if of in languages)
    reading = _read_anew(word, lexicon, others)
    if reading.stems or others or word in lexicon.words:
        return reading
    mended = mend(word, lexicon, languages)
    return reading if mended is None else _read_anew(mended, lexicon, ())._replace(sure=MENDED)


def _read_anew(word: str, lexicon: Lexicon, others: tuple[str, ...]) -> Reading:
    return read_word(
        word, lexicon.first_words, lexicon.first_stems, lexicon.stems, lexicon.stem_lengths, others
    )


def _from(start: int, readings: Sequence[Reading], found: list[Sighting]) -> None:
    """Add all phrases that begin at word `start`, walking the trees without recursion."""
    first = readings[start]
    end = len(readings)
    following = readings[start + 1].word if start + 1 < end else ""
    shortened = start + 1 < end and readings[start + 1].others
    walks: list[Walk] = []
    for node in first.beginnings:
        for phrase, length in node.phrases:
            found.append(Sighting(phrase, start, start, length, first.sure))
        # Most first words lead nowhere: seen here, before anything is made of them.
        if following in node.words or shortened or node.stems or node.after_gap is not None:
            walks.append((node, start + 1, first.sure, ()))
    while walks:
        node, at, sure, skipped = walks.pop()
        if at > start + 1:
            for phrase, length in node.phrases:
                found.append(Sighting(phrase, start, at - 1, length, sure, skipped))
        if at == end:
            continue
        if node.words or node.stems:
            _step(node, at, readings[at], sure, skipped, walks)
        if node.after_gap is not None:
            for landing in range(at, min(at + readings[at].gap + 1, end)):
                _step(node.after_gap, landing, readings[landing], sure, skipped, walks)
                skipped = (*skipped, landing)


def _step(
    node: Node, at: int, reading: Reading, sure: float, skipped: tuple[int, ...], walks: list[Walk]
) -> None:
    """From `node` over the word `at`: what follows is added to `walks`."""
    sure = min(sure, reading.sure)
    following = node.words.get(reading.word)
    if following is not None:
        walks.append((following, at + 1, sure, skipped))
    if node.stems:
        for stem in reading.stems:
            following = node.stems.get(stem)
            if following is not None:
                walks.append((following, at + 1, sure, skipped))
    for other in reading.others:
        following = node.words.get(other)
        if following is not None:
            walks.append((following, at + 1, sure, skipped))


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
