"""Everything the bot stands on is pinned with its hashes and listed with its license."""

import re
from functools import cache
from importlib.metadata import distribution, requires

from packaging.requirements import Requirement

from tests.safety.requirements import ROOT

PINNED = re.compile(r"^([a-z0-9.-]+)==\S+.*\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)
LISTED = re.compile(r"^\| ([a-z0-9.-]+) \| ([^|]+) \|", re.MULTILINE)


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def needed() -> frozenset[str]:
    """The libraries the bot needs here, with what they need."""
    found: set[str] = set()
    waiting = [r for r in requires("marigold-bot") or () if "extra ==" not in r]
    while waiting:
        requirement = Requirement(waiting.pop())
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        if plain(requirement.name) not in found:
            found.add(plain(requirement.name))
            waiting += distribution(requirement.name).requires or ()
    return frozenset(found)


def test_every_library_is_pinned_with_its_hashes() -> None:
    """D7: what is installed tomorrow is what was looked at today."""
    text = (ROOT / "deploy" / "requirements.txt").read_text(encoding="utf-8")
    pinned = {plain(name): hashes for name, hashes in PINNED.findall(text)}
    assert needed() - pinned.keys() == set()
    lines = [line for line in text.splitlines() if line and not line.startswith(" ")]
    assert len(lines) == len(pinned), "a line without a hash, or another host"
    assert "://" not in text


def test_every_library_is_listed_with_its_license() -> None:
    """D7: nobody finds out later what they agreed to."""
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    pins = (ROOT / "deploy" / "requirements.txt").read_text(encoding="utf-8")
    listed = {plain(name): license_ for name, license_ in LISTED.findall(page)}
    assert needed() - listed.keys() == set()
    for name in needed():
        stated = distribution(name).metadata.get("License-Expression")
        if stated and f"{name}=={distribution(name).version} " in pins:
            assert listed[name] == stated, name
