"""Closed lists of words: what a field may say, why a place is shown, what a phrase is for."""

from enum import StrEnum


class ClosedList(StrEnum):
    """A closed list of words. Its members are hashed as the text they are.

    An Enum's own hash is written in Python; one answer asks for it a thousand times.
    """

    __hash__ = str.__hash__
