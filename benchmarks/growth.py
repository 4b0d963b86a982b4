"""How the cost of one answer grows: with the message, with the lexicons, with the chats that are remembered.

With the directory it is measured by match.py. Usage: python benchmarks/growth.py
"""

import asyncio
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from itertools import accumulate
from pathlib import Path

from bot.conversation.turn import take_turn
from bot.directory_files.compiled import CompiledCache
from bot.directory_files.lexicons import load_lexicons
from bot.directory_files.taxonomy import load_taxonomy
from bot.model.events import Said
from bot.model.profile import Profile
from bot.settings import Settings
from bot.storage.memory import LedgerInMemory, ProfilesInMemory
from bot.understanding.recognise import recognise
from bot.wiring.knowledge import load_knowledge

from measuring import ROOT, keep, machine, messages, microseconds, middle

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
LENGTHS = (50, 100, 200, 400, 800, 1600, 4096)
CHATS = (100, 1_000, 10_000, 100_000)
LEXICONS = ("en", "es", "fr", "pt", "ru", "ar", "hi", "vi", "zh", "ko", "tl", "ht", "uk", "ur")


def by_length() -> list[tuple[int, float]]:
    """A whole turn for a message of so many letters: messages of the benchmark, one after the other."""
    known = load_knowledge(Settings(), NOW.date())
    story = ". ".join(text for text in messages() if text.isascii())
    rows = []
    for length in LENGTHS:
        said = Said(text=story[:length], locale="en")
        rows.append((length, microseconds(partial(take_turn, said, Profile(), known, NOW))))
    return rows


def by_lexicon() -> list[tuple[int, float]]:
    """The same English and Spanish messages, with the word lists of more and more languages beside their own."""
    taxonomy = load_taxonomy(ROOT / "resources" / "taxonomy", [])
    texts = [text for text in messages() if text.isascii()][:100]
    rows = []
    for languages in list(accumulate(((one,) for one in LEXICONS), lambda a, b: a + b))[1::4]:
        with tempfile.TemporaryDirectory() as folder:
            for language in languages:
                (Path(folder) / f"{language}.yaml").symlink_to(
                    ROOT / "resources" / "lexicons" / f"{language}.yaml"
                )
            lexicon = load_lexicons(Path(folder), [], CompiledCache(None)).lexicon
            phrases = len(lexicon.forest.meaning_of)
            took = [microseconds(partial(recognise, text, lexicon, taxonomy)) for text in texts]
            rows.append((phrases, middle(took)))
    return rows


async def by_chats() -> list[tuple[int, float]]:
    """Recalling and keeping one profile, and noting a message, among so many chats."""
    rows = []
    for chats in CHATS:
        memory, ledger = ProfilesInMemory(time.time), LedgerInMemory(time.time)
        for chat in range(chats):
            await memory.keep(chat, Profile(needs=("legal",)))
            await ledger.note(chat, (chat,), time.time())
        best = float("inf")
        for chat in range(0, chats, max(1, chats // 200)):
            begun = time.perf_counter()
            await memory.keep(chat, await memory.recall(chat) or Profile())
            await ledger.note(chat, (1,), time.time())
            best = min(best, time.perf_counter() - begun)
        rows.append((chats, best * 1e6))
    return rows


def main() -> None:
    """Print a table each, and keep the charts."""
    print(f"{machine()}; the quickest of five, microseconds")
    for name, title, rows in (
        ("growth_length", "One answer by the letters of a message", by_length()),
        ("growth_lexicon", "Understanding by phrases in the lexicons", by_lexicon()),
        ("growth_chats", "Memory by chats remembered", asyncio.run(by_chats())),
    ):
        print(f"\n{title}")
        for across, took in rows:
            print(f"{across:>9,} {took:9.0f}")
        keep(
            name, {"title": title, "unit": "us", "series": {"marigold": [[x, round(y, 1)] for x, y in rows]}}
        )


if __name__ == "__main__":
    main()
