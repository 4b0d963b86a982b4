"""bot directory export and import, as a volunteer runs them."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from bot.cli.directory.export import app as export_app
from bot.cli.directory.import_ import app as import_app
from bot.exchange.formats import FORMATS
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from tests.exchange.conftest import HELD, LEGAL, House, Sheets

NOW = ("--now", "2026-11-24T12:00:00+00:00")


@pytest.fixture
def here(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("BOT_RESOURCES", str(house.resources))
    return house


def export(*arguments: object) -> Result:
    return CliRunner().invoke(export_app, [*map(str, arguments), *NOW])


def take_in(*arguments: object) -> Result:
    return CliRunner().invoke(import_app, [*map(str, arguments), *NOW])


OUTPUTS = {"csv": "sheets", "xlsx": "directory.xlsx", "json": "directory.json"}


@pytest.mark.parametrize("name", FORMATS)
def test_out_and_in_again_changes_no_byte(here: House, tmp_path: Path, name: str) -> None:
    before = here.bytes()
    output = tmp_path / OUTPUTS[name]
    done = export("--format", name, "--output", output)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"{output} holds 3 services of 2 organizations.\n"
    done = take_in(output)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "0 change(s) in 0 organization(s), 0 of them new. Written.\n"
    assert here.bytes() == before


def edited(here: House, tmp_path: Path) -> Path:
    output = tmp_path / "directory.xlsx"
    assert export("--format", "xlsx", "--output", output).exit_code == 0
    sheets = Sheets(load_workbook(output))
    sheets.write("contacts", LEGAL, "number", "+1 512-477-3554")
    sheets.write("services", HELD, "note", "Asked again.")
    output.write_bytes(sheets.saved())
    return output


def test_a_dry_run_shows_the_difference_and_writes_nothing(here: House, tmp_path: Path) -> None:
    before = here.bytes()
    done = take_in(edited(here, tmp_path), "--dry-run")
    assert done.exit_code == 0
    assert done.stdout == (
        f"{HELD}: note Ask again in spring. -> Asked again.\n"
        f"{LEGAL}: contact 1 number +1 512-477-3553 -> +1 512-477-3554\n"
    )
    assert done.stderr == "2 change(s) in 2 organization(s), 0 of them new. Nothing is written.\n"
    assert here.bytes() == before


def test_an_import_writes_what_the_dry_run_showed(here: House, tmp_path: Path) -> None:
    done = take_in(edited(here, tmp_path))
    assert done.exit_code == 0
    assert "+1 512-477-3554" in here.text("us/tx/example-legal-center")
    assert "# Called every spring." in here.text("us/tx/example-legal-center")
    assert done.stderr == (
        "2 change(s) in 2 organization(s), 0 of them new. Written.\n"
        "Export again before you edit further: the sheet is older than the directory now.\n"
    )


def test_with_a_problem_nothing_is_written(here: House, tmp_path: Path) -> None:
    before = here.bytes()
    output = edited(here, tmp_path)
    sheets = Sheets(load_workbook(output))
    sheets.write("services", LEGAL, "kind", "hotlin")
    output.write_bytes(sheets.saved())
    done = take_in(output)
    assert done.exit_code == 1 and done.stdout == ""
    assert done.stderr == (
        "services, row 3, column F (kind): `hotlin` is not a value of kind; did you mean `hotline`?\n"
        "1 problem(s). Nothing is written.\n"
    )
    assert here.bytes() == before


def test_a_zip_of_csv_and_a_single_csv_are_taken_in(here: House, tmp_path: Path) -> None:
    assert export("--format", "csv", "--output", tmp_path / "d.zip").exit_code == 0
    assert take_in(tmp_path / "d.zip").exit_code == 0
    with ZipFile(tmp_path / "d.zip") as packed:
        packed.extract("contacts.csv", tmp_path)
    done = take_in(tmp_path / "contacts.csv", "--dry-run")
    assert (done.exit_code, done.stdout) == (0, "")


def test_for_people_there_is_listed(here: House, tmp_path: Path) -> None:
    assert export("--format", "json", "--output", tmp_path / "d.json", "--listed").exit_code == 0
    document = json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))
    assert document["for_reading"] is True
    assert [service["id"] for one in document["organizations"] for service in one["services"]] == [
        LEGAL,
        "us/tx/example-legal-center#shelter",
    ]
    assert "hold" not in (tmp_path / "d.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("--format", "ods", "--output", "x.ods"),
            "--format 'ods' is none of csv, xlsx, json, hsds-json, hsds-csv.",
        ),
        (("--format", "xlsx", "--output", "x.csv"), "name a file that ends in .xlsx"),
        (("--format", "csv", "--output", "x.csv"), "name a folder, or a .zip"),
    ],
)
def test_wrong_use_of_export_is_told(here: House, arguments: tuple[str, ...], sentence: str) -> None:
    done = export(*arguments)
    assert done.exit_code == 2 and sentence in done.stderr


def test_wrong_use_of_import_is_told(here: House, tmp_path: Path) -> None:
    done = take_in(tmp_path / "gone.xlsx")
    assert done.exit_code == 2 and done.stderr.endswith("gone.xlsx is not there.\n")


def test_an_export_that_would_lose_a_broken_file_is_not_made(here: House, tmp_path: Path) -> None:
    here.path("fr/exemple").write_text("name: [", encoding="utf-8")
    done = export("--format", "json", "--output", tmp_path / "d.json")
    assert done.exit_code == 1 and not (tmp_path / "d.json").exists()
    assert done.stderr == (
        "organizations/fr/exemple.yaml cannot be read, and an export without it would lose it. `bot directory check` "
        "says what to mend.\n"
    )


def test_a_second_export_does_not_write_over_the_first(here: House, tmp_path: Path) -> None:
    output = edited(here, tmp_path)
    work = output.read_bytes()
    done = export("--format", "xlsx", "--output", output)
    assert done.exit_code == 1 and "perhaps with somebody's work in it" in done.stderr
    assert output.read_bytes() == work
    assert export("--format", "xlsx", "--output", output, "--replace").exit_code == 0


def test_a_change_meanwhile_is_told_with_what_is_not_written(
    here: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody saves a file after the sheet was compared and before it is written."""
    from bot.cli.directory import import_ as command

    real = command.carry_out

    def somebody_was_faster(*given: object) -> object:
        path = here.path("us/tx/example-legal-center")
        path.write_text(path.read_text(encoding="utf-8") + "# theirs\n", encoding="utf-8")
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(command, "carry_out", somebody_was_faster)
    done = take_in(edited(here, tmp_path))
    assert done.exit_code == 1
    assert "not written: fr/exemple\nnot written: us/tx/example-legal-center\n" in done.stderr
    assert "changed while the sheet was being read" in done.stderr
    assert "# theirs" in here.text("us/tx/example-legal-center")


@pytest.mark.parametrize("app", [export_app, import_app], ids=["export", "import"])
def test_help_has_an_example_and_names_only_formats_there_are(app: object) -> None:
    done = CliRunner().invoke(app, ["--help"])  # type: ignore[arg-type]
    assert done.exit_code == 0 and "Example: bot directory" in done.stdout
    words = " ".join(done.stdout.split())
    assert ("hsds-json" in words and "hsds-csv" in words) == (app is export_app)
