"""Phrases of all languages in one tree, so that the cost of a message grows with the message, not the lexicon.

Phrase syntax (docs/understanding.md): words in order; `a/b` alternatives; `(word)` optional; `word*` any
ending; `...` up to three words in between.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from bot.model.record import record
from bot.model.words import ClosedList
from bot.understanding.contractions import CONTRACTS
from bot.understanding.words import SIGN, read_words

GAP = "..."
SLOT = re.compile(r"\([^()]*\)|[^\s()]+|[()]")
WIDEST_GAP = 3  # words
WIDEST_GAP_IN_SIGNS = 6  # where every sign is a word: Chinese, Japanese, Thai, Korean
USUAL_REACH = 4  # words between a negation and what it denies, where a lexicon says nothing else
MOST_SPELLINGS = 400  # of one phrase; more is a phrase that should be two
SHORTEST_STEM = 3
FOREIGN = 2.0  # Zipf steps: a word this much rarer than in another language is a guest from there
SHORTEST_MENDED = 5  # "rope" is not "rape": four letters are never mended


class Section(ClosedList):
    """The parts of a lexicon file."""

    NEED_ASK = "ask"
    NEED_HINT = "hint"
    PEOPLE = "people"
    CONTEXTS = "contexts"
    EVENTS = "events"
    REFUSALS = "refusals"
    DANGER = "danger"
    QUESTIONS = "questions"
    TALK = "talk"
    WANTS = "wants"
    GRAMMAR = "grammar"
    MASKS = "masks"


@record
class Phrase:
    """One phrase as a volunteer wrote it, and what it stands for."""

    language: str
    section: Section
    code: str
    written: str


class PhraseError(ValueError):
    """A phrase cannot be read. The message says what to write instead."""


@record
class Node:
    """A place in a tree of phrases. What may follow is one node however many spellings lead there.

    `phrases` end here, each with the number of words it takes.
    """

    words: "Mapping[str, Node]" = field(repr=False)
    stems: "Mapping[str, Node]" = field(repr=False)
    after_gap: "Node | None" = field(repr=False)
    phrases: tuple[tuple[Phrase, int], ...] = field(repr=False)


class Reading(NamedTuple):
    """One word as the trees may take it. Not a record: a long message has hundreds of them."""

    word: str
    stems: tuple[str, ...]
    sure: float
    gap: int  # how many words a gap that begins here may stand for
    beginnings: tuple[Node, ...]  # what may follow it as the first word of a phrase
    others: tuple[str, ...]  # what it is short for


Vocabulary = Mapping[str, float]  # common words of one language with their frequency (Zipf scale, 0 to 8)
Usage = Mapping[str, tuple[tuple[str, float], ...]]  # word -> the languages it is common in, and how common


@record
class Lexicon:
    """Everything the recognizer knows about words, compiled.

    Invariant: `words` holds every whole word of every phrase; `stems` every `word*` without its star.
    """

    first_words: Mapping[str, Node] = field(repr=False)  # what may follow it, in any language
    first_stems: Mapping[str, Node] = field(repr=False)
    readings: Mapping[str, Reading] = field(
        repr=False
    )  # of its own words, but for those that may be short for others
    words: frozenset[str] = field(repr=False)
    stems: frozenset[str] = field(repr=False)
    stem_lengths: Mapping[str, tuple[int, ...]] = field(repr=False)  # first letters -> lengths of stems
    languages: tuple[str, ...]
    usage: Usage = field(repr=False)  # tells languages apart, and common words from misspelled ones
    reaches: Mapping[str, int]  # language -> how many words a negation reaches
    shorthand: Mapping[str, tuple[tuple[str, str], ...]] = field(repr=False)  # "q" -> (("es", "que"),)
    marked: frozenset[str]  # languages in which marks make words (marks.py)
    # language, first letter or last two, length -> words of its phrases
    buckets: Mapping[tuple[str, str, int], tuple[str, ...]] = field(repr=False)
    tails: Mapping[tuple[str, str, int], tuple[str, ...]] = field(repr=False)

    def is_common(self, word: str, languages: Collection[str]) -> bool:
        """A word people use anyway in one of `languages`: never "corrected" into one of ours."""
        return any(language in languages for language, _ in self.usage.get(word, ()))


def compile_lexicon(
    phrases: Iterable[Phrase],
    vocabularies: Mapping[str, Vocabulary],
    reaches: Mapping[str, int],
    shorthand: Mapping[str, Mapping[str, str]],
    marked: Iterable[str],
    refuse: Callable[[Phrase, PhraseError], None],
) -> Lexicon:
    """The trees of all phrases. `refuse` hears of each that cannot be read; it is left out.

    `vocabularies`, `reaches` and `shorthand` ("q" -> "que") are by language.
    """
    trees: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        trees.setdefault(phrase.language, []).append(phrase)
    words: dict[str, set[str]] = {}
    stems: set[str] = set()
    roots = [_tree(of, words, stems, refuse) for of in trees.values()]
    whole = frozenset().union(*words.values()) if words else frozenset()
    first_words = _together(root.words for root in roots)
    first_stems = _together(root.stems for root in roots)
    lengths = _lengths_by_beginning(stems)
    short = _shorthand(shorthand)
    return Lexicon(
        first_words=first_words,
        first_stems=first_stems,
        readings={
            word: read_word(word, first_words, first_stems, stems, lengths)
            for word in whole
            if word not in short
        },
        words=whole,
        stems=frozenset(stems),
        stem_lengths=lengths,
        languages=tuple(sorted(words)),
        usage=_usage(vocabularies),
        reaches=reaches,
        shorthand=short,
        marked=frozenset(marked),
        buckets=_grouped(((of, w[0], len(w)), w) for of, own in words.items() for w in own),
        tails=_grouped(((of, w[-2:], len(w)), w) for of, own in words.items() for w in own),
    )


def read_word(
    word: str,
    first_words: Mapping[str, Node],
    first_stems: Mapping[str, Node],
    known_stems: Collection[str],
    stem_lengths: Mapping[str, tuple[int, ...]],
    others: tuple[str, ...] = (),
) -> Reading:
    """Where a word leads in a lexicon of these parts. `others`: what it is short for."""
    beginning = word[:SHORTEST_STEM] if word.isascii() else word[:1]
    stems = tuple(
        word[:n] for n in stem_lengths.get(beginning, ()) if n <= len(word) and word[:n] in known_stems
    )
    found = (*map(first_words.get, (word, *others)), *map(first_stems.get, stems))
    return Reading(
        word=word,
        stems=stems,
        sure=1.0,
        gap=WIDEST_GAP if word.isascii() or not SIGN.match(word) else WIDEST_GAP_IN_SIGNS,
        beginnings=tuple(node for node in found if node is not None),
        others=others,
    )


def spellings(written: str) -> Iterator[tuple[str, ...]]:
    """Every sequence of slots a phrase stands for: 'a/b (c) d*' is a d*, a c d*, b d*, b c d*."""
    slots = [_choices(slot, written) for slot in SLOT.findall(written)]
    if not slots:
        raise PhraseError("this phrase is empty: remove it")
    count = 1
    for choices in slots:
        count *= len(choices)
    if count > MOST_SPELLINGS:
        raise PhraseError(f"{written!r} stands for {count} spellings: write it as two or three phrases")
    for chosen in product(*slots):
        flat = tuple(part for parts in chosen for part in parts)
        if not flat or set(flat) == {GAP}:
            raise PhraseError(f"{written!r} can stand for nothing at all: keep one word without ( )")
        yield _trim_gaps(_contracted(flat))


def _choices(slot: str, written: str) -> list[tuple[str, ...]]:
    """What may stand in one slot; an optional slot may hold several words: '(going to)'."""
    if slot in (GAP, "…"):
        return [(GAP,)]
    if slot in ("(", ")", "()"):
        raise PhraseError(
            f"{written!r}: a bracket is open or empty; write (word) around words that may be missing"
        )
    if not slot.startswith("("):
        return [_read_slot(alternative, written) for alternative in slot.split("/")]
    inner = [_choices(part, written) for part in slot.strip("()").split()]
    return [*(tuple(part for parts in chosen for part in parts) for chosen in product(*inner)), ()]


def _contracted(slots: tuple[str, ...]) -> tuple[str, ...]:
    """'do' 'not' stands in messages as one word (words.py), so it does here."""
    if "not" not in slots:
        return slots
    joined: list[str] = []
    for slot in slots:
        if slot == "not" and joined and joined[-1] in CONTRACTS:
            joined[-1] = CONTRACTS[joined[-1]]
        else:
            joined.append(slot)
    return tuple(joined)


def _read_slot(alternative: str, written: str) -> tuple[str, ...]:
    """One alternative as folded words; 'l'avocat' is two."""
    starred = alternative.endswith("*")
    bare = alternative[:-1] if starred else alternative
    if not bare or re.search(r"[*()]", bare):
        raise PhraseError(
            f"{written!r}: {alternative!r} cannot be read; write words, a/b, (word), word* or ..."
        )
    folded = _folded(bare)
    if not folded:
        raise PhraseError(f"{written!r}: {alternative!r} holds no letters")
    if not starred:
        return folded
    if len(folded[-1]) < SHORTEST_STEM and folded[-1].isascii():
        raise PhraseError(
            f"{written!r}: {alternative!r} is too short for a star; write at least three letters"
        )
    return (*folded[:-1], folded[-1] + "*")


@lru_cache(maxsize=50_000)
def _folded(alternative: str) -> tuple[str, ...]:
    """The words of an alternative. The lexicons repeat theirs often; no message of a person comes by here."""
    return tuple(w.folded for w in read_words(alternative))


def _trim_gaps(slots: tuple[str, ...]) -> tuple[str, ...]:
    if GAP not in slots:
        return slots
    first = next(i for i, s in enumerate(slots) if s != GAP)
    last = next(i for i in range(len(slots) - 1, -1, -1) if slots[i] != GAP)
    return slots[first : last + 1]


@dataclass(slots=True)
class _Sapling:
    """A node while its tree grows: most have neither children nor phrases."""

    words: "dict[str, _Sapling] | None" = None
    stems: "dict[str, _Sapling] | None" = None
    after_gap: "_Sapling | None" = None
    phrases: list[tuple[Phrase, int]] | None = None


def _tree(
    phrases: Iterable[Phrase],
    words: dict[str, set[str]],
    stems: set[str],
    refuse: Callable[[Phrase, PhraseError], None],
) -> Node:
    """The tree of one language. Its words and stems are added to `words` and `stems`."""
    root = _Sapling()
    for phrase in phrases:
        try:
            found = tuple(spellings(phrase.written))
        except PhraseError as error:
            refuse(phrase, error)
            continue
        _plant(root, phrase, found)
        slots: set[str] = set().union(*found)
        stems.update(slot[:-1] for slot in slots if slot.endswith("*"))
        own = words.setdefault(phrase.language, set())
        own.update(slot for slot in slots if slot != GAP and not slot.endswith("*"))
    return _grown(root, {})


def _plant(root: _Sapling, phrase: Phrase, spelled: Iterable[tuple[str, ...]]) -> None:
    """All spellings of a phrase, each from where it parts from the one before."""
    before: tuple[str, ...] = ()
    path = [root]  # after each slot of the spelling before
    for slots in spelled:
        shared = 0
        while shared < min(len(before), len(slots)) and before[shared] == slots[shared]:
            shared += 1
        del path[shared + 1 :]
        for slot in slots[shared:]:
            path.append(_step(path[-1], slot))
        before, node = slots, path[-1]
        node.phrases = node.phrases or []
        if not any(known is phrase for known, _ in node.phrases):
            node.phrases.append((phrase, len(slots) - slots.count(GAP)))


def _step(node: _Sapling, slot: str) -> _Sapling:
    """What follows `node` after one more slot."""
    if slot == GAP:
        node.after_gap = node.after_gap or _Sapling()
        return node.after_gap
    if slot.endswith("*"):
        node.stems = {} if node.stems is None else node.stems
        following, slot = node.stems, slot[:-1]
    else:
        node.words = {} if node.words is None else node.words
        following = node.words
    known = following.get(slot)
    if known is None:
        known = following[slot] = _Sapling()
    return known


def _grown(sapling: _Sapling, known: dict[object, Node]) -> Node:
    """The node for good. Two that lead to the same become one: "need/want a lawyer" has one "a lawyer"."""
    words = {word: _grown(child, known) for word, child in (sapling.words or {}).items()}
    stems = {stem: _grown(child, known) for stem, child in (sapling.stems or {}).items()}
    after_gap = _grown(sapling.after_gap, known) if sapling.after_gap else None
    phrases = tuple(sapling.phrases or ())
    sameness = (
        tuple((word, id(child)) for word, child in sorted(words.items(), key=lambda row: row[0])),
        tuple((stem, id(child)) for stem, child in sorted(stems.items(), key=lambda row: row[0])),
        id(after_gap),
        tuple((id(phrase), length) for phrase, length in phrases),
    )
    same = known.get(sameness)
    if same is None:
        same = Node(words=words or NOTHING, stems=stems or NOTHING, after_gap=after_gap, phrases=phrases)
        known[sameness] = same
    return same


def _together(trees: Iterable[Mapping[str, Node]]) -> dict[str, Node]:
    """The beginnings of all languages in one place: most words of a message begin no phrase."""
    together: dict[str, list[Node]] = {}
    for tree in trees:
        for word, node in tree.items():
            together.setdefault(word, []).append(node)
    return {word: _merged(nodes) for word, nodes in together.items()}


def _merged(nodes: list[Node]) -> Node:
    """One node for what may follow in any of the languages."""
    if len(nodes) == 1:
        return nodes[0]
    gaps = [node.after_gap for node in nodes if node.after_gap is not None]
    return Node(
        words=_together(node.words for node in nodes) or NOTHING,
        stems=_together(node.stems for node in nodes) or NOTHING,
        after_gap=_merged(gaps) if gaps else None,
        phrases=tuple(row for node in nodes for row in node.phrases),
    )


NOTHING: Mapping[str, Node] = {}


def _lengths_by_beginning(stems: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """How long stems are that begin so: most words begin like none, and are not looked at further."""
    lengths: dict[str, set[int]] = {}
    for stem in stems:
        lengths.setdefault(stem[:SHORTEST_STEM] if stem.isascii() else stem[:1], set()).add(len(stem))
    return {beginning: tuple(sorted(of)) for beginning, of in lengths.items()}


def _grouped(rows: Iterable[tuple[tuple[str, str, int], str]]) -> dict[tuple[str, str, int], tuple[str, ...]]:
    """Words long enough to be written wrong and still be known, by what they begin or end with."""
    groups: dict[tuple[str, str, int], list[str]] = {}
    for key, word in rows:
        if len(word) >= SHORTEST_MENDED:
            groups.setdefault(key, []).append(word)
    return {key: tuple(sorted(group)) for key, group in groups.items()}


def _shorthand(by_language: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[tuple[str, str], ...]]:
    together: dict[str, tuple[tuple[str, str], ...]] = {}
    for language, words in by_language.items():
        for short, full in words.items():
            together[short] = (*together.get(short, ()), (language, full))
    return together


def _usage(vocabularies: Mapping[str, Vocabulary]) -> Usage:
    together: dict[str, tuple[tuple[str, float], ...]] = {}
    same: dict[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]] = {}  # one of each, for memory
    for language, frequencies in sorted(vocabularies.items()):
        for word, zipf in frequencies.items():
            together[word] = (*together.get(word, ()), (language, round(zipf, 1)))
    for word, spoken in together.items():
        own = max(zipf for _, zipf in spoken) - FOREIGN
        kept = tuple(row for row in spoken if row[1] > own)
        together[word] = same.setdefault(kept, kept)
    return together
