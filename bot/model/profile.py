"""What the bot believes about what a person needs. A field is here only if something reads it."""

from dataclasses import field

from bot.model.place import Place
from bot.model.record import record
from bot.model.words import ClosedList


class Danger(ClosedList):
    """The five kinds of danger, most urgent first."""

    DANGER_NOW = "danger_now"
    MEDICAL_EMERGENCY = "medical_emergency"
    SUICIDE = "suicide"
    CHILD_IN_DANGER = "child_in_danger"
    RECENT_ASSAULT = "recent_assault"


class Question(ClosedList):
    """The questions the bot may ask; each can be skipped."""

    NEED = "need"
    PLACE = "place"
    WHICH_PLACE = "which_place"


@record
class Wishes:
    """Ways to narrow that are wishes, not needs."""

    free: bool = False
    open_now: bool = False
    by_text: bool = False


@record
class Profile:
    """Never words, never names: codes, a place and a language, for 30 idle minutes in memory.

    Invariant: at most three questions in `asked` before a result.
    """

    language: str = "en"
    language_chosen: bool = False  # by the person; never switched by a message afterwards
    needs: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    place: Place | None = field(default=None, repr=False)
    wishes: Wishes = Wishes()
    danger: Danger | None = None  # of the last message
    helping_someone: bool = False
    helping_at_work: bool = False  # helping is this person's work
    asked: tuple[Question, ...] = ()
    pending: Question | None = None  # what the next message may answer
    introduced: bool = False
    protected: bool = False  # the person switched copying and screenshots off
    shown: int = 0  # how many matches "more" has passed
    last_reply: int = 0  # fingerprint, so that the same thing is never said twice in a row
    repeats: int = 0
