"""What a phrase of a lexicon can mean."""

from bot.model.record import record
from bot.model.words import ClosedList


class Section(ClosedList):
    """The parts of a lexicon file."""

    NEED_ASK = "ask"
    NEED_HINT = "hint"
    PEOPLE = "people"
    CONTEXTS = "contexts"
    EVENTS = "events"
    REFUSALS = "refusals"
    DANGER = "danger"
    QUESTIONS = "questions"
    TALK = "talk"
    WANTS = "wants"
    GRAMMAR = "grammar"
    MASKS = "masks"


@record
class Meaning:
    """What phrases of one language stand for."""

    language: str
    section: Section
    code: str


@record
class Phrase:
    """One phrase as a volunteer wrote it, and what it stands for."""

    language: str
    section: Section
    code: str
    written: str
