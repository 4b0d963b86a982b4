"""What plain search makes of the same messages and services: the table beside ours.

    pip install -e ".[bench]"
    python benchmarks/needs/peers.py dev

A text search knows no needs, places or dangers. It is asked with the message, and the first need of its best service
stands for what it understood; only its ranking and its harm can be compared.
"""

import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from judge import Row, directory
from rapidfuzz import fuzz, process
from score import SHOWN, read_rows, score

Search = Callable[[str], Sequence[int]]
NAMES = list(directory())
FIGURES = ("exact need set", "danger recall", "recall@3", "nDCG@3", "harm rate")


def records() -> list[str]:
    """Every service as one text."""
    return [" ".join(_words_of(service)).replace("_", " ") for service in directory().values()]


def _words_of(service: Mapping[str, Any]) -> Iterator[str]:
    yield from (service["organization"], service["name"], *service["summary"].values())
    yield from (*service["needs"], *service.get("serves", ()))
    yield from (service["area"]["country"], *service["area"].get("cities", ()))


def keywords() -> Search:
    """Words of the message that stand in a record, counted."""
    words = [set(text.casefold().split()) for text in records()]

    def search(text: str) -> Sequence[int]:
        asked = set(text.casefold().split())
        ranked = sorted(range(len(words)), key=lambda at: -len(asked & words[at]))
        return [at for at in ranked[:SHOWN] if asked & words[at]]

    return search


def whole_records() -> Search:
    """RapidFuzz, token_set_ratio."""
    texts = records()
    return lambda text: [
        at for _, _, at in process.extract(text, texts, scorer=fuzz.token_set_ratio, limit=SHOWN)
    ]


def sqlite_fts() -> Search:
    """SQLite FTS5, bm25."""
    store = sqlite3.connect(":memory:")
    store.execute("CREATE VIRTUAL TABLE record USING fts5(text, tokenize='unicode61 remove_diacritics 2')")
    store.executemany("INSERT INTO record(rowid, text) VALUES (?, ?)", enumerate(records()))

    def search(text: str) -> Sequence[int]:
        asked = " OR ".join(f'"{word}"' for word in text.replace('"', " ").split())
        query = "SELECT rowid FROM record WHERE record MATCH ? ORDER BY bm25(record) LIMIT ?"
        return [row[0] for row in store.execute(query, (asked, SHOWN))]

    return search


def tantivy_index() -> Search:
    """Tantivy."""
    import tantivy

    shape = tantivy.SchemaBuilder()
    shape.add_text_field("text")
    shape.add_unsigned_field("at", stored=True)
    index = tantivy.Index(shape.build())
    writer = index.writer()
    for at, text in enumerate(records()):
        writer.add_document(tantivy.Document(text=text, at=at))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(text: str) -> Sequence[int]:
        words = "".join(c if c.isalnum() else " " for c in text).split()
        found = searcher.search(index.parse_query(" ".join(words) or "-", ["text"]), SHOWN).hits
        return [searcher.doc(where)["at"][0] for _, where in found]

    return search


def bm25s_index() -> Search:
    """bm25s."""
    import bm25s

    index = bm25s.BM25()
    index.index(bm25s.tokenize(records(), show_progress=False), show_progress=False)

    def search(text: str) -> Sequence[int]:
        found, scores = index.retrieve(
            bm25s.tokenize([text], show_progress=False), k=SHOWN, show_progress=False
        )
        return [int(at) for at, worth in zip(found[0], scores[0], strict=True) if worth > 0]

    return search


def answer(row: Row, search: Search) -> dict[str, Any]:
    """A peer's answer in the form of the benchmark."""
    found = [NAMES[at] for at in search(row.get("text") or " ".join(row["turns"]))]
    understood = directory()[found[0]]["needs"][:1] if found else []
    return {"id": row["id"], "needs": understood, "matches": [{"id": name, "cautions": []} for name in found]}


PEERS: dict[str, Callable[[], Search]] = {
    "keywords": keywords,
    "rapidfuzz, whole records": whole_records,
    "SQLite FTS5": sqlite_fts,
    "tantivy": tantivy_index,
    "bm25s": bm25s_index,
}


def main(half: str) -> None:
    """Print the table."""
    rows = read_rows(half)
    print(f"{'':26}" + "".join(f"{name:>18}" for name in FIGURES))
    for name, build in PEERS.items():
        search = build()
        result = score([(row, answer(row, search)) for row in rows])
        print(f"{name:26}" + "".join(f"{result[figure]:>18}" for figure in FIGURES))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "dev")
