"""The check of a few files, for whoever just changed them: quick, so only what judges one file is loaded."""

from datetime import date
from pathlib import Path

from bot.directory_files.compiled import CompiledCache
from bot.directory_files.organizations import FOLDER, parse_organization, paths_in
from bot.directory_files.problems import Problem
from bot.directory_files.reading import LARGEST_ENTRY, Unreadable, read_bytes
from bot.directory_files.rulebook import read_rulebook
from bot.directory_files.saving import digest_of


def check_files(
    folder: Path, wanted: list[Path], today: date, cache: CompiledCache
) -> tuple[tuple[Problem, ...], int]:
    """Every problem in some organizations' files or folders, and how many files those are."""
    problems: list[Problem] = []
    book = read_rulebook(folder, today, problems, cache)
    home = folder.resolve() / FOLDER
    paths = [p for w in wanted for p in (paths_in(w) if w.is_dir() else [w])]
    for path in paths:
        name = f"{FOLDER}/{path.resolve().relative_to(home).as_posix()}"
        try:
            raw = read_bytes(path, name, LARGEST_ENTRY)
        except Unreadable as error:
            problems.extend(error.problems)
            continue
        problems.extend(parse_organization(raw, name, digest_of(raw), book).problems)
    return tuple(problems), len(paths)
