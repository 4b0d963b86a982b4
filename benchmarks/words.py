"""How the words stand: grades, strings and signatures, lengths of first answers, dangers seen; as tables.

    python benchmarks/words.py

Grades by textstat's formulas (tests hold the limits); first answers, and dangers by language, over the messages of
benchmarks/needs/dev.jsonl: recall where a row names a danger, false alarms where it names none.
"""

import json
import re
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import plain, speak
from bot.conversation.turn import take_turn
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.load import Resources, load_resources
from bot.directory_files.readability import SENTENCE_END, WORD, grade
from bot.model.events import Said
from bot.model.messages import forms_of
from bot.settings import Settings
from bot.wiring.knowledge import know

HERE = Path(__file__).resolve().parent
NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
FEWEST_WORDS = 8  # fewer are no sentence


def main() -> None:
    """Print the four tables."""
    resources = load_resources(HERE.parent / "resources", date.max, compiled_cache())
    knowledge = know(resources, Settings(), NOW.date(), ())
    print_grades(resources)
    print_strings(resources)
    print_answers(knowledge)


def texts(resources: Resources, language: str, kind: str) -> Iterator[str]:
    """The messages, notes or summaries in one language."""
    if kind == "messages":
        for template in resources.messages.by_language.get(language, {}).values():
            for form in forms_of(template):
                yield re.sub(r"\{[a-z_]+\}", "it", plain(form))
    elif kind == "notes":
        yield from (note.text[language] for note in resources.notes if language in note.text)
    else:
        yield from (s.service.summary[language] for s in resources.services if language in s.service.summary)


def print_grades(resources: Resources) -> None:
    """English: US grade, lower is easier. Spanish (INFLESZ), French (Kandel-Moles): 0 to 100, higher is easier."""
    print("language  texts      count  median  hardest tenth  words a sentence")
    for language in ("en", "es", "fr"):
        for kind in ("messages", "notes", "summaries"):
            said = list(texts(resources, language, kind))
            grades = sorted(grade(t, language) for t in said if len(WORD.findall(t)) >= FEWEST_WORDS)
            tenth = grades[int(len(grades) * (0.9 if language == "en" else 0.1))]
            length = statistics.mean(
                len(WORD.findall(s)) for t in said for s in SENTENCE_END.split(t) if WORD.search(s)
            )
            middle = statistics.median(grades)
            print(f"{language:9} {kind:10} {len(said):5} {middle:7.1f} {tenth:14.1f} {length:17.1f}")


def print_strings(resources: Resources) -> None:
    """How many strings each language has, and how many a native reader has signed."""
    print("\nlanguage  strings  signed")
    for language, (signed, strings) in resources.messages.signed.items():
        print(f"{language:9} {strings:7} {signed / strings:7.0%}")


def print_answers(knowledge: Knowledge) -> None:
    """Words of the first answer, and dangers seen, by the language of the rows."""
    lengths: dict[str, list[int]] = defaultdict(list)
    seen: dict[str, list[bool]] = defaultdict(list)
    imagined: dict[str, list[bool]] = defaultdict(list)
    for row in map(json.loads, (HERE / "needs" / "dev.jsonl").read_text(encoding="utf-8").splitlines()):
        text = row.get("text") or next(t for t in row["turns"] if not t.startswith("tap:"))
        turn = take_turn(Said(text=text), None, knowledge, NOW)
        said = [plain(b.html) for b in speak(turn.reply, knowledge.messages, turn.profile.language)]
        language = row["lang"]
        lengths[language].append(sum(len(WORD.findall(t)) for t in said))
        if "text" in row:
            wanted = row["danger"]
            (seen if wanted else imagined)[language].append(turn.profile.danger is not None)
    print("\nlanguage  rows  words of the first answer (median, most)  dangers seen  imagined")
    for language in sorted(lengths):
        words, dangers, alarms = sorted(lengths[language]), seen[language], imagined[language]
        recall = f"{sum(dangers)} of {len(dangers)}"
        print(
            f"{language:9} {len(words):4} {statistics.median(words):24.0f} {words[-1]:16}"
            f" {recall:>13} {sum(alarms) / max(len(alarms), 1):9.1%}"
        )


if __name__ == "__main__":
    sys.exit(main())
