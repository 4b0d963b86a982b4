"""resources/notes/ -> notes on what often matters before a call."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from bot.directory_files.compiled import CompiledCache, fingerprint_of
from bot.directory_files.problems import Problem
from bot.directory_files.readability import WORD
from bot.directory_files.reading import Document, read_or_tell
from bot.directory_files.rules import (
    Rulebook,
    forbidden_problems,
    nearest,
    past_date_problems,
    reading_hints,
    source_date_problems,
)
from bot.directory_files.shape_problems import shape_problems
from bot.model.messages import FIRST
from bot.model.notes import Note, NoteSource

FOLDER = "notes"
FIELDS = (*(f for f in Note.model_fields if f != "id"), *NoteSource.model_fields)
LONGEST_TEXT = 60  # words
LONGEST_TITLE = 40  # characters; a button shows no more


def load_notes(
    resources: Path, book: Rulebook, problems: list[Problem], cache: CompiledCache
) -> tuple[Note, ...]:
    """Every note of resources/notes, in the order of its file's name. Without the folder, none.

    Notes with nothing to tell are kept, and not read and judged at the next start: that loads the dictionaries by which
    a text is hard to read.
    """
    parts = (FOLDER, "taxonomy", "places")  # what they are, and what they are judged by
    fingerprint = fingerprint_of(
        (p for part in parts for p in (resources / part).glob("*.yaml")), home=resources
    )
    kept: tuple[Note, ...] | None = cache.get(FOLDER, fingerprint)
    if kept is not None:
        return kept
    before = len(problems)
    notes = tuple(_read(resources / FOLDER, book, problems))
    if len(problems) == before:
        cache.put(FOLDER, fingerprint, notes)
    return notes


def _read(folder: Path, book: Rulebook, problems: list[Problem]) -> Iterator[Note]:
    for path in sorted(folder.glob("*.yaml")):
        document = read_or_tell(path, f"{FOLDER}/{path.name}", problems)
        if document is None:
            continue
        try:
            note = Note.model_validate({**document.data, "id": path.stem})
        except ValidationError as error:
            problems.extend(shape_problems(document, error, FIELDS))
            continue
        except TypeError:
            problems.append(document.problem((), "write title:, text:, read: and source: in it"))
            continue
        problems.extend(_problems(document, note, book))
        yield note


def _problems(document: Document, note: Note, book: Rulebook) -> Iterator[Problem]:
    yield from _code_problems(document, note, book)
    yield from _text_problems(document, note, book)
    yield from past_date_problems(document, ("read",), note.read, book.today)
    yield from source_date_problems(document, ("source",), note.source, book.today)
    for country in note.countries:
        if book.gazetteer.by_country(country) is None:
            yield document.problem(("countries",), f"`{country}` is no country; write US, FR, GB …")


def _code_problems(document: Document, note: Note, book: Rulebook) -> Iterator[Problem]:
    known = {
        "needs": book.taxonomy.needs,
        "people": book.taxonomy.people,
        "contexts": book.taxonomy.contexts,
    }
    for field, terms in known.items():
        for at, code in enumerate(getattr(note, field)):
            if code not in terms:
                hint = nearest(code, terms, f"see taxonomy/{field}.yaml")
                yield document.problem((field, at), f"`{code}` is not a code of {field}; {hint}")


def _text_problems(document: Document, note: Note, book: Rulebook) -> Iterator[Problem]:
    for field, texts in (("title", note.title), ("text", note.text)):
        yield from (
            document.problem((field,), f"`{language}` is missing; notes are written in {', '.join(FIRST)}")
            for language in FIRST
            if language not in texts
        )
        for language, text in texts.items():
            yield from forbidden_problems(document, (field, language), language, text, book.wording)
    for language, title in note.title.items():
        if len(title) > LONGEST_TITLE:
            yield document.problem(("title", language), f"is longer than {LONGEST_TITLE} letters: say less")
    for language, text in note.text.items():
        words = len(WORD.findall(text))
        where = ("text", language)
        if words > LONGEST_TEXT:
            yield document.problem(where, f"has {words} words; {LONGEST_TEXT} are the most")
        yield from reading_hints(document, where, language, text)
