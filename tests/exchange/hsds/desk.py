"""A small directory going out as HSDS, and the standard's own schemas where they lie beside the project."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.rulebook import read_rulebook
from bot.directory_files.taxonomy import load_taxonomy
from bot.exchange.exporting import Export, export_of
from bot.exchange.hsds.crosswalks import Dictionary, FeedSource, Mapped, load_crosswalks
from bot.exchange.hsds.feed import is_package
from bot.exchange.hsds.importing import Import, Imported
from bot.exchange.hsds.package import make_hsds_csv, make_hsds_json
from bot.exchange.hsds.taking import Terms
from bot.exchange.hsds.telling import Told
from bot.exchange.kept import Kept
from bot.model.directory import Organization
from bot.model.record import record

from tests.builders import SOURCE
from tests.conftest import ROOT

STANDARD = ROOT.parent / "shared" / "hsds"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = date(2026, 11, 24)
PATH = "us/tx/example"
FEED = FeedSource(title="Example County 211", url="https://example.org/feed", kind="government")


def an_organization(**changes: Any) -> Organization:
    service = {
        "name": "Survivor Legal Line",
        "kind": "legal_aid",
        "summary": {"en": "Free advice by phone.", "es": "Consejo gratis por teléfono."},
        "needs": ["legal", "money"],
        "serves": ["undocumented"],
        "area": {"country": "US", "regions": ["TX"]},
        "contacts": [
            {"channel": "voice", "number": "+1 512-555-0100", "hours": "24/7", "languages": ["en", "es"]},
            {"channel": "text", "number": "55501", "keyword": "HELLO"},
            {"channel": "website", "url": "https://example.org"},
            {"channel": "email", "address": "help@example.org"},
        ],
        "languages": ["en", "es"],
        "cost": "free",
        "asks_status": "no",
        "source": [{**SOURCE[0], "shows": ["number", "cost"]}],
        "checks": [{"claims": ["number"], "on": "2026-11-20", "how": "phone"}],
        **changes,
    }
    return Organization.model_validate({"name": "Example Center", "services": {"line": service}})


def export_with(organizations: Mapping[str, Organization], *, for_reading: bool = True) -> Export:
    taxonomy = load_taxonomy(ROOT / "resources" / "taxonomy", [])
    kept = [
        Kept(path=path, text="", digest=b"", data={}, organization=one) for path, one in organizations.items()
    ]
    return export_of(kept, taxonomy, NOW, for_reading=for_reading)


def as_json(export: Export) -> list[dict[str, Any]]:
    made = make_hsds_json(export)
    assert isinstance(made, bytes)
    return list(json.loads(made))


def as_package(export: Export, folder: Path) -> Path:
    made = make_hsds_csv(export)
    assert isinstance(made, Mapping)
    folder.mkdir(parents=True)
    for name, raw in made.items():
        (folder / name).write_bytes(raw)
    return folder


def schema(name: str) -> Any:
    """A compiled schema of the standard; skips where it is not there."""
    path = STANDARD / "compiled" / f"{name}.json"
    if not path.exists():
        pytest.skip("the standard's compiled schemas do not lie beside the project")
    return json.loads(path.read_text(encoding="utf-8"))


def closed(part: Any) -> Any:
    """The standard's schema with every property that it does not name forbidden."""
    if isinstance(part, dict):
        closing = {"additionalProperties": False} if "properties" in part else {}
        return {**{key: closed(value) for key, value in part.items()}, **closing}
    return [closed(one) for one in part] if isinstance(part, list) else part


# -- taking a feed in --------------------------------------------------------------------------------------------


@record
class TakenIn:
    """What an import told, and the directory afterwards."""

    told: tuple[Told, ...]
    errors: int
    outcome: Imported
    resources: Path

    @property
    def lines(self) -> list[str]:
        return [str(line) for line in self.told]

    def about(self, field: str) -> list[str]:
        return [str(line) for line in self.told if line.field == field]

    def text(self, path: str) -> str:
        return (self.resources / "organizations" / f"{path}.yaml").read_text(encoding="utf-8")

    @property
    def files(self) -> list[str]:
        folder = self.resources / "organizations"
        return [p.relative_to(folder).with_suffix("").as_posix() for p in sorted(folder.rglob("*.yaml"))]


def an_empty_directory(folder: Path) -> Path:
    """resources/ with the real lists and no organization."""
    (folder / "organizations").mkdir(parents=True)
    for part in ("taxonomy", "places"):
        (folder / part).symlink_to(ROOT / "resources" / part)
    return folder


def take_in(feed: Path, resources: Path, mapped: Mapped | None = None, today: date = TODAY) -> TakenIn:
    """Import a feed as the command does, and write it where there was no error."""
    told: list[Told] = []
    rules = read_rulebook(resources, today, [], compiled_cache())
    mapped = mapped or Mapped(source=FEED)
    dictionary = Dictionary((*mapped.vocabularies, *load_crosswalks(resources, [])))
    terms = Terms(mapped=mapped, dictionary=dictionary, rules=rules)
    with Import(resources, terms, told.append) as work:
        for _ in work.read(feed, is_package=is_package(feed)):
            pass
        outcome = work.would() if work.errors else work.write()
        return TakenIn(told=tuple(told), errors=work.errors, outcome=outcome, resources=resources)
