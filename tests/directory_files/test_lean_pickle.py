"""What is kept compiled comes back as it was, without the marks that cost memory while it is read."""

import pickle
from pickletools import genops

from bot.directory_files.lean_pickle import lean_pickle
from bot.model.record import record
from hypothesis import given
from hypothesis import strategies as st

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(), inner)
        | st.frozensets(st.integers())
    ),
    max_leaves=60,
)


@record
class Leaf:
    word: str
    more: tuple[int, ...]


@given(VALUES)
def test_whatever_is_kept_comes_back_equal(value: object) -> None:
    assert pickle.loads(lean_pickle(value)) == value


@given(st.lists(VALUES, min_size=1, max_size=5), st.integers(1, 700))
def test_what_was_one_value_in_many_places_is_one_again(values: list[object], times: int) -> None:
    """More than 255 of them need longer numbers."""
    holders = [[value] for value in values] + [[number] for number in range(times)]
    back = pickle.loads(lean_pickle([holders, holders, *holders]))
    assert back[0] == holders
    assert back[0] is back[1]
    assert all(one is other for one, other in zip(back[0], back[2:], strict=True))


def test_a_value_that_holds_itself_comes_back_so() -> None:
    ring: list[object] = [1]
    ring.append(ring)
    back = pickle.loads(lean_pickle(ring))
    assert back[1] is back and back[0] == 1


def test_more_than_a_frame_holds_comes_back() -> None:
    value = [Leaf(word=f"word {n}", more=(n, n + 1)) for n in range(20_000)]
    assert pickle.loads(lean_pickle(value)) == value


def test_only_what_is_met_again_is_marked() -> None:
    """Twenty thousand records, of which each names one class: that one, and how records are made."""
    body = lean_pickle([Leaf(word=str(n), more=(n,)) for n in range(20_000)])
    marks = sum(code.name == "MEMOIZE" for code, _, _ in genops(body))
    assert marks < 10
    assert len(body) < len(pickle.dumps([Leaf(word=str(n), more=(n,)) for n in range(20_000)], protocol=5))
