"""resources/notes/ -> notes on what often matters before a call."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from bot.directory_files.problems import Problem
from bot.directory_files.readability import WORD, is_hard_to_read, longest_sentence
from bot.directory_files.reading import Document, read_or_tell
from bot.directory_files.rules import Rulebook, nearest
from bot.directory_files.shape_problems import shape_problems
from bot.directory_files.wording import MOST_WORDS, forbidden_in
from bot.model.messages import FIRST
from bot.model.notes import Note, NoteSource

FIELDS = (*(f for f in Note.model_fields if f != "id"), *NoteSource.model_fields)
LONGEST_TEXT = 60  # words
LONGEST_TITLE = 40  # characters; a button shows no more


def load_notes(folder: Path, book: Rulebook, problems: list[Problem]) -> tuple[Note, ...]:
    """Every note, in the order of its file's name. Without the folder, none."""
    notes = []
    for path in sorted(folder.glob("*.yaml")):
        document = read_or_tell(path, f"notes/{path.name}", problems)
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
        notes.append(note)
    return tuple(notes)


def _problems(document: Document, note: Note, book: Rulebook) -> Iterator[Problem]:
    yield from _code_problems(document, note, book)
    yield from _text_problems(document, note, book)
    if note.read > book.today.isoformat():
        yield document.problem(("read",), f"`{note.read}` is in the future")
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
            for found in forbidden_in(text, language, book.wording):
                yield document.problem((field, language), f"says `{found.phrase}`: {found.because}")
    for language, title in note.title.items():
        if len(title) > LONGEST_TITLE:
            yield document.problem(("title", language), f"is longer than {LONGEST_TITLE} letters: say less")
    for language, text in note.text.items():
        words = len(WORD.findall(text))
        where = ("text", language)
        if words > LONGEST_TEXT:
            yield document.problem(where, f"has {words} words; {LONGEST_TEXT} are the most")
        if longest_sentence(text) > MOST_WORDS:
            yield document.problem(
                where, f"has a sentence of more than {MOST_WORDS} words: make it two", hint=True
            )
        elif is_hard_to_read(text, language):
            yield document.problem(where, "is hard to read for many people: use shorter words", hint=True)
