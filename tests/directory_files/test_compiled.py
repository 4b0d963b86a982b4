"""What is kept for the next start is used only when it is just what would be made anew."""

import pickle
import sys
from pathlib import Path

import pytest
from bot.directory_files.compiled import CompiledCache, fingerprint_of
from bot.model.place import Place
from bot.model.report import Trouble

PLACE = Place(country="US", region="TX")


@pytest.fixture
def cache(tmp_path: Path) -> CompiledCache:
    CompiledCache(tmp_path / "cache").put("places", "made-from-this", PLACE)
    return CompiledCache(tmp_path / "cache")  # another process, which has loaded nothing yet


def kept(cache: CompiledCache) -> Path:
    assert cache.folder is not None
    return cache.folder / "places.compiled"


def test_what_was_kept_comes_back(cache: CompiledCache) -> None:
    assert cache.get("places", "made-from-this") == PLACE


def test_a_stale_one_is_refused(cache: CompiledCache) -> None:
    assert cache.get("places", "made-from-something-else") is None


@pytest.mark.parametrize("cut", [0, 10, 60, -1])
def test_a_file_that_was_cut_off_is_refused(cache: CompiledCache, cut: int) -> None:
    kept(cache).write_bytes(kept(cache).read_bytes()[:cut])
    assert cache.get("places", "made-from-this") is None


def test_one_flipped_bit_is_seen_wherever_it_is(cache: CompiledCache) -> None:
    whole = kept(cache).read_bytes()
    for at in range(len(whole)):
        kept(cache).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert cache.get("places", "made-from-this") is None


def test_nobody_elses_class_is_ever_loaded(tmp_path: Path) -> None:
    """A pickle can run any code; ours names only our own shapes."""
    cache = CompiledCache(tmp_path)
    cache.put("evil", "x", Path("harmless, but not ours"))
    assert CompiledCache(tmp_path).get("evil", "x") is None


class AsOlderPythonsWrite:
    """Python 3.11.0 to 3.11.3, which Debian 12 brings, write a member of an enum as getattr(its enum, its name)."""

    def __init__(self, owner: object, name: str) -> None:
        self.owner, self.name = owner, name

    def __reduce__(self) -> tuple[object, tuple[object, str]]:
        return getattr, (self.owner, self.name)


def test_a_member_of_an_enum_comes_back_however_this_python_writes_it(cache: CompiledCache) -> None:
    """Else every start compiles anew: a minute and twice the memory, each time."""
    member = next(iter(Trouble))
    cache.put("troubles", "f", [member, AsOlderPythonsWrite(Trouble, member.name)])
    assert CompiledCache(cache.folder).get("troubles", "f") == [member, member]


@pytest.mark.parametrize(
    ("owner", "name"), [(Place, "__init__"), (Trouble, "mro"), (Trouble, "__class__"), ({}, "clear")]
)
def test_no_other_attribute_is_ever_reached(cache: CompiledCache, owner: object, name: str) -> None:
    cache.put("troubles", "f", AsOlderPythonsWrite(owner, name))
    assert CompiledCache(cache.folder).get("troubles", "f") is None


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = CompiledCache(tmp_path / "file" / "cache")
    assert cache.get_or_compile("places", "x", lambda: PLACE) == PLACE


def test_without_a_folder_nothing_is_kept() -> None:
    made = []
    for _ in range(2):
        CompiledCache(None).get_or_compile("x", "y", lambda: made.append(1))
    assert len(made) == 2


def test_the_fingerprint_changes_with_any_byte_of_any_file(tmp_path: Path) -> None:
    one = tmp_path / "one.yaml"
    one.write_text("a: 1")
    before = fingerprint_of([one], home=tmp_path)
    assert fingerprint_of([one], home=tmp_path) == before
    one.write_text("a: 2")
    assert fingerprint_of([one], home=tmp_path) != before
    assert fingerprint_of([one], ("pyyaml",), home=tmp_path) != fingerprint_of([one], home=tmp_path)


def test_a_record_comes_back_from_a_pickle_as_it_was() -> None:
    assert pickle.loads(pickle.dumps(PLACE)) == PLACE


PARTS = {"numbers": bytes(range(16)), "nothing": b"", "words": "día".encode()}


@pytest.fixture
def cache_of_parts(tmp_path: Path) -> CompiledCache:
    cache = CompiledCache(tmp_path / "parts")
    cache.put_parts("trees", "made-from-this", PARTS)
    return cache


def test_arrays_come_back_by_name(cache_of_parts: CompiledCache) -> None:
    parts = cache_of_parts.parts("trees", "made-from-this")
    assert parts is not None
    assert {name: bytes(raw) for name, raw in parts.items()} == PARTS
    assert parts["numbers"].cast("I")[0] == int.from_bytes(bytes(range(4)), sys.byteorder)


def test_stale_arrays_are_refused(cache_of_parts: CompiledCache) -> None:
    assert cache_of_parts.parts("trees", "made-from-something-else") is None


def test_arrays_that_rotted_or_were_cut_off_are_refused(cache_of_parts: CompiledCache) -> None:
    assert cache_of_parts.folder is not None
    file = cache_of_parts.folder / "trees.parts"
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert cache_of_parts.parts("trees", "made-from-this") is None
        file.write_bytes(whole[:at])
        assert cache_of_parts.parts("trees", "made-from-this") is None


def test_open_arrays_stay_when_new_ones_take_their_place(cache_of_parts: CompiledCache) -> None:
    parts = cache_of_parts.parts("trees", "made-from-this")
    cache_of_parts.put_parts("trees", "made-anew", {"numbers": b"other"})
    assert parts is not None
    assert bytes(parts["words"]) == PARTS["words"]
