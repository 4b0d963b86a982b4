"""A change touches what it is about: comments, order and quotes of everything else stay."""

import difflib
from copy import deepcopy
from typing import Any

import pytest
from bot.directory_files.editing import CannotMend, edited
from bot.directory_files.mending import mended
from bot.directory_files.reading import parse_document
from bot.directory_files.writing import write_organization
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.directory_files.test_rules import GOOD

COMMENTED = (
    GOOD.replace("    needs:", "    # what it does most comes first\n    needs:")
    .replace('hours: "Mo-Fr', 'hours: "Mo-Fr')
    .replace("asks_status: no", "asks_status: no   # asked in spring")
    .replace("    checks:\n", "\n    checks:  # by phone, please\n")
)


def read(text: str) -> Any:
    return parse_document(text, "x").data


def service(data: Any) -> Any:
    return data["services"]["legal-line"]


def changed(change: Any, text: str = COMMENTED) -> list[str]:
    """The lines of the diff that `change` of the data makes."""
    wanted = read(text)
    change(wanted)
    after = mended(text, wanted)
    assert read(after) == wanted
    lines = difflib.unified_diff(text.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def test_one_mended_number_is_one_changed_line() -> None:
    assert changed(lambda d: service(d)["contacts"][0].update(number="+1 512-555-0199")) == [
        '-        number: "+1 512-277-3553"',
        '+        number: "+1 512-555-0199"',
    ]


def test_a_hold_is_one_new_line_in_its_place() -> None:
    (line,) = changed(lambda d: service(d).update(hold="closed: see their site"))
    assert line == "+    hold: 'closed: see their site'"


def test_a_check_is_one_new_line() -> None:
    check = {"claims": ["number"], "on": "2026-11-25", "how": "phone"}
    assert changed(lambda d: service(d)["checks"].append(check)) == [
        "+      - {claims: [number], on: 2026-11-25, how: phone}"
    ]


def test_the_first_check_opens_the_list() -> None:
    check = {"claims": ["number"], "on": "2026-11-25", "how": "phone"}
    empty = mended(GOOD, {**read(GOOD), "services": {"legal-line": {**service(read(GOOD)), "checks": []}}})
    assert "    checks: []\n" in empty
    assert changed(lambda d: service(d)["checks"].append(check), empty) == [
        "-    checks: []",
        "+    checks:",
        "+      - {claims: [number], on: 2026-11-25, how: phone}",
    ]


def test_a_word_more_in_a_list_of_words() -> None:
    assert changed(lambda d: service(d)["needs"].append("medical")) == [
        "-    needs: [legal, sexual_assault_support]",
        "+    needs: [legal, sexual_assault_support, medical]",
    ]


def test_a_new_way_to_make_contact_stands_after_the_others() -> None:
    text = {"channel": "text", "number": "55501", "keyword": "HELLO", "note": {"en": "Days only."}}
    assert changed(lambda d: service(d)["contacts"].append(text)) == [
        "+      - channel: text",
        '+        number: "55501"',
        '+        keyword: "HELLO"',
        "+        note:",
        "+          en: Days only.",
    ]


def test_what_is_gone_takes_its_lines_and_leaves_the_comments() -> None:
    assert changed(lambda d: service(d)["contacts"].pop(1)) == [
        "-      - channel: email",
        "-        address: help@example.org",
    ]
    assert changed(lambda d: service(d).pop("asks_status")) == ["-    asks_status: no   # asked in spring"]
    (_, plus) = changed(lambda d: service(d)["area"].pop("counties"))
    assert plus == "+    area: {country: US, regions: [TX], cities: [Austin]}"


def test_a_field_goes_where_the_shape_has_it() -> None:
    wanted = read(COMMENTED)
    service(wanted)["institution"] = "police"
    after = mended(COMMENTED, wanted).splitlines()
    at = after.index("    institution: police")
    assert after[at - 1].startswith("    serves:")
    assert after[at + 1].startswith("    area:")


def test_a_quote_stays_the_quote_it_was() -> None:
    single = COMMENTED.replace("asks_status: no", "asks_status: 'no'")
    assert changed(lambda d: service(d).update(asks_status="yes"), single)[1].startswith(
        "+    asks_status: 'yes'"
    )


def test_an_unchanged_file_is_unchanged_to_the_byte() -> None:
    assert mended(COMMENTED, read(COMMENTED)) == COMMENTED


def test_text_that_yaml_would_misread_is_quoted() -> None:
    for wild in (
        "# no comment",
        "a: b",
        "- x",
        "[x]",
        "*x",
        "&x",
        "'",
        '"',
        "!x",
        "%",
        "@x",
        "`x`",
        "x #y",
        "yes",
        "",
    ):
        wanted = read(COMMENTED)
        service(wanted)["summary"]["en"] = wild
        assert service(read(mended(COMMENTED, wanted)))["summary"]["en"] == wild


def test_a_list_with_dashes_keeps_its_dashes() -> None:
    dashes = COMMENTED.replace("    serves: [undocumented]", "    serves:\n      - undocumented  # says so")
    assert changed(lambda d: service(d).update(hold="x"), dashes) == ["+    hold: x"]
    assert changed(lambda d: service(d)["serves"].append("women"), dashes) == ["+      - women"]
    assert changed(lambda d: service(d)["serves"].__setitem__(0, "women"), dashes) == [
        "-      - undocumented  # says so",
        "+      - women  # says so",
    ]


def test_two_changes_at_one_place_stand_in_their_order() -> None:
    check = {"claims": ["number"], "on": "2026-11-25", "how": "phone"}

    def both(data: Any) -> None:
        service(data)["checks"].append(check)
        data["services"]["second"] = {"name": "Second", "needs": ["crisis"]}

    assert changed(both) == [
        "+      - {claims: [number], on: 2026-11-25, how: phone}",
        "+  second:",
        "+    name: Second",
        "+    needs: [crisis]",
    ]


def test_several_new_fields_stand_in_the_order_of_the_shape() -> None:
    new = changed(lambda d: service(d).update(note="n", confidential="yes", anonymous="no"))
    assert new == ["+    confidential: yes", "+    anonymous: no", "+    note: n"]


def test_several_words_gone_from_one_line() -> None:
    def both(data: Any) -> None:
        del service(data)["area"]["counties"], service(data)["area"]["cities"]

    assert changed(both)[1] == "+    area: {country: US, regions: [TX]}"


def test_when_too_much_would_change_nothing_is() -> None:
    with pytest.raises(CannotMend, match="nothing would be left"):
        edited(COMMENTED, {"title": "Another kind of file"})


def test_what_cannot_change_at_once_changes_step_by_step() -> None:
    dashes = COMMENTED.replace("    serves: [undocumented]", "    serves:\n      - undocumented")
    wanted = read(dashes)
    service(wanted)["serves"] = []
    service(wanted)["summary"] = "one text"
    service(wanted)["area"] = {"country": "ZZ"}
    assert read(mended(dashes, wanted)) == wanted


def test_lines_that_end_as_on_windows_go_on_ending_so() -> None:
    wanted = read(COMMENTED)
    service(wanted)["hold"] = "closed"
    after = mended(COMMENTED.replace("\n", "\r\n"), wanted)
    assert after.count("\r\n") == after.count("\n") == COMMENTED.count("\n") + 1


WORDS = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Co", "Cn"], exclude_characters="\ufeff"),
    min_size=1,
    max_size=40,
).filter(lambda text: text == text.strip())
FILES = sorted((ROOT / "resources" / "organizations").rglob("*.yaml"))


@given(
    st.sampled_from(FILES),
    WORDS,
    st.sampled_from(["hold", "note", "name", "en"]),
    st.sampled_from(["set", "contact", "check", "drop"]),
)
def test_whatever_changes_in_a_real_file_the_rest_stays(path: Any, words: str, name: str, kind: str) -> None:
    text = path.read_text(encoding="utf-8")
    data = read(text)
    wanted = deepcopy(data)
    one = next(iter(wanted["services"].values()))
    if kind == "set":
        (one["summary"] if name == "en" else one)[name] = words
    elif kind == "contact":
        assume(one.get("contacts"))
        one["contacts"].insert(0, {"channel": "voice", "number": "+1 512-555-0100", "note": {"en": words}})
    elif kind == "check":
        one.setdefault("checks", []).append({"claims": ["number"], "on": "2026-11-25", "how": "phone"})
    else:
        assume(len(one.get("contacts", [])) > 1)
        one["contacts"].pop()
    after = mended(text, wanted)
    assert read(after) == wanted
    gone = set(text.splitlines()) - set(after.splitlines())
    assert len(gone) <= (16 if kind == "drop" else 3), gone


@given(
    st.recursive(WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3))
)
def test_what_is_written_is_read_back_the_same(value: Any) -> None:
    data = {"name": "X", "services": {"a": {"name": "Y", "note": value}}}
    assert read(write_organization(data)) == data
