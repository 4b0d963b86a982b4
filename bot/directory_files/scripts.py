"""resources/scripts/ -> the words of the call scripts: what a volunteer says to check a place, in its language."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.directory_files.problems import Problem
from bot.directory_files.reading import Document, Route, read_or_tell
from bot.model.messages import PLACEHOLDER, placeholders_of
from bot.model.record import record

BASE = "en"
FOLDER = "scripts"


@record
class Scripts:
    """The words by language and key; a key is its route in the file with dots between: ask.hours."""

    by_language: Mapping[str, Mapping[str, str]]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages a place can be called in."""
        return tuple(self.by_language)

    def say(self, language: str, key: str, /, **values: str) -> str:
        """The words for `key`, filled in. Raises KeyError for a key or value that is missing: a fault of ours."""
        words = self.by_language.get(language, {}).get(key) or self.by_language[BASE][key]
        return PLACEHOLDER.sub(lambda found: values[found.group(1)], words)

    def names_in(self, part: str) -> tuple[str, ...]:
        """What stands directly under `part:`, in the order of the English file."""
        begin = f"{part}."
        under = (key.removeprefix(begin) for key in self.by_language[BASE] if key.startswith(begin))
        return tuple(dict.fromkeys(name.partition(".")[0] for name in under))


def load_scripts(folder: Path, problems: list[Problem]) -> Scripts:
    """Read every language. A key or placeholder that a language lacks is a problem, never a surprise."""
    documents = dict(_documents(folder, problems))
    texts = {language: dict(_texts(document, problems)) for language, document in documents.items()}
    base = texts.get(BASE)
    if not base:
        name = f"{FOLDER}/{BASE}.yaml"
        problems.append(Problem(file=name, line=1, column=1, message="is missing or empty"))
        return Scripts(by_language={})
    for language, document in documents.items():
        problems.extend(_differences(document, texts[language], base))
    return Scripts(by_language={lang: _dotted(t) for lang, t in texts.items()})


def _documents(folder: Path, problems: list[Problem]) -> Iterator[tuple[str, Document]]:
    for path in sorted(folder.glob("*.yaml")):
        document = read_or_tell(path, f"{FOLDER}/{path.name}", problems)
        if document is not None:
            yield path.stem, document


def _texts(document: Document, problems: list[Problem]) -> Iterator[tuple[Route, str]]:
    """Every sentence with its route; what is no sentence is a problem."""
    for route, value in _leaves((), document.data):
        if isinstance(value, str) and value.strip() and route:
            yield route, value
        else:
            name = _name(route) or "the file"
            problems.append(document.problem(route, f"`{name}` must be a sentence, or names with sentences"))


def _leaves(route: Route, value: Any) -> Iterator[tuple[Route, Any]]:
    if isinstance(value, dict) and value:
        for key, below in value.items():
            yield from _leaves((*route, key), below)
    else:
        yield route, value


def _differences(
    document: Document, texts: Mapping[Route, str], base: Mapping[Route, str]
) -> Iterator[Problem]:
    """What one language has that English lacks, or lacks, or fills in otherwise."""
    for route in base.keys() - texts.keys():
        yield document.problem(route, f"`{_name(route)}` is missing; {BASE}.yaml has it")
    for route in texts.keys() - base.keys():
        yield document.problem(route, f"`{_name(route)}` is not in {BASE}.yaml; remove it or mend its name")
    for route in texts.keys() & base.keys():
        wanted = placeholders_of(base[route])
        if placeholders_of(texts[route]) != wanted:
            names = ", ".join(f"{{{n}}}" for n in sorted(wanted)) or "none"
            yield document.problem(route, f"`{_name(route)}` must use these placeholders: {names}")


def _dotted(texts: Mapping[Route, str]) -> dict[str, str]:
    return {_name(route): text for route, text in texts.items()}


def _name(route: Route) -> str:
    return ".".join(str(part) for part in route)
