"""Notes as volunteers write them: what is refused, and what to write instead."""

from datetime import date
from pathlib import Path

import pytest
from bot.directory_files.compiled import CompiledCache
from bot.directory_files.notes import load_notes
from bot.directory_files.problems import Problem
from bot.directory_files.rulebook import read_rulebook
from bot.directory_files.rules import Rulebook
from bot.model.notes import Note

ROOT = Path(__file__).resolve().parents[2]
GOOD = """
title: {en: A right, es: Un derecho, fr: Un droit}
text:
  en: You may ask first.
  es: Puedes preguntar antes.
  fr: Vous pouvez demander d'abord.
countries: [US]
needs: [legal]
read: 2026-11-01
source:
  - {title: Example Agency, url: https://example.org/rule, read: 2026-11-01, date: '2024'}
"""


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return read_rulebook(ROOT / "resources", date(2026, 11, 24), [], CompiledCache(None))


def read(folder: Path, book: Rulebook, text: str) -> tuple[tuple[Note, ...], list[str]]:
    (folder / "notes").mkdir(exist_ok=True)
    (folder / "notes" / "a-note.yaml").write_text(text, encoding="utf-8")
    problems: list[Problem] = []
    return load_notes(folder, book, problems, CompiledCache(folder / "cache")), [str(p) for p in problems]


def test_a_good_note_is_read_under_the_name_of_its_file(tmp_path: Path, book: Rulebook) -> None:
    (note,), problems = read(tmp_path, book, GOOD)
    assert note.id == "a-note"
    assert problems == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("needs: [legal]", "needs: [legl]"), "`legl` is not a code of needs; did you mean `legal`?"),
        (("countries: [US]", "countries: [XX]"), "`XX` is no country"),
        (("countries: [US]", "country: [US]"), "`country:` is not a field here; did you mean `countries`?"),
        (("  fr: Vous pouvez demander d'abord.\n", ""), "`fr` is missing; notes are written in en, es, fr"),
        (("You may ask first.", "You may. " * 31), "has 62 words; 60 are the most"),
        (("You may ask first.", "You must ask first."), "says `you must`"),
        (("{en: A right,", "{en: A right that nobody could ever fit on a button,"), "longer than 40 letters"),
        (("read: 2026-11-01\nsource", "read: 2027-01-01\nsource"), "`2027-01-01` is in the future"),
        (("title: Example Agency, ", ""), "`title:` is missing"),
        ((GOOD, "title: x"), "write `key: value` lines"),
        ((GOOD, "- a list"), "write title:, text:, read: and source: in it"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_write(
    tmp_path: Path, book: Rulebook, change: tuple[str, str], told: str
) -> None:
    assert change[0] in GOOD
    _, problems = read(tmp_path, book, GOOD.replace(*change))
    assert any(told in problem for problem in problems), problems


def test_a_directory_without_notes_is_served_without_notes(tmp_path: Path, book: Rulebook) -> None:
    assert load_notes(tmp_path / "none", book, [], CompiledCache(None)) == ()


@pytest.mark.parametrize("line", ["read: 2026-11-01\nsource", "read: 2026-11-01, date"])
def test_a_day_that_the_calendar_has_not_is_told_and_never_reaches_a_person(
    tmp_path: Path, book: Rulebook, line: str
) -> None:
    assert line in GOOD
    _, problems = read(tmp_path, book, GOOD.replace(line, line.replace("2026-11-01", "2026-13-45")))
    assert any("`2026-13-45` is no day of the calendar" in problem for problem in problems), problems


def test_notes_with_nothing_to_tell_are_kept_until_they_change(tmp_path: Path, book: Rulebook) -> None:
    """Judging how hard they are to read loads dictionaries, which a start need not do."""
    first, _ = read(tmp_path, book, GOOD)
    assert (tmp_path / "cache" / "notes.compiled").exists()
    again, problems = read(tmp_path, book, GOOD)
    assert (again, problems) == (first, [])
    changed, _ = read(tmp_path, book, GOOD.replace("You may ask first.", "You may ask."))
    assert changed[0].text["en"] == "You may ask."


def test_notes_with_something_to_tell_tell_it_each_time(tmp_path: Path, book: Rulebook) -> None:
    wrong = GOOD.replace("needs: [legal]", "needs: [legl]")
    for _ in range(2):
        _, problems = read(tmp_path, book, wrong)
        assert len(problems) == 1
