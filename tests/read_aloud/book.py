"""Forty conversations, spoken by the real engine over the invented places of the open benchmark, as a page to read.

`python -m tests.read_aloud` (or `make book`) writes docs/conversations.md. A counselor who wants a word changed finds
the sentence in resources/messages, or says it in an issue.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import SpokenBubble, plain
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.load import load_resources
from bot.model.record import record
from bot.settings import Settings
from bot.wiring.knowledge import know

from tests.builders import NOON
from tests.conftest import Conversation

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "conversations.md"
TAP = "tap:"
SCRIPTS = Path(__file__).parent / "conversations.yaml"
HEAD = """# Conversations to read aloud

What the bot says today, word for word, to people as different as those it is for. Made by `make book` from the program
itself; the places, names and numbers are invented ones. If a word would be wrong coming from you, it is wrong here:
tell us, or change it in [resources/messages](../resources/README.md). Lines that begin with ▸ are the person's.
"""


@record
class Heard:
    """One thing the person did, and what came back."""

    did: str
    bubbles: tuple[SpokenBubble, ...]


@cache
def sample() -> Knowledge:
    """The project's own words with the benchmark's invented directory."""
    sys.path.insert(0, str(ROOT / "benchmarks" / "needs"))
    from resources import sample_resources

    with tempfile.TemporaryDirectory() as folder:
        resources = load_resources(sample_resources(Path(folder)), date.max, compiled_cache())
    return know(resources, Settings(), NOON.date(), ())


def scripts() -> list[dict[str, Any]]:
    """All conversations as they are written down."""
    return list(yaml.safe_load(SCRIPTS.read_text(encoding="utf-8")))


def held(script: Mapping[str, Any], knowledge: Knowledge) -> Iterator[Heard]:
    """The conversation, step by step."""
    conversation = Conversation(knowledge)
    for did in script["says"]:
        if did.startswith(TAP):
            conversation.person_taps(did.removeprefix(TAP))
        else:
            conversation.person_says(did)
        yield Heard(did=did, bubbles=conversation.bubbles)


def page() -> str:
    """The whole book."""
    parts = [HEAD]
    for number, script in enumerate(scripts(), 1):
        parts.append(f"\n## {number}. {script['title']}\n\n*{script['who']}*\n")
        parts += [_told(heard) for heard in held(script, sample())]
    return "".join(parts)


def _told(heard: Heard) -> str:
    did = heard.did.replace(TAP, "presses: ")
    said = "\n".join(_quoted(bubble) for bubble in heard.bubbles)
    return f"\n▸ **{did}**\n\n{said}"


def _quoted(bubble: SpokenBubble) -> str:
    text = plain(bubble.html).replace("<", "&lt;").replace("*", "\\*")
    lines = [f"> {line}  " if line else ">" for line in text.splitlines()]
    labels = " · ".join(b.label for row in bubble.buttons for b in row)
    if labels:
        lines += [">", f"> `{labels}`"]
    return "\n".join(line.rstrip() if line == ">" else line for line in lines) + "\n"
