"""The results that the benchmarks kept, as one page of charts: build/bench/index.html. It needs nothing else.

Usage: python benchmarks/page.py
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import log10
from typing import Any

from measuring import RESULTS

WIDTH, ROW, LABEL, ROOM = 640, 26, 170, 90
HEIGHT, MARGIN = 220, 60
OURS = "marigold"
HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Marigold: benchmarks</title><style>
:root { color-scheme: light dark; --ours: #b45309; --others: #64748b }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 45rem; margin: 2rem auto; padding: 0 1rem }
@media (prefers-color-scheme: dark) { :root { --ours: #f59e0b; --others: #94a3b8 } }
h2 { font-size: 1.1rem; margin: 2rem 0 .2rem } p { margin: 0 0 .5rem } svg { width: 100%; height: auto }
text { fill: currentColor; font-size: 14px } .ours { fill: var(--ours) } .others { fill: var(--others) }
polyline { fill: none; stroke: var(--ours); stroke-width: 2 } line { stroke: var(--others) }
</style><h1>Benchmarks</h1>"""


def main() -> None:
    """Write the page."""
    charts = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*.json"))]
    if not charts:
        raise SystemExit("No results yet. `make bench` makes them.")
    page = RESULTS / "index.html"
    page.write_text(HEAD + "".join(map(_section, charts)), encoding="utf-8")
    print(page.relative_to(RESULTS.parents[1]))


def _section(chart: Mapping[str, Any]) -> str:
    drawn = _bars(chart["bars"], chart["unit"]) if "bars" in chart else _lines(chart["series"], chart["unit"])
    title = escape(f"{chart['title']} ({chart['unit']})")
    return f"<h2>{title}</h2><p><small>{escape(chart['machine'])}</small></p>{drawn}"


def _bars(bars: Mapping[str, float], unit: str) -> str:
    most = max(bars.values()) or 1
    rows = []
    for at, (name, value) in enumerate(bars.items()):
        long = (WIDTH - LABEL - ROOM) * value / most
        kind = "ours" if OURS in name else "others"
        top = at * ROW
        rows.append(
            f'<text x="{LABEL - 8}" y="{top + 17}" text-anchor="end">{escape(name)}</text>'
            f'<rect class="{kind}" x="{LABEL}" y="{top + 4}" width="{long:.1f}" height="{ROW - 8}"/>'
            f'<text x="{LABEL + long + 6:.1f}" y="{top + 17}">{value:,g}</text>'
        )
    said = escape("; ".join(f"{name} {value:g} {unit}" for name, value in bars.items()))
    height = len(bars) * ROW
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{said}">{"".join(rows)}</svg>'


def _lines(series: Mapping[str, Sequence[tuple[float, float]]], unit: str) -> str:
    points = [point for row in series.values() for point in row]
    across = [log10(x) for x, _ in points]
    most = max(y for _, y in points) or 1
    first, width = min(across), (max(across) - min(across)) or 1

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            MARGIN + (WIDTH - 2 * MARGIN) * (log10(x) - first) / width,
            HEIGHT - 30 - (HEIGHT - 60) * y / most,
        )

    drawn = "".join(_line(row, place) for row in series.values())
    floor = HEIGHT - 30
    axis = f'<line x1="{MARGIN}" y1="{floor}" x2="{WIDTH - MARGIN}" y2="{floor}"/>'
    said = escape("; ".join(f"at {x:,g}: {y:g} {unit}" for x, y in points))
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}">{axis}{drawn}</svg>'


def _line(row: Sequence[tuple[float, float]], place: Any) -> str:
    placed = [(x, y, *place(x, y)) for x, y in row]
    line = " ".join(f"{left:.1f},{top:.1f}" for _, _, left, top in placed)
    return f'<polyline points="{line}"/>' + "".join(_marks(placed))


def _marks(placed: Sequence[tuple[float, float, float, float]]) -> Iterator[str]:
    for x, y, left, top in placed:
        yield (
            f'<circle class="ours" cx="{left:.1f}" cy="{top:.1f}" r="4"/>'
            f'<text x="{left:.1f}" y="{top - 10:.1f}" text-anchor="middle">{y:,g}</text>'
            f'<text x="{left:.1f}" y="{HEIGHT - 10}" text-anchor="middle">{x:,g}</text>'
        )


if __name__ == "__main__":
    main()
