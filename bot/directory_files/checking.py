"""Everything `bot directory check` finds: what reading finds, and what shows only when files lie side by side or
sentences are tried out."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.directory_files.across import across_problems
from bot.directory_files.compiled import CompiledCache
from bot.directory_files.ignored_links import load_ignored_links
from bot.directory_files.lexicons import Example
from bot.directory_files.link_titles import load_telling_titles
from bot.directory_files.load import Reading, Resources, read_resources
from bot.directory_files.problems import Problem
from bot.directory_files.scripts import load_scripts
from bot.understanding.recognise import Understood, recognise

KINDS = ("needs", "people", "contexts", "refusals")


def check_resources(folder: Path, today: date, cache: CompiledCache) -> Reading:
    """Every problem in resources/, hints last."""
    reading = read_resources(folder, today, cache)
    if reading.resources is None:
        return reading
    problems = [
        *reading.problems,
        *example_problems(reading.resources),
        *across_problems(reading.resources.services),
        *volunteer_word_problems(folder),
    ]
    problems.sort(key=lambda p: (p.hint, p.file, p.line, p.column))
    return Reading(resources=reading.resources, problems=tuple(problems), files=reading.files)


def volunteer_word_problems(folder: Path) -> list[Problem]:
    """What is wrong in the words that only volunteers hear: call scripts, and lists for the check of links."""
    problems: list[Problem] = []
    if (folder / "scripts").is_dir():
        load_scripts(folder / "scripts", problems)
    load_ignored_links(folder, problems)
    load_telling_titles(folder, problems)
    return problems


ANY = "any"  # "not: {needs: any}": nothing at all of this kind


def example_problems(resources: Resources) -> Iterator[Problem]:
    """The lexicons' own sentences that are not understood as they say."""
    for example in resources.examples:
        understood = recognise(example.text, resources.lexicon, resources.taxonomy)
        for what in _misunderstood(example, understood):
            yield Problem(file=example.file, line=example.line, column=1, message=what)


def _misunderstood(example: Example, understood: Understood) -> Iterator[str]:
    got = {kind: {f.code for f in getattr(understood, kind)} for kind in KINDS}
    said = f"“{example.text[:60]}”"
    for kind in KINDS:
        for code in sorted(set(example.expect.get(kind) or ()) - got[kind]):
            yield f"{said} must be understood as {kind}: {code}; add a phrase for it"
        forbidden = example.forbid.get(kind) or ()
        for code in sorted(got[kind] if forbidden == ANY else set(forbidden) & got[kind]):
            yield f"{said} must not be understood as {kind}: {code}; narrow the phrase, or add a mask"
    wanted = example.expect.get("danger")
    if wanted and understood.danger != wanted:
        yield f"{said} must be understood as danger: {wanted}; got {understood.danger or 'none'}"
    if example.forbid.get("danger") and understood.danger:
        yield f"{said} must not be understood as danger; got {understood.danger}"
    if example.expect.get("helping") == "true" and not understood.helping_someone:
        yield f"{said} must be understood as written for somebody else; see grammar: other_person"
