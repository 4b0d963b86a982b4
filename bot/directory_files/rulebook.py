"""What organizations' files are judged by, read from resources/."""

from datetime import date
from pathlib import Path

from bot.directory_files.compiled import CompiledCache
from bot.directory_files.gazetteer import load_gazetteer
from bot.directory_files.problems import Problem
from bot.directory_files.rules import Rulebook
from bot.directory_files.taxonomy import load_taxonomy
from bot.directory_files.wording import load_wording


def read_rulebook(folder: Path, today: date, problems: list[Problem], cache: CompiledCache) -> Rulebook:
    """What organizations' files are judged by."""
    return Rulebook(
        taxonomy=load_taxonomy(folder / "taxonomy", problems),
        gazetteer=load_gazetteer(folder / "places", problems, cache),
        wording=load_wording(folder / "taxonomy" / "forbidden.yaml", problems),
        today=today,
    )
