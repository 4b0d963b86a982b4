"""bot share: files where they were asked for, or one clear sentence and exit code 2."""

from pathlib import Path

import pytest
from bot.cli.share import app
from click.testing import Result
from typer.testing import CliRunner

from tests.sharing.paper import LANGUAGES, READS_CODES, codes_in


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def share(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@READS_CODES
def test_a_code_is_made_of_a_bots_name(here: Path) -> None:
    assert share("qr", "--bot", "@marigold_bot", "--output", "code.png").exit_code == 0
    assert codes_in((here / "code.png").read_bytes()) == ["https://t.me/marigold_bot"]
    assert share("qr", "--bot", "marigold_bot").exit_code == 0
    assert b"<svg" in (here / "code.svg").read_bytes()


def test_a_poster_cards_and_a_page_are_made_where_one_stands(here: Path) -> None:
    link = ("--url", "https://t.me/marigold_bot?start=k7", "--organization", "<b>Casa</b>", "--lang", "es")
    assert share("poster", *link, "--tone", "plain", "--paper", "a4").exit_code == 0
    assert share("card", *link, "--per-sheet", "8").exit_code == 0
    assert share("embed", *link).exit_code == 0
    made = {str(path.relative_to(here)) for path in here.rglob("*") if path.is_file()}
    assert made == {
        "poster-es-plain.pdf",
        "card-es-discreet.pdf",
        "embed-es-discreet/page.html",
        "embed-es-discreet/snippet.html",
    }


def test_a_kit_holds_everything_for_an_organization(here: Path) -> None:
    assert share("kit", "--bot", "marigold_bot", "--lang", "en,ar", "--organization", "Casa").exit_code == 0
    made = {path.name for path in (here / "kit").iterdir()}
    assert len(made) == 2 + 2 * 2 * (2 * 5 + 2)
    assert {
        "code.svg",
        "poster-ar-discreet-a4-large.pdf",
        "card-en-plain-letter-8.pdf",
        "page-ar-plain.html",
    } <= made


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("qr",), "one of them"),
        (("qr", "--bot", "a_bot", "--url", "https://t.me/a_bot"), "one of them"),
        (("qr", "--url", "javascript:alert(1)"), "is no link"),
        (("qr", "--bot", "no such"), "is no username"),
        (("qr", "--bot", "a_bot", "--output", "code.gif"), "ends in .svg or .png"),
        (("poster", "--bot", "a_bot", "--lang", "hi"), "these have all the words: en, es, fr"),
        (("poster", "--bot", "a_bot", "--organization", "x" * 201), "201 characters"),
        (("poster", "--bot", "a_bot", "--organization", "Casa 🌻"), "U+1F33B SUNFLOWER"),
        (("poster", "--bot", "a_bot", "--font", "none.ttf"), "cannot be read as a font"),
        (("card", "--bot", "a_bot", "--organization", "x" * 200), "too long for a card"),
        (("card", "--bot", "a_bot", "--per-sheet", "9"), "write 10 or 8"),
        (("embed", "--bot", "a_bot", "--leave", "weather"), "is no link"),
        (("kit", "--bot", "a_bot", "--lang", "en,xx"), "--lang 'xx'"),
        (("qr", "--bot", "a_bot", "--output", "gone/code.svg"), "There is no folder gone"),
    ],
)
def test_what_cannot_be_made_ends_with_one_sentence_and_makes_nothing(
    command: tuple[str, ...], sentence: str, here: Path
) -> None:
    done = share(*command)
    assert done.exit_code == 2 and sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert list(here.iterdir()) == []


def test_where_nothing_may_be_written_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("bot.exchange.placing.tempfile.mkstemp", refused)
    done = share("qr", "--bot", "a_bot")
    assert (done.exit_code, done.stderr) == (
        2,
        "Nothing may be written in .; nothing was. Name another folder.\n",
    )


def test_what_is_there_stays_unless_it_is_to_be_replaced(here: Path) -> None:
    (here / "code.svg").write_text("somebody's work")
    done = share("qr", "--bot", "a_bot")
    assert done.exit_code == 2 and "--replace" in done.stderr
    assert (here / "code.svg").read_text() == "somebody's work"
    assert share("qr", "--bot", "a_bot", "--replace").exit_code == 0


def test_the_help_names_every_language() -> None:
    told = CliRunner().invoke(app, ["poster", "--help"], env={"COLUMNS": "200", "TERM": "dumb"}).output
    assert all(language in told for language in LANGUAGES)
