"""What comes in: new services, rows that are gone, two people at once, and never anything without a source."""

import errno
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from bot.directory_files import saving
from bot.exchange.formats import FORMATS
from bot.exchange.kept import read_kept
from bot.exchange.planning import Plan
from bot.exchange.taking_in import carry_out

from tests.exchange.conftest import HELD, LEGAL, SHELTER, House, Sheets

Diff = Callable[[Plan], list[str]]


def changes(plan: Plan) -> list[str]:
    return [str(change) for file in plan.files for change in file.changes]


def said(plan: Plan) -> list[str]:
    return [str(problem) for problem in plan.problems]


def new_service(sheets: Sheets, called: str = "new", **cells: object) -> None:
    """One more row in services, contacts and sources, as a person fills them in."""
    sheets.add(
        "services",
        **{
            "id": called, "organization_name": "Example Workers", "name": "Worker Line", "kind": "legal_aid",
            "summary_en": "Free advice for workers.", "needs": "workplace, legal", "area_country": "US",
            "area_regions": "TX", **cells,
        },
    )  # fmt: skip
    sheets.add("contacts", service=called, channel="voice", number="+1 512-322-4000")
    sheets.add(
        "sources", service=called, url="https://example.org/workers", read="2026-11-20", kind="official"
    )


# -- what is new -------------------------------------------------------------------------------------------------


def test_a_new_service_becomes_a_file_at_the_path_of_its_place_and_name(house: House) -> None:
    sheets = house.sheets()
    new_service(sheets)
    plan = house.plan(sheets)
    assert said(plan) == []
    assert [(file.path, file.was) for file in plan.files] == [("us/tx/example-workers", None)]
    assert (
        plan.files[0].text
        == """\
name: Example Workers
services:
  worker-line:
    name: Worker Line
    kind: legal_aid
    summary:
      en: Free advice for workers.
    needs: [workplace, legal]
    area: {country: US, regions: [TX]}
    contacts:
      - channel: voice
        number: "+1 512-322-4000"
    source:
      - url: https://example.org/workers
        kind: official
        read: 2026-11-20
"""
    )
    assert carry_out(plan, house.resources).written == ("us/tx/example-workers",)
    again = house.plan(sheets)
    assert (again.files, again.errors) == ((), ()), "running the same import again changes nothing"


@pytest.mark.parametrize(
    ("cells", "path"),
    [
        ({"area_regions": ""}, "us/example-workers"),
        ({"area_country": "zz", "area_regions": ""}, "world/example-workers"),
        ({"area_country": "FR", "area_regions": "IDF, BRE"}, "fr/example-workers"),
        ({"organization_name": "Línea Ñandú, A.C."}, "us/tx/linea-nandu-a-c"),
        ({"called": "us/ok/oklahoma-workers#line"}, "us/ok/oklahoma-workers"),
    ],
)
def test_the_path_comes_from_country_region_and_name(house: House, cells: dict[str, str], path: str) -> None:
    sheets = house.sheets()
    new_service(sheets, **cells)
    assert [file.path for file in house.plan(sheets).files] == [path]


def test_two_new_services_of_one_new_organization_are_one_file(house: House) -> None:
    sheets = house.sheets()
    new_service(sheets, "one")
    new_service(sheets, "two", name="Worker Chat", area_regions="", organization_name="example workers")
    (file,) = house.plan(sheets).files
    assert [service.id for service in file.services] == [
        "us/tx/example-workers#worker-line",
        "us/tx/example-workers#worker-chat",
    ]


def test_a_new_service_of_an_organization_that_is_there_joins_its_file(house: House, changed: Diff) -> None:
    sheets = house.sheets()
    new_service(sheets, organization_name="Example Legal Center")
    plan = house.plan(sheets)
    assert [file.path for file in plan.files] == ["us/tx/example-legal-center"]
    assert all(line.startswith("+") for line in changed(plan)), (
        "nothing of it is taken away, not even its website"
    )


def test_a_path_that_is_another_organizations_is_never_written_over(house: House) -> None:
    sheets = house.sheets()
    new_service(sheets, organization_name="Example: Legal Center!")
    assert said(house.plan(sheets)) == [
        "services, row 5, column A (id): us/tx/example-legal-center is another organization (Example Legal Center); "
        "write another id here: us/tx/example-legal-center-2#line"
    ]


def test_a_service_that_is_there_is_not_changed_by_a_row_without_its_id(house: House) -> None:
    sheets = house.sheets()
    new_service(sheets, organization_name="Example Legal Center", name="Shelter", kind="hotline")
    assert said(house.plan(sheets)) == [
        f"services, row 5, column A (id): `{SHELTER}` stands here twice (first in row 4). Each service has one row; "
        "give a new one another name"
    ]
    alone = {
        "list.csv": "organization_name,name,kind,area_country,area_regions,source_url,source_read\n"
        "Example Legal Center,Shelter,hotline,US,TX,https://example.org,2026-11-20\n"
    }
    assert said(house.plan(alone)) == [
        f"list.csv, row 2: {SHELTER} is in the directory already and says something else; to change it, write its id "
        "in the column id"
    ]


def test_a_name_without_latin_letters_needs_an_id(house: House) -> None:
    sheets = house.sheets()
    new_service(sheets, organization_name="東京相談", area_country="JP", area_regions="13")
    assert said(house.plan(sheets)) == [
        "services, row 5, column A (id): is empty, and the name has no letters a to z; write an id like "
        "jp/13/example#line"
    ]


def test_an_id_that_was_changed_is_told_before_the_service_is_there_twice(house: House) -> None:
    sheets = house.sheets()
    for name in ("services", "contacts", "sources"):
        sheets.write(
            name, SHELTER, "id" if name == "services" else "service", "us/tx/example-legal-center#sheltr"
        )
    plan = house.plan(sheets)
    assert said(plan) == [
        "services, row 4, column A (id): hint: us/tx/example-legal-center#sheltr is not in the directory and would "
        "be new. If you changed its id, write the old one"
    ]


def test_an_id_cannot_lead_out_of_the_directory(house: House) -> None:
    sheets = house.sheets()
    new_service(sheets, "../../etc/example#line")
    assert said(house.plan(sheets)) == [
        "services, row 5, column A (id): `../../etc/example#line` is no id; write it like "
        "us/tx/example-legal-center#survivor-legal-line, or any short name"
    ]


def test_a_new_organization_that_is_perhaps_there_already_is_worth_a_look(house: House) -> None:
    sheets = house.sheets()
    new_service(sheets, called="us/tx/elc#line", organization_name="Example Legal Centre")
    assert said(house.plan(sheets)) == [
        "organizations/us/tx/example-legal-center.yaml: hint: `Example Legal Center` is nearly the name of us/tx/elc: "
        "if they are one, merge the files"
    ]


def test_one_csv_may_hold_contacts_and_sources_in_the_rows_of_the_services(house: House) -> None:
    text = (
        "Organization name,Name,Kind,Summary,Needs,Area country,Area regions,Contact channel,Contact number,"
        "Source URL,Source read\n"
        "Example Workers,Worker Line,legal aid,Free advice.,workplace,us,tx,Voice,+1 512-322-4000,"
        "https://example.org/w,2026-11-20\n"
    )
    plan = house.plan({"list.csv": text})
    assert said(plan) == []
    assert [(file.path, len(file.changes)) for file in plan.files] == [("us/tx/example-workers", 9)]
    assert 'number: "+1 512-322-4000"' in plan.files[0].text
    assert "read: 2026-11-20" in plan.files[0].text


# -- sources -----------------------------------------------------------------------------------------------------


def test_a_changed_service_without_a_source_row_is_refused(house: House) -> None:
    sheets = house.sheets()
    sheets.write("contacts", LEGAL, "number", "+1 512-477-3554")
    sheets.remove("sources", LEGAL)
    assert said(house.plan(sheets)) == [
        f"services, row 3: {LEGAL} is changed, and no row of the sheet sources says where that can be read. Add one "
        "there: service, url or title, and read (the day you read it)"
    ]


def test_a_new_service_without_a_source_row_is_refused(house: House) -> None:
    sheets = house.sheets()
    new_service(sheets)
    sheets.remove("sources", "new")
    (sentence,) = said(house.plan(sheets))
    assert sentence.startswith(
        "services, row 5: us/tx/example-workers#worker-line is new, and no row of the sheet"
    )


def test_a_source_row_that_is_gone_deletes_no_source(house: House) -> None:
    sheets = house.sheets()
    sheets.remove("sources", LEGAL)
    sheets.remove("checks", LEGAL)
    plan = house.plan(sheets)
    assert (plan.files, plan.problems) == ((), ())


# -- rows and their order ----------------------------------------------------------------------------------------


def test_a_new_contact_stands_after_the_others(house: House, changed: Diff) -> None:
    sheets = house.sheets()
    sheets.add("contacts", service=LEGAL, channel="text", number="55502")
    plan = house.plan(sheets)
    assert changes(plan) == [f"{LEGAL}: contact 3 (new) (nothing) -> channel text, number 55502"]
    assert changed(plan) == ["+      - channel: text", '+        number: "55502"']


def test_a_contact_that_is_gone_from_the_sheet_stays_in_the_directory(house: House) -> None:
    sheets = house.sheets()
    sheets.remove("contacts", LEGAL)
    assert house.plan(sheets).files == ()


def test_rows_that_somebody_sorted_otherwise_change_nothing(house: House) -> None:
    sheets = house.sheets()
    for name in ("services", "contacts", "sources"):
        rows = [[cell.value for cell in row] for row in sheets.book[name].iter_rows(min_row=2)]
        for at, row in enumerate(reversed(rows), 2):
            for column, value in enumerate(row, 1):
                sheets.book[name].cell(at, column).value = value
                sheets.book[name].cell(at, column).data_type = "s"
    plan = house.plan(sheets)
    assert (plan.files, plan.problems) == ((), ())


def test_contacts_change_places_by_their_order(house: House) -> None:
    sheets = house.sheets()
    sheets.write("contacts", LEGAL, "order", "2", nth=1)
    sheets.write("contacts", LEGAL, "order", "1", nth=2)
    plan = house.plan(sheets)
    assert changes(plan) == [f"{LEGAL}: order of contacts 1, 2 -> 2, 1"]
    (file,) = plan.files
    assert [c.channel for c in file.services[0].service.contacts] == ["website", "voice"]


def test_a_row_that_was_removed_and_the_next_renumbered_loses_nothing(house: House) -> None:
    sheets = house.sheets()
    sheets.remove("contacts", LEGAL)
    sheets.write("contacts", LEGAL, "order", "1")
    (file,) = house.plan(sheets).files
    assert sorted(c.channel for c in file.services[0].service.contacts) == ["voice", "website"]


def test_a_copied_row_that_keeps_its_number_is_told(house: House) -> None:
    sheets = house.sheets()
    row = sheets.add("contacts", service=LEGAL, order="1", channel="text", number="55502")
    assert said(house.plan(sheets)) == [
        f"contacts, row {row}, column B (order): contact 1 of this service stands in row 3 too; leave order empty in "
        "a new row"
    ]


def test_an_organizations_name_is_changed_in_one_row_or_in_all_but_not_in_two_ways(house: House) -> None:
    sheets = house.sheets()
    sheets.write("services", LEGAL, "organization_name", "New Name")
    assert changes(house.plan(sheets)) == [
        "us/tx/example-legal-center: organization_name Example Legal Center -> New Name"
    ]
    sheets.write("services", SHELTER, "organization_name", "New Name")
    assert len(changes(house.plan(sheets))) == 1
    sheets.write("services", SHELTER, "organization_name", "Newer Name")
    assert said(house.plan(sheets)) == [
        "services, row 4, column B (organization_name): says 'Newer Name', and another row of this organization 'New "
        "Name'; write the same in both"
    ]


# -- services that are gone --------------------------------------------------------------------------------------


def test_a_service_that_is_gone_from_the_sheet_stays(house: House) -> None:
    sheets = house.sheets()
    sheets.remove("services", SHELTER)
    plan = house.plan(sheets)
    assert plan.files == ()
    assert plan.notes == ("1 service of the directory is not in the sheet, and stays as it is.",)


def test_with_remove_missing_it_is_held_with_a_reason_and_not_deleted(house: House, changed: Diff) -> None:
    sheets = house.sheets()
    sheets.remove("services", SHELTER)
    sheets.remove("contacts", LEGAL, nth=2)
    plan = house.plan(sheets, remove_missing=True)
    assert changed(plan) == [
        "+        hold: missing from the sheet that was taken in on 2026-11-24",
        "+    hold: missing from the sheet that was taken in on 2026-11-24",
    ]
    assert not house.plan(house.sheets(), remove_missing=True).files, "what is there is not held"


def test_half_a_sheet_does_not_take_the_directory_out_of_sight(house: House) -> None:
    sheets = house.sheets()
    sheets.remove("services", SHELTER)
    sheets.remove("services", LEGAL)
    assert said(house.plan(sheets, remove_missing=True)) == [
        "services: 2 of 3 services are missing from it, and --remove-missing would hold them all. Is this the whole "
        "directory? Leave --remove-missing out, or export everything first"
    ]


# -- two people at once ------------------------------------------------------------------------------------------


def mend(house: House, organization: str, old: str, new: str) -> None:
    """Somebody else changes a file in the meantime."""
    text = house.text(organization)
    assert old in text
    house.path(organization).write_text(text.replace(old, new), encoding="utf-8")


def test_what_others_changed_since_the_export_is_not_undone(house: House) -> None:
    sheets = house.sheets()
    sheets.write("services", HELD, "note", "Mine.")
    mend(house, "us/tx/example-legal-center", "+1 512-477-3553", "+1 512-477-9999")
    plan = house.plan(sheets)
    assert [file.path for file in plan.files] == ["fr/exemple"]
    assert plan.notes == (
        f"{LEGAL} was changed in the directory since the export, and stays as it is there.",
    )


def test_one_service_changed_on_both_sides_is_told_and_nothing_is_written(house: House) -> None:
    sheets = house.sheets()
    sheets.write("contacts", LEGAL, "number", "+1 512-477-3554")
    mend(house, "us/tx/example-legal-center", "Mo-Fr 09:00-17:00", "24/7")
    assert said(house.plan(sheets)) == [
        f"services, row 3: {LEGAL} was changed here and, since the export, in the directory too. Export again and "
        "make your change there"
    ]


def test_both_sides_making_the_same_change_is_no_problem(house: House) -> None:
    sheets = house.sheets()
    sheets.write("contacts", LEGAL, "number", "+1 512-477-3554")
    mend(house, "us/tx/example-legal-center", "+1 512-477-3553", "+1 512-477-3554")
    plan = house.plan(sheets)
    assert (plan.files, plan.errors) == ((), ())


def two_changes(house: House) -> Plan:
    sheets = house.sheets()
    sheets.write("services", HELD, "note", "Mine.")
    sheets.write("contacts", LEGAL, "number", "+1 512-477-3554")
    plan = house.plan(sheets)
    assert [file.path for file in plan.files] == ["fr/exemple", "us/tx/example-legal-center"]
    return plan


def test_a_change_between_reading_and_writing_stops_everything_before_it_starts(house: House) -> None:
    plan = two_changes(house)
    mend(house, "us/tx/example-legal-center", "cost: free", "cost: paid")
    before = house.bytes()
    outcome = carry_out(plan, house.resources)
    assert outcome.written == () and outcome.left == ("fr/exemple", "us/tx/example-legal-center")
    assert outcome.stopped == (
        "us/tx/example-legal-center changed while the sheet was being read. Look at it with --dry-run, then import "
        "again."
    )
    assert house.bytes() == before


def test_a_new_file_that_somebody_else_made_meanwhile_stays(house: House) -> None:
    sheets = house.sheets()
    new_service(sheets)
    plan = house.plan(sheets)
    house.path("us/tx/example-workers").write_text("name: Theirs\n", encoding="utf-8")
    assert carry_out(plan, house.resources).written == ()
    assert house.text("us/tx/example-workers") == "name: Theirs\n"


def test_a_full_disk_midway_says_what_is_written_and_again_is_safe(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = two_changes(house)
    before = house.bytes()
    real, calls = os.fsync, []

    def full_at_the_second(handle: int) -> None:
        calls.append(handle)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(saving.os, "fsync", full_at_the_second)
    outcome = carry_out(plan, house.resources)
    assert (outcome.written, outcome.left) == (("fr/exemple",), ("us/tx/example-legal-center",))
    assert outcome.stopped == (
        "There is no room on the disk; example-legal-center.yaml is as it was. Free some space and try again. Running "
        "the same import again is safe: what is written already is then left as it is."
    )
    after = house.bytes()
    assert after["us/tx/example-legal-center.yaml"] == before["us/tx/example-legal-center.yaml"]
    assert all(name.endswith(".yaml") for name in files_under(house.resources / "organizations"))
    monkeypatch.undo()
    assert carry_out(house.plan(two_sheets(house, before)), house.resources).written == (
        "us/tx/example-legal-center",
    )


def two_sheets(house: House, before: dict[str, bytes]) -> Sheets:
    """The sheet of two_changes: it was exported before anything was written."""
    now = house.bytes()
    for name, raw in before.items():
        (house.resources / "organizations" / name).write_bytes(raw)
    sheets = house.sheets()
    sheets.write("services", HELD, "note", "Mine.")
    sheets.write("contacts", LEGAL, "number", "+1 512-477-3554")
    for name, raw in now.items():
        (house.resources / "organizations" / name).write_bytes(raw)
    return sheets


def files_under(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


# -- what is for reading, and parts of it ------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_what_was_exported_for_reading_is_not_taken_in(house: House, name: str) -> None:
    """It lacks what people do not see, and would take it away."""
    made = FORMATS[name].make(house.exported(for_reading=True))
    files = {f"x.{name}": made} if isinstance(made, bytes) else dict(made)
    from bot.exchange.given import Given
    from bot.exchange.planning import plan_import

    book = FORMATS[name].read(Given(name="x", files=files))
    (sentence,) = said(plan_import(book, read_kept(house.resources), house.rules))
    assert sentence.endswith(
        "this was exported with --listed, for reading. Export without it, and make the change there"
    )


def test_columns_and_sheets_that_are_not_there_say_nothing(house: House, changed: Diff) -> None:
    sheets = house.sheets()
    sheets.write("services", LEGAL, "cost", "paid")
    del sheets.book["contacts"], sheets.book["checks"]
    for header in ("summary_es", "asks_status", "organization_website", "version"):
        sheets.book["services"].delete_cols(sheets.column("services", header))
    assert changed(house.plan(sheets)) == ["-    cost: free", "+    cost: paid"]


def test_dates_and_numbers_that_a_program_changed_by_itself_change_nothing(house: House) -> None:
    sheets = house.sheets()
    sheets.write("sources", LEGAL, "read", datetime(2026, 11, 1))
    sheets.write("sources", LEGAL, "date", datetime(2022, 5, 1))
    sheets.write("sources", SHELTER, "read", 46327)
    sheets.write("checks", LEGAL, "on", "2026-10-02 00:00:00")
    sheets.write("contacts", LEGAL, "number", 15124773553.0)
    sheets.write("contacts", SHELTER, "number", 55501)
    sheets.write("contacts", HELD, "number", "3919.0")
    sheets.write("contacts", LEGAL, "hours", " “Mo–Fr 09:00–17:00” ")
    plan = house.plan(sheets)
    assert (plan.files, said(plan)) == ((), [])


def test_what_people_do_to_words_and_headers_is_understood(house: House) -> None:
    sheets = house.sheets()
    services = sheets.book["services"]
    services.title = "Our services 2026"
    services.insert_rows(1, 2)
    services["A1"] = "Made by us"
    for cell in services[3]:
        cell.value = f" {str(cell.value).upper().replace('_', ' ')} "
    services.move_range("A1:A6", cols=services.max_column)  # the id stands last
    sheets.book["contacts"].append([None, "  "])
    sheets.book["contacts"].title = "Tabelle1"
    plan = house.plan(sheets)
    assert (plan.files, said(plan), plan.notes) == ((), [], ())


def test_smart_quotes_and_odd_spaces_in_codes_are_let_go_and_in_texts_kept(
    house: House, changed: Diff
) -> None:
    sheets = house.sheets()
    sheets.write("services", LEGAL, "needs", "“legal”,\u00a0‘immigration’ ; Workplace")
    sheets.write("services", LEGAL, "summary_en", "“Free” advice\u00a0: call.")
    assert changed(house.plan(sheets)) == [
        "-      en: Free legal advice by phone.",
        "+      en: '“Free” advice\u00a0: call.'",
        "-    needs: [legal, immigration]   # legal comes first",
        "+    needs: [legal, immigration, workplace]   # legal comes first",
    ]


def test_a_csv_of_another_country_is_read(house: House) -> None:
    """Semicolons, a date that lost nothing, quotes around everything."""
    made = FORMATS["csv"].make(house.exported())
    assert not isinstance(made, bytes)
    import csv
    import io

    rows = list(csv.reader(io.StringIO(made["contacts.csv"].decode("utf-8-sig"), newline="")))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    plan = house.plan({"directory - contacts.csv": out.getvalue()})
    assert (plan.files, said(plan)) == ((), [])
