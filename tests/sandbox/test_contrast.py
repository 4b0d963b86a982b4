"""The chat page is readable: WCAG AA, 4.5 to 1, by light and by dark."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "bot" / "sandbox" / "chat" / "chat.css").read_text(encoding="utf-8")
PAIRS = [
    ("ink", "page"), ("ink", "bot"), ("ink", "bar"), ("faint", "page"), ("faint", "bar"), ("faint", "bot"),
    ("mine-ink", "mine"), ("accent-ink", "accent"), ("key-ink", "key"), ("note-ink", "note"),
]  # fmt: skip


def colors(scheme: int) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    assert len(blocks) == 2
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", blocks[scheme]))


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(scheme: int, words: str, ground: str) -> None:
    palette = colors(scheme)
    one, other = sorted((luminance(palette[words]), luminance(palette[ground])), reverse=True)
    assert (one + 0.05) / (other + 0.05) >= 4.5
