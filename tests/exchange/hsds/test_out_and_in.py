"""Out as HSDS and in again: the same directory, by JSON and by package."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from bot.directory_files.taxonomy import load_taxonomy
from bot.exchange.exporting import Export, export_of
from bot.exchange.hsds.own import own_key, own_organization, own_path, own_service
from bot.exchange.hsds.package import make_hsds_json
from bot.exchange.hsds.shelf import Bundle, Shelf
from bot.exchange.hsds.telling import Teller, Told
from bot.exchange.kept import read_kept
from bot.exchange.rows import plain_data
from bot.model.directory import Cost, Institution, Kind, Organization, RunBy
from bot.model.verdict import Verdict
from bot.wiring.knowledge import NO_DAY_IS_AHEAD
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.exchange.hsds.desk import NOW, an_empty_directory, as_package, export_with, take_in
from tests.exchange.test_round_trip import values

SIGNS = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])
WORDS = st.text(SIGNS, min_size=1, max_size=20).map(lambda t: f"a{t.strip()}z")
NASTY = st.sampled_from(["=1+1", "a, b; c", 'a "b"', "<b>x</b>", "مرحبا", "a:b", "US-TX;city:X", "#", "it's"])
TEXT = WORDS | NASTY.map(lambda t: f"a {t} z")
LANGUAGE = st.sampled_from(["en", "es", "fr", "ht", "zh"])
TEXTS = st.dictionaries(LANGUAGE, TEXT, max_size=3)
URL = st.from_regex(r"https://[a-z]{2,9}\.example\.org/[a-z0-9]{0,9}", fullmatch=True)
DAY = st.dates(min_value=NOW.date().replace(year=2020), max_value=NOW.date()).map(lambda d: d.isoformat())
RECENT = st.sampled_from(["2026-11-20", "2026-11-22", "2026-11-24"])
VERDICT = st.sampled_from([Verdict.YES.value, Verdict.NO.value])
HOURS = st.sampled_from(["24/7", "Mo-Fr 09:00-17:00", "Mo-Fr 09:00-17:00; PH off", "Sa 10:00-12:00"])
TAXONOMY = load_taxonomy(ROOT / "resources" / "taxonomy", [])


def codes(kind: str, least: int = 0) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(getattr(TAXONOMY, kind))), min_size=least, max_size=3, unique=True)


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


def joined(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda found: {k: v for part in found for k, v in part.items()})


def one(**fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {k: v if isinstance(v, st.SearchStrategy) else st.just(v) for k, v in fields.items()}
    )


NUMBER = st.integers(0, 99).map(lambda n: f"+1 512-477-{3500 + n}")
WAY = st.one_of(
    one(channel=st.sampled_from(["voice", "text", "whatsapp", "videophone", "tty"]), number=NUMBER),
    one(channel=st.sampled_from(["chat", "website"]), url=URL),
    one(channel="email", address=st.sampled_from(["help@example.org", "line@example.org"])),
    one(channel="mail", address=st.sampled_from(["PO Box 1, Austin, TX 78701", "Postfach 12, Wien"])),
)
CONTACT = joined(
    WAY,
    some(keyword=TEXT, label=TEXTS, note=TEXTS, hours=HOURS, timezone=st.just("America/Chicago"),
         languages=st.lists(LANGUAGE, max_size=2, unique=True)),
)  # fmt: skip
SOURCE = joined(
    one(read=DAY, url=URL) | one(read=DAY, title=TEXT) | one(read=DAY, url=URL, title=TEXT),
    some(kind=st.sampled_from(["official", "law", "other"]), date=st.sampled_from(["2022", "2022-05", "2022-05-31"]),
         shows=st.lists(st.sampled_from(["number", "hours", "cost"]), max_size=3, unique=True)),
)  # fmt: skip
CHECKS = st.lists(
    one(claims=st.lists(st.sampled_from(["number", "hours", "cost"]), min_size=1, max_size=2, unique=True),
        on=RECENT, how=st.sampled_from(["phone", "web", "visit"])),
    max_size=2, unique_by=lambda check: (check["on"], check["how"]),
)  # fmt: skip
AREA = st.sampled_from(
    [
        {"country": "US"},
        {"country": "ZZ"},
        {"country": "US", "regions": ["TX", "NM"]},
        {"country": "US", "regions": ["TX"], "counties": ["Travis", "Hays"], "cities": ["Austin"]},
        {"country": "US", "regions": ["AZ", "NM"], "lands": ["Navajo Nation"]},
        {"country": "FR", "regions": ["IDF"], "cities": ["Paris"]},
    ]
)
SERVICE = joined(
    one(name=WORDS.map(lambda t: f"ab {t}"), kind=values(Kind), needs=codes("needs", 1), area=AREA,
        summary=TEXTS.map(lambda t: t or {"fr": "Une ligne."}),
        contacts=st.lists(CONTACT, min_size=1, max_size=4), source=st.lists(SOURCE, min_size=1, max_size=3)),
    some(serves=codes("people"), only=codes("people"), contexts=codes("contexts"), institution=values(Institution),
         languages=st.lists(LANGUAGE, max_size=3, unique=True), interpreters=VERDICT, cost=values(Cost),
         confidential=VERDICT, anonymous=VERDICT, asks_status=VERDICT, asks_id=VERDICT, must_report=VERDICT,
         religious=VERDICT, in_person_only=VERDICT, run_by=values(RunBy), notice=TEXTS, checks=CHECKS,
         shares_with=some(police=VERDICT, employer=VERDICT, command=VERDICT, immigration=VERDICT),
         depends_on=st.lists(st.sampled_from(["vawa", "ovc_grant"]), max_size=2, unique=True),
         ends_on=st.just("2027-01-31")),
    st.sampled_from([{}, {"location": "virtual"}, {"location": "public", "address": "1 Main Street, Austin, TX 78701"},
                     {"location": "public", "address": "Calle 5, Oaxaca"}]),
)  # fmt: skip
KEY = st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True)
ORGANIZATION = joined(
    one(name=WORDS.map(lambda t: f"ab {t}"), services=st.dictionaries(KEY, SERVICE, min_size=1, max_size=2)),
    some(website=URL, also_known_as=st.lists(TEXT, max_size=3, unique=True)),
)
DIRECTORY = st.dictionaries(KEY.map("us/{}".format), ORGANIZATION, min_size=1, max_size=2)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(directory=DIRECTORY, packed=st.booleans())
def test_any_directory_comes_back_as_it_went_out(directory: dict[str, Any], packed: bool) -> None:
    """JSON and package alike; what people saw before is what they see after."""
    before = export_with({path: Organization.model_validate(data) for path, data in directory.items()})
    with tempfile.TemporaryDirectory() as folder:
        feed = fed(before, Path(folder), packed=packed)
        told: list[Told] = []
        with Shelf(Path(folder), told.append) as shelf:
            (shelf.take_rows if packed else shelf.take_objects)(feed)
            after = dict(understood(bundle, told.append) for bundle in shelf.bundles())
    assert told == []
    assert {p: plain_data(o) for p, o in after.items()} == {
        p: plain_data(o) for p, o in before.organizations.items()
    }


def fed(export: Export, folder: Path, *, packed: bool) -> Path:
    """An export on disk, as a package or as JSON."""
    if packed:
        return as_package(export, folder / "package")
    made = make_hsds_json(export)
    assert isinstance(made, bytes)
    (folder / "feed.json").write_bytes(made)
    return folder / "feed.json"


def understood(bundle: Bundle, tell: Teller) -> tuple[str, Organization]:
    """What our own reading makes of an organization and its services."""
    data = own_organization(bundle.organization.data)
    services = {own_key(s.data) or "": own_service(s.data, s.label, tell) for s in bundle.services}
    path = own_path(bundle.organization.data)
    assert path
    return path, Organization.model_validate({**data, "services": services})


@pytest.mark.parametrize("packed", [False, True])
def test_the_whole_directory_comes_back_as_it_went_out(tmp_path: Path, packed: bool) -> None:
    kept = read_kept(ROOT / "resources").values()
    before = export_of(kept, TAXONOMY, NOW, for_reading=True)
    feed = fed(before, tmp_path, packed=packed)
    taken = take_in(feed, an_empty_directory(tmp_path / "resources"), today=NO_DAY_IS_AHEAD)
    assert taken.lines == []
    after = export_of(read_kept(taken.resources).values(), TAXONOMY, NOW, for_reading=True)
    assert after.organizations == before.organizations


def test_taken_into_the_directory_it_came_from_it_changes_nothing(tmp_path: Path) -> None:
    """Also what is held, the notes of volunteers and their own order stay as they are."""
    import shutil

    resources = tmp_path / "resources"
    shutil.copytree(ROOT / "resources", resources)
    export = export_of(read_kept(resources).values(), TAXONOMY, NOW, for_reading=True)
    feed = fed(export, tmp_path, packed=False)
    taken = take_in(feed, resources, today=NO_DAY_IS_AHEAD)
    assert (taken.lines, taken.outcome.organizations) == ([], 0)
