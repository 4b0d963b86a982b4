"""Three answers need three values."""

from bot.model.words import ClosedList


class Verdict(ClosedList):
    """What the directory says about one fact of a service."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"  # nobody wrote it down; never a reason to exclude, always a question to name
