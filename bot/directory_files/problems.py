"""What is wrong in a file, for the volunteer who can mend it: where, what was seen, what to write instead."""

from collections.abc import Iterable

from bot.model.record import record


@record
class Problem:
    """One problem. `line` and `column` count from 1. A hint is worth a look and never fails a check."""

    file: str
    line: int
    column: int
    message: str
    hint: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}  {'hint: ' if self.hint else ''}{self.message}"


def errors_among(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that are no hints: only they stop anything."""
    return tuple(problem for problem in problems if not problem.hint)


class BrokenResources(Exception):
    """The resources cannot be served. Carries every problem, so that one look shows them all."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problem(s) in resources/")
        self.problems = problems
