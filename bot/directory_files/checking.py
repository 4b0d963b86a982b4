"""Everything `bot directory check` finds: what reading finds, and what shows only when files lie side by side or
sentences are tried out."""

from collections.abc import Iterator
from datetime import date
from hashlib import blake2b
from pathlib import Path

from bot.directory_files.across import across_problems
from bot.directory_files.compiled import CompiledCache
from bot.directory_files.lexicons import Example
from bot.directory_files.load import Reading, Resources, read_resources, read_rulebook
from bot.directory_files.organizations import FOLDER, OrganizationFile, parse_organization, paths_in
from bot.directory_files.problems import Problem
from bot.directory_files.reading import LARGEST_ENTRY, Unreadable, read_bytes
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
    ]
    problems.sort(key=lambda p: (p.hint, p.file, p.line, p.column))
    return Reading(resources=reading.resources, problems=tuple(problems), files=reading.files)


def check_files(folder: Path, wanted: list[Path], today: date, cache: CompiledCache) -> Reading:
    """Every problem in some organizations' files, without reading the rest: for the file just changed."""
    problems: list[Problem] = []
    book = read_rulebook(folder, today, problems, cache)
    home = folder.resolve() / FOLDER
    files: dict[str, OrganizationFile] = {}
    for path in (p for w in wanted for p in (paths_in(w) if w.is_dir() else [w])):
        name = f"{FOLDER}/{path.resolve().relative_to(home).as_posix()}"
        try:
            raw = read_bytes(path, name, LARGEST_ENTRY)
        except Unreadable as error:
            problems.extend(error.problems)
            continue
        files[name] = parse_organization(raw, name, blake2b(raw, digest_size=16).digest(), book)
        problems.extend(files[name].problems)
    return Reading(resources=None, problems=tuple(problems), files=files)


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
        for code in sorted(set(example.forbid.get(kind) or ()) & got[kind]):
            yield f"{said} must not be understood as {kind}: {code}; narrow the phrase, or add a mask"
    wanted = example.expect.get("danger")
    if wanted and understood.danger != wanted:
        yield f"{said} must be understood as danger: {wanted}; got {understood.danger or 'none'}"
    if example.forbid.get("danger") and understood.danger:
        yield f"{said} must not be understood as danger; got {understood.danger}"
    if example.expect.get("helping") == "true" and not understood.helping_someone:
        yield f"{said} must be understood as written for somebody else; see grammar: other_person"
