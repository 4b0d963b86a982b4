"""The arrays say what the phrases say: whatever is looked up in them is what reading every spelling would find."""

from itertools import product

from bot.understanding.growing import GAP, PhraseError, grow_lexicon, spellings
from bot.understanding.lexicon import Lexicon, open_lexicon
from bot.understanding.meaning import Phrase, Section
from bot.understanding.phrases import WIDEST_GAP, Sighting, find_phrases
from bot.understanding.words import read_words
from hypothesis import given, settings
from hypothesis import strategies as st

WORDS = ("alma", "almas", "brisa", "cobre", "cobrar")
SLOTS = (*WORDS, "alma*", "cob*", "alma/brisa", "(cobre)", "(alma brisa)", "...")
phrases = st.lists(st.lists(st.sampled_from(SLOTS), min_size=1, max_size=4), min_size=1, max_size=6)
messages = st.lists(st.sampled_from((*WORDS, "dado")), min_size=1, max_size=7)


def lexicon_of(written: list[str]) -> tuple[Lexicon, list[str]]:
    """Each phrase means a code of its own: its place in the list."""
    refused: list[str] = []
    parts = grow_lexicon(
        [
            Phrase(language="es", section=Section.EVENTS, code=str(at), written=w)
            for at, w in enumerate(written)
        ],
        {"es": {}},
        {"es": 4},
        {"es": {}},
        (),
        lambda phrase, _: refused.append(phrase.code),
    )
    return open_lexicon({name: memoryview(raw) for name, raw in parts.items()}), refused


def stands_at(slots: tuple[str, ...], words: list[str], at: int) -> bool:
    """Whether the words from `at` on can be read as these slots: one after the other, by trying."""
    if not slots:
        return True
    if slots[0] == GAP:
        return any(stands_at(slots[1:], words, at + n) for n in range(WIDEST_GAP + 1))
    if at >= len(words):
        return False
    fits = words[at].startswith(slots[0][:-1]) if slots[0].endswith("*") else words[at] == slots[0]
    return fits and stands_at(slots[1:], words, at + 1)


def found_by_trying(written: list[str], words: list[str]) -> set[tuple[str, int]]:
    found = set()
    for (code, phrase), at in product(enumerate(written), range(len(words))):
        try:
            read = list(spellings(phrase))
        except PhraseError:
            continue
        if any(stands_at(slots, words, at) for slots in read):
            found.add((str(code), at))
    return found


@settings(max_examples=300)
@given(phrases, messages)
def test_every_phrase_is_found_where_it_stands_and_nowhere_else(
    given: list[list[str]], words: list[str]
) -> None:
    written = [" ".join(slots) for slots in given]
    lexicon, _ = lexicon_of(written)
    sightings = find_phrases(read_words(" ".join(words)), lexicon, ("es",))
    assert {(s.phrase.code, s.first) for s in sightings} == found_by_trying(written, words)


def sightings_of(message: str, lexicon: Lexicon) -> list[Sighting]:
    return find_phrases(read_words(message), lexicon, ("es",))


def test_a_phrase_is_known_as_it_was_written() -> None:
    lexicon, _ = lexicon_of(["alma/brisa de (mi) cobre", "cobr*"])
    written = {lexicon.forest.as_written(s.number) for s in sightings_of("brisa de mi cobre", lexicon)}
    assert written == {"alma/brisa de (mi) cobre", "cobr*"}


def test_a_phrase_that_cannot_be_read_leaves_the_others() -> None:
    lexicon, refused = lexicon_of(["(", "brisa"])
    assert refused == ["0"]
    assert [s.phrase.code for s in sightings_of("una brisa", lexicon)] == ["1"]


def test_a_lexicon_without_phrases_finds_nothing() -> None:
    lexicon, _ = lexicon_of([])
    assert sightings_of("una brisa", lexicon) == []
