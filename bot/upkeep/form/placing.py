"""From a problem's line to the field it belongs to.

The check says line and column, as an editor needs it. A contact and its first field begin at one place, and a field
that is missing has no place at all; there the sentence says which is meant.
"""

import re
from collections.abc import Mapping

from bot.directory_files.problems import Problem
from bot.directory_files.reading import Route

MISSING = re.compile(r"^`(\w+):` is missing|^channel \w+ needs (\w+):|^a source needs (\w+):|\((en):\)$")
OF_THE_WHOLE = re.compile(r"^write exactly one of|has no regions;|is a postal address;")


def route_of(problem: Problem, marks: Mapping[Route, tuple[int, int]]) -> Route | None:
    """The route of the value a problem is about, also of one that is missing; None: it is about no field."""
    place = (problem.line, problem.column)
    here = sorted((route for route, mark in marks.items() if mark == place), key=len)
    if not here:
        return None
    missing = MISSING.search(problem.message)
    if missing:
        return (*here[0], next(name for name in missing.groups() if name))
    return (here[0] if OF_THE_WHOLE.search(problem.message) else here[-1]) or None
