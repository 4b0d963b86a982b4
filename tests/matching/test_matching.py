"""Who is shown, in which order, and why."""

from datetime import UTC, datetime, timedelta

import pytest
from bot.matching.admission import RULES, is_for, refused_by
from bot.matching.area import Nearness, nearness
from bot.matching.directory import index_directory
from bot.matching.find import find_matches
from bot.matching.freshness import is_confirmed
from bot.matching.opening import is_open
from bot.model.directory import Area, Contact
from bot.model.match import Because, Beware
from bot.model.verdict import Verdict

from tests.builders import AUSTIN, HOUSTON, NOON, PARIS, a_directory, a_service, listed, someone


def ids(*services: object, **profile: object) -> list[str]:
    found = find_matches(someone(**profile), a_directory(*services), NOON)  # type: ignore[arg-type]
    return [m.listed.id.split("/")[-1].split("#")[0] for m in found.matches]


def test_a_service_that_says_nothing_about_cost_is_still_shown() -> None:
    """Silence is the commonest fact in the directory; it excludes nobody."""
    unknown = listed(a_service(cost="unknown"))
    assert ids(unknown, needs=("legal",), refusals=("cost",)) == ["example"]


def test_a_service_known_to_cost_money_is_left_out_for_someone_who_cannot_pay() -> None:
    assert ids(listed(a_service(cost="paid")), needs=("legal",), refusals=("cost",)) == []


@pytest.mark.parametrize(
    ("refusal", "excluded"),
    [
        ("police", {"run_by": "police"}),
        ("immigration_authorities", {"institution": "immigration"}),
        ("shelter", {"kind": "shelter"}),
        ("phone_calls", {"contacts": [{"channel": "voice", "number": "+1 512-555-0100"}]}),
        ("in_person", {"in_person_only": "yes"}),
        ("court", {"needs": ["police_report"]}),
        ("religious", {"run_by": "faith"}),
        ("men", {"only": ["men"]}),
        ("women", {"only": ["women"]}),
        ("employer", {"institution": "employer"}),
        ("id_documents", {"asks_id": "yes"}),
        ("hospital", {"run_by": "hospital"}),
        ("counselling", {"kind": "counselling"}),
        ("cost", {"cost": "paid"}),
    ],
)
def test_each_refusal_excludes_what_it_names(refusal: str, excluded: dict[str, object]) -> None:
    profile = someone(refusals=(refusal,))
    reachable = [{"channel": "chat", "url": "https://example.org/chat"}]
    assert refused_by(a_service(**excluded), profile) == refusal
    assert refused_by(a_service(contacts=reachable), profile) is None


def test_every_refusal_that_can_exclude_is_tried_above() -> None:
    assert len(RULES) == 14


def test_women_only_turns_away_only_someone_who_said_he_is_a_man() -> None:
    """Nobody's gender is assumed."""
    women_only = a_service(only=["women"])
    assert is_for(women_only, someone())
    assert is_for(women_only, someone(people=("trans",)))
    assert not is_for(women_only, someone(people=("men",)))
    assert is_for(women_only, someone(people=("men",), helping_someone=True))


def test_a_desk_for_soldiers_is_shown_to_soldiers() -> None:
    for_soldiers = a_service(only=["military"])
    assert not is_for(for_soldiers, someone())
    assert is_for(for_soldiers, someone(people=("veteran",)))
    assert is_for(for_soldiers, someone(needs=("military",)))


@pytest.mark.parametrize(
    ("area", "near"),
    [
        ({"country": "US", "regions": ["TX"], "cities": ["Austin"]}, Nearness.CITY),
        ({"country": "US", "regions": ["TX"], "counties": ["Travis County"]}, Nearness.COUNTY),
        ({"country": "US", "regions": ["TX"]}, Nearness.REGION),
        ({"country": "US"}, Nearness.COUNTRY),
        ({"country": "US", "regions": ["TX"], "cities": ["El Paso"]}, Nearness.ELSEWHERE_IN_REGION),
        ({"country": "ZZ"}, Nearness.WORLD),
        ({"country": "US", "regions": ["NM"]}, None),
        ({"country": "FR"}, None),
        ({"country": "EU"}, None),
    ],
)
def test_how_near_an_area_is(area: dict[str, object], near: Nearness | None) -> None:
    assert nearness(Area.model_validate(area), AUSTIN, None) is near


def test_the_european_union_is_near_its_members() -> None:
    assert nearness(Area(country="EU"), PARIS, None) is Nearness.UNION


def test_without_a_place_no_country_is_guessed() -> None:
    assert nearness(Area(country="US"), None, None) is None
    assert nearness(Area(country="US"), None, "US") is Nearness.COUNTRY


def test_local_help_comes_before_national_and_another_towns_after() -> None:
    town = listed(a_service(area={"country": "US", "regions": ["TX"], "cities": ["Austin"]}), "us/tx/town")
    nation = listed(a_service(area={"country": "US"}), "us/national/nation")
    elsewhere = listed(
        a_service(area={"country": "US", "regions": ["TX"], "cities": ["Houston"]}), "us/tx/elsewhere"
    )
    assert ids(elsewhere, nation, town, needs=("legal",)) == ["town", "nation", "elsewhere"]


def test_a_coalitions_office_waits_behind_someone_who_answers() -> None:
    coalition = listed(a_service(kind="coalition"), "us/tx/coalition")
    line = listed(a_service(area={"country": "US"}), "us/national/line")
    assert ids(coalition, line, needs=("legal",)) == ["line", "coalition"]


def test_never_two_of_one_organization_while_others_wait() -> None:
    one = listed(a_service(), "us/tx/a", "one")
    two = listed(a_service(), "us/tx/a", "two")
    other = listed(a_service(area={"country": "US"}), "us/national/b")
    assert ids(one, two, other, needs=("legal",)) == ["a", "b", "a"]


def test_one_place_for_each_need_when_no_place_does_both() -> None:
    lawyers = [listed(a_service(), f"us/tx/lawyer{n}") for n in range(4)]
    therapist = listed(a_service(needs=["counselling"], area={"country": "US"}), "us/national/therapist")
    first = ids(*lawyers, therapist, needs=("legal", "counselling"))[:2]
    assert first == ["lawyer0", "therapist"]


def test_a_police_desk_waits_until_somebody_asks_about_reporting() -> None:
    desk = listed(a_service(needs=["sexual_assault_support", "police_report"], run_by="police"), "us/tx/desk")
    line = listed(
        a_service(needs=["sexual_assault_support", "police_report"], area={"country": "US"}),
        "us/national/line",
    )
    assert ids(desk, line, needs=("sexual_assault_support",)) == ["line", "desk"]
    assert ids(desk, line, needs=("police_report",)) == ["desk", "line"]


def test_the_order_is_stable() -> None:
    services = [listed(a_service(), f"us/tx/{letter}") for letter in "dbca"]
    assert (
        ids(*services, needs=("legal",)) == ids(*reversed(services), needs=("legal",)) == ["a", "b", "c", "d"]
    )


def test_reasons_come_from_values() -> None:
    service = listed(a_service(serves=["undocumented"], languages=["es"]))
    match = find_matches(
        someone(needs=("legal",), people=("undocumented",), language="es"), a_directory(service), NOON
    ).matches[0]
    because = {r.because for r in match.reasons}
    assert because == {
        Because.HELPS_WITH,
        Because.STATUS_SAFE,
        Because.SERVES_REGION,
        Because.SPEAKS,
        Because.FREE,
        Because.OPEN_NOW,
    }


def test_unknown_is_said_as_unknown() -> None:
    match = find_matches(
        someone(needs=("legal",), people=("immigrant",)), a_directory(listed()), NOON
    ).matches[0]
    cautions = {c.beware: c.verdict for c in match.cautions}
    assert cautions[Beware.ASK_STATUS] is Verdict.UNKNOWN
    assert Beware.NOT_CONFIRMED in cautions


def test_held_and_unreachable_services_stop_at_the_index() -> None:
    held, mute = (
        listed(a_service(hold="disputed"), "us/tx/held"),
        listed(a_service(contacts=[]), "us/tx/mute"),
    )
    assert index_directory([held, mute], {}).services == ()


def test_a_service_that_has_ended_is_gone() -> None:
    assert ids(listed(a_service(ends_on="2026-11-01")), needs=("legal",)) == []


def test_a_check_holds_for_a_while_and_then_is_unknown_again() -> None:
    """Y2: past its limit a confirmation is unknown, not yes."""
    service = a_service(checks=[{"claims": ["number"], "on": "2026-06-01", "how": "phone"}])
    day = datetime(2026, 6, 2, tzinfo=UTC).date()
    assert is_confirmed(service, day)
    assert not is_confirmed(service, day + timedelta(days=200))
    assert not is_confirmed(service, day - timedelta(days=30)), "a check in the future confirms nothing"


@pytest.mark.parametrize(
    ("hours", "zone", "open_"),
    [
        ("24/7", None, Verdict.YES),
        ("Mo-Fr 09:00-17:00", "America/Chicago", Verdict.YES),  # noon on a Tuesday there
        ("Mo-Fr 09:00-17:00", "Asia/Tokyo", Verdict.NO),
        ("Mo-Fr 09:00-17:00", None, Verdict.UNKNOWN),  # in which zone?
        (None, "America/Chicago", Verdict.UNKNOWN),
        ("when the moon is full", "America/Chicago", Verdict.UNKNOWN),
        ("Mo-Fr 09:00-17:00", "Mars/Olympus", Verdict.UNKNOWN),
    ],
)
def test_open_now_has_three_answers(hours: str | None, zone: str | None, open_: Verdict) -> None:
    contact = Contact.model_validate({"channel": "voice", "number": "+1 512-555-0100", "hours": hours})
    assert is_open(contact, zone, NOON) is open_


def test_more_said_never_means_worse_help() -> None:
    """Someone undocumented who says so, or a trans person, loses no place that others get."""
    services = [listed(a_service(), "us/tx/a"), listed(a_service(serves=["immigrant"]), "us/tx/b")]
    plain = set(ids(*services, needs=("legal",), place=HOUSTON))
    for group in ("undocumented", "trans", "men", "in_custody", "black", "low_income", "native"):
        assert set(ids(*services, needs=("legal",), people=(group,), place=HOUSTON)) == plain
