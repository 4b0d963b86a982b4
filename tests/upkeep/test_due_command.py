"""bot directory due as a volunteer uses it, over a directory of four organizations."""

import json
import shutil
from pathlib import Path

import pytest
from bot.cli.directory.due import app
from bot.upkeep.round.due import claims_of
from typer.testing import CliRunner, Result

from tests.builders import NOON, a_service
from tests.conftest import ROOT

ENTRY = """\
name: {name}
services:
  line:
    name: {name}
    kind: {kind}
    summary: {{en: Free advice by phone., es: Consejo gratis por teléfono.}}
    needs: [{need}]
    area: {area}
    contacts:
      - {{channel: voice, number: "+1 512-555-01{number}", languages: [{language}]}}
    cost: free
{more}    source:
      - {{url: https://example.org/contact, read: 2026-11-01}}
"""
EVERYTHING = ", ".join(claims_of(a_service()))
ENTRIES = {
    "us/tx/coalition": ("coalition", "legal", "{country: US, regions: [TX]}", "10", "en", ""),
    "us/tx/hotline": ("hotline", "crisis", "{country: US, regions: [TX]}", "11", "es", ""),
    "us/national/held": ("hotline", "crisis", "{country: US}", "12", "en", "    hold: one list only\n"),
    "us/tx/fresh": (
        *("legal_aid", "legal", "{country: US, regions: [TX]}", "13", "en"),
        f"    checks:\n      - {{claims: [{EVERYTHING}], on: 2026-11-20, how: phone}}\n",
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """resources/ with four organizations."""
    for part in ("taxonomy", "places", "emergency", "scripts"):
        shutil.copytree(ROOT / "resources" / part, tmp_path / part)
    for path, (kind, need, area, number, language, more) in ENTRIES.items():
        file = tmp_path / "organizations" / f"{path}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        name = f"Example {file.stem.title()}"
        file.write_text(
            ENTRY.format(
                name=name, kind=kind, need=need, area=area, number=number, language=language, more=more
            ),
            encoding="utf-8",
        )
    monkeypatch.setenv("BOT_RESOURCES", str(tmp_path))
    return tmp_path


def due(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--now", NOON.isoformat()])


def ids(*arguments: str) -> list[str]:
    done = due(*arguments, "--json")
    assert done.exit_code == 0, done.stderr
    return [row["id"] for row in json.loads(done.stdout)]


@pytest.mark.usefixtures("folder")
def test_the_list_is_short_says_how_much_there_is_and_leaves_fresh_places_in_peace() -> None:
    done = due("--limit", "2")
    assert done.exit_code == 0
    assert "1. Example Hotline  us/tx/hotline#line" in done.stdout
    assert "2. Example Held  us/national/held#line" in done.stdout
    assert "Call" in done.stdout and "Coalition" not in done.stdout and "Fresh" not in done.stdout
    assert done.stderr == "2 of 3 to check (--limit shows more); 1 of them on hold and not shown to anyone.\n"


@pytest.mark.usefixtures("folder")
def test_the_list_can_be_narrowed() -> None:
    assert ids() == ["us/tx/hotline#line", "us/national/held#line", "us/tx/coalition#line"]
    assert ids("--country", "us", "--region", "tx") == ["us/tx/hotline#line", "us/tx/coalition#line"]
    assert ids("--language", "es") == ["us/tx/hotline#line"]
    assert ids("--held") == ["us/national/held#line"]
    assert ids("--country", "FR") == []


@pytest.mark.usefixtures("folder")
def test_the_script_of_one_call_is_printed_in_the_language_of_the_place() -> None:
    done = due("--script", "us/tx/hotline#line")
    assert done.exit_code == 0 and done.stdout.startswith("Guion de llamada: Example Hotline\n")
    assert done.stdout.rstrip().endswith("bot directory log us/tx/hotline#line")
    assert max(map(len, done.stdout.splitlines())) <= 92


@pytest.mark.usefixtures("folder")
def test_a_number_and_a_command_are_never_broken_over_two_lines() -> None:
    for name in ("hotline", "coalition"):
        out = due("--script", f"us/tx/{name}#line").stdout + due("--limit", "3").stdout
        assert out.count("+1 512-555-01") >= 3
        assert f"bot directory log us/tx/{name}#line" in out
        assert f"bot directory due --script us/tx/{name}#line" in out
        assert "\u00a0" not in out.replace("p.\u00a0m.", "")


@pytest.mark.usefixtures("folder")
def test_a_fresh_place_has_a_script_with_every_question() -> None:
    done = due("--script", "us/tx/fresh#line", "--json")
    assert "Nothing is due here" in done.stderr
    asked = {question["claim"] for question in json.loads(done.stdout)["questions"]}
    assert asked >= {"number", "languages", "cost", "asks_status", "must_report"}


@pytest.mark.usefixtures("folder")
def test_the_to_do_list_for_an_issue_is_markdown_on_stdout_alone() -> None:
    out = due("--markdown").stdout
    assert out.startswith("# To check, most needed first: November 24, 2026\n")
    assert out.count("- [ ] ") == 3 and "to check (" not in out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--script", "us/tx/hotlin#line"), "Did you mean us/tx/hotline#line?"),
        (("--region", "TX"), "Say which country TX is in"),
        (("--country", "USA"), "Write its two letters, like US."),
        (("--country", "US", "--region", "ZZ"), "is not a part of US"),
        (("--language", "Spanish"), "like es"),
        (("--json", "--markdown"), "Choose one"),
        (("--script", "us/tx/hotline#line", "--markdown"), "Choose one"),
        (("--limit", "0"), "--limit"),
    ],
)
def test_wrong_use_is_one_sentence_on_stderr(arguments: tuple[str, ...], sentence: str) -> None:
    done = due(*arguments)
    assert done.exit_code == 2 and done.stdout == ""
    assert sentence in " ".join(done.stderr.split())


def test_words_that_cannot_be_used_are_told_with_their_line(folder: Path) -> None:
    (folder / "scripts" / "es.yaml").write_text("title: hola\n", encoding="utf-8")
    done = due()
    assert done.exit_code == 1 and done.stdout == ""
    assert "scripts/es.yaml:1:1  `title.script` is missing; en.yaml has it" in done.stderr


def test_a_broken_file_is_counted_and_the_rest_is_listed(folder: Path) -> None:
    (folder / "organizations" / "us" / "tx" / "broken.yaml").write_text("name: [", encoding="utf-8")
    done = due("--limit", "1")
    assert done.exit_code == 0 and "1. Example Hotline" in done.stdout
    assert "1 problem(s) in the directory" in done.stderr and "bot directory check" in done.stderr


def test_a_folder_without_a_directory_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_RESOURCES", str(tmp_path))
    done = due()
    assert done.exit_code == 1 and "is BOT_RESOURCES right?" in done.stderr
