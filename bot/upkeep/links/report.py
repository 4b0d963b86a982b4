"""What was found, for people, for a repository's issue and for programs."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.model.record import record
from bot.upkeep.links.addresses import Address, Place
from bot.upkeep.links.findings import ADVICE, Finding, Kind


@record
class Report:
    """All there is to tell. `lines` has the line of every place of a problem."""

    now: datetime
    found: tuple[tuple[Address, Finding], ...]
    ignored: tuple[tuple[Address, str], ...]
    lines: Mapping[Place, int]
    asked: int
    waiting: int
    lost: int

    @property
    def problems(self) -> Iterator[tuple[Address, Finding]]:
        """What a volunteer can do something about, hints too, in the order of the kinds."""
        return (entry for kind in self.counts if kind in ADVICE for entry in self.of(kind))

    @property
    def counts(self) -> dict[Kind, int]:
        """How many addresses of each kind there are, in the order of the report."""
        kinds = [finding.kind for _, finding in self.found]
        return {kind: kinds.count(kind) for kind in Kind if kind in kinds}

    def of(self, kind: Kind) -> list[tuple[Address, Finding]]:
        """The addresses of one kind."""
        return [(address, finding) for address, finding in self.found if finding.kind is kind]


def summary(report: Report) -> str:
    """One or two sentences: how much was asked and how much is to do."""
    hints = sum(count for kind, count in report.counts.items() if kind in ADVICE and ADVICE[kind].hint)
    problems = sum(1 for _ in report.problems) - hints
    parts = [
        f"{len(report.found)} address(es) known ({report.asked - report.lost} asked now): "
        f"{report.counts.get(Kind.FINE, 0)} fine, {problems} problem(s), {hints} hint(s)",
        f"{len(report.ignored)} not checked on purpose" if report.ignored else "",
        f"{report.waiting} still to ask: run it again" if report.waiting else "",
    ]
    said = "; ".join(part for part in parts if part) + "."
    if not report.lost:
        return said
    return (
        f"{said} The network went away: {report.lost} address(es) were not reached. Run it again to ask them."
    )


def as_text(report: Report) -> str:
    """The problems grouped by kind, each with the files to open."""
    blocks = [
        "\n".join((f"{ADVICE[kind].heading} ({count})", f"  {ADVICE[kind].todo}", *_entries(report, kind)))
        for kind, count in report.counts.items()
        if kind in ADVICE
    ]
    return "\n\n".join(blocks) or "Nothing to do."


def _entries(report: Report, kind: Kind) -> Iterator[str]:
    for address, finding in report.of(kind):
        yield f"\n  {address.url}{_seen(finding)}"
        if finding.suggestion:
            yield f"    look at: {finding.suggestion}"
        for place in address.places:
            yield f"    {place.file}:{report.lines[place]}  {place.field} of {place.id}"


def _seen(finding: Finding) -> str:
    """The status and what else was seen, in brackets; nothing where all was well."""
    status = str(finding.status) if finding.status and finding.status >= 300 else None
    seen = ", ".join(part for part in (status, finding.detail) if part)
    return f"  ({seen})" if seen else ""


def as_markdown(report: Report) -> str:
    """A list to tick off, for an issue in the repository."""
    blocks = [
        f"# Links to look at, {report.now.date()}",
        summary(report),
        *(_section(report, kind, count) for kind, count in report.counts.items() if kind in ADVICE),
    ]
    if report.ignored:
        blocks.append(_ignored_section(report))
    return "\n\n".join(blocks)


def _section(report: Report, kind: Kind, count: int) -> str:
    advice = ADVICE[kind]
    mark = "hint, " if advice.hint else ""
    items = "\n".join(_item(report, address, finding) for address, finding in report.of(kind))
    return f"## {advice.heading} ({mark}{count})\n\n{advice.todo}\n\n{items}"


def _item(report: Report, address: Address, finding: Finding) -> str:
    where = [
        f"  - {_code(f'{place.file}:{report.lines[place]}')} {_code(place.field)} of {_code(place.id)}"
        for place in address.places
    ]
    seen = f" {_code(_seen(finding).strip())}" if _seen(finding) else ""
    suggested = [f"  - look at: {_code(finding.suggestion)}"] if finding.suggestion else []
    return "\n".join((f"- [ ] {_link(address.url)}{seen}", *suggested, *where))


def _ignored_section(report: Report) -> str:
    reasons: dict[str, int] = {}
    for _, reason in report.ignored:
        reasons[reason] = reasons.get(reason, 0) + 1
    lines = "\n".join(f"- {count} address(es): {reason}" for reason, count in reasons.items())
    return f"## Not checked on purpose\n\n{lines}"


def _link(url: str) -> str:
    """An address of the directory, to click on."""
    return f"<{url.replace('<', '%3C').replace('>', '%3E')}>"


def _code(text: str) -> str:
    """As code: what a stranger's page says can be no link, no picture and call nobody by name."""
    return f"`{text.replace('`', chr(39))}`"


def as_json(report: Report) -> str:
    """The same for programs."""
    return json.dumps(
        {
            "now": report.now.isoformat(),
            "asked": report.asked - report.lost,
            "waiting": report.waiting,
            "lost": report.lost,
            "counts": {kind.value: count for kind, count in report.counts.items()},
            "problems": [_row(report, address, finding) for address, finding in report.problems],
            "ignored": [{"url": address.url, "reason": reason} for address, reason in report.ignored],
        },
        ensure_ascii=False,
        indent=1,
    )


def _row(report: Report, address: Address, finding: Finding) -> dict[str, object]:
    advice = ADVICE[finding.kind]
    return {
        "url": address.url,
        "kind": finding.kind.value,
        "severity": "hint" if advice.hint else "problem",
        "status": finding.status,
        "detail": finding.detail,
        "suggestion": finding.suggestion,
        "todo": advice.todo,
        "asked": finding.asked.isoformat(),
        "places": [_place(report.lines, place) for place in address.places],
    }


def _place(lines: Mapping[Place, int], place: Place) -> dict[str, str | int]:
    return {"file": place.file, "line": lines[place], "id": place.id, "field": place.field}
