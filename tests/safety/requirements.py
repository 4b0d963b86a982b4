"""The requirements as docs/safety.md lists them, and the ids a docstring names."""

import re
from pathlib import Path

from bot.model.record import record

ROOT = Path(__file__).resolve().parents[2]
# The languages that are answered in.
LANGUAGES = sorted(p.stem for p in (ROOT / "resources" / "messages").glob("[a-z]*.yaml"))
PAGE = ROOT / "docs" / "safety.md"
LINE = re.compile(r"- \*\*([A-Z]\d+)\*\* (.+)")
NAMED = re.compile(r"\s*((?:[STCDWY]\d+,? )*[STCDWY]\d+):")


@record
class Requirement:
    """One line: its id, what must hold, and whether a run fails without a test of it."""

    id: str
    says: str
    required: bool


def requirements() -> tuple[Requirement, ...]:
    """All lines of the page, in its order."""
    found = []
    required = False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            required = line.endswith("(required)")
        elif listed := LINE.fullmatch(line):
            found.append(Requirement(id=listed[1], says=listed[2], required=required))
    return tuple(found)


def ids_in(docstring: str | None) -> tuple[str, ...]:
    """The ids a docstring begins with: "S3 S5: walk the screens" names two."""
    named = NAMED.match(docstring or "")
    return tuple(re.findall(r"[A-Z]\d+", named[1])) if named else ()
