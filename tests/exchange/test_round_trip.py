"""Out and in again without loss: an unchanged sheet changes no byte, an edited cell one line."""

import io
import operator
import tempfile
from collections.abc import Callable
from datetime import date
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
from bot.directory_files.rules import Rulebook
from bot.directory_files.writing import write_organization
from bot.exchange.cells import items_in, text_of
from bot.exchange.csv_files import guarded, unguarded
from bot.exchange.exporting import Sheet, export_of
from bot.exchange.formats import FORMATS
from bot.exchange.found import Book, FoundRow, FoundSheet
from bot.exchange.given import Given
from bot.exchange.kept import CannotRead, Kept, read_kept
from bot.exchange.planning import Plan, plan_import
from bot.exchange.rows import plain_data, rows_of, version_of
from bot.exchange.xlsx_files import from_xml, in_xml
from bot.model.directory import Cost, Institution, Kind, RunBy
from bot.model.verdict import Verdict
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.builders import NOON
from tests.conftest import ROOT
from tests.exchange.conftest import HELD, LEGAL, House

# -- any valid directory -----------------------------------------------------------------------------------------

NASTY = st.sampled_from(
    ["=1+1", "+1 512", "-5", "@x", "'0117", "'", '"a, b"', "a\nb", "a\r\nb", "\ttab", "_x000D_", "“x”, y", "[a]",
     "0117", "24/7", "TRUE", "#N/A", "2022-05", "1e5", "a;b", "مرحبا، بك", "x\x07y", "\u00a0x", "'=x", "５"]
)  # fmt: skip
# Line ends of old computers, which YAML takes for others, and what only some programs take for a space.
ODD = "\x1c\x1d\x1e\x1f\x85\u2028\u2029"
SIGNS = st.characters(exclude_categories=["Cs"], exclude_characters=ODD)
TEXT = st.text(SIGNS, min_size=1, max_size=30) | NASTY
NAME = TEXT.map(lambda text: f"ab{text}cd")
LANGUAGE = st.sampled_from(["en", "es", "fr", "pt-BR", "pt-br", "zh-Hant", "ase"])
TEXTS = st.dictionaries(LANGUAGE, TEXT, max_size=3)
CODE = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
DAY = st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(date.isoformat)
PART_OF_DAY = st.builds(lambda day, length: day[:length], DAY, st.sampled_from([4, 7, 10]))
URL = TEXT.map(lambda text: f"https://example.org/{''.join(text.split())}")
VERDICT = st.sampled_from([v.value for v in Verdict])


Strategy = st.SearchStrategy[Any]


def values(kind: Any) -> Strategy:
    return st.sampled_from([one.value for one in kind])


def some(**fields: Strategy) -> Strategy:
    return st.fixed_dictionaries({}, optional=fields)


AREA = st.builds(
    lambda country, rest: {"country": country, **rest},
    st.from_regex("[A-Z]{2}", fullmatch=True),
    some(
        regions=st.lists(st.from_regex("[A-Z0-9]{1,3}", fullmatch=True), max_size=2),
        counties=st.lists(TEXT, max_size=2),
        cities=st.lists(TEXT, max_size=3),
        lands=st.lists(TEXT, max_size=1),
    ),
)
CHECK = st.fixed_dictionaries(
    {
        "claims": st.lists(CODE, min_size=1, max_size=3),
        "on": DAY,
        "how": st.sampled_from(["phone", "text", "mail", "web", "visit"]),
    }
)
KEY = st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True)


def contacts(needed: Strategy) -> Strategy:
    way = st.one_of(
        st.fixed_dictionaries({"channel": st.sampled_from(["voice", "text", "tty"]), "number": needed}),
        st.fixed_dictionaries({"channel": st.sampled_from(["chat", "website"]), "url": URL}),
        st.fixed_dictionaries({"channel": st.sampled_from(["email", "mail"]), "address": needed}),
    )
    others = {"keyword": TEXT, "label": TEXTS, "note": TEXTS, "hours": TEXT, "timezone": TEXT, "hold": TEXT}
    return st.builds(operator.or_, way, some(**others, languages=st.lists(LANGUAGE, max_size=2)))


def sources(needed: Strategy) -> Strategy:
    found = st.fixed_dictionaries({"url": URL, "read": DAY}) | st.fixed_dictionaries(
        {"title": needed, "read": DAY}
    )
    kind = st.sampled_from(["official", "github-list", "other"])
    return st.builds(operator.or_, found, some(kind=kind, date=PART_OF_DAY, shows=st.lists(TEXT, max_size=3)))


def services(needed: Strategy) -> Strategy:
    always = {
        "name": NAME,
        "kind": values(Kind),
        "summary": TEXTS,
        "needs": st.lists(CODE, min_size=1, max_size=3),
        "area": AREA,
        "source": st.lists(sources(needed), min_size=1, max_size=3),
    }
    codes = st.lists(CODE, max_size=2)
    sometimes = some(
        serves=codes, only=codes, contexts=codes, depends_on=codes, institution=values(Institution),
        contacts=st.lists(contacts(needed), max_size=3), languages=st.lists(LANGUAGE, max_size=3),
        interpreters=VERDICT, cost=values(Cost), asks_status=VERDICT, run_by=values(RunBy),
        shares_with=some(police=VERDICT, employer=VERDICT), notice=TEXTS, note=TEXT, ends_on=DAY, hold=TEXT,
        checks=st.lists(CHECK, max_size=2),
    )  # fmt: skip
    return st.builds(operator.or_, st.fixed_dictionaries(always), sometimes)


def directories(needed: Strategy) -> Strategy:
    """Directories by path. `needed`: texts of fields that must not be empty."""
    also = some(also_known_as=st.lists(needed, max_size=2, unique_by=str.strip), website=URL)
    own = st.fixed_dictionaries(
        {"name": NAME, "services": st.dictionaries(KEY, services(needed), min_size=1, max_size=3)}
    )
    return st.dictionaries(
        st.builds("us/{}".format, KEY), st.builds(operator.or_, own, also), min_size=1, max_size=3
    )


def kept_of(directory: dict[str, Any], folder: Path) -> Any:
    """The directory as files, read; only what the declared shape allows is of interest."""
    for path, data in directory.items():
        file = folder / "organizations" / f"{path}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(write_organization(data).encode())
    try:
        return read_kept(folder)
    except CannotRead:
        assume(False)


@pytest.mark.parametrize("name", FORMATS)
@given(directory=directories(TEXT))
@settings(max_examples=50)
def test_an_unchanged_export_of_any_directory_changes_nothing(
    name: str, rules: Rulebook, directory: dict[str, Any]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        kept = kept_of(directory, Path(folder))
        made = FORMATS[name].make(export_of(kept.values(), rules.taxonomy, NOON))
        files = {f"x.{name}": made} if isinstance(made, bytes) else dict(made)
        plan = plan_import(FORMATS[name].read(Given(name="x", files=files)), kept, rules)
    assert (plan.files, plan.problems, plan.notes) == ((), (), ())


@given(directory=directories(TEXT.map(lambda text: f"1{text}1")))
@settings(max_examples=30)
def test_all_of_a_directory_comes_out_of_its_sheets_alone(rules: Rulebook, directory: dict[str, Any]) -> None:
    """Every fact is in them: where there is no directory, the same one is made."""
    with tempfile.TemporaryDirectory() as folder:
        kept = kept_of(directory, Path(folder))
        made = FORMATS["csv"].make(export_of(kept.values(), rules.taxonomy, NOON))
        assert not isinstance(made, bytes)
        plan = plan_import(FORMATS["csv"].read(Given(name="x", files=made)), {}, rules)
        again = Path(folder) / "again" / "organizations"
        for file in plan.files:
            path = again / f"{file.path}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.text.encode())
        assert versions(read_kept(again.parent)) == versions(kept)


def versions(kept: Any) -> dict[str, str]:
    return {
        rows.id: version_of(rows.rows)
        for one in kept.values()
        for rows in rows_of(one.path, plain_data(one.organization))
    }


@given(st.lists(TEXT))
def test_a_list_in_a_cell_is_read_back_the_same(items: list[str]) -> None:
    assert items_in(text_of(items)) == items


@given(TEXT)
def test_what_a_csv_guards_is_read_back_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[0] not in "=+-@\t\r＝＋－＠0123456789"


@given(TEXT)
def test_what_xml_cannot_hold_is_read_back_exactly(text: str) -> None:
    assert from_xml(in_xml(text)) == text


# -- the whole real directory ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_the_real_directory_comes_back_unchanged(name: str, rules: Rulebook) -> None:
    kept = read_kept(ROOT / "resources")
    assert len(kept) > 500, "no directory files found: has the folder moved?"
    made = FORMATS[name].make(export_of(kept.values(), rules.taxonomy, NOON))
    files = {f"x.{name}": made} if isinstance(made, bytes) else dict(made)
    plan = plan_import(FORMATS[name].read(Given(name="x", files=files)), kept, rules)
    assert (plan.files, plan.problems, plan.notes) == ((), (), ())


# -- one edited cell ---------------------------------------------------------------------------------------------

Diff = Callable[[Plan], list[str]]


def test_one_mended_number_is_one_changed_line(house: House, changed: Diff) -> None:
    sheets = house.sheets()
    sheets.write("contacts", LEGAL, "number", "+1 512-477-3554")
    plan = house.plan(sheets)
    assert changed(plan) == [
        '-        number: "+1 512-477-3553"',
        '+        number: "+1 512-477-3554"',
    ]
    assert [str(change) for change in plan.files[0].changes] == [
        f"{LEGAL}: contact 1 number +1 512-477-3553 -> +1 512-477-3554"
    ]


@pytest.mark.parametrize(
    ("sheet", "header", "value", "lines"),
    [
        (
            "services",
            "summary_es",
            "Gratis.",
            ["-      es: Consejo legal gratis por teléfono.", "+      es: Gratis."],
        ),
        ("services", "summary_pt", "Grátis.", ["+      pt: Grátis."]),
        ("services", "asks_status", "yes", ["-    asks_status: no", "+    asks_status: yes"]),
        ("services", "asks_id", "No", ["+    asks_id: no"]),
        ("services", "asks_status", "", ["-    asks_status: no"]),
        ("services", "asks_status", "unknown", ["-    asks_status: no"]),
        ("services", "shares_with_police", "no", ["+    shares_with: {police: no}"]),
        ("services", "hold", "closed until spring", ["+    hold: closed until spring"]),
        ("services", "organization_website", "", ["-website: https://example.org"]),
        (
            "services",
            "area_cities",
            "Austin; El Paso",
            [
                "-    area: {country: US, regions: [TX], cities: [Austin]}",
                "+    area: {country: US, regions: [TX], cities: [Austin, El Paso]}",
            ],
        ),
        ("contacts", "keyword", "0117", ['+        keyword: "0117"']),
        ("sources", "date", "2022", ["-        date: 2022-05", "+        date: 2022"]),
        (
            "checks",
            "claims",
            "number",
            [
                "-      - {claims: [number, hours], on: 2026-10-02, how: phone}",
                "+      - {claims: [number], on: 2026-10-02, how: phone}",
            ],
        ),
    ],
)
def test_one_edited_cell_changes_its_own_line(
    house: House, changed: Diff, sheet: str, header: str, value: str, lines: list[str]
) -> None:
    sheets = house.sheets()
    if header == "summary_pt":
        sheets.book[sheet].cell(1, sheets.book[sheet].max_column + 1).value = header
    sheets.write(sheet, LEGAL, header, value)
    assert changed(house.plan(sheets)) == lines


REAL = sorted((ROOT / "resources" / "organizations").rglob("*.yaml"))
EDITS = {
    "services": [
        ("summary_en", "Free help: call now."), ("summary_fr", ""), ("asks_status", "no"), ("languages", "en, es"),
        ("hold", "why: because"), ("hold", ""), ("organization_name", "New Name"), ("organization_website", ""),
        ("area_cities", ""), ("cost", "paid"), ("notice_en", "Closed # today."), ("shares_with_police", "no"),
    ],
    "contacts": [("hours", "24/7"), ("hours", ""), ("note_en", "Press 2."), ("label_en", ""), ("hold", "down")],
    "sources": [("read", "2026-11-20"), ("date", ""), ("shows", "number"), ("title", "A: title")],
}  # fmt: skip


@given(
    st.sampled_from(REAL),
    st.sampled_from([(t, *edit) for t, edits in EDITS.items() for edit in edits]),
    st.data(),
)
def test_whatever_cell_of_a_real_service_is_edited_the_rest_stays(
    rules: Rulebook, path: Path, edit: tuple[str, str, str], data: st.DataObject
) -> None:
    kept = read_kept_of(path)
    (one,) = kept.values()
    table, header, value = edit
    sheets = {sheet.name: sheet for sheet in export_of([one], rules.taxonomy, NOON).sheets}
    assume(sheets[table].rows)
    edited = data.draw(st.integers(0, len(sheets[table].rows) - 1))
    found = [
        as_found(sheet, edited if name == table else -1, header, value) for name, sheet in sheets.items()
    ]
    plan = plan_import(Book(sheets=tuple(found)), kept, rules)
    assert not any("by hand" in problem.message for problem in plan.problems)
    for file in plan.files:
        diff = list(unified_diff(one.text.splitlines(), file.text.splitlines(), lineterm="", n=0))[2:]
        assert 1 <= len([line for line in diff if not line.startswith("@@")]) <= 8, diff


def read_kept_of(path: Path) -> dict[str, Kept]:
    """One real organization."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "organizations" / path.relative_to(ROOT / "resources" / "organizations")
        copy.parent.mkdir(parents=True)
        copy.write_bytes(path.read_bytes())
        return read_kept(Path(folder))


def as_found(sheet: Sheet, edited: int, header: str, value: str) -> FoundSheet:
    """A sheet as it is read, with one cell changed in the row `edited`."""
    rows = [{**row, header: value} if at == edited else row for at, row in enumerate(sheet.rows)]
    texts = [
        dict(enumerate(sheet.headers, 1)),
        *({sheet.headers.index(h) + 1: t for h, t in r.items()} for r in rows),
    ]
    return FoundSheet(
        title=sheet.name, rows=tuple(FoundRow(number=at, cells=cells) for at, cells in enumerate(texts, 1))
    )


def test_comments_quotes_and_the_other_organizations_stay(house: House) -> None:
    sheets = house.sheets()
    sheets.write("services", HELD, "note", "Asked again.")
    plan = house.plan(sheets)
    assert [file.path for file in plan.files] == ["fr/exemple"]
    assert plan.files[0].text == house.text("fr/exemple").replace("Ask again in spring.", "Asked again.")


def test_an_edit_in_a_csv_is_one_line_too(house: House, changed: Diff) -> None:
    made = FORMATS["csv"].make(house.exported())
    assert not isinstance(made, bytes)
    files = {name: raw.decode("utf-8-sig") for name, raw in made.items()}
    assert "'+1 512-477-3553" in files["contacts.csv"]
    files["contacts.csv"] = files["contacts.csv"].replace("'+1 512-477-3553", "+1 512-477-3554")
    assert changed(house.plan(files)) == [
        '-        number: "+1 512-477-3553"',
        '+        number: "+1 512-477-3554"',
    ]


def test_an_edit_in_the_json_is_one_line_too(house: House, changed: Diff) -> None:
    made = FORMATS["json"].make(house.exported())
    assert isinstance(made, bytes)
    assert changed(house.plan(made.replace(b'"hold": "number disputed"', b'"hold": "closed"'))) == [
        "-    hold: number disputed",
        "+    hold: closed",
    ]
    gone = made.replace(b',\n     "hold": "number disputed"', b"")
    assert gone != made
    assert changed(house.plan(gone.replace(b'"fr": "Une', b'"en": "A line.", "fr": "Une'))) == [
        '-    summary: {fr: "Une ligne d\'écoute."}',
        '+    summary: {fr: "Une ligne d\'écoute.", en: A line.}',
        "-    hold: number disputed",
    ]


# -- what the files look like ------------------------------------------------------------------------------------


def test_every_cell_of_the_workbook_is_text_and_nothing_is_run(house: House) -> None:
    raw = FORMATS["xlsx"].make(house.exported())
    assert isinstance(raw, bytes)
    book = load_workbook(io.BytesIO(raw))
    assert book.sheetnames == ["README", "services", "contacts", "sources", "checks", "codes"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > 200
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
    assert "=Ask for the night desk" in {cell.value for cell in cells}


def test_the_workbook_offers_the_words_to_choose_from(house: House) -> None:
    book = house.sheets().book
    rules = {str(rule.sqref): rule for rule in book["services"].data_validations.dataValidation}
    sheets = house.sheets()
    from openpyxl.utils import get_column_letter

    kind = get_column_letter(sheets.column("services", "kind"))
    needs = get_column_letter(sheets.column("services", "needs"))
    closed = next(rule for cells, rule in rules.items() if cells.startswith(f"{kind}2"))
    assert closed.formula1.startswith('"hotline,crisis_center') and closed.showErrorMessage
    codes = next(rule for cells, rule in rules.items() if cells.startswith(f"{needs}2"))
    assert codes.formula1.startswith("codes!$A$2") and not codes.showErrorMessage, (
        "several codes fit in one cell"
    )
    assert book["codes"]["A2"].value == "crisis"


def test_a_new_cell_is_text_before_anybody_types(house: House) -> None:
    """Typing 0117 below the last row must not make it 117."""
    sheets = house.sheets()
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(sheets.column("contacts", "number"))
    assert sheets.book["contacts"].column_dimensions[letter].number_format == "@"


def test_csv_begins_with_a_mark_and_guards_what_a_program_would_change(house: House) -> None:
    made = FORMATS["csv"].make(house.exported())
    assert not isinstance(made, bytes)
    assert set(made) == {
        "README.csv", "services.csv", "contacts.csv", "sources.csv", "checks.csv", "codes.csv"
    }  # fmt: skip
    assert all(raw.startswith(b"\xef\xbb\xbf") for raw in made.values())
    contacts = made["contacts.csv"].decode("utf-8-sig")
    assert ",'3919," in contacts and "'24/7" in contacts and "'=Ask for the night desk" in contacts
    assert ",3919" not in contacts and ",=" not in contacts


def test_the_guide_explains_every_column_as_a_cell(house: House) -> None:
    from bot.exchange.guide import explained
    from bot.exchange.tables import TABLES

    rows = list(explained())
    assert len(rows) == sum(len(table.columns) for table in TABLES.values()) > 50
    for _, column, _, what, _ in rows:
        assert what, column
        assert not any(sign in what for sign in ("[", "]", "{", "}", "in quotes", "below", ".yaml)")), (
            column,
            what,
        )


# -- who is it for -----------------------------------------------------------------------------------------------


def test_without_listed_everything_is_kept_also_what_is_held(house: House) -> None:
    export = house.exported()
    assert export.services == 3
    (ligne,) = (row for row in export.sheets[0].rows if row["id"] == HELD)
    assert (ligne["hold"], ligne["note"]) == ("number disputed", "Ask again in spring.")


def test_with_listed_only_what_people_see(house: House) -> None:
    """Nothing held, no notes, and no confirmed claim past its time: free legal advice was checked by phone, once."""
    path = house.path("us/tx/example-legal-center")
    old, new = "[number, hours], on: 2026-10-02", "[hours, asks_status], on: 2025-10-02"
    path.write_text(house.text("us/tx/example-legal-center").replace(old, new), encoding="utf-8")
    export = house.exported(for_reading=True)
    rows = {row["id"]: row for row in export.sheets[0].rows}
    assert HELD not in rows and len(rows) == 2
    assert "asks_status" not in rows[LEGAL]
    assert not any("hours" in row for row in export.sheets[1].rows if row["service"] == LEGAL)
    assert {row["version"] for row in rows.values()} == {"listed"}


def test_a_held_contact_and_a_service_that_ended_are_not_what_people_see(house: House) -> None:
    path = house.path("us/tx/example-legal-center")
    text = house.text("us/tx/example-legal-center")
    text = text.replace(
        "        url: https://example.org/legal", "        url: https://example.org/legal\n        hold: down"
    )
    path.write_text(
        text.replace("    location: confidential", "    location: confidential\n    ends_on: 2026-11-01")
    )
    export = house.exported(for_reading=True)
    assert [row["id"] for row in export.sheets[0].rows] == [LEGAL]
    assert [row["channel"] for row in export.sheets[1].rows] == ["voice"]


def test_a_confidential_place_never_leaves_with_an_address(house: House) -> None:
    from bot.exchange.exporting import CannotExport

    path = house.path("us/tx/example-legal-center")
    path.write_text(
        house.text("us/tx/example-legal-center").replace(
            "confidential", "confidential\n    address: 1 Main St"
        )
    )
    with pytest.raises(CannotExport, match="is confidential, and its file holds an address"):
        house.exported()
