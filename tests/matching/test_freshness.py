"""Claims wear off: what was confirmed is not confirmed for ever, and what reassures is the first to go."""

from datetime import UTC, date, datetime, timedelta

import pytest
from bot.conversation.cards import details
from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import plain, speak_value
from bot.matching.find import find_matches
from bot.matching.freshness import Freshness, believed, has_ended, holds_days, is_confirmed, standing
from bot.model.directory import Cost, Service
from bot.model.match import Because
from bot.model.profile import Profile
from bot.model.verdict import Verdict

from tests.builders import a_directory, a_service, listed, someone

CHECKED = date(2026, 3, 1)


def checked(*claims: str, **changes: object) -> Service:
    """A service of which a person confirmed `claims` on the first of March."""
    check = {"claims": list(claims), "on": CHECKED.isoformat(), "how": "phone"}
    return a_service(checks=[check], **changes)


def after(days: int) -> date:
    return CHECKED + timedelta(days=days)


@pytest.mark.parametrize(
    ("claim", "service", "days"),
    [
        ("number", {"kind": "hotline"}, 90),
        ("number", {"kind": "legal_aid", "needs": ["crisis"]}, 90),
        ("number", {"kind": "legal_aid"}, 180),
        ("asks_status", {}, 90),
        ("must_report", {}, 90),
        ("shares_with", {}, 90),
        ("confidential", {}, 90),
        ("hours", {}, 90),
        ("address", {}, 365),
        ("cost", {}, 180),
    ],
)
def test_each_kind_of_claim_holds_as_long_as_the_policy_says(
    claim: str, service: dict[str, object], days: int
) -> None:
    one = checked(claim, **service)
    assert holds_days(one, claim) == days
    assert standing(one, claim, after(days)).freshness is Freshness.CONFIRMED
    assert standing(one, claim, after(days + 1)).freshness is Freshness.EXPIRED
    assert standing(a_service(), claim, after(0)).freshness is Freshness.NEVER


def test_the_last_check_counts_and_one_from_the_future_does_not() -> None:
    checks = [
        {"claims": ["number"], "on": day, "how": "phone"}
        for day in ("2026-01-01", "2026-05-01", "2027-01-01")
    ]
    one = a_service(checks=checks)
    assert standing(one, "number", date(2026, 6, 1)).on == date(2026, 5, 1)


def test_a_confirmed_number_is_not_confirmed_for_ever() -> None:
    assert is_confirmed(checked("number"), after(180))
    assert not is_confirmed(checked("number"), after(181))


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("asks_status", "no"),
        ("asks_id", "no"),
        ("must_report", "no"),
        ("confidential", "yes"),
        ("anonymous", "yes"),
        ("interpreters", "yes"),
    ],
)
def test_past_its_limit_what_reassures_is_unknown(claim: str, value: str) -> None:
    """Y2: past its limit a claim is unknown, not yes."""
    one = listed(checked(claim, **{claim: value}))
    limit = holds_days(one.service, claim)
    assert getattr(believed(one, after(limit)).service, claim) == value
    assert getattr(believed(one, after(limit + 1)).service, claim) is Verdict.UNKNOWN


@pytest.mark.parametrize("claim", ["asks_status", "asks_id", "must_report"])
def test_a_warning_does_not_wear_off(claim: str) -> None:
    """That they ask for ID was true once; to forget it because it is old would be the dangerous mistake."""
    one = listed(checked(claim, **{claim: "yes"}))
    assert getattr(believed(one, after(900)).service, claim) is Verdict.YES


def test_sharing_hours_and_cost_wear_off_too() -> None:
    shares = {"police": "no", "immigration": "yes"}
    one = listed(checked("shares_with", "hours", "cost", shares_with=shares))
    later = believed(one, after(400)).service
    assert later.shares_with.police is Verdict.UNKNOWN
    assert later.shares_with.immigration is Verdict.YES
    assert later.contacts[0].hours is None
    assert later.cost is Cost.UNKNOWN


def test_what_nobody_ever_checked_stays_as_the_source_says() -> None:
    """It is shown as "from a public source, not yet confirmed by us", which is another thing than worn off."""
    one = listed(a_service(asks_status="no"))
    assert believed(one, after(900)) is one


def test_nobody_is_told_that_papers_do_not_matter_on_a_claim_that_has_worn_off() -> None:
    one = listed(checked("asks_status", asks_status="no", serves=["undocumented"]))

    def reasons(day: date) -> set[Because]:
        now = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
        person = someone(needs=("legal",), people=("undocumented",))
        (match,) = find_matches(person, a_directory(one), now).matches
        return {r.because for r in match.reasons}

    assert Because.STATUS_SAFE in reasons(after(10))
    assert Because.STATUS_SAFE not in reasons(after(100))
    assert Because.MADE_FOR in reasons(after(100))


def test_the_card_asks_again_what_has_worn_off(knowledge: Knowledge) -> None:
    one = listed(checked("asks_status", asks_status="no"))

    def card(day: date) -> str:
        now = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
        lines = details(one, Profile(language="en"), now)
        return "\n".join(plain(speak_value(line, knowledge.messages, "en")) for line in lines)

    assert "They do not ask about immigration status." in card(after(10))
    assert "• Do you ask about immigration status?" in card(after(100))


def test_a_service_is_shown_on_its_last_day_and_not_after() -> None:
    one = a_service(ends_on="2026-12-31")
    assert not has_ended(one, date(2026, 12, 31))
    assert has_ended(one, date(2027, 1, 1))
