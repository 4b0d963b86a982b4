"""YAML as volunteers mean it, and what they are told when it is not."""

from pathlib import Path

import pytest
from bot.directory_files.reading import LARGEST_ENTRY, Unreadable, parse_document, read_document
from hypothesis import given
from hypothesis import strategies as st


def test_every_scalar_is_text() -> None:
    """Plain YAML turns these into false, 79 and 1350."""
    document = parse_document("a: NO\nb: 0117\nc: 22:30\nd: 2026-11-24\n", "x.yaml")
    assert document.data == {"a": "NO", "b": "0117", "c": "22:30", "d": "2026-11-24"}


def test_everything_knows_its_line() -> None:
    document = parse_document("a:\n  - b: 1\n    c: 2\n", "x.yaml")
    assert document.marks[("a", 0, "c")] == (3, 5)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2\n", "x.yaml:2:1  `a` stands here twice; the first is on line 1"),
        ("a: &x 1\nb: *x\n", "x.yaml:1:4  uses an anchor"),
        ("a:\n\tb: 1\n", "x.yaml:2:1  is not YAML"),
        ("a: [1, 2\n", "is not YAML"),
        (
            "a: {en: Union, worker center, es: Sindicato}\n",
            "x.yaml:1:29  `worker center` has no value; a comma",
        ),
        ("", "x.yaml:1:1  is empty"),
        ("- " * 30 + "x", "is nested more than 20 deep"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, message: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_document(text, "x.yaml")
    assert any(message in str(p) for p in caught.value.problems), [str(p) for p in caught.value.problems]


@pytest.mark.parametrize(
    ("raw", "message"),
    [(b"caf\xe9: 1", "is not UTF-8"), (b"a: " + b"x" * LARGEST_ENTRY, "is larger than 100,000 bytes")],
)
def test_a_file_of_the_wrong_kind_is_refused(tmp_path: Path, raw: bytes, message: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(raw)
    with pytest.raises(Unreadable, match=message):
        read_document(path, "x.yaml", LARGEST_ENTRY)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_document(path, "x.yaml").data == {"a": "1"}


@given(st.text(max_size=300))
def test_no_text_raises_anything_but_its_own_problems(text: str) -> None:
    try:
        parse_document(text, "x.yaml")
    except Unreadable as error:
        assert error.problems
