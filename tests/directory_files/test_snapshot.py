"""A directory in one file is the same directory, on every day; a file that is not whole is never served."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from bot.directory_files.load import Resources
from bot.directory_files.snapshot import CannotServe, open_snapshot, write_snapshot
from bot.matching.directory import Directory, handle_of, index_directory
from bot.matching.find import find_matches
from bot.matching.reports import held_by_reports, open_reports
from bot.model.directory import ListedService
from bot.model.profile import Profile
from bot.model.report import ReportCount, Trouble
from bot.settings import Settings
from bot.wiring.knowledge import LiveKnowledge
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import AUSTIN, HOUSTON, PARIS, STORY_SERVICES, a_service, listed, someone
from tests.conftest import ROOT

MADE = date(2026, 11, 24)
ROUNDS = 60
LISTED = sum(one.service.is_listed for one in STORY_SERVICES)
NEEDS = ("legal", "immigration", "crisis", "medical", "shelter_housing", "workplace", "native", "counselling")
PEOPLE = ("undocumented", "immigrant", "native", "lgbtqia", "worker", "teen", "in_custody", "men")
REFUSALS = ("police", "religious", "phone_calls", "government")
profiles = st.builds(
    someone,
    needs=st.lists(st.sampled_from(NEEDS), max_size=3, unique=True).map(tuple),
    people=st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True).map(tuple),
    refusals=st.lists(st.sampled_from(REFUSALS), max_size=2, unique=True).map(tuple),
    place=st.sampled_from((AUSTIN, HOUSTON, PARIS, None)),
    language=st.sampled_from(("en", "es", "fr")),
)
days_later = st.integers(-400, 900)
claims = st.lists(
    st.sampled_from(("number", "asks_status", "hours", "cost", "serves", "interpreters")),
    min_size=1,
    unique=True,
)
checks = st.lists(
    st.builds(
        lambda back, of: {"on": (MADE - timedelta(days=back)).isoformat(), "claims": of, "how": "phone"},
        st.integers(-30, 400),
        claims,
    ),
    max_size=3,
)


def snapshot_of(services: Sequence[ListedService], path: Path, made: date = MADE) -> Directory:
    write_snapshot(path, services, made)
    return open_snapshot(path).directory({})


def same_answers(one: Directory, other: Directory, profile: Profile, day: date) -> None:
    now = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
    for first in (0, 3):
        asked = {"first": first, "count": 3}
        assert find_matches(profile, one, now, "US", **asked) == find_matches(
            profile, other, now, "US", **asked
        )


@pytest.fixture(scope="module")
def everything(resources: Resources, tmp_path_factory: pytest.TempPathFactory) -> tuple[Directory, Directory]:
    """The real directory, read and in one file."""
    path = tmp_path_factory.mktemp("snapshot") / "all.snapshot"
    return index_directory(resources.services, {}), snapshot_of(resources.services, path)


@settings(max_examples=ROUNDS, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(profile=profiles, later=days_later)
def test_the_real_directory_answers_alike_from_one_file(
    everything: tuple[Directory, Directory], profile: Profile, later: int
) -> None:
    same_answers(*everything, profile, MADE + timedelta(days=later))


@settings(max_examples=ROUNDS, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    given_checks=st.lists(checks, min_size=3, max_size=3),
    ends=st.one_of(st.none(), st.integers(-10, 500)),
    profile=profiles,
    later=days_later,
)
def test_what_wears_off_with_time_does_so_in_one_file_too(
    tmp_path: Path,
    given_checks: list[list[dict[str, object]]],
    ends: int | None,
    profile: Profile,
    later: int,
) -> None:
    services = [
        listed(
            a_service(
                name=f"Line {at}",
                checks=of,
                asks_status="no",
                interpreters="yes",
                serves=["undocumented"] if at else [],
                ends_on=(MADE + timedelta(days=ends)).isoformat() if ends is not None and at == 2 else None,
            ),
            f"us/tx/example-{at}",
        )
        for at, of in enumerate(given_checks)
    ]
    in_one_file = snapshot_of(services, tmp_path / "some.snapshot")
    same_answers(index_directory(services, {}), in_one_file, profile, MADE + timedelta(days=later))


def test_every_service_is_there_by_its_handle_and_in_order(everything: tuple[Directory, Directory]) -> None:
    read, in_one_file = everything
    assert list(in_one_file.services) == list(read.services)
    assert dict(in_one_file.by_handle) == dict(read.by_handle)
    assert in_one_file.by_handle.get(handle_of("no/such#service")) is None


def test_held_services_are_not_in_the_file(tmp_path: Path) -> None:
    held = listed(a_service(hold="nobody answers"))
    directory = snapshot_of([held, listed(path="us/tx/other")], tmp_path / "one.snapshot")
    assert [one.id for one in directory.services] == ["us/tx/other#line"]


@pytest.mark.parametrize("services", [(), STORY_SERVICES[:1]])
def test_a_directory_of_none_and_of_one_is_served(
    services: tuple[ListedService, ...], tmp_path: Path
) -> None:
    directory = snapshot_of(services, tmp_path / "few.snapshot")
    found = find_matches(someone(needs=("medical",)), directory, datetime(2026, 11, 24, 18, tzinfo=UTC), "US")
    assert [match.listed.id for match in found.matches] == [one.id for one in services]


def test_what_three_people_reported_is_not_shown_from_one_file_either(tmp_path: Path) -> None:
    services = [listed(path="us/tx/first"), listed(path="us/tx/second")]
    counts = (ReportCount(service="us/tx/first#line", trouble=Trouble.UNSAFE, day=MADE, count=3),)
    write_snapshot(tmp_path / "two.snapshot", services, MADE)
    snapshot = open_snapshot(tmp_path / "two.snapshot")
    number = snapshot.number_of("us/tx/first#line")
    assert number is not None
    held = held_by_reports(services, open_reports(services, counts, MADE))
    directory = snapshot.directory({}, {number: held[0]})
    read = index_directory(held, {})
    same_answers(read, directory, someone(needs=("legal",)), MADE)
    assert list(directory.services) == list(read.services)
    assert dict(directory.by_handle) == dict(read.by_handle)  # nor behind a button that was sent before
    assert directory.by_handle.get(handle_of("us/tx/first#line")) is None
    assert snapshot.number_of("us/tx/third#line") is None


# -- a file that is not whole -------------------------------------------------------------------------------------


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.snapshot"
    write_snapshot(path, STORY_SERVICES, MADE)
    return path


def test_half_a_copy_is_refused_with_what_to_do(good: Path) -> None:
    whole = good.read_bytes()
    for length in (0, 10, 40, len(whole) // 2, len(whole) - 1):
        good.write_bytes(whole[:length])
        with pytest.raises(CannotServe, match="Copy it again, or make it anew: bot directory build"):
            open_snapshot(good)


def test_one_rotten_bit_is_seen_wherever_it_is(good: Path) -> None:
    whole = bytearray(good.read_bytes())
    for at in range(0, len(whole), 97):
        whole[at] ^= 4
        good.write_bytes(whole)
        with pytest.raises(CannotServe):
            open_snapshot(good)
        whole[at] ^= 4


def test_one_of_another_version_is_told_from_a_broken_one(good: Path) -> None:
    good.write_bytes(good.read_bytes().replace(b"marigold-snapshot 1", b"marigold-snapshot 0"))
    with pytest.raises(CannotServe, match="another version"):
        open_snapshot(good)


def test_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotServe, match="cannot be read"):
        open_snapshot(tmp_path / "nothing.snapshot")


def test_something_else_is_told(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("name: a shelter\n")
    with pytest.raises(CannotServe, match="something else"):
        open_snapshot(tmp_path / "other")


# -- while the bot runs -------------------------------------------------------------------------------------------


def test_a_new_file_is_served_without_a_restart_and_a_broken_one_never(good: Path) -> None:
    asyncio.run(_followed(good))


async def _followed(path: Path) -> None:
    given = Settings(resources=ROOT / "resources", snapshot=path)
    live = LiveKnowledge(given, lambda: datetime(2026, 11, 24, 18, tzinfo=UTC))
    stop = asyncio.Event()
    following = asyncio.create_task(live.follow(stop))
    try:
        assert len(live.current.directory.services) == LISTED
        await asyncio.to_thread(path.write_bytes, b"broken")
        await asyncio.sleep(1)
        assert len(live.current.directory.services) == LISTED
        write_snapshot(path, STORY_SERVICES[:2], MADE)
        async with asyncio.timeout(30):
            while len(live.current.directory.services) != 2:  # noqa: ASYNC110 - files change beside the loop
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await following
