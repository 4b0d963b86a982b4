"""Bad input, and the very sentence a volunteer reads: sheet, row, column, what to do. All at once."""

import io
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from bot.exchange import given as given_module
from bot.exchange.exporting import CannotExport
from bot.exchange.formats import FORMATS, format_of
from bot.exchange.given import CannotTake, Given, read_given
from openpyxl import Workbook

from tests.exchange.conftest import HELD, LEGAL, SHELTER, House, Sheets

Edit = Callable[[Sheets], object]


def sentences(house: House, edit: Edit) -> list[str]:
    sheets = house.sheets()
    edit(sheets)
    plan = house.plan(sheets)
    return [str(problem) for problem in plan.problems] + list(plan.notes)


GOLDEN: list[tuple[str, Edit, list[str]]] = [
    (
        "merged cells",
        lambda s: s.book["services"].merge_cells("C2:C4"),
        [
            "services: the cells C2:C4 are merged, so only the first of them holds anything. Unmerge them (Merge cells "
            "in the menu), and write into each what belongs there"
        ],
    ),
    (
        "a wrong word",
        lambda s: s.write("services", LEGAL, "kind", "legal ade"),
        ["services, row 3, column F (kind): `legal ade` is not a value of kind; did you mean `legal_aid`?"],
    ),
    (
        "a code that is none",
        lambda s: s.write("services", LEGAL, "needs", "legal, imigration"),
        ["services, row 3, column J (needs): `imigration` is not a code here; did you mean `immigration`?"],
    ),
    (
        "a needed cell that is empty",
        lambda s: s.write("services", LEGAL, "name", " "),
        ["services, row 3, column E (name): is empty, and is needed"],
    ),
    (
        "a number that became a number and lost its zero",
        lambda s: s.write("contacts", HELD, "number", 117),
        [
            "contacts, row 2, column D (number): 117 is stored as a number, so a zero or a + at its start may be lost. "
            "Format the column as text, then write it again"
        ],
    ),
    (
        "a number in scientific notation",
        lambda s: s.write("contacts", LEGAL, "number", "1.51248E+10"),
        [
            "contacts, row 3, column D (number): 1.51248E+10 has lost digits. Format the column as text, then write "
            "the phone number again"
        ],
    ),
    (
        "a number without its country",
        lambda s: s.write("contacts", LEGAL, "number", 5124773554.0),
        [
            "contacts, row 3, column D (number): `5124773554` lacks its country code; write it with +1 in front"
        ],
    ),
    (
        "a number that became a date",
        lambda s: s.write("contacts", LEGAL, "number", datetime(2026, 1, 2)),
        [
            "contacts, row 3, column D (number): the spreadsheet turned this phone number into something else. Format "
            "the column as text, then write it again"
        ],
    ),
    (
        "24/7 that became a day in July",
        lambda s: s.write("contacts", HELD, "hours", datetime(2026, 7, 24)),
        [
            "contacts, row 2, column N (hours): the spreadsheet turned these hours into a date or a number. Format the "
            "column as text, then write them again: 24/7, or Mo-Fr 09:00-17:00"
        ],
    ),
    (
        "hours that became a time",
        lambda s: s.write("contacts", HELD, "hours", time(9, 0)),
        [
            "contacts, row 2, column N (hours): the spreadsheet turned these hours into a date or a number. Format the "
            "column as text, then write them again: 24/7, or Mo-Fr 09:00-17:00"
        ],
    ),
    (
        "a length of time",
        lambda s: s.write("contacts", HELD, "hours", timedelta(hours=30)),
        [
            "contacts, row 2, column N (hours): became a length of time. Format the cell as text, then write it again"
        ],
    ),
    (
        "a formula",
        lambda s: s.write("services", LEGAL, "name", "=B3"),
        [
            "services, row 3, column E (name): is a formula. Copy the cell, paste it back as a value (Paste special, "
            "Values), and try again"
        ],
    ),
    (
        "an error of the program",
        lambda s: s.write("services", LEGAL, "name", "#REF!"),
        [
            "services, row 3, column E (name): holds an error of the spreadsheet program instead of a value. Write the "
            "value again"
        ],
    ),
    (
        "a day as people write it",
        lambda s: s.write("sources", LEGAL, "read", "20/11/2026"),
        ["sources, row 3, column F (read): `20/11/2026` is not right for read; write a day: 2026-11-24"],
    ),
    (
        "a day that is not yet",
        lambda s: s.write("checks", LEGAL, "on", datetime(2027, 1, 1)),
        ["checks, row 2, column D (on): `2027-01-01` is in the future; today is 2026-11-24"],
    ),
    (
        "two ways in one row of contacts",
        lambda s: s.write("contacts", LEGAL, "url", "https://example.org"),
        ["contacts, row 3: write exactly one of number, url or address"],
    ),
    (
        "an id that was mistyped in contacts",
        lambda s: s.write("contacts", LEGAL, "service", "us/tx/example-legal-centre#legal-line", nth=2),
        [
            "contacts, row 4, column A (service): `us/tx/example-legal-centre#legal-line` is no service in the sheet "
            f"services or in the directory; did you mean `{LEGAL}`?"
        ],
    ),
    (
        "no id in contacts",
        lambda s: s.write("contacts", LEGAL, "service", None, nth=2),
        ["contacts, row 4, column A (service): is empty; copy the id of the service from the sheet services"],
    ),
    (
        "the same service twice",
        lambda s: s.write("services", SHELTER, "id", LEGAL),
        [
            f"services, row 4, column A (id): `{LEGAL}` stands here twice (first in row 3). Each service has one row; "
            "give a new one another name",
            "1 service of the directory is not in the sheet, and stays as it is.",
        ],
    ),
    (
        "a column twice",
        lambda s: setattr(s.book["services"]["C1"], "value", "Organization Name"),
        ["services: the columns B and C are both organization_name. Remove one"],
    ),
    (
        "a sheet twice",
        lambda s: s.book.copy_worksheet(s.book["contacts"]),
        ["contacts Copy: holds contacts, and so does contacts. Keep one of the two"],
    ),
    (
        "a column of their own",
        lambda s: (
            setattr(s.book["contacts"]["R1"], "value", "Labell_en"),
            setattr(s.book["contacts"]["R2"], "value", "x"),
            setattr(s.book["contacts"]["S2"], "value", "y"),
        ),
        [
            "contacts: column R `Labell_en` is none of ours and was not read; did you mean `label_en`?",
            "contacts: column S has no name and was not read.",
        ],
    ),
    (
        "a sheet of their own",
        lambda s: s.book.create_sheet("Birthdays").append(["Ann", "May"]),
        ["Birthdays holds none of our tables (services, contacts, sources, checks) and was not read."],
    ),
    (
        "an order that is none",
        lambda s: s.write("contacts", LEGAL, "order", "first"),
        [
            "contacts, row 3, column B (order): `first` is no place in an order; write 1, 2, 3 …, or leave it empty in "
            "a new row"
        ],
    ),
    (
        "an address for a confidential place",
        lambda s: s.write("services", SHELTER, "summary_en", "Come to 12 Main Street."),
        [
            "services, row 4, column G (summary_en): the place is confidential, and this looks like a street address; "
            "remove it, also from the history"
        ],
    ),
    (
        "many things at once",
        lambda s: (
            s.write("services", HELD, "area_country", "France"),
            s.write("services", LEGAL, "area_regions", "Texas"),
            s.write("contacts", LEGAL, "hours", "nine to five"),
        ),
        [
            "contacts, row 3, column N (hours): `nine to five` is not opening hours; write 24/7 or Mo-Fr 09:00-17:00; "
            "Sa 10:00-14:00",
            "services, row 2, column O (area_country): `FRANCE` is not right for country; write two capital letters: "
            "US, FR, ZZ for worldwide",
            "services, row 3, column P (area_regions): `TEXAS` is not right for regions; write the part of the ISO "
            "code after the dash: TX, IDF",
        ],
    ),
]


@pytest.mark.parametrize(
    ("edit", "expected"), [case[1:] for case in GOLDEN], ids=[case[0] for case in GOLDEN]
)
def test_each_problem_says_where_it_is_and_what_to_do(house: House, edit: Edit, expected: list[str]) -> None:
    assert sentences(house, edit) == expected


def test_a_lost_zero_is_told_when_the_directory_has_it(house: House) -> None:
    path = house.path("fr/exemple")
    path.write_text(path.read_text().replace('"3919"', '"0119"'), encoding="utf-8")
    assert sentences(house, lambda s: s.write("contacts", HELD, "number", "119")) == [
        "contacts, row 2, column D (number): 119 has lost a zero: the directory has 0119. Format the column as text, "
        "then write the number again"
    ]


def test_an_error_anywhere_means_nothing_is_written(house: House) -> None:
    sheets = house.sheets()
    sheets.write("services", HELD, "note", "Fine.")
    sheets.write("services", LEGAL, "kind", "nonsense")
    assert house.plan(sheets).errors


# -- files that are no sheets ------------------------------------------------------------------------------------


def taken(path: Path) -> str:
    """What is said of a file that cannot be taken in."""
    with pytest.raises(CannotTake) as error:
        format_of(read_given(path))
    return str(error.value).replace(f"{path.parent}/", "")


def test_what_is_no_spreadsheet_is_told_what_to_become(tmp_path: Path) -> None:
    (tmp_path / "list.ods").write_bytes(b"not a sheet")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0 and so on")
    (tmp_path / "cut.xlsx").write_bytes(b"PK\x03\x04 half of it")
    assert taken(tmp_path / "list.ods") == (
        "list.ods is nothing this can read. Save it as .xlsx or as CSV UTF-8, or give a folder or .zip of such CSV "
        "files."
    )
    assert taken(tmp_path / "old.xls") == (
        "old.xls is an old Excel file, or one with a password. Save it as .xlsx without a password."
    )
    assert taken(tmp_path / "cut.xlsx") == (
        "cut.xlsx is damaged or locked. Save it again, without a password, and try once more."
    )
    assert taken(tmp_path / "gone.csv") == "gone.csv is not there."


def test_a_small_zip_that_unfolds_to_a_very_large_one_is_not_unfolded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given_module, "LARGEST_INSIDE", 1000)
    with ZipFile(tmp_path / "bomb.zip", "w") as packed:
        packed.writestr("services.csv", "a" * 2000)
    assert taken(tmp_path / "bomb.zip") == "bomb.zip holds more than 1,000 bytes. Take it in by parts."


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given_module, "LARGEST", 1000)
    (tmp_path / "services.csv").write_text("a" * 2000)
    assert taken(tmp_path / "services.csv") == "services.csv is larger than 1,000 bytes. Take it in by parts."


def problems_of(house: House, files: dict[str, bytes]) -> list[str]:
    from bot.exchange.kept import read_kept
    from bot.exchange.planning import plan_import

    book = Given(name="x", files=files)
    plan = plan_import(format_of(book).read(book), read_kept(house.resources), house.rules)
    assert not plan.files
    return [str(problem) for problem in plan.problems]


def test_a_csv_in_an_old_alphabet_is_not_guessed_at(house: House) -> None:
    files = {"services.csv": "id,name,kind\nx,Línea,hotline\n".encode("cp1252")}
    assert problems_of(house, files) == [
        "services.csv is not UTF-8. In the spreadsheet program choose Save as, then the file type CSV UTF-8."
    ]


def test_a_workbook_without_our_sheets_is_told(house: House) -> None:
    book = Workbook()
    book.create_sheet("x").append(["a", "b"])
    out = io.BytesIO()
    book.save(out)
    assert problems_of(house, {"x.xlsx": out.getvalue()}) == [
        "there is no sheet with services, contacts, sources or checks. The first row names the columns; export the "
        "directory and compare"
    ]


def test_a_workbook_whose_inside_is_broken_is_told(house: House) -> None:
    out = io.BytesIO()
    with ZipFile(out, "w") as packed:
        packed.writestr("xl/workbook.xml", "<broken")
    assert problems_of(house, {"x.xlsx": out.getvalue()}) == [
        "is damaged. Open it in the spreadsheet program and save it again as .xlsx."
    ]


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"{", "is no JSON"),
        (b"\xff", "is not UTF-8"),
        (b"[]", "needs a list `organizations`"),
        (b'{"organizations": [5]}', "organization 1 needs a list `services`"),
        (b"[" * 100_000, "is no JSON"),
    ],
)
def test_json_that_is_not_ours_is_told(house: House, raw: bytes, sentence: str) -> None:
    (said,) = problems_of(house, {"x.json": raw})
    assert sentence in said


def test_problems_in_json_name_the_service_and_the_field(house: House) -> None:
    made = FORMATS["json"].make(house.exported())
    assert isinstance(made, bytes)
    wrong = made.replace(b'"kind": "hotline"', b'"kind": 7, "colour": "red"').replace(
        b'"channel": "text"', b'"channel": "sms"'
    )
    plan = house.plan(wrong)
    said = [str(problem) for problem in plan.problems]
    assert [sentence.split(";")[0] for sentence in said] == [
        f"{SHELTER}, contact 1, channel: `sms` is not a value of channel",
        f"{HELD}, kind: `7` is not a value of kind",
    ]
    assert plan.notes == (
        "services: `colour` is none of ours and was not read; the sheet README of an export has the names",
    )


def test_a_text_longer_than_a_cell_is_told_and_never_cut(house: House) -> None:
    path = house.path("fr/exemple")
    path.write_text(path.read_text().replace("Ask again", "Ask again " + "x" * 33_000), encoding="utf-8")
    with pytest.raises(
        CannotExport, match=r"fr/exemple#ligne: note is longer than a cell of a workbook can be"
    ):
        FORMATS["xlsx"].make(house.exported())
    assert FORMATS["csv"].make(house.exported())
