"""Phrases of all languages in one tree, so that the cost of a message grows with the message, not the lexicon.

Phrase syntax (docs/understanding.md): words in order; `a/b` alternatives; `(word)` optional; `word*` any
ending; `...` up to three words in between.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product

from bot.model.record import record
from bot.understanding.words import CONTRACTS, read_words

GAP = "..."
SLOT = re.compile(r"\([^()]*\)|[^\s()]+|[()]")
WIDEST_GAP = 3
MOST_SPELLINGS = 400  # of one phrase; more is a phrase that should be two
SHORTEST_STEM = 3


class Section(StrEnum):
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


@dataclass(slots=True)
class Node:
    """A place in the tree. Built once, then only read."""

    words: dict[str, "Node"] = field(default_factory=dict)
    stems: dict[str, "Node"] = field(default_factory=dict)
    after_gap: "Node | None" = None
    phrases: list[tuple[Phrase, int]] = field(default_factory=list)  # with the number of words it takes


@record
class Vocabulary:
    """Common words of one language with their frequency (Zipf scale, 0 to 8): for telling languages apart,
    and so that a common word is never taken for a misspelling of a rarer one."""

    language: str
    frequency: Mapping[str, float]


@record
class Lexicon:
    """Everything the recognizer knows about words, compiled.

    Invariant: `words` holds every whole word of every phrase; `stems` every `word*` without its star.
    """

    root: Node = field(repr=False)
    words: frozenset[str] = field(repr=False)
    stems: frozenset[str] = field(repr=False)
    stem_lengths: Mapping[str, tuple[int, ...]] = field(repr=False)  # first letters -> lengths of stems
    languages: tuple[str, ...]
    words_of: Mapping[str, frozenset[str]] = field(repr=False)  # language -> whole words of its phrases
    vocabularies: Mapping[str, Vocabulary] = field(repr=False)
    buckets: Mapping[tuple[str, int], tuple[str, ...]] = field(repr=False)  # (first letter, length) -> words
    tails: Mapping[tuple[str, int], tuple[str, ...]] = field(
        repr=False
    )  # (last two letters, length) -> words

    def is_common(self, word: str) -> bool:
        """A word people use anyway: never "corrected" into one of ours."""
        return any(word in v.frequency for v in self.vocabularies.values())


def compile_lexicon(phrases: Iterable[Phrase], vocabularies: Mapping[str, Vocabulary]) -> Lexicon:
    """The tree of all phrases. Raises PhraseError for one that cannot be read."""
    root = Node()
    words: dict[str, set[str]] = {}
    stems: set[str] = set()
    for phrase in phrases:
        for spelling in spellings(phrase.written):
            _plant(root, phrase, spelling)
            for slot in spelling:
                if slot.endswith("*"):
                    stems.add(slot[:-1])
                elif slot != GAP:
                    words.setdefault(phrase.language, set()).add(slot)
    whole = frozenset().union(*words.values()) if words else frozenset()
    return Lexicon(
        root=root,
        words=whole,
        stems=frozenset(stems),
        stem_lengths=_lengths_by_beginning(stems),
        languages=tuple(sorted(words)),
        words_of={language: frozenset(of) for language, of in words.items()},
        vocabularies=vocabularies,
        buckets=_grouped((w[0], len(w), w) for w in whole),
        tails=_grouped((w[-2:], len(w), w) for w in whole),
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
    folded = tuple(w.folded for w in read_words(bare))
    if not folded:
        raise PhraseError(f"{written!r}: {alternative!r} holds no letters")
    if not starred:
        return folded
    if len(folded[-1]) < SHORTEST_STEM and folded[-1].isascii():
        raise PhraseError(
            f"{written!r}: {alternative!r} is too short for a star; write at least three letters"
        )
    return (*folded[:-1], folded[-1] + "*")


def _trim_gaps(slots: tuple[str, ...]) -> tuple[str, ...]:
    first = next(i for i, s in enumerate(slots) if s != GAP)
    last = next(i for i in range(len(slots) - 1, -1, -1) if slots[i] != GAP)
    return slots[first : last + 1]


def _plant(root: Node, phrase: Phrase, slots: tuple[str, ...]) -> None:
    node = root
    for slot in slots:
        if slot == GAP:
            if node.after_gap is None:
                node.after_gap = Node()
            node = node.after_gap
        elif slot.endswith("*"):
            node = node.stems.setdefault(slot[:-1], Node())
        else:
            node = node.words.setdefault(slot, Node())
    if not any(known == phrase for known, _ in node.phrases):
        node.phrases.append((phrase, sum(s != GAP for s in slots)))


def _lengths_by_beginning(stems: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """How long stems are that begin so: most words begin like none, and are not looked at further."""
    lengths: dict[str, set[int]] = {}
    for stem in stems:
        lengths.setdefault(stem[:SHORTEST_STEM] if stem.isascii() else stem[:1], set()).add(len(stem))
    return {beginning: tuple(sorted(of)) for beginning, of in lengths.items()}


def _grouped(rows: Iterable[tuple[str, int, str]]) -> dict[tuple[str, int], tuple[str, ...]]:
    groups: dict[tuple[str, int], list[str]] = {}
    for key, length, word in rows:
        groups.setdefault((key, length), []).append(word)
    return {key: tuple(sorted(group)) for key, group in groups.items()}
