"""Message or profile to the top five, beside text search: time, memory, building, and how many of the five truly fit.

    pip install -e ".[bench]"
    python benchmarks/match.py [--sizes 1000,10000,100000] [--queries 300] [--seconds 10]

One run, the same made-up services and messages for everybody (made_up_services.py). `marigold, match` starts from the
profile, `marigold, snapshot` too, out of one file; `marigold, message` starts from the text and reads it first. A peer
that does not get through the queries in the time given is measured on those it managed. `fits`: share of the top five,
of as many as could fit. `--only` names who takes part: at a million, most text searches take minutes to build.
"""

import argparse
import atexit
import gc
import platform
import resource
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from bot.directory_files.compiled import compiled_cache
from bot.directory_files.load import load_resources
from bot.directory_files.snapshot import open_snapshot, write_snapshot
from bot.matching.directory import index_directory
from bot.matching.find import find_matches
from bot.model.directory import ListedService
from bot.model.profile import Profile
from bot.understanding.places import find_place
from bot.understanding.recognise import recognise
from rapidfuzz import fuzz, process

from made_up_services import Person, fits, how_many_fit, made_up_people, made_up_services, texts

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
TOP = 5
AGAIN = 3
NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
Search = Callable[[Person], Sequence[int]]


def main() -> None:
    """Print a table for each size."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", default="1000,10000,100000")
    options.add_argument("--queries", type=int, default=300)
    options.add_argument("--seconds", type=float, default=10.0)
    options.add_argument("--only", nargs="*", default=list(CONTENDERS), choices=list(CONTENDERS))
    chosen = options.parse_args()
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}")
    people = made_up_people(chosen.queries)
    for size in map(int, chosen.sizes.split(",")):
        services = made_up_services(size)
        possible = how_many_fit(services, people)
        print(f"\n{size:,} services; {sum(possible) / len(possible):.0f} fit a person on average")
        print(f"{'':28} {'build s':>8} {'MB':>7} {'queries':>8} {'p50 ms':>9} {'p99 ms':>9} {'fits':>6}")
        for name in chosen.only:
            _measure(
                name, CONTENDERS[name], services, list(zip(people, possible, strict=True)), chosen.seconds
            )


def _measure(
    name: str,
    build: Callable[[Sequence[ListedService]], Search],
    services: Sequence[ListedService],
    people: Sequence[tuple[Person, int]],
    seconds: float,
) -> None:
    gc.collect()
    before, started = _memory(), time.perf_counter()
    try:
        search = build(services)
    except ImportError as error:
        print(f"{name:28} not installed ({error.name})")
        return
    built, grown = time.perf_counter() - started, _memory() - before
    gc.freeze()  # as the bot does: what never changes is not looked through again and again
    search(people[0][0])  # what is made on first use is not a person's wait every time
    took: list[float] = []
    right = wanted = 0
    deadline = time.perf_counter() + seconds
    for person, possible in people:
        if time.perf_counter() > deadline:
            break
        best = float("inf")
        for _ in range(AGAIN):  # the machine is shared: the quickest of three is the program's own time
            begun = time.perf_counter()
            found = search(person)
            best = min(best, time.perf_counter() - begun)
        took.append(1000 * best)
        right += sum(fits(services[at], person.profile) for at in found[:TOP])
        wanted += min(TOP, possible)
    took.sort()
    p50, p99 = took[len(took) // 2], took[min(len(took) - 1, int(len(took) * 0.99))]
    gc.unfreeze()
    print(
        f"{name:28} {built:8.2f} {grown:7.0f} {len(took):8} {p50:9.3f} {p99:9.3f} {right / wanted:6.2f}",
        flush=True,
    )


def _memory() -> float:
    """Resident megabytes now (the highest so far where the system does not tell)."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


# -- ours ---------------------------------------------------------------------------------------------------


def marigold(services: Sequence[ListedService]) -> Search:
    """From the profile."""
    directory = index_directory(services, {}).made_ready(NOW.date())
    at = {listed.id: n for n, listed in enumerate(services)}

    def search(person: Person) -> Sequence[int]:
        found = find_matches(person.profile, directory, NOW, None, count=TOP)
        return [at[match.listed.id] for match in found.matches]

    return search


def marigold_from_snapshot(services: Sequence[ListedService]) -> Search:
    """From the profile, out of one file on the disk. Building is writing it."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    write_snapshot(folder / "all.snapshot", services, NOW.date())
    directory = open_snapshot(folder / "all.snapshot").directory({}).made_ready(NOW.date())
    at = {listed.id: n for n, listed in enumerate(services)}

    def search(person: Person) -> Sequence[int]:
        found = find_matches(person.profile, directory, NOW, None, count=TOP)
        return [at[match.listed.id] for match in found.matches]

    return search


def marigold_from_text(services: Sequence[ListedService]) -> Search:
    """From the message: read, placed, matched."""
    known = load_resources(RESOURCES, date.max, compiled_cache())
    directory = index_directory(services, {}).made_ready(NOW.date())
    at = {listed.id: n for n, listed in enumerate(services)}
    # The made-up services name cities, and regions by numbers; their own place is looked up by the city read.
    where = {(p.country, p.city): p for p in _places_of_people()}

    def search(person: Person) -> Sequence[int]:
        read = recognise(person.text, known.lexicon, known.taxonomy)
        named = find_place(person.text, gazetteer=known.gazetteer, language=read.language)
        place = named.place if named else None
        if place is not None:
            place = where.get((place.country, place.city), place)
        profile = Profile(
            language=read.language or "en",
            needs=tuple(f.code for f in read.needs),
            people=tuple(f.code for f in read.people),
            place=place,
        )
        found = find_matches(profile, directory, NOW, None, count=TOP)
        return [at[match.listed.id] for match in found.matches]

    return search


def _places_of_people() -> Iterator[object]:
    return (person.profile.place for person in made_up_people(20_000))


# -- peers --------------------------------------------------------------------------------------------------


def rapidfuzz_over(scorer: Callable[..., float]) -> Callable[[Sequence[ListedService]], Search]:
    """Every record compared with the message."""

    def build(services: Sequence[ListedService]) -> Search:
        records = texts(services)
        return lambda person: [
            at for _, _, at in process.extract(person.text, records, scorer=scorer, limit=TOP)
        ]

    return build


def sqlite_fts(tokenizer: str) -> Callable[[Sequence[ListedService]], Search]:
    """SQLite's own full-text index, ranked by bm25."""

    def build(services: Sequence[ListedService]) -> Search:
        store = sqlite3.connect(":memory:")
        store.execute(f"CREATE VIRTUAL TABLE record USING fts5(text, tokenize='{tokenizer}')")
        store.executemany("INSERT INTO record(rowid, text) VALUES (?, ?)", enumerate(texts(services)))
        shortest = 3 if tokenizer == "trigram" else 1

        def search(person: Person) -> Sequence[int]:
            words = [w for w in person.text.replace('"', " ").split() if len(w) >= shortest]
            asked = " OR ".join(f'"{word}"' for word in words)
            rows = store.execute(
                "SELECT rowid FROM record WHERE record MATCH ? ORDER BY bm25(record) LIMIT ?", (asked, TOP)
            )
            return [row[0] for row in rows]

        return search

    return build


def tantivy_index(*, fuzzy: bool) -> Callable[[Sequence[ListedService]], Search]:
    """Tantivy, with or without tolerance for typing errors."""

    def build(services: Sequence[ListedService]) -> Search:
        import tantivy

        shape = tantivy.SchemaBuilder()
        shape.add_text_field("text")
        shape.add_unsigned_field("at", stored=True)
        schema = shape.build()
        index = tantivy.Index(schema)
        writer = index.writer()
        for at, text in enumerate(texts(services)):
            writer.add_document(tantivy.Document(text=text, at=at))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        searcher = index.searcher()

        def search(person: Person) -> Sequence[int]:
            words = "".join(c if c.isalnum() else " " for c in person.text.lower()).split()
            if fuzzy:
                terms = [
                    (tantivy.Occur.Should, tantivy.Query.fuzzy_term_query(schema, "text", w, distance=1))
                    for w in words
                ]
                query = tantivy.Query.boolean_query(terms)
            else:
                query = index.parse_query(" ".join(words), ["text"])
            return [searcher.doc(where)["at"][0] for _, where in searcher.search(query, TOP).hits]

        return search

    return build


def bm25s_index(services: Sequence[ListedService]) -> Search:
    """bm25s."""
    import bm25s

    index = bm25s.BM25()
    index.index(bm25s.tokenize(texts(services), show_progress=False), show_progress=False)

    def search(person: Person) -> Sequence[int]:
        asked = bm25s.tokenize([person.text], show_progress=False)
        found, _ = index.retrieve(asked, k=TOP, show_progress=False)
        return [int(at) for at in found[0]]

    return search


def tfidf_letters(services: Sequence[ListedService]) -> Search:
    """TF-IDF over three to five letters."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=2)
    matrix = vectors.fit_transform(texts(services))

    def search(person: Person) -> Sequence[int]:
        scores = (matrix @ vectors.transform([person.text]).T).toarray().ravel()
        return [int(at) for at in scores.argsort()[::-1][:TOP]]

    return search


CONTENDERS: dict[str, Callable[[Sequence[ListedService]], Search]] = {
    "marigold, match": marigold,
    "marigold, snapshot": marigold_from_snapshot,
    "marigold, message": marigold_from_text,
    "bm25s": bm25s_index,
    "tantivy": tantivy_index(fuzzy=False),
    "tantivy, fuzzy": tantivy_index(fuzzy=True),
    "SQLite FTS5, bm25": sqlite_fts("unicode61 remove_diacritics 2"),
    "SQLite FTS5, trigram": sqlite_fts("trigram"),
    "TF-IDF, letters": tfidf_letters,
    "rapidfuzz token_set_ratio": rapidfuzz_over(fuzz.token_set_ratio),
    "rapidfuzz WRatio": rapidfuzz_over(fuzz.WRatio),
}

if __name__ == "__main__":
    main()
