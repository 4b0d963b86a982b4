"""What a person can tell about a place that did not work, by button: no words, no identity."""

from datetime import date
from enum import StrEnum

from bot.model.record import record


class Trouble(StrEnum):
    """What was wrong. Each stands on a button."""

    NUMBER = "number"  # the number or link does not work, or belongs to somebody else
    NO_ANSWER = "no_answer"
    NOT_HELPING = "not_helping"  # they do not do this any more, or not for this person
    ASKED_PAPERS = "asked_papers"  # they asked for ID or status, though that was not said here
    UNSAFE = "unsafe"


@record
class Report:
    """One person pressed one button about one service."""

    service: str
    trouble: Trouble


@record
class ReportCount:
    """How many people told the same about a service on a day. There is nobody in it."""

    service: str
    trouble: Trouble
    day: date
    count: int
