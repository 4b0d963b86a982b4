"""Which three come first: stories of those the project exists for, on made-up services."""

from bot.matching.area import nearness
from bot.matching.explain import FOR_OTHER_PEOPLE, explain_order
from bot.matching.find import FIRST_SCREEN, find_matches
from bot.matching.rank import Step
from bot.matching.reach import how_near
from bot.matching.shelf import members
from bot.model.directory import Area, ListedService
from bot.model.match import Beware
from bot.model.place import Place
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import AUSTIN, NOON, a_directory, a_service, listed, someone

NATION = {"country": "US"}
TOWN = {"country": "US", "regions": ["TX"], "cities": ["Austin"]}


def one(name: str, **facts: object) -> ListedService:
    return listed(a_service(**facts), f"us/{name}")


def first(*services: ListedService, **profile: object) -> list[str]:
    """The names on the first screen."""
    found = find_matches(someone(**profile), a_directory(*services), NOON, count=FIRST_SCREEN)
    return [m.listed.organization_id.removeprefix("us/") for m in found.matches]


# -- who did it ---------------------------------------------------------------------------------------------


def test_somebody_in_prison_is_shown_help_outside_it_first() -> None:
    desk = one("desk", needs=["prison"], serves=["in_custody"], institution="prison", area=TOWN)
    outside = one("outside", needs=["prison"], serves=["in_custody"], contexts=["guard"], area=NATION)
    assert first(desk, outside, needs=("prison",), contexts=("guard",)) == ["outside", "desk"]
    assert first(desk, outside, needs=("prison",), people=("in_custody",)) == ["outside", "desk"]


def test_a_soldier_is_shown_help_outside_the_chain_of_command_first_and_told_which_is_inside() -> None:
    """C: the institution's own desk is never first, and says what it is."""
    inside = one("inside", needs=["military", "legal"], serves=["military"], run_by="military", area=TOWN)
    outside = one("outside", needs=["military", "legal"], serves=["military"], area=NATION)
    found = find_matches(
        someone(needs=("military",), contexts=("soldier",)), a_directory(inside, outside), NOON
    )
    assert [m.listed.organization_id for m in found.matches] == ["us/outside", "us/inside"]
    assert Beware.SAME_INSTITUTION in {c.beware for c in found.matches[1].cautions}


def test_help_made_for_harm_by_a_boss_comes_before_help_for_any_trouble_at_work() -> None:
    any_trouble = one("any", needs=["workplace"])
    harm = one("harm", needs=["workplace"], contexts=["boss"], area=NATION)
    assert first(any_trouble, harm, needs=("workplace",), contexts=("boss",)) == ["harm", "any"]


# -- workers together ---------------------------------------------------------------------------------------


def test_a_worker_is_shown_help_together_beside_help_alone() -> None:
    lawyers = [one(f"lawyer{n}", needs=["workplace", "legal"]) for n in range(4)]
    union = one("union", needs=["organizing", "workplace"], kind="union_worker_center", area=NATION)
    shown = first(*lawyers, union, needs=("workplace",))
    assert "union" in shown
    assert "lawyer0" in shown


def test_unions_do_not_crowd_out_the_lawyer() -> None:
    unions = [one(f"union{n}", needs=["workplace"], kind="union_worker_center") for n in range(4)]
    lawyer = one("lawyer", needs=["legal", "workplace"], area=NATION)
    assert "lawyer" in first(*unions, lawyer, needs=("workplace",))


def test_a_line_for_farmworkers_is_not_put_first_for_everybody_who_works() -> None:
    farm = one("farm", needs=["workplace"], serves=["farmworker", "worker"])
    desk = one("desk", needs=["workplace"], area=NATION)
    assert first(farm, desk, needs=("workplace",)) == ["desk", "farm"]
    assert first(farm, desk, needs=("workplace",), people=("farmworker", "worker")) == ["farm", "desk"]


def test_help_for_students_and_workers_is_for_workers_too() -> None:
    both = one("both", needs=["workplace"], serves=["student", "worker"], area=TOWN)
    desk = one("desk", needs=["workplace"], area=NATION)
    assert first(both, desk, needs=("workplace",)) == ["both", "desk"]


def test_a_helper_is_shown_what_is_for_everyone_before_what_is_only_for_some() -> None:
    """Nothing is asked about the other person, so a place only for veterans may be right, and is no first guess."""
    veterans = one("veterans", needs=["legal", "medical"], only=["veteran"])
    anyone = one("anyone", needs=["legal"], area=NATION)
    asking = {"needs": ("legal", "medical"), "helping_someone": True}
    assert first(veterans, anyone, **asking) == ["anyone", "veterans"]
    assert first(veterans, anyone, people=("veteran",), **asking) == ["veterans", "anyone"]


# -- papers, money ------------------------------------------------------------------------------------------


def test_an_office_known_to_ask_for_status_waits_for_everybody() -> None:
    """Someone undocumented who never says so is as safe as someone who does."""
    asks = one("asks", asks_status="yes", area=TOWN)
    tells = one("tells", shares_with={"immigration": "yes"}, area=TOWN)
    silent = one("silent", area=NATION)
    assert first(asks, tells, silent, needs=("legal",))[0] == "silent"
    assert first(asks, tells, silent, needs=("legal",), people=("undocumented",))[0] == "silent"


def test_fear_of_immigration_police_counts_as_a_migration_story() -> None:
    office = one("office", run_by="government", area=TOWN)
    center = one("center", area=NATION)
    assert first(office, center, needs=("legal",))[0] == "office"
    for fear in (
        {"refusals": ("immigration_authorities",)},
        {"contexts": ("immigration_officer",)},
        {"needs": ("legal", "immigration")},
    ):
        assert first(office, center, **{"needs": ("legal",), **fear})[0] == "center"


def test_where_papers_do_not_matter_comes_before_where_nobody_knows() -> None:
    unknown = one("a-unknown")
    safe = one("b-safe", asks_status="no")
    assert first(unknown, safe, needs=("legal",)) == ["b-safe", "a-unknown"]


def test_who_has_no_money_is_shown_free_help_before_nearer_help() -> None:
    near = one("near", cost="sliding_scale", area=TOWN)
    free = one("free", cost="free", area=NATION)
    assert first(near, free, needs=("legal",))[0] == "near"
    assert first(near, free, needs=("legal",), people=("low_income",))[0] == "free"


# -- near and far -------------------------------------------------------------------------------------------


def test_hotlines_do_not_drown_the_center_next_door() -> None:
    lines = [
        one(f"line{n}", kind="hotline", needs=["crisis"], languages=["es"], area=NATION) for n in range(4)
    ]
    center = one("center", kind="crisis_center", needs=["sexual_assault_support", "crisis"], area=TOWN)
    assert "center" in first(*lines, center, needs=("crisis",), language="es")


def test_centers_next_door_do_not_drown_the_line_that_always_answers() -> None:
    office = [{"channel": "voice", "number": "+1 512-555-0100", "hours": "Mo-Fr 09:00-17:00"}]
    centers = [one(f"center{n}", needs=["crisis"], area=TOWN, contacts=office) for n in range(4)]
    line = one("line", kind="hotline", needs=["crisis"], area=NATION)
    assert "line" in first(*centers, line, needs=("crisis",))


def test_balance_never_brings_a_place_made_for_others_or_an_unsafe_one() -> None:
    lines = [one(f"line{n}", kind="hotline", needs=["crisis"], area=NATION) for n in range(4)]
    for_others = one("others", needs=["crisis"], serves=["deaf"], area=TOWN)
    unsafe = one("unsafe", needs=["crisis"], asks_status="yes", area=TOWN)
    shown = first(*lines, for_others, unsafe, needs=("crisis",))
    assert shown == ["line0", "line1", "line2"]


def test_the_language_comes_before_the_distance() -> None:
    near = one("near", area=TOWN)
    spoken = one("spoken", languages=["ko"], area=NATION)
    assert first(near, spoken, needs=("legal",), language="ko")[0] == "spoken"
    assert first(near, spoken, needs=("legal",), language="en")[0] == "near"


def test_a_desk_for_complaints_is_no_place_to_sleep() -> None:
    complaints = one("complaints", kind="government", needs=["shelter_housing"])
    line = one("line", kind="hotline", needs=["domestic_violence", "shelter_housing"], area=NATION)
    assert first(complaints, line, needs=("shelter_housing",)) == ["line", "complaints"]


def test_a_fund_that_pays_bills_is_no_doctor() -> None:
    fund = one("fund", kind="compensation", needs=["money", "medical"])
    line = one("line", kind="hotline", needs=["sexual_assault_support", "medical"], area=NATION)
    assert first(fund, line, needs=("medical",)) == ["line", "fund"]


def test_immigration_lawyers_wait_for_somebody_with_no_such_question() -> None:
    visas = one("a-visas", needs=["immigration", "legal"])
    lawyers = one("b-lawyers", needs=["legal"], area=NATION)
    assert first(visas, lawyers, needs=("legal",)) == ["b-lawyers", "a-visas"]
    assert first(visas, lawyers, needs=("legal",), people=("undocumented",)) == ["a-visas", "b-lawyers"]


# -- always a useful answer ---------------------------------------------------------------------------------


def test_where_nothing_is_known_for_a_need_the_lines_for_anyone_are_shown() -> None:
    line = one("line", needs=["crisis"], area=NATION)
    found = find_matches(someone(needs=("immigration",)), a_directory(line), NOON)
    assert found.instead
    assert [m.listed for m in found.matches] == [line]


def test_a_list_emptied_by_refusals_says_which_one() -> None:
    shelter = one("shelter", kind="shelter", needs=["shelter_housing"], asks_id="yes")
    found = find_matches(
        someone(needs=("shelter_housing",), refusals=("shelter", "id_documents", "police")),
        a_directory(shelter),
        NOON,
    )
    assert found.matches == ()
    assert found.emptied_by == (("shelter", "id_documents"),), "both must go before it is shown"
    found = find_matches(
        someone(needs=("shelter_housing",), refusals=("shelter", "police")), a_directory(shelter), NOON
    )
    assert found.emptied_by == (("shelter",),)


def test_a_directory_of_one_or_none_is_no_trouble() -> None:
    from bot.matching.directory import index_directory

    assert find_matches(someone(needs=("legal",)), index_directory([], {}), NOON).matches == ()
    assert first(one("only"), needs=("legal",)) == ["only"]
    held = listed(a_service(hold="disputed"), "us/held")
    assert find_matches(someone(needs=("legal",)), index_directory([held], {}), NOON).matches == ()


def test_a_profile_with_everything_set_is_answered() -> None:
    everything = someone(
        needs=("crisis", "legal", "immigration", "workplace"),
        people=("undocumented", "trans", "men", "women", "in_custody", "military", "deaf"),
        contexts=("boss", "guard", "soldier", "partner"),
        refusals=("police", "hospital", "religious", "cost"),
    )
    assert find_matches(everything, a_directory(), NOON, "US").matches


def test_pages_hold_everything_once_and_never_two_of_one_organization() -> None:
    services = [listed(a_service(), f"us/{org}", key) for org in "abcde" for key in ("one", "two")]
    whole = [m.listed for m in find_matches(someone(needs=("legal",)), a_directory(*services), NOON).matches]
    assert sorted(s.id for s in whole) == sorted(s.id for s in services)
    for at in (0, 3):  # then only two organizations are left
        screen = whole[at : at + FIRST_SCREEN]
        assert len({s.organization_id for s in screen}) == len(screen)
    pages = [
        m.listed
        for begin in (0, 3, 6, 9)
        for m in find_matches(
            someone(needs=("legal",)), a_directory(*services), NOON, first=begin, count=FIRST_SCREEN
        ).matches
    ]
    assert pages == whole


# -- said of all at once, and of one ------------------------------------------------------------------------

COUNTRIES = st.sampled_from(["US", "FR", "ZZ", "EU"])
REGIONS = st.lists(st.sampled_from(["TX", "NM", "IDF"]), max_size=2, unique=True)
AREAS = st.builds(
    Area,
    country=COUNTRIES,
    regions=REGIONS,
    counties=st.lists(st.sampled_from(["Travis", "Harris County"]), max_size=1),
    cities=st.lists(st.sampled_from(["Austin", "Houston", "Paris"]), max_size=2, unique=True),
    lands=st.lists(st.sampled_from(["Navajo Nation"]), max_size=1),
)
PLACES = st.one_of(
    st.none(),
    st.builds(
        Place,
        country=st.sampled_from(["US", "FR", "KE"]),
        region=st.sampled_from([None, "TX", "NM", "IDF"]),
        county=st.sampled_from([None, "Travis", "Harris"]),
        city=st.sampled_from([None, "Austin", "Paris"]),
        land=st.sampled_from([None, "Navajo Nation"]),
    ),
)


@given(areas=st.lists(AREAS, min_size=1, max_size=6), place=PLACES, home=st.sampled_from([None, "US", "FR"]))
def test_how_near_all_are_is_how_near_each_is(
    areas: list[Area], place: Place | None, home: str | None
) -> None:
    services = [listed(a_service().model_copy(update={"area": a}), f"us/{n}") for n, a in enumerate(areas)]
    directory = a_directory(*services)
    view = directory.view(place, home, NOON.date())
    said = {
        view.service(at).id: near
        for near, those in how_near(view, place, home).items()
        for at in members(those)
    }
    alone = {s.id: near for s in services if (near := nearness(s.service.area, place, home)) is not None}
    assert said == alone


def test_why_a_place_stands_where_it_does_can_be_told() -> None:
    near = one("near", area=TOWN)
    far = one("far", area=NATION)
    refused = one("refused", run_by="police", area=TOWN)
    not_theirs = one("others", only=["veteran"], area=TOWN)
    order = explain_order(
        someone(needs=("legal",), refusals=("police",), place=AUSTIN),
        a_directory(near, far, refused, not_theirs),
        NOON,
        None,
        10,
    )
    assert [(p.listed.organization_id, p.ahead_by) for p in order.placed] == [
        ("us/near", Step.DISTANCE),
        ("us/far", None),
    ]
    assert order.turned_away == {"police": (refused,), FOR_OTHER_PEOPLE: (not_theirs,)}
