"""YAML as volunteers mean it, and what they are told when it is not."""

from pathlib import Path

import pytest
from bot.directory_files.organizations import load_organizations
from bot.directory_files.problems import Problem
from bot.directory_files.reading import LARGEST_ENTRY, Unreadable, parse_document, read_document
from bot.directory_files.taxonomy import load_taxonomy
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]


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
    [(b"caf\xe9: 1", "is not UTF-8"), (b"a: " + b"x" * LARGEST_ENTRY, "at most 100,000 are read")],
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


ENTRY = """name: Example Center
services:
  line:
    name: Example Line
    kind: hotline
    summary: {{en: Somebody listens.}}
    needs: [{need}]
    area: {{country: US, regions: [TX]}}
    contacts:
      - {{channel: {channel}, number: "{number}", hours: "{hours}"}}
    {extra}
    source: [{{url: https://example.org, read: 2026-11-01}}]
"""
GOOD = {
    "need": "legal",
    "channel": "voice",
    "number": "+1 512-555-0100",
    "hours": "24/7",
    "extra": "cost: free",
}


def problems_of(tmp_path: Path, **changes: str) -> list[str]:
    (tmp_path / "us").mkdir()
    (tmp_path / "us" / "example.yaml").write_text(ENTRY.format(**{**GOOD, **changes}), encoding="utf-8")
    problems: list[Problem] = []
    load_organizations(tmp_path, load_taxonomy(ROOT / "resources" / "taxonomy", []), problems)
    return [str(p) for p in problems]


def test_a_good_entry_has_no_problem(tmp_path: Path) -> None:
    assert problems_of(tmp_path) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"channel": "voise"},
            "organizations/us/example.yaml:10:10  `voise` is not a value of channel; write 'voice'",
        ),
        (
            {"need": "leagl"},
            "organizations/us/example.yaml:7:13  `leagl` is not a code here; did you mean `legal`?",
        ),
        ({"number": "+1 555"}, "`+1 555` is not a phone number; write +1 512 555 0100"),
        ({"hours": "nine to five"}, "`nine to five` is not opening hours; write 24/7 or Mo-Fr 09:00-17:00"),
        ({"extra": "costs: free"}, "`costs:` is not a field here; did you mean `cost`?"),
        ({"extra": "ends_on: soon"}, "`ends_on`"),
    ],
)
def test_each_problem_says_where_what_and_what_instead(
    tmp_path: Path, changes: dict[str, str], message: str
) -> None:
    assert any(message in p for p in problems_of(tmp_path, **changes)), message


@pytest.mark.parametrize("number", ["116 006", "988", "112", "9233#", "3919", "+33 1 99 00 11 22"])
def test_short_numbers_are_real_numbers(tmp_path: Path, number: str) -> None:
    assert problems_of(tmp_path, number=number) == []
