"""The list of what to check: for people, for an issue, for programs."""

import re
from typing import Any

import pytest
from bot.model.directory import ListedService
from bot.upkeep.round.calling import plan_call
from bot.upkeep.round.due import due
from bot.upkeep.round.todo import Reader, Task, as_markdown, as_row, lines_of
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.builders import NOON, a_service, listed
from tests.upkeep.at_the_desk import a_desk, the_book, the_words
from tests.upkeep.test_due import TODAY, check, fresh

NASTY = st.text(alphabet="ab1 `*_[]()<>#@!|\\~&\n{}-", min_size=2, max_size=30)


def reader(language: str = "en") -> Reader:
    return Reader(
        language=language, scripts=the_words(), taxonomy=the_book().taxonomy, gazetteer=the_book().gazetteer
    )


def tasks(*services: ListedService, **reports: int) -> list[Task]:
    """What is to be checked among these."""
    desk = a_desk(*services)
    counts = {f"us/tx/{name}#line": number for name, number in reports.items()}
    return [Task(due=d, call=plan_call(d.listed, desk, NOON)) for d in due(services, TODAY, counts)]


def lines(*services: ListedService, language: str = "en") -> str:
    return "\n".join(line for task in tasks(*services) for line in lines_of(task, reader(language)))


def markdown(*services: ListedService) -> str:
    return "\n".join(as_markdown(tasks(*services), reader(), TODAY))


def row(service: ListedService, **reports: int) -> dict[str, Any]:
    (task,) = tasks(service, **reports)
    return as_row(task)


# -- for people ---------------------------------------------------------------------------------------------


def test_the_list_says_why_whom_when_and_what() -> None:
    said = lines(listed(a_service(hold="number disputed.")))
    assert "Why now: it is on hold and not shown: number disputed; nobody has called them yet;" in said
    assert "no other place there helps with this: a lawyer or legal advice" in said
    assert "Call +1 512-555-0100." in said
    assert "It is Tuesday, 12:00 PM there: a good time to call." in said
    assert "Ask about: immigration status; ID; duty to report;" in said, "what holds shortest first"
    assert "Script: bot directory due --script us/tx/example#line" in said


def test_a_claim_that_ran_out_says_when_and_how_long_it_holds() -> None:
    said = lines(listed(a_service(checks=[check("number", "cost", ago=200), check("hours", ago=85)])))
    assert "cost (ran out on November 4, 2026; holds 180 days)" in said
    assert "hours (runs out on November 29, 2026)" in said


def test_a_volunteer_reads_the_list_in_their_language() -> None:
    said = lines(listed(), language="es")
    assert "Por qué ahora: nadie les ha llamado todavía" in said
    assert "Guion: bot directory due --script us/tx/example#line" in said


# -- for an issue -------------------------------------------------------------------------------------------


def test_the_to_do_list_is_grouped_by_country_and_state_and_can_be_ticked_off() -> None:
    said = markdown(
        listed(a_service(), "us/tx/one"),
        listed(a_service(area={"country": "US"}), "us/national/two"),
        listed(a_service(area={"country": "FR"}), "fr/national/three"),
        listed(a_service(area={"country": "ZZ"}), "world/four"),
        listed(a_service(area={"country": "US", "regions": ["TX", "NM"]}), "us/tx/five"),
        listed(a_service(), "us/tx/six"),
    )
    shape = re.findall(r"^#+ .*$|(?<=^- \[ \] ).*$", said, re.MULTILINE)
    assert [line.rpartition(" `")[2].rstrip("`") if "`" in line else line for line in shape] == [
        "# To check, most needed first: November 24, 2026",
        "## Everywhere",
        "### The whole country",
        "world/four#line",
        "## France",
        "### The whole country",
        "fr/national/three#line",
        "## United States",
        "### The whole country",
        "us/national/two#line",
        "### Texas",
        "us/tx/one#line",
        "us/tx/six#line",
        "### Texas and New Mexico",
        "us/tx/five#line",
    ]


def test_the_to_do_list_says_the_hours_and_not_the_time_it_was_written() -> None:
    """It is read all week."""
    said = markdown(listed())
    assert "A good time is a working day, 9:00 AM to 5:00 PM, their time." in said
    assert "Tuesday" not in said


def test_the_number_is_code_so_that_nothing_makes_a_link_of_it() -> None:
    assert "  - Call `+1 512-555-0100`." in markdown(listed())


@pytest.mark.parametrize(
    ("hold", "said"),
    [
        ("ask @somebody", "ask @\u2060somebody"),  # no notice to a stranger
        ("see #12", "see \\#\u206012"),
        ("<script>alert(1)</script>", "\\<script\\>alert\\(1\\)\\</script\\>"),
        ("one\n- [x] two", "one - \\[x\\] two"),
        ("[here](https://example.org)", "\\[here\\]\\(https://example.org\\)"),
        ("a_b *c* `d`", "a\\_b \\*c\\* \\`d\\`"),
    ],
)
def test_what_somebody_wrote_stays_text(hold: str, said: str) -> None:
    assert f"not shown: {said}" in markdown(listed(a_service(hold=hold)))


@given(name=NASTY.filter(lambda text: len(text.strip()) >= 2), hold=NASTY, keyword=NASTY)
def test_no_text_in_the_directory_can_draw_in_the_list(name: str, hold: str, keyword: str) -> None:
    """A reader of Markdown sees the headings, lists, bold names and code we wrote, and nothing else."""
    contacts = [{"channel": "email", "address": f"a{keyword}@example.org"}]
    said = markdown(listed(a_service(name=name, hold=hold.strip() or "x", contacts=contacts)))
    tokens = MarkdownIt("commonmark").parse(said)
    ours = {"heading_open", "bullet_list_open", "list_item_open", "paragraph_open", "inline"}
    assert {t.type for t in tokens if not t.type.endswith("_close")} == ours
    assert sum(t.type == "bullet_list_open" for t in tokens) == 2, "the places, and what is said of one"
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "code_inline", "strong_open", "strong_close"}
    assert sum(child.type == "strong_open" for child in inline) == 1
    words = "".join(child.content if child.type == "text" else " " for child in inline)
    assert not re.search(r"[@#]\w", words), "nobody is sent a notice"


def test_nothing_to_check_is_said() -> None:
    assert markdown(listed(fresh())).endswith("Nothing is due here.")


# -- for programs -------------------------------------------------------------------------------------------


def test_a_row_holds_codes_and_dates() -> None:
    service = a_service(
        checks=[check("number", ago=200)],
        contacts=[
            {"channel": "voice", "number": "+1 512-555-0100"},
            {"channel": "text", "number": "55501", "hold": "one list only"},
        ],
    )
    said = row(listed(service, "us/tx/one"), one=2)
    assert said["id"] == "us/tx/one#line" and said["reports"] == 2
    (number,) = [claim for claim in said["claims"] if claim["claim"] == "number"]
    assert number == {
        "claim": "number",
        "state": "expired",
        "confirmed_on": "2026-05-08",
        "holds_until": "2026-11-04",
        "holds_days": 180,
    }
    assert {"because": "reported", "about": "2"} in said["why"]
    assert said["held_contacts"] == [{"channel": "text", "reason": "one list only"}]
    assert said["call"] == {
        "line": "phone",
        "value": "+1 512-555-0100",
        "of": None,
        "same_call": [],
        "good_hour": "yes",
        "timing": "good",
        "time_there": ["2026-11-24T12:00-06:00"],
        "call_between": ["09:00", "17:00"],
    }
    assert said["log"] == "bot directory log us/tx/one#line"


def test_a_place_nobody_can_ring_has_no_hour() -> None:
    said = row(listed(a_service(contacts=[])))["call"]
    assert (said["line"], said["value"], said["good_hour"], said["time_there"]) == ("none", None, None, [])
