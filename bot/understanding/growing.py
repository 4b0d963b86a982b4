"""From phrases as volunteers write them to a lexicon's parts: read, grown into trees, packed into arrays.

Phrase syntax (docs/understanding.md): words in order; `a/b` alternatives; `(word)` optional; `word*` any
ending; `...` up to three words in between.
"""

import json
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise, product

from marisa_trie import BytesTrie, Trie

from bot.model.record import record
from bot.understanding.contractions import CONTRACTS
from bot.understanding.forest import LENGTH_BITS, MOST_WORDS, NOWHERE, NUMBERS
from bot.understanding.lexicon import SHORTEST_MENDED, alike_key
from bot.understanding.meaning import Meaning, Phrase
from bot.understanding.words import read_words

GAP = "..."
SLOT = re.compile(r"\([^()]*\)|[^\s()]+|[()]")
MOST_SPELLINGS = 400  # of one phrase; more is a phrase that should be two
SHORTEST_STEM = 3
FOREIGN = 2.0  # Zipf steps: a word this much rarer than in another language is a guest from there

Vocabulary = Mapping[str, float]  # common words of one language with their frequency (Zipf scale, 0 to 8)
Spoken = tuple[tuple[str, float], ...]  # the languages a word is common in, and how common


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


def grow_lexicon(
    phrases: Iterable[Phrase],
    vocabularies: Mapping[str, Vocabulary],
    reaches: Mapping[str, int],
    shorthand: Mapping[str, Mapping[str, str]],
    marked: Iterable[str],
    refuse: Callable[[Phrase, PhraseError], None],
) -> dict[str, bytes]:
    """The parts of a lexicon, by name, for open_lexicon(). `refuse` hears of each phrase that cannot be read; it is
    left out.

    `vocabularies`, `reaches` and `shorthand` ("q" -> "que") are by language.
    """
    trees: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        trees.setdefault(phrase.language, []).append(phrase)
    words: dict[str, set[str]] = {}
    stems: set[str] = set()
    roots = [_tree(of, words, stems, refuse) for of in trees.values()]
    table = _Table()
    parts = _packed(
        _together(root.words for root in roots),
        _together(root.stems for root in roots),
        Trie(set().union(*words.values())),
        Trie(stems),
        table,
    )
    usage = _usage(vocabularies)
    rows = {row: at for at, row in enumerate(dict.fromkeys(usage.values()))}
    everyday = Trie(usage)
    row_of = array("H", bytes(2 * len(everyday)))
    for word, spoken in usage.items():
        row_of[everyday[word]] = rows[spoken]
    about = {
        "languages": sorted(words),
        "reaches": dict(reaches),
        "shorthand": _shorthand(shorthand),
        "marked": sorted(marked),
        "meanings": table.meanings,
        "usage": list(rows),
    }
    return {
        **parts,
        "about": json.dumps(about, ensure_ascii=False).encode(),
        "usage_words": everyday.tobytes(),
        "usage_row_of": row_of.tobytes(),
        "alike_by_start": _alike((of, w[0], w) for of, own in words.items() for w in own),
        "alike_by_end": _alike((of, w[-2:], w) for of, own in words.items() for w in own),
    }


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
    """Without gaps at the ends; "a ... (b) ... c" without its b has one gap."""
    if GAP not in slots:
        return slots
    first, end = 0, len(slots)
    while slots[first] == GAP:
        first += 1
    while slots[end - 1] == GAP:
        end -= 1
    if (GAP, GAP) not in pairwise(slots):
        return slots[first:end]
    return tuple(slots[at] for at in range(first, end) if slots[at] != GAP or slots[at - 1] != GAP)


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


def _packed(
    first_words: Mapping[str, Node],
    first_stems: Mapping[str, Node],
    words: Trie,
    stems: Trie,
    table: "_Table",
) -> dict[str, bytes]:
    """The parts of a forest, by name, for open_forest()."""
    nodes = _numbered((*first_words.values(), *first_stems.values()))
    number = {id(node): at for at, node in enumerate(nodes, 1)}
    columns = {name: array("I") for name in NUMBERS}
    columns["after_word"] = array("I", bytes(4 * len(words)))
    columns["after_stem"] = array("I", bytes(4 * len(stems)))
    for word, node in first_words.items():
        columns["after_word"][words[word]] = number[id(node)]
    for stem, node in first_stems.items():
        columns["after_stem"][stems[stem]] = number[id(node)]
    nothing = Node(words=NOTHING, stems=NOTHING, after_gap=None, phrases=())
    for node in (nothing, *nodes, nothing):  # NOWHERE, all of them, and the end of the last
        columns["edges_at"].append(len(columns["edges"]))
        columns["ends_at"].append(len(columns["ends"]))
        columns["after_gap"].append(number[id(node.after_gap)] if node.after_gap else NOWHERE)
        for key, child in sorted(_edges(node, words, stems), key=lambda edge: edge[0]):
            columns["edges"].append(key)
            columns["edge_nodes"].append(number[id(child)])
        for phrase, length in node.phrases:
            columns["ends"].append(table.number(phrase) << LENGTH_BITS | min(length, MOST_WORDS))
    parts = {name: column.tobytes() for name, column in columns.items()}
    return {**parts, **table.parts(), "words": words.tobytes(), "stems": stems.tobytes()}


def _edges(node: Node, words: Trie, stems: Trie) -> list[tuple[int, Node]]:
    """What may follow a node, by the numbers of its words and stems."""
    return [
        *((words[word], child) for word, child in node.words.items()),
        *((len(words) + stems[stem], child) for stem, child in node.stems.items()),
    ]


class _Table:
    """Phrases by number: what each means, and how it is written."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._meanings: dict[Meaning, int] = {}
        self._meaning_of, self._written_at, self._written = array("I"), array("I", [0]), bytearray()

    def number(self, phrase: Phrase) -> int:
        known = self._numbers.get(id(phrase))
        if known is not None:
            return known
        meaning = Meaning(language=phrase.language, section=phrase.section, code=phrase.code)
        self._meaning_of.append(self._meanings.setdefault(meaning, len(self._meanings)))
        self._written += phrase.written.encode()
        self._written_at.append(len(self._written))
        return self._numbers.setdefault(id(phrase), len(self._numbers))

    @property
    def meanings(self) -> list[list[str]]:
        return [[m.language, m.section.value, m.code] for m in self._meanings]

    def parts(self) -> dict[str, bytes]:
        return {
            "meaning_of": self._meaning_of.tobytes(),
            "written_at": self._written_at.tobytes(),
            "written": bytes(self._written),
        }


def _numbered(roots: Iterable[Node]) -> list[Node]:
    """Every node once, what is near in a tree near in the arrays."""
    found: dict[int, Node] = {}
    waiting = list(roots)[::-1]
    while waiting:
        node = waiting.pop()
        if id(node) in found:
            continue
        found[id(node)] = node
        waiting += [*node.words.values(), *node.stems.values()]
        if node.after_gap is not None:
            waiting.append(node.after_gap)
    return list(found.values())


def _alike(rows: Iterable[tuple[str, str, str]]) -> bytes:
    """Words long enough to be written wrong and still be known, by their language, an end of theirs and length."""
    groups: dict[str, list[str]] = {}
    for language, end, word in rows:
        if len(word) >= SHORTEST_MENDED:
            groups.setdefault(alike_key(language, end, len(word)), []).append(word)
    packed: bytes = BytesTrie([(key, " ".join(sorted(of)).encode()) for key, of in groups.items()]).tobytes()
    return packed


def _shorthand(by_language: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[tuple[str, str], ...]]:
    together: dict[str, tuple[tuple[str, str], ...]] = {}
    for language, words in by_language.items():
        for short, full in words.items():
            together[short] = (*together.get(short, ()), (language, full))
    return together


def _usage(vocabularies: Mapping[str, Vocabulary]) -> dict[str, Spoken]:
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
