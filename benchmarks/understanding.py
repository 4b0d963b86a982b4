"""How well and how fast messages are understood, beside two plain ways of using the same phrases.

    python benchmarks/understanding.py                   speed, on the lexicons' own sentences
    python benchmarks/understanding.py MESSAGES.jsonl    and quality, on labelled messages from elsewhere

Rows of MESSAGES.jsonl: {"text", "lang", "source", "needs": [...], "also_ok": [...], "kind"}; `kind` negative or
hard_negative where nothing is needed; a code that no row is labelled with is not scored. The peers get every phrase of
the lexicons without gaps and stars: `substring` looks for each in the message, `rapidfuzz` for each with partial_ratio
of at least 92.
"""

import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from bot.directory_files.compiled import CompiledCache
from bot.directory_files.lexicons import LexiconFiles, load_lexicons
from bot.directory_files.reading import read_or_tell
from bot.directory_files.taxonomy import load_taxonomy
from bot.model.taxonomy import Taxonomy
from bot.understanding.growing import GAP, spellings
from bot.understanding.recognise import Understood, recognise
from bot.understanding.words import read_words
from rapidfuzz import fuzz, process

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
FEWEST = 10  # rows with a need, for it to count in a mean
ALIKE = 92
SHORT = 300  # characters
ROUNDS = 5
Row = dict[str, Any]
Reader = Callable[[str], set[str]]


def main(messages: Path | None) -> None:
    """Print the tables."""
    problems: list[Any] = []
    files = load_lexicons(RESOURCES / "lexicons", problems, CompiledCache(None))
    taxonomy = load_taxonomy(RESOURCES / "taxonomy", problems)
    by_phrase = need_phrases()
    readers = readers_of(files, taxonomy, by_phrase)
    rows = (
        [json.loads(line) for line in messages.read_text(encoding="utf-8").splitlines()] if messages else []
    )
    texts = [row["text"] for row in rows] or [example.text for example in files.examples]
    speed(readers, texts)
    if rows:
        labelled = {code for row in rows for code in row["needs"]}
        for row in rows:
            row["also_ok"] = [
                *row.get("also_ok", ()),
                *(code for code in taxonomy.needs if code not in labelled),
            ]
        quality(readers, rows)
        understood = [recognise(row["text"], files.lexicon, taxonomy) for row in rows]
        calibration(rows, understood)
        worst_kinds(rows, understood)


def need_phrases() -> dict[str, str]:
    """Every spelling of every phrase that names a need or a danger, with its code."""
    found: dict[str, str] = {}
    for path in sorted((RESOURCES / "lexicons").glob("*.yaml")):
        document = read_or_tell(path, path.name, [])
        assert document is not None
        for code, entry in document.data["needs"].items():
            found |= {text: code for written in entry.get("ask", ()) for text in _plain(written)}
        for entry in document.data["danger"].values():
            found |= {text: "crisis" for written in entry for text in _plain(written)}
    return found


def _plain(written: str) -> Iterable[str]:
    for slots in spellings(written):
        if GAP not in slots and not any(slot.endswith("*") for slot in slots):
            yield " ".join(slots)


def readers_of(files: LexiconFiles, taxonomy: Taxonomy, by_phrase: dict[str, str]) -> dict[str, Reader]:
    """Each way of reading: text -> codes of needs."""
    phrases = list(by_phrase)

    def folded(text: str) -> str:
        return " ".join(word.folded for word in read_words(text))

    def substring(text: str) -> set[str]:
        read = f" {folded(text)} "
        return {by_phrase[p] for p in phrases if f" {p} " in read}

    def fuzzy(text: str) -> set[str]:
        near = process.extract(
            folded(text), phrases, scorer=fuzz.partial_ratio, score_cutoff=ALIKE, limit=None
        )
        return {by_phrase[p] for p, _, _ in near}

    return {
        "marigold": lambda text: needs_of(recognise(text, files.lexicon, taxonomy)),
        "substring": substring,
        "rapidfuzz": fuzzy,
    }


def needs_of(understood: Understood) -> set[str]:
    """A danger counts as the need for somebody to talk to."""
    return {f.code for f in understood.needs} | ({"crisis"} if understood.danger else set())


def speed(readers: dict[str, Reader], texts: Sequence[str]) -> None:
    """Milliseconds a message, the best of five rounds each; the slow peers read a sample."""
    short = [text for text in texts if len(text) <= SHORT]
    joined = " ".join(texts)
    long = [joined[at : at + 4096] for at in range(0, min(len(joined) - 4096, 40 * 4096), 4096)]
    print(f"{'ms a message':12} {'to 300 signs':>20} {'4,096 signs':>20}")
    for name, reader in readers.items():
        few = 1 if name == "marigold" else 40
        cells = [_times(reader, short[::few]), _times(reader, long[:: min(few, 10)])]
        print(f"{name:12} " + " ".join(f"{f'p50 {a:.2f} p99 {b:.2f}':>20}" for a, b in cells))


def _times(reader: Reader, texts: Sequence[str]) -> tuple[float, float]:
    best: list[float] = []
    for text in texts:
        took = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            reader(text)
            took.append(time.perf_counter() - start)
        best.append(1000 * min(took))
    best.sort()
    return best[len(best) // 2], best[min(len(best) - 1, int(len(best) * 0.99))]


def quality(readers: dict[str, Reader], rows: Sequence[Row]) -> None:
    """Macro-F1 and false alarms of each way; ours by language and by source too."""
    for name, reader in readers.items():
        chosen = rows if name == "marigold" else rows[::8]
        print(f"\n{name}: {_line(chosen, [reader(row['text']) for row in chosen])}")
    ours = [readers["marigold"](row["text"]) for row in rows]
    for key in ("lang", "source"):
        print(f"\nby {key}")
        for value, count in Counter(row[key] for row in rows).most_common():
            part = [(row, got) for row, got in zip(rows, ours, strict=True) if row[key] == value]
            print(f"  {value[:60]:60} {count:5} rows  {_line([r for r, _ in part], [g for _, g in part])}")


def _line(rows: Sequence[Row], found: Sequence[set[str]]) -> str:
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    alarms: dict[str, list[bool]] = defaultdict(list)
    for row, got in zip(rows, found, strict=True):
        gold, ok = set(row["needs"]), {*row.get("also_ok", ()), "other"}
        right.update(gold & got)
        missed.update(gold - got)
        wrong.update(got - gold - ok)
        if not gold:
            alarms[row.get("kind", "negative")].append(bool(got - ok))
    scored = [c for c in {*right, *missed} if right[c] + missed[c] >= FEWEST and c != "other"]
    f1 = [2 * right[c] / max(1, 2 * right[c] + wrong[c] + missed[c]) for c in scored]
    mean = f"macro-F1 {sum(f1) / len(f1):.3f} over {len(f1)} needs" if f1 else "too few rows for a mean"
    shares = [f"{kind} false alarms {sum(of) / len(of):.3f}" for kind, of in sorted(alarms.items())]
    return "; ".join([mean, *shares])


def calibration(rows: Sequence[Row], understood: Sequence[Understood]) -> None:
    """Of the needs said with a confidence, how many the labels hold."""
    bins: dict[float, list[bool]] = defaultdict(list)
    for row, one in zip(rows, understood, strict=True):
        gold, ok = set(row["needs"]), set(row.get("also_ok", ()))
        for finding in one.needs:
            if finding.code in gold or finding.code not in ok:
                bins[int(finding.confidence * 10) / 10].append(finding.code in gold)
    print("\nconfidence   needs   held by the labels")
    for low, held in sorted(bins.items()):
        print(f"{low:.1f} to {low + 0.1:.1f}   {len(held):5}   {sum(held) / len(held):.2f}")


def worst_kinds(rows: Sequence[Row], understood: Sequence[Understood]) -> None:
    """The twenty commonest kinds of mistake: which need, missed or imagined, in which language and source."""
    kinds: Counter[tuple[str, str, str, str]] = Counter()
    for row, one in zip(rows, understood, strict=True):
        got, gold = needs_of(one), set(row["needs"])
        for code in gold - got - {"other"}:
            kinds["missed", code, row["lang"], row["source"][:40]] += 1
        for code in got - gold - {*row.get("also_ok", ()), "other"}:
            kinds["imagined", code, row["lang"], row["source"][:40]] += 1
    print("\ntwenty worst kinds of mistake")
    for (what, code, language, source), count in kinds.most_common(20):
        print(f"{count:5}  {what:9} {code:24} {language:3} {source}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
