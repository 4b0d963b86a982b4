"""The trees of all phrases as arrays, so that hundreds of thousands of nodes lie on the disk and not in memory.

A node is a number; what follows it, and which phrases end there, is a stretch of an array. As Python objects the
same trees take a second to load and 200 MB; so they open in milliseconds, and a message reads the few pages it needs.
Numbers are as this machine writes them: the file is a cache of it, never sent to another.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from marisa_trie import Trie

from bot.model.record import record
from bot.understanding.meaning import Meaning, Section

NOWHERE = 0  # the node that nothing follows
UNKNOWN = -1  # the number of a word that stands in no phrase
LENGTH_BITS = 5  # how many words a phrase takes, beside its number
MOST_WORDS = (1 << LENGTH_BITS) - 1
NUMBERS = ("after_word", "after_stem", "edges_at", "edges", "edge_nodes", "after_gap", "ends_at", "ends")
PHRASES = ("meaning_of", "written_at")


@record
class Forest:
    """All trees. Words and stems have numbers; those of stems begin where those of words end."""

    words: Trie
    stems: Trie
    after_word: Sequence[int]  # number of a first word -> node
    after_stem: Sequence[int]
    edges_at: Sequence[int]  # node -> where its edges begin; they end where the next node's begin
    edges: Sequence[int]  # numbers of words, then of stems, from the lowest
    edge_nodes: Sequence[int]  # where each edge leads
    after_gap: Sequence[int]  # node -> what may follow after words in between
    ends_at: Sequence[int]  # node -> where its phrases begin
    ends: Sequence[int]  # number of a phrase and how many words it takes
    meanings: tuple[Meaning, ...]
    meaning_of: Sequence[int]  # number of a phrase -> of its meaning
    written_at: Sequence[int]
    written: bytes | memoryview

    def word(self, word: str) -> int:
        """The number of a word, or UNKNOWN."""
        return int(self.words.get(word, UNKNOWN))

    def stems_of(self, word: str) -> tuple[int, ...]:
        """The numbers of the stems a word begins with."""
        first = len(self.words)
        return tuple([first + self.stems[stem] for stem in self.stems.prefixes(word)])

    def beginning(self, key: int) -> int:
        """What may follow a word or stem as the first of a phrase."""
        first = len(self.words)
        return self.after_word[key] if key < first else self.after_stem[key - first]

    def following(self, node: int, key: int) -> int:
        """What may follow a node after this word or stem, or NOWHERE."""
        edges = self.edges
        end = self.edges_at[node + 1]
        at = bisect_left(edges, key, self.edges_at[node], end)
        return self.edge_nodes[at] if at < end and edges[at] == key else NOWHERE

    def has_stems(self, node: int) -> bool:
        """Whether a stem may follow."""
        end = self.edges_at[node + 1]
        return end > self.edges_at[node] and self.edges[end - 1] >= len(self.words)

    def ending_at(self, node: int) -> list[tuple[int, int]]:
        """The phrases that end at a node, each with how many words it takes."""
        first, end = self.ends_at[node], self.ends_at[node + 1]
        return [(row >> LENGTH_BITS, row & MOST_WORDS) for row in self.ends[first:end]] if end > first else []

    def as_written(self, phrase: int) -> str:
        """A phrase as a volunteer wrote it."""
        first, end = self.written_at[phrase], self.written_at[phrase + 1]
        return bytes(self.written[first:end]).decode()


def open_forest(parts: Mapping[str, memoryview], meanings: Iterable[Sequence[str]]) -> Forest:
    """The forest behind its parts. Raises KeyError or ValueError for parts of something else."""
    numbers: dict[str, Any] = {name: parts[name].cast("I") for name in (*NUMBERS, *PHRASES)}
    return Forest(
        words=open_trie(parts["words"]),
        stems=open_trie(parts["stems"]),
        meanings=tuple(Meaning(language=of, section=Section(part), code=code) for of, part, code in meanings),
        written=parts["written"],
        **numbers,
    )


def open_trie(raw: memoryview) -> Trie:
    """A set of words with a number each."""
    trie = Trie()
    trie.frombytes(bytes(raw))
    return trie
