"""What is checked next: stories, and what holds for every directory."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from bot.matching.freshness import Freshness, holds_days, standing
from bot.model.directory import Kind, ListedService, Service
from bot.upkeep.round.due import (
    ENDS_SOON_DAYS,
    SOON_DAYS,
    Because,
    Due,
    claims_of,
    due,
    look_at,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_service, listed

TODAY = date(2026, 11, 24)
HOTLINE = {"kind": "hotline", "needs": ["crisis"], "area": {"country": "US"}}
VOICE = [{"channel": "voice", "number": "+1 512-555-0100", "hours": "24/7"}]


def days_ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def check(*claims: str, ago: int = 1) -> dict[str, Any]:
    """A person confirmed these claims some days ago."""
    return {"claims": list(claims), "on": days_ago(ago), "how": "phone"}


def fresh(*, but: Iterable[str] = (), ago: int = 1, **changes: Any) -> Service:
    """A service of which everything is confirmed, except `but`."""
    claims = [c for c in claims_of(a_service(**changes)) if c not in set(but)]
    return a_service(checks=[check(*claims, ago=ago)], **changes)


def place(key: str, service: Service) -> ListedService:
    return listed(service, path=f"us/tx/{key}")


def order(*places: ListedService, reports: dict[str, int] | None = None) -> list[str]:
    """The organizations in the order in which they are to be checked."""
    return [d.listed.organization_id.removeprefix("us/tx/") for d in due(places, TODAY, reports or {})]


def claims(service: Service) -> set[str]:
    return {c.claim for c in look_at(listed(service), TODAY).claims}


def the_one(service: Service, reports: int = 0) -> Due:
    """The service as it is due, beside a fresh neighbour that helps with the same."""
    neighbour = place("neighbour", fresh())
    (one,) = due([neighbour, listed(service)], TODAY, {"us/tx/example#line": reports})
    return one


def reasons(one: Due) -> set[Because]:
    return {why.because for why in one.reasons}


# -- what is due --------------------------------------------------------------------------------------------


def test_a_place_where_everything_is_confirmed_is_left_in_peace() -> None:
    assert due([listed(fresh())], TODAY, {}) == ()


def test_a_place_nobody_ever_called_is_asked_everything_that_matters() -> None:
    assert claims(a_service()) == {
        *("number", "hours", "languages", "cost"),
        *("asks_status", "asks_id", "must_report", "shares_with", "confidential"),
    }
    assert reasons(look_at(listed(a_service()), TODAY)) == {Because.NEVER_REACHED}


def test_a_place_whose_hours_ran_out_asks_only_for_the_hours() -> None:
    service = fresh(but=["hours"])
    old = service.model_copy(
        update={"checks": (*service.checks, *a_service(checks=[check("hours", ago=100)]).checks)}
    )
    one = the_one(old)
    (hours,) = one.claims
    assert (hours.claim, hours.holds_days, hours.standing.freshness) == ("hours", 90, Freshness.EXPIRED)
    assert hours.standing.until == TODAY - timedelta(days=10)
    assert [(w.because, w.about) for w in one.reasons] == [(Because.RAN_OUT, days_ago(10))]


def test_hours_and_address_are_asked_only_where_there_are_some() -> None:
    assert "hours" not in claims(a_service(contacts=[{"channel": "voice", "number": "+1 512-555-0100"}]))
    assert "address" not in claims(a_service())
    assert "address" in claims(a_service(address="1 Example Street", location="public"))


def test_the_address_of_a_confidential_place_is_never_asked() -> None:
    """Y3: even if somebody wrote one by mistake."""
    assert "address" not in claims(a_service(address="1 Example Street", location="confidential"))


def test_a_promise_that_only_some_places_make_is_checked_where_it_is_made() -> None:
    assert "anonymous" not in claims(a_service())
    assert {"anonymous", "interpreters"} <= claims(a_service(anonymous="yes", interpreters="yes"))


def test_what_is_about_to_run_out_is_asked_with_the_rest() -> None:
    """Two weeks before: a call that can be made in peace, instead of one that comes too late."""
    safe = fresh(ago=90 - SOON_DAYS - 1)
    near = fresh(ago=90 - SOON_DAYS)
    assert due([listed(safe)], TODAY, {}) == ()
    one = the_one(near)
    assert all(c.still_holds for c in one.claims)
    assert reasons(one) == {Because.SOON}


def test_a_service_on_hold_is_due_with_its_reason_though_all_is_confirmed() -> None:
    one = the_one(fresh(hold="number disputed"))
    assert one.claims == ()
    assert [(w.because, w.about) for w in one.reasons] == [(Because.HELD, "number disputed")]


def test_a_contact_on_hold_is_due_with_its_reason() -> None:
    contacts = [*VOICE, {"channel": "text", "number": "55501", "hold": "one list only"}]
    one = the_one(fresh(contacts=contacts))
    assert [(w.because, w.about) for w in one.reasons] == [(Because.CONTACT_HELD, "one list only")]


def test_a_service_that_is_about_to_stop_is_due() -> None:
    def ends_in(days: int) -> Service:
        return fresh(ends_on=(TODAY + timedelta(days=days)).isoformat())

    assert due([listed(ends_in(ENDS_SOON_DAYS + 1))], TODAY, {}) == ()
    assert reasons(the_one(ends_in(ENDS_SOON_DAYS))) == {Because.ENDS}
    assert reasons(the_one(ends_in(0))) == {Because.ENDS}, "its last day is not over"
    assert reasons(the_one(ends_in(-1))) == {Because.ENDED}


def test_a_problem_report_makes_a_fresh_place_due() -> None:
    one = the_one(fresh(), reports=2)
    assert (one.reports, reasons(one)) == (2, {Because.REPORTED})


# -- the order ----------------------------------------------------------------------------------------------


def test_a_hotline_nobody_ever_called_comes_before_a_coalition() -> None:
    coalition = place("coalition", a_service(kind="coalition", serves=["undocumented"]))
    assert order(coalition, place("hotline", a_service(**HOTLINE))) == ["hotline", "coalition"]


def test_a_problem_report_comes_before_everything() -> None:
    hotline = place("hotline", a_service(**HOTLINE))
    one, two = place("one", fresh(kind="coalition")), place("two", fresh(kind="coalition"))
    reports = {"us/tx/one#line": 1, "us/tx/two#line": 3}
    assert order(hotline, one, two, reports=reports) == ["two", "one", "hotline"]


def test_lines_for_the_worst_day_come_before_shelters_and_those_before_other_help() -> None:
    legal, shelter = a_service(), a_service(kind="shelter", needs=["shelter_housing"])
    center = a_service(kind="crisis_center", needs=["sexual_assault_support"])
    services = (place("legal", legal), place("shelter", shelter), place("center", center))
    assert order(*services) == ["center", "shelter", "legal"]


def test_a_line_for_the_whole_country_comes_before_a_shelter_whatever_it_helps_with() -> None:
    line = a_service(kind="hotline", needs=["workplace"], area={"country": "US"})
    shelter = a_service(kind="shelter", needs=["shelter_housing"])
    assert order(place("shelter", shelter), place("line", line)) == ["line", "shelter"]


@pytest.mark.parametrize(
    "group",
    [
        *("undocumented", "native", "in_custody", "military", "lgbtqia"),
        *("trans", "farmworker", "domestic_worker", "worker", "low_income"),
    ],
)
def test_places_for_those_whom_others_forget_come_before_places_for_everyone(group: str) -> None:
    for_all, for_them = place("a-for-all", a_service()), place("b-for-them", a_service(serves=[group]))
    assert order(for_all, for_them) == ["b-for-them", "a-for-all"]


def test_help_made_for_a_group_counts_as_serving_it() -> None:
    for_all, in_prison = place("a", a_service()), place("b", a_service(needs=["legal", "prison"]))
    also = place("c", a_service(needs=["prison"]))  # so that neither is the only place
    assert order(for_all, in_prison, also) == ["b", "c", "a"]


def test_the_only_place_for_a_need_in_its_state_comes_first_among_equals() -> None:
    dallas, houston = place("a-dallas", a_service()), place("b-houston", a_service())
    only = place("c-only", a_service(needs=["medical"]))
    assert order(dallas, houston, only) == ["c-only", "a-dallas", "b-houston"]
    (first, *_) = due([dallas, houston, only], TODAY, {})
    assert first.only_for == ("medical",)


def test_two_services_of_one_organization_are_one_place() -> None:
    one = listed(a_service(), path="us/tx/one", key="day")
    other = listed(a_service(), path="us/tx/one", key="night")
    assert all(d.only_for == ("legal",) for d in due([one, other], TODAY, {}))


def test_a_place_on_hold_is_nobodys_only_place_but_may_become_it() -> None:
    """Whoever is on hold helps nobody today: both the shown and the held one are the only one for their need."""
    shown, held = place("shown", a_service()), place("held", a_service(hold="one list only"))
    by_name = {d.listed.organization_id: d.only_for for d in due([shown, held], TODAY, {})}
    assert by_name == {"us/tx/shown": ("legal",), "us/tx/held": ()}
    (alone,) = due([held], TODAY, {})
    assert alone.only_for == ("legal",)


def test_a_national_place_is_no_place_in_the_state() -> None:
    national = place("national", a_service(area={"country": "US"}))
    texas = place("texas", a_service())
    by_name = {d.listed.organization_id: d.only_for for d in due([national, texas], TODAY, {})}
    assert by_name == {"us/tx/national": (), "us/tx/texas": ("legal",)}


def test_never_called_comes_before_called_long_ago_among_equals() -> None:
    old = place("a-old", fresh(ago=400))
    never = place("b-never", a_service())
    assert order(old, never) == ["b-never", "a-old"]


def test_a_crisis_number_that_ran_out_comes_before_an_office_nobody_ever_called() -> None:
    """For the caller both are unconfirmed; a crisis line with nobody there hurts more."""
    hotline = place("hotline", fresh(ago=200, **HOTLINE))
    office = place("office", a_service())
    assert order(office, hotline) == ["hotline", "office"]


def test_a_number_nobody_confirmed_comes_before_a_detail_of_a_crisis_line() -> None:
    hotline = place("hotline", fresh(but=["cost"], **HOTLINE))
    assert order(hotline, place("office", a_service())) == ["office", "hotline"]


def test_what_only_runs_out_soon_waits_behind_what_is_open() -> None:
    soon = place("soon", fresh(ago=85, **HOTLINE))
    open_detail = place("open", fresh(but=["cost"]))
    assert order(soon, open_detail) == ["open", "soon"]


def test_what_holds_shortest_is_asked_first() -> None:
    cost, hours = place("a-cost", fresh(but=["cost"])), place("b-hours", fresh(but=["hours"]))
    assert order(cost, hours) == ["b-hours", "a-cost"]
    held_for = [c.holds_days for c in look_at(listed(a_service()), TODAY).claims]
    assert held_for == sorted(held_for) and len(set(held_for)) > 1


def test_among_equals_what_is_on_hold_comes_first() -> None:
    """Help on hold reaches nobody until somebody asks."""
    shown, held = place("a-shown", a_service()), place("b-held", a_service(hold="one list only"))
    other = place("c-other", a_service())
    assert order(shown, held, other) == ["b-held", "a-shown", "c-other"]


# -- every directory ----------------------------------------------------------------------------------------

A_CLAIM = st.sampled_from(claims_of(a_service(anonymous="yes", interpreters="yes", address="1 Example St")))
A_CHECK = st.builds(
    lambda claims, ago: check(*claims, ago=ago), st.sets(A_CLAIM, min_size=1), st.integers(-30, 500)
)
EVERYTHING = st.just(check(*claims_of(a_service()), ago=3))
A_SERVICE = st.builds(
    a_service,
    kind=st.sampled_from([kind.value for kind in Kind]),
    needs=st.sets(st.sampled_from(["crisis", "legal", "medical", "prison", "directory"]), min_size=1).map(
        sorted
    ),
    serves=st.sets(st.sampled_from(["native", "women", "trans"])).map(sorted),
    area=st.sampled_from([{"country": "US"}, {"country": "US", "regions": ["TX", "NM"]}, {"country": "ZZ"}]),
    hold=st.none() | st.just("one list only"),
    ends_on=st.none() | st.integers(-60, 60).map(lambda d: (TODAY + timedelta(days=d)).isoformat()),
    contacts=st.sampled_from([VOICE, [{**VOICE[0], "hold": "disputed"}], []]),
    checks=st.lists(A_CHECK | EVERYTHING, max_size=3),
)
SERVICES = st.lists(A_SERVICE, max_size=8).map(
    lambda services: [place(f"place-{at}", service) for at, service in enumerate(services)]
)
REPORTS = st.dictionaries(st.integers(0, 8).map(lambda at: f"us/tx/place-{at}#line"), st.integers(0, 3))


@given(services=SERVICES, reports=REPORTS)
def test_nobody_is_called_for_nothing(services: list[ListedService], reports: dict[str, int]) -> None:
    for one in due(services, TODAY, reports):
        assert one.claims or one.service.hold or one.held_contacts or one.ends_on or one.reports
        assert one.reasons, "whoever is called is called for a reason"
        for claim in one.claims:
            until = claim.standing.until
            assert until is None or until <= TODAY + timedelta(days=SOON_DAYS)
            assert claim.holds_days == holds_days(one.service, claim.claim)


@given(services=SERVICES)
def test_whoever_is_not_on_the_list_has_nothing_open(services: list[ListedService]) -> None:
    on_the_list = {d.id for d in due(services, TODAY, {})}
    for one in services:
        if one.id not in on_the_list:
            assert not one.service.hold and not any(c.hold for c in one.service.contacts)
            assert all(
                standing(one.service, c, TODAY).freshness is Freshness.CONFIRMED
                for c in claims_of(one.service)
            )


@given(services=SERVICES, reports=REPORTS, data=st.data())
def test_the_list_does_not_depend_on_the_order_of_the_files(
    services: list[ListedService], reports: dict[str, int], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(services))
    assert due(shuffled, TODAY, reports) == due(services, TODAY, reports)


@given(services=SERVICES, reports=REPORTS)
def test_reports_are_always_on_top(services: list[ListedService], reports: dict[str, int]) -> None:
    counts = [one.reports for one in due(services, TODAY, reports)]
    assert counts == sorted(counts, reverse=True)
