"""resources/taxonomy/ -> Taxonomy."""

from pathlib import Path
from typing import Any

from bot.directory_files.problems import Problem
from bot.directory_files.reading import Document, read_or_tell
from bot.model.taxonomy import Inference, Taxonomy, Term

HIGHEST_NUMBER = {"needs": 31, "people": 40, "contexts": 24, "refusals": 24}  # as wide as buttons are packed


GIVEN = ("events", "contexts", "people", "needs", "danger")


def load_taxonomy(folder: Path, problems: list[Problem]) -> Taxonomy:
    """Read the vocabularies. Problems are added to `problems`; what is broken is left out."""
    return Taxonomy(
        needs=_terms(folder, "needs", problems),
        people=_terms(folder, "people", problems),
        contexts=_terms(folder, "contexts", problems),
        refusals=_terms(folder, "refusals", problems),
        inferences=_inferences(folder, problems),
    )


def _read(folder: Path, name: str, problems: list[Problem]) -> Document | None:
    return read_or_tell(folder / f"{name}.yaml", f"taxonomy/{name}.yaml", problems)


def _terms(folder: Path, name: str, problems: list[Problem]) -> dict[str, Term]:
    document = _read(folder, name, problems)
    terms: dict[str, Term] = {}
    taken: dict[int, str] = {}
    for code, entry in document.data.items() if document else ():
        assert document is not None  # noqa: S101 - for the type checker
        term = _term(code, entry)
        if term is None or not 1 <= term.number <= HIGHEST_NUMBER[name]:
            message = f"`{code}` needs number: (1 to {HIGHEST_NUMBER[name]}) and names: with en"
            problems.append(document.problem((code,), message))
            continue
        if term.number in taken:
            message = f"number {term.number} belongs to `{taken[term.number]}`; take a free one"
            problems.append(document.problem((code, "number"), message))
            continue
        taken[term.number] = code
        terms[code] = term
    return terms


def _term(code: str, entry: Any) -> Term | None:
    try:
        return Term(
            code=code,
            number=int(entry["number"]),
            names={"en": entry["names"]["en"], **entry["names"]},
            short=entry.get("short", {}),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _inferences(folder: Path, problems: list[Problem]) -> tuple[Inference, ...]:
    document = _read(folder, "inferences", problems)
    if document is None:
        return ()
    rules: list[Inference] = []
    for at, entry in enumerate(document.data):
        try:
            rules.append(
                Inference(
                    given=tuple((kind, frozenset(entry[kind])) for kind in GIVEN if kind in entry),
                    unless=frozenset(entry.get("unless", ())),
                    then_needs=tuple(entry.get("then_needs", ())),
                    then_people=tuple(entry.get("then_people", ())),
                    confidence=float(entry["confidence"]),
                )
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            problems.append(
                document.problem(
                    (at,),
                    "a rule needs events:/contexts:/people:/needs:/danger:, then_needs: and confidence:",
                )
            )
    return tuple(rules)
