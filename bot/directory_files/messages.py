"""resources/messages/ -> every sentence the bot says, by language and key."""

from pathlib import Path

from bot.directory_files.problems import Problem
from bot.directory_files.reading import read_or_tell
from bot.model.messages import Messages, placeholders_of

BASE = "en"


def load_messages(folder: Path, problems: list[Problem]) -> Messages:
    """Read every language. A key or placeholder that a language lacks is a problem, never a surprise."""
    by_language: dict[str, dict[str, str | dict[str, str]]] = {}
    documents = {}
    for path in sorted(folder.glob("*.yaml")):
        document = read_or_tell(path, f"messages/{path.name}", problems)
        if document is None:
            continue
        documents[path.stem] = document
        by_language[path.stem] = document.data
    base = by_language.get(BASE, {})
    if not base:
        problems.append(
            Problem(file=f"messages/{BASE}.yaml", line=1, column=1, message="is missing or empty")
        )
    for language, texts in by_language.items():
        document = documents[language]
        problems.extend(
            document.problem((), f"`{key}` is missing; {BASE}.yaml has it")
            for key in base.keys() - texts.keys()
        )
        problems.extend(
            document.problem((key,), f"`{key}` is not in {BASE}.yaml; remove it or mend its name")
            for key in texts.keys() - base.keys()
        )
        for key in texts.keys() & base.keys():
            wanted, given = placeholders_of(base[key]), placeholders_of(texts[key])
            if wanted != given:
                names = ", ".join(f"{{{n}}}" for n in sorted(wanted)) or "none"
                problems.append(document.problem((key,), f"`{key}` must use these placeholders: {names}"))
    return Messages(by_language=by_language)
