"""resources/messages/ -> every sentence the bot says, by language and key, and the names of what it looks for."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.conversation.speak import plural_forms
from bot.directory_files.problems import Problem
from bot.directory_files.reading import Document, read_or_tell
from bot.directory_files.review import NAMES, Signatures, changed_since, load_signatures, standing
from bot.directory_files.rules import nearest
from bot.model.messages import FIRST, Messages, placeholders_of
from bot.model.record import record
from bot.model.taxonomy import Taxonomy, Term

BASE = "en"
LANGUAGE_FILES = "[a-z]*.yaml"  # REVIEW.yaml is no language
NAMED = ("needs", "people", "refusals")


@record
class MessageFiles:
    """The sentences, each file as it was read, for the names in it, and who has signed what."""

    messages: Messages
    documents: Mapping[str, Document]  # language -> file
    signatures: Signatures


def load_messages(folder: Path, problems: list[Problem]) -> MessageFiles:
    """Read every language. A key or placeholder that a language lacks is a problem, never a surprise."""
    documents = {
        path.stem: document
        for path in sorted(folder.glob(LANGUAGE_FILES))
        if (document := read_or_tell(path, f"messages/{path.name}", problems)) is not None
    }
    sentences = {
        language: {key: text for key, text in document.data.items() if key != NAMES}
        for language, document in documents.items()
    }
    base = sentences.get(BASE, {})
    if not base:
        problems.append(
            Problem(file=f"messages/{BASE}.yaml", line=1, column=1, message="is missing or empty")
        )
    for language, texts in sentences.items():
        problems.extend(_against_base(language, documents[language], texts, base))
    signatures = load_signatures(folder, problems)
    signed: dict[str, tuple[int, int]] = {}
    for language, document in documents.items():
        theirs = signatures.get(language, ())
        one = standing(document, theirs)
        signed[language] = len(one.signed), one.total
        problems.extend(changed_since(document, one, theirs))
    messages = Messages(by_language=sentences, signed=signed)
    return MessageFiles(messages=messages, documents=documents, signatures=signatures)


def _against_base(
    language: str, document: Document, texts: Mapping[str, Any], base: Mapping[str, Any]
) -> Iterator[Problem]:
    """Keys, plural forms and placeholders of one language beside those of English."""
    for key in base.keys() - texts.keys():
        yield document.problem((), f"`{key}` is missing; {BASE}.yaml has it")
    for key in texts.keys() - base.keys():
        yield document.problem((key,), f"`{key}` is not in {BASE}.yaml; remove it or mend its name")
    for key in texts.keys() & base.keys():
        if missing := _missing_forms(language, texts[key]):
            yield document.problem(
                (key,), f"`{key}` has no {' and no '.join(missing)}: form; this language has one"
            )
        wanted, given = placeholders_of(base[key]), placeholders_of(texts[key])
        if wanted != given:
            names = ", ".join(f"{{{n}}}" for n in sorted(wanted)) or "none"
            yield document.problem((key,), f"`{key}` must use these placeholders: {names}")


def _missing_forms(language: str, template: Any) -> list[str]:
    """The plural forms of a language, by CLDR, that a sentence with a number lacks."""
    if not isinstance(template, dict):
        return []
    return [form for form in plural_forms(language) if form not in template]


def with_names(taxonomy: Taxonomy, files: MessageFiles, problems: list[Problem]) -> Taxonomy:
    """The codes with the names each language has for them. The directory's own languages stand in taxonomy/."""
    named: dict[str, dict[str, Term]] = {}
    for kind in NAMED:
        named[kind] = dict(getattr(taxonomy, kind))
        for language, document in files.documents.items():
            if language not in FIRST:
                _add_names(named[kind], kind, language, document, problems)
    return replace(taxonomy, **named)  # type: ignore[arg-type]  # three of its fields


def _add_names(
    terms: dict[str, Term], kind: str, language: str, document: Document, problems: list[Problem]
) -> None:
    given = document.data.get(NAMES)
    entries = given.get(kind) if isinstance(given, dict) else None
    if not isinstance(entries, dict):
        problems.append(document.problem((NAMES,), f"write {NAMES}: with {kind}: and a name for each code"))
        return
    for code in entries.keys() - terms.keys():
        hint = nearest(code, terms, f"see taxonomy/{kind}.yaml")
        problems.append(document.problem((NAMES, kind, code), f"`{code}` is not a code of {kind}; {hint}"))
    for code, term in terms.items():
        name, short = _name_and_short(entries.get(code))
        if not name:
            message = f"`{code}` has no name in {kind}; write {code}: name, or {code}: [name, on a button]"
            problems.append(document.problem((NAMES, kind), message))
            continue
        shorter = {language: short} if short else {}
        terms[code] = replace(term, names={**term.names, language: name}, short={**term.short, **shorter})


def _name_and_short(entry: Any) -> tuple[str | None, str | None]:
    match entry:
        case str() as name:
            return name, None
        case [str() as name, str() as short]:
            return name, short
        case _:
            return None, None
