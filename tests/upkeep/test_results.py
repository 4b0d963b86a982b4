"""What came of a call, written into the file: claim by claim, or no answer, or closed."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bot.cli import app
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.load import read_directory
from bot.directory_files.saving import NotSaved
from bot.matching.freshness import is_confirmed
from bot.upkeep.changes.changing import change_file, save_change
from bot.upkeep.changes.closing import Closure, close, depending_on, keys_in, reopen
from bot.upkeep.changes.results import Result, UnknownField, claim_of, record_result
from typer.testing import CliRunner

from tests.builders import a_service, listed
from tests.conftest import ROOT
from tests.directory_files.test_rules import GOOD

TODAY = date(2026, 11, 25)
NOW = "2026-11-25T12:00:00+00:00"
ID = "us/tx/good#legal-line"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """resources/ with one good organization, served by the commands."""
    for part in ("taxonomy", "lexicons", "messages", "emergency", "places"):
        (tmp_path / part).symlink_to(ROOT / "resources" / part)
    home = tmp_path / "organizations" / "us" / "tx"
    home.mkdir(parents=True)
    (home / "good.yaml").write_text(GOOD, encoding="utf-8")
    monkeypatch.setenv("BOT_RESOURCES", str(tmp_path))
    return tmp_path


def bot(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["directory", *arguments, "--now", NOW])


def lines_changed(folder: Path) -> tuple[list[str], list[str]]:
    """(lines gone, lines new) of the good file."""
    now = (folder / "organizations" / "us" / "tx" / "good.yaml").read_text(encoding="utf-8").splitlines()
    before = GOOD.splitlines()
    return [x for x in before if x not in now], [x for x in now if x not in before]


def service_after(*results: Result, **fields: Any) -> dict[str, Any]:
    service: dict[str, Any] = {"name": "Line", "contacts": [{"channel": "voice", "number": "1"}], **fields}
    for result in results:
        record_result(service, result)
    return service


def test_what_was_confirmed_is_one_new_line(folder: Path) -> None:
    done = bot("log", ID, "--confirmed", "number,hours", "--confirmed", "asks_status")
    assert done.exit_code == 0
    assert lines_changed(folder) == (
        [],
        ["      - {claims: [number, hours, asks_status], on: 2026-11-25, how: phone}"],
    )


def test_after_that_it_counts_as_confirmed(folder: Path) -> None:
    bot("log", ID, "--confirmed", "number")
    (one,) = read_directory(folder, TODAY, compiled_cache()).services
    assert is_confirmed(one.service, TODAY)


def test_what_was_told_anew_is_changed_confirmed_and_has_a_source(folder: Path) -> None:
    done = bot("log", ID, "--changed", "contacts.0.hours=Mo-Th 10:00-16:00")
    assert done.exit_code == 0
    gone, new = lines_changed(folder)
    assert gone == ['        hours: "Mo-Fr 09:00-17:00"']
    assert new == [
        '        hours: "Mo-Th 10:00-16:00"',
        "      - title: Told by the service itself",
        "        kind: person",
        "        read: 2026-11-25",
        "        shows: [hours]",
        "      - {claims: [hours], on: 2026-11-25, how: phone}",
    ]


def test_an_empty_value_makes_a_fact_unknown_again() -> None:
    service = service_after(Result(on=TODAY, how="phone", changed={"asks_id": ""}), asks_id="no")
    assert "asks_id" not in service
    assert "checks" not in service


def test_a_change_that_would_break_the_file_is_not_saved(folder: Path) -> None:
    done = bot("log", ID, "--changed", "contacts.0.hours=always")
    assert done.exit_code == 1
    assert "`always` is not opening hours" in done.output
    assert lines_changed(folder) == ([], [])


def test_nobody_answered_is_written_for_the_next_volunteer(folder: Path) -> None:
    assert bot("log", ID, "--no-answer").exit_code == 0
    assert lines_changed(folder) == ([], ["    note: No answer on 2026-11-25."])


def test_three_days_without_an_answer_put_it_on_hold() -> None:
    silence = [Result(on=date(2026, 11, day), how="phone", answered=False) for day in (2, 9, 9, 16)]
    assert "hold" not in service_after(*silence[:3])
    assert service_after(*silence)["hold"].startswith("nobody answered on 2026-11-02, 2026-11-09, 2026-11-16")


def test_an_answer_ends_the_count() -> None:
    silence = [Result(on=date(2026, 11, day), how="phone", answered=False) for day in (2, 9)]
    answered = Result(on=date(2026, 11, 10), how="phone", confirmed=("number",))
    late = Result(on=date(2026, 11, 16), how="phone", answered=False)
    service = service_after(*silence, answered, late, note="Ask for Ana.")
    assert "hold" not in service
    assert service["note"] == "Ask for Ana. No answer on 2026-11-16."


def test_closed_is_a_hold_and_nothing_is_deleted(folder: Path) -> None:
    assert bot("log", ID, "--closed", "told by the office").exit_code == 0
    assert lines_changed(folder) == ([], ["    hold: 'closed: told by the office (2026-11-25)'"])


def test_a_settled_hold_goes_and_so_do_its_contacts_holds() -> None:
    held = {"hold": "one list only", "contacts": [{"channel": "voice", "number": "1", "hold": "weak"}]}
    service = service_after(Result(on=TODAY, how="phone", confirmed=("number",), settled=True), **held)
    assert "hold" not in service
    assert service["contacts"] == [{"channel": "voice", "number": "1"}]


@pytest.mark.parametrize(
    ("place", "claim"),
    [
        ("contacts.0.number", "number"),
        ("contacts.1.hours", "hours"),
        ("contacts.0.url", "website"),
        ("shares_with.police", "shares_with"),
        ("summary.en", "needs"),
        ("languages", "languages"),
        ("address", "address"),
        ("contacts.0.note.en", "number"),
    ],
)
def test_each_field_belongs_to_a_claim(place: str, claim: str) -> None:
    assert claim_of(place) == claim


def test_a_place_that_is_not_there_is_said_with_those_that_are(folder: Path) -> None:
    with pytest.raises(
        UnknownField, match=r"contacts\.7\.number is not in this service; the entries there are: 0"
    ):
        service_after(Result(on=TODAY, how="phone", changed={"contacts.7.number": "+1 512-555-0100"}))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["log", "us/tx/god#legal-line", "--no-answer"], "Did you mean us/tx/good#legal-line?"),
        (["log", ID, "--confirmed", "numbr"], "`numbr` is not a claim; did you mean `number`?"),
        (["log", ID, "--changed", "hours"], "write FIELD=VALUE"),
        (
            ["log", ID, "--no-answer", "--how", "fone"],
            "is not a way to ask; write phone, text, mail, web or visit",
        ),
        (["log", ID], "Nobody is there to be asked."),
        (["hold", "some_key"], "Nothing depends on some_key; no service names a key yet"),
        (["hold", ID, "--ends-on", "soon"], "--ends-on soon is no day; write it like 2026-11-25."),
    ],
)
def test_wrong_use_is_a_sentence_and_changes_nothing(
    folder: Path, arguments: list[str], sentence: str
) -> None:
    done = bot(*arguments)
    assert done.exit_code == 2
    assert sentence in done.output
    assert lines_changed(folder) == ([], [])


def test_a_dry_run_shows_and_saves_nothing(folder: Path) -> None:
    done = bot("log", ID, "--confirmed", "number", "--dry-run")
    assert "+      - {claims: [number], on: 2026-11-25, how: phone}" in done.output
    assert lines_changed(folder) == ([], [])


def test_two_volunteers_at_once_lose_nothing(folder: Path) -> None:
    """The second reads before the first saves."""
    book = read_directory(folder, TODAY, compiled_cache()).book

    def edit(words: str) -> Callable[[dict[str, Any]], None]:
        return lambda data: data["services"]["legal-line"].update(note=words)

    first = change_file(folder, "us/tx/good", edit("first"), book)
    second = change_file(folder, "us/tx/good", edit("second"), book)
    save_change(first)
    with pytest.raises(NotSaved, match="was changed by somebody else meanwhile"):
        save_change(second)
    assert lines_changed(folder)[1] == ["    note: first"]


# -- sudden closure -----------------------------------------------------------------------------------------------


def test_a_national_lines_option_ends_with_thirty_days_notice(folder: Path) -> None:
    """As it happened in 2025: announced in June, gone in July; every card says so, and then is not shown."""
    home = folder / "organizations" / "us" / "tx"
    on_the_option = GOOD.replace("    checks:\n", "    depends_on: [national_line_option]\n    checks:\n")
    (home / "good.yaml").write_text(on_the_option, encoding="utf-8")
    shutil.copy(home / "good.yaml", home / "other.yaml")
    (home / "apart.yaml").write_text(GOOD, encoding="utf-8")
    notice = "en=This option ends on 17 July. You can use another line here."
    done = bot("hold", "national_line_option", "--ends-on", "2026-12-25", "--notice", notice)
    assert done.exit_code == 0, done.output
    assert "2 of 2 file(s) saved." in done.output
    services = {
        s.organization_id: s.service for s in read_directory(folder, TODAY, compiled_cache()).services
    }
    for touched in ("us/tx/good", "us/tx/other"):
        assert services[touched].ends_on == "2026-12-25"
        assert services[touched].notice["en"].startswith("This option ends")
        assert services[touched].is_listed
    assert services["us/tx/apart"].ends_on is None


def test_without_a_day_all_of_it_is_on_hold_at_once_and_can_be_taken_back(folder: Path) -> None:
    assert bot("hold", "us/tx/good", "--reason", "the roof burned").exit_code == 0
    assert lines_changed(folder) == ([], ["    hold: 'us/tx/good: the roof burned'"])
    assert bot("hold", "us/tx/good", "--release").exit_code == 0
    assert lines_changed(folder) == ([], [])


def test_a_hold_for_another_reason_is_not_released() -> None:
    service = {"hold": "number disputed", "notice": {"en": "x"}}
    reopen(service, "some_key")
    assert service == {"hold": "number disputed"}


def test_what_depends_on_a_key_is_found_by_key_service_or_organization() -> None:
    one = listed(a_service(depends_on=["fund"]), "us/tx/one")
    other = listed(a_service(), "us/tx/other")
    for key in ("fund", "us/tx/one#line", "us/tx/one"):
        assert depending_on(key, [one, other]) == (one,)
    assert keys_in([one, other]) == ("fund",)


def test_a_notice_in_one_language_leaves_the_others() -> None:
    service: dict[str, Any] = {"notice": {"es": "Cierra."}}
    close(service, Closure(key="k", reason="r", notice={"en": "It closes."}))
    assert service == {"hold": "k: r", "notice": {"es": "Cierra.", "en": "It closes."}}
