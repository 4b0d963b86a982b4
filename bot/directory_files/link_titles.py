"""resources/links_titles.yaml -> words in a page's title that say the page is gone or nobody lives there."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.directory_files.problems import Problem
from bot.directory_files.reading import Document, read_or_tell

FILE = "links_titles.yaml"
GROUPS = ("page_is_gone", "nobody_lives_here")
SHORTEST = 8  # letters; "error" would be found in the titles of help places


def load_telling_titles(folder: Path, problems: list[Problem]) -> tuple[str, ...]:
    """Every phrase in the file in `folder`, in small letters; without a file, none. What is broken is left out."""
    if not (folder / FILE).exists():
        return ()
    document = read_or_tell(folder / FILE, FILE, problems)
    if document is None:
        return ()
    if not isinstance(document.data, dict):
        problems.append(
            document.problem((), f"write {': and '.join(GROUPS)}: with a list of words under each")
        )
        return ()
    return tuple(phrase for group in document.data for phrase in _phrases(group, document, problems))


def is_telling(title: str, phrases: Iterable[str]) -> bool:
    """Does this title say that the page is not there? Letter case and line breaks do not count."""
    read = " ".join(title.casefold().split())
    return any(phrase in read for phrase in phrases)


def _phrases(group: str, document: Document, problems: list[Problem]) -> Iterator[str]:
    phrases = document.data[group]
    if group not in GROUPS or not isinstance(phrases, list):
        message = f"`{group}:` must be {' or '.join(GROUPS)}, with a list of words under it"
        problems.append(document.problem((group,), message))
        return
    for at, phrase in enumerate(phrases):
        if not isinstance(phrase, str) or len(phrase) < SHORTEST:
            message = (
                f"`{str(phrase)[:60]}` would be found in good titles too; write at least {SHORTEST} letters"
            )
            problems.append(document.problem((group, at), message))
            continue
        yield " ".join(phrase.casefold().split())
