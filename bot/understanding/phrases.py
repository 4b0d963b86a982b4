"""Finding the lexicon's phrases in a message."""

from collections.abc import Iterator, Sequence

from bot.model.record import record
from bot.understanding.lexicon import SHORTEST_STEM, WIDEST_GAP, Lexicon, Node, Phrase, Section
from bot.understanding.spelling import mend
from bot.understanding.words import Word

HIDING = frozenset({Section.MASKS, Section.REFUSALS, Section.QUESTIONS})
MENDED = 0.85  # how sure we are of a phrase with a mended word in it


@record
class Sighting:
    """A phrase that stands in the message, at words `first` to `last` (inclusive)."""

    phrase: Phrase
    first: int
    last: int
    words: int  # how many words of the phrase were matched, gaps not counted
    sure: float = 1.0

    def within(self, other: "Sighting") -> bool:
        """Stands inside a longer sighting."""
        inside = other.first <= self.first and self.last <= other.last
        return inside and (self.first, self.last) != (other.first, other.last)


@record
class Reading:
    """One word as the tree may take it."""

    word: str
    stems: tuple[str, ...]
    sure: float


def find_phrases(words: Sequence[Word], lexicon: Lexicon) -> list[Sighting]:
    """Every phrase in the message, longest first, those hidden by a longer one left out."""
    known: dict[str, Reading] = {}  # of this message alone: what people write is let go
    readings = [known.get(w.folded) or known.setdefault(w.folded, _read(w, lexicon)) for w in words]
    sightings = [s for start in range(len(words)) for s in _from(start, readings, lexicon)]
    return _visible(_unique(sightings))


def _read(word: Word, lexicon: Lexicon) -> Reading:
    known = word.folded in lexicon.words
    stems = _stems(word.folded, lexicon)
    if known or stems:
        return Reading(word=word.folded, stems=stems, sure=1.0)
    mended = mend(word.folded, lexicon)
    if mended is None:
        return Reading(word=word.folded, stems=(), sure=1.0)
    return Reading(word=mended, stems=_stems(mended, lexicon), sure=MENDED)


def _stems(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    beginning = word[:SHORTEST_STEM] if word.isascii() else word[:1]
    lengths = lexicon.stem_lengths.get(beginning, ())
    return tuple(word[:n] for n in lengths if n <= len(word) and word[:n] in lexicon.stems)


def _from(start: int, readings: Sequence[Reading], lexicon: Lexicon) -> Iterator[Sighting]:
    """All phrases that begin at word `start`, walking the trees without recursion."""
    walks = _beginnings(start, readings[start], lexicon)
    while walks:
        node, at, sure = walks.pop()
        if node.phrases:
            for phrase, length in node.phrases:
                yield Sighting(phrase=phrase, first=start, last=at - 1, words=length, sure=sure)
        if at >= len(readings):
            continue
        reading = readings[at]
        sure_here = min(sure, reading.sure)
        following = node.words.get(reading.word)
        if following is not None:
            walks.append((following, at + 1, sure_here))
        for stem in reading.stems:
            following = node.stems.get(stem)
            if following is not None:
                walks.append((following, at + 1, sure_here))
        if node.after_gap is not None:
            walks.extend(_across_gap(node.after_gap, at, readings, sure))


def _beginnings(start: int, reading: Reading, lexicon: Lexicon) -> list[tuple[Node, int, float]]:
    nodes = [*lexicon.first_words.get(reading.word, ())]
    for stem in reading.stems:
        nodes.extend(lexicon.first_stems.get(stem, ()))
    return [(node, start + 1, reading.sure) for node in nodes]


def _across_gap(
    node: Node, at: int, readings: Sequence[Reading], sure: float
) -> Iterator[tuple[Node, int, float]]:
    """Steps from `node` over zero to three words, each landing on a word of the phrase."""
    for landing in range(at, min(at + WIDEST_GAP + 1, len(readings))):
        reading = readings[landing]
        sure_here = min(sure, reading.sure)
        following = node.words.get(reading.word)
        if following is not None:
            yield following, landing + 1, sure_here
        for stem in reading.stems:
            following = node.stems.get(stem)
            if following is not None:
                yield following, landing + 1, sure_here


def _unique(sightings: list[Sighting]) -> list[Sighting]:
    """One sighting for each meaning, language and place: the longest, then the surest."""
    best: dict[tuple[str, str, str, int], Sighting] = {}
    for sighting in sightings:
        phrase = sighting.phrase
        key = (phrase.section, phrase.code, phrase.language, sighting.first)
        held = best.get(key)
        if held is None or (sighting.words, sighting.sure) > (held.words, held.sure):
            best[key] = sighting
    return sorted(best.values(), key=lambda s: (-s.words, s.first))


def _visible(sightings: list[Sighting]) -> list[Sighting]:
    """Without what a longer phrase explains: 'shelter dog' hides 'shelter', 'no police' hides 'police'."""
    covering: dict[int, list[Sighting]] = {}
    for sighting in sightings:
        for at in range(sighting.first, sighting.last + 1):
            covering.setdefault(at, []).append(sighting)
    return [s for s in sightings if not any(_hides(other, s) for other in covering[s.first])]


def _hides(longer: Sighting, shorter: Sighting) -> bool:
    if not shorter.within(longer):
        return longer.phrase.section is Section.MASKS and _same_span(longer, shorter)
    if longer.phrase.section in HIDING:
        return True
    if shorter.phrase.section is Section.NEED_HINT:
        return longer.phrase.section not in (Section.GRAMMAR, Section.TALK, Section.WANTS)
    if shorter.phrase.section in (Section.TALK, Section.WANTS):
        return longer.phrase.section is not Section.GRAMMAR
    return shorter.phrase.section is longer.phrase.section and shorter.phrase.code != longer.phrase.code


def _same_span(one: Sighting, other: Sighting) -> bool:
    return (one.first, one.last) == (other.first, other.last) and other.phrase.section is not Section.MASKS
