"""The feeds a validator fears: each is told with its record and field, and nothing is half imported."""

import contextlib
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bot.exchange.hsds import feed as feeds
from bot.exchange.hsds.feed import CannotFollow, is_hsds
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange.hsds.desk import TakenIn, an_empty_directory, take_in
from tests.exchange.hsds.test_coming_in import ORGANIZATION, a_service


@pytest.fixture
def take(tmp_path: Path) -> Callable[..., TakenIn]:
    """Take in what is given as JSON, as bytes or as tables, into an empty directory."""

    def taking(*records: Any, raw: bytes | None = None, tables: dict[str, str] | None = None) -> TakenIn:
        feed = tmp_path / "feed.json"
        if tables is not None:
            feed = tmp_path / "feed"
            feed.mkdir()
            for name, text in tables.items():
                (feed / f"{name}.csv").write_text(text, encoding="utf-8")
        else:
            feed.write_bytes(raw if raw is not None else json.dumps(list(records)).encode())
        return take_in(feed, an_empty_directory(tmp_path / "resources"))

    return taking


OTHER = {**ORGANIZATION, "id": "b0c6ad3d-0000-4000-8000-00000000bbbb"}
GOOD = a_service(id="b0c6ad3d-0000-4000-8000-00000000aaaa", name="Good desk")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": None}, "name", "is missing"),
        ({"name": "  "}, "name", "is missing"),
        ({"name": "<script>alert(1)</script>"}, "name", "holds markup"),
        ({"id": None}, "id", "is missing"),
        ({"organization": {**OTHER, "name": ""}}, "organization.name", "is missing"),
        ({"organization": {**OTHER, "name": "<b>Harbor</b>"}}, "organization.name", "holds markup"),
        ({"organization": None}, "organization_id", "is missing"),
        (
            {"organization": None, "organization_id": "nobody"},
            "organization_id",
            "is the id of no organization",
        ),
        ({"id": GOOD["id"]}, "id", "is the id of record 1 too"),
    ],
)
def test_a_record_that_cannot_be_trusted_is_named_and_nothing_is_written(
    take: Callable[..., TakenIn], changes: dict[str, Any], field: str, words: str
) -> None:
    done = take(GOOD, a_service(**changes))
    assert done.errors == 1 and done.files == []
    (line,) = [told for told in done.told if not told.left_out]
    assert (line.record.split(",")[0], line.field) == ("record 2", field)
    assert words in line.message


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"id": "night-desk"}, "id", "is no UUID"),
        ({"assured_date": "soon"}, "assured_date", "soon is no date"),
        ({"status": "open"}, "status", "open is none of active"),
        ({"email": "ask the warden"}, "email", "no mailbox"),
        ({"url": "harbor"}, "url", "no web address"),
        ({"phones": [{"id": "1", "number": "ask inside"}]}, "phones", "is no number that can be dialed"),
        ({"languages": [{"id": "1", "code": "klingonese"}]}, "languages", "is no language code"),
        ({"service_areas": [{"id": "1", "name": "Everywhere you are"}]}, "service_areas", "no place that is known"),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_read_is_left_out_and_told(
    take: Callable[..., TakenIn], changes: dict[str, Any], field: str, words: str
) -> None:
    done = take(a_service(**changes))
    assert done.errors == 0
    assert words in "".join(done.about(field))


def test_properties_nobody_knows_do_no_harm(take: Callable[..., TakenIn]) -> None:
    done = take(
        a_service(mood="cheerful", phones=[{"id": "1", "number": "512 477 3553", "color": ["red", {}]}])
    )
    assert done.errors == 0 and done.outcome.services == 1


@pytest.mark.parametrize(
    "value",
    ["text", 7, None, ["list"], {"phones": "none"}, {"attributes": [3]}, {"service_at_locations": {"a": 1}}],
)
def test_a_value_of_the_wrong_kind_never_ends_the_program(take: Callable[..., TakenIn], value: Any) -> None:
    record = {**a_service(), **value} if isinstance(value, dict) else value
    done = take(record)
    assert done.lines


def test_parents_in_a_circle_are_told(take: Callable[..., TakenIn]) -> None:
    def organization(mine: str, parent: str) -> dict[str, Any]:
        return {**ORGANIZATION, "id": mine, "parent_organization_id": parent}

    done = take(
        a_service(organization=organization("o1", "o2")),
        a_service(id="s2", organization=organization("o2", "o1")),
    )
    assert done.errors == 2 and done.files == []
    assert "leads back to itself" in done.about("parent_organization_id")[0]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (json.dumps([a_service(name="Café")], ensure_ascii=False).encode("latin-1"), "is not UTF-8"),
        (json.dumps([GOOD]).encode()[:-40], "is no JSON that can be read to its end"),
        (b"[", "is no JSON that can be read to its end"),
        (b"[" * 100_000, "is nested more than 500 deep"),
    ],
)
def test_a_feed_that_breaks_off_is_told_and_nothing_is_written(
    take: Callable[..., TakenIn], tmp_path: Path, raw: bytes, words: str
) -> None:
    with pytest.raises(CannotFollow, match=words):
        take(raw=raw)
    assert not list((tmp_path / "resources" / "organizations").rglob("*.yaml"))


@pytest.mark.parametrize("start", [b'[{"id": "', b'{"total_items": 1, "note": "', b'[{"id": "1", "name": ["'])
def test_one_endless_line_ends_the_reading_long_before_the_memory(
    take: Callable[..., TakenIn], monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    monkeypatch.setattr(feeds, "LARGEST_RECORD", 1_000_000)
    with pytest.raises(CannotFollow, match="larger than 1,000,000 bytes"):
        take(raw=start + b"a" * 5_000_000)


def test_one_endless_line_of_a_table_ends_the_reading_too(
    take: Callable[..., TakenIn], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "LARGEST_RECORD", 1_000_000)
    tables = {"organizations": "id,name\n", "services": "id,organization_id,name\ns1,o1," + "a" * 2_000_000}
    with pytest.raises(CannotFollow, match=r"services\.csv line 2 is longer"):
        take(tables=tables)


def test_a_table_that_is_not_utf_8_is_named(take: Callable[..., TakenIn], tmp_path: Path) -> None:
    feed = tmp_path / "feed"
    feed.mkdir()
    (feed / "organizations.csv").write_bytes("id,name,description\no1,Café,x\n".encode("latin-1"))
    (feed / "services.csv").write_text("id,organization_id,name,status\n")
    with pytest.raises(CannotFollow, match=r"organizations\.csv is not UTF-8"):
        take_in(feed, an_empty_directory(tmp_path / "resources"))


def test_a_zip_whose_names_lead_out_of_the_folder_writes_nothing_there(tmp_path: Path) -> None:
    packed = tmp_path / "feed.zip"
    with zipfile.ZipFile(packed, "w") as out:
        out.writestr("../../organizations.csv", "id,name,description\no1,Harbor House,x\n")
        out.writestr("../services.csv", "id,organization_id,name,status\ns1,o1,Night desk,active\n")
    assert is_hsds(packed)
    before = sorted(p.name for p in tmp_path.parent.iterdir())
    take_in(packed, an_empty_directory(tmp_path / "resources"))
    assert sorted(p.name for p in tmp_path.parent.iterdir()) == before
    assert not (tmp_path / "organizations.csv").exists()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["id", "name", "status", "organization", "organization_id", "services", "phones", "number", "attributes",
             "taxonomy_term", "code", "service_areas", "schedules", "languages", "location", "service_at_locations",
             "addresses", "cost_options", "amount", "metadata", "description", "contacts", "email"]
        ) | st.text(max_size=8),
        inner, max_size=4,
    ),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(records=st.lists(JSON, max_size=12))
def test_no_json_at_all_ends_the_program(records: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        feed = Path(folder) / "feed.json"
        feed.write_text(json.dumps(records), encoding="utf-8")
        with contextlib.suppress(CannotFollow):  # numbers larger than any
            take_in(feed, an_empty_directory(Path(folder) / "resources"))
