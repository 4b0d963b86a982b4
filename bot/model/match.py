"""A match has reasons, and reasons are values: sentences are made from them, tests assert on them."""

from typing import NamedTuple

from bot.model.directory import ListedService
from bot.model.record import record
from bot.model.verdict import Verdict
from bot.model.words import ClosedList


class Because(ClosedList):
    """Why a service is shown."""

    HELPS_WITH = "helps_with"
    MADE_FOR = "made_for"
    SERVES_CITY = "serves_city"
    SERVES_COUNTY = "serves_county"
    SERVES_LAND = "serves_land"
    SERVES_REGION = "serves_region"
    SERVES_COUNTRY = "serves_country"
    SERVES_WORLD = "serves_world"
    SPEAKS = "speaks"
    INTERPRETS = "interprets"
    FREE = "free"
    STATUS_SAFE = "status_safe"
    OUTSIDE = "outside"  # independent of the institution that did it
    REACH_WITHOUT_SPEAKING = "reach_without_speaking"
    OPEN_NOW = "open_now"
    COLLECTIVE = "collective"


class Beware(ClosedList):
    """What to know before making contact. Unknown is said as unknown."""

    NOT_CONFIRMED = "not_confirmed"
    ASK_STATUS = "ask_status"  # they do, or nobody wrote whether they do (see verdict)
    ASK_ID = "ask_id"
    MUST_REPORT = "must_report"
    SHARES = "shares"
    COST = "cost"
    LANGUAGE = "language"
    GOVERNMENT = "government"
    POLICE_RUN = "police_run"
    MILITARY_RUN = "military_run"
    FAITH = "faith"
    SAME_INSTITUTION = "same_institution"
    IN_PERSON = "in_person"


class Reason(NamedTuple):
    """`about` is a code, a name or a language, depending on `because`. Not a record: an answer makes thirty of them."""

    because: Because
    about: str = ""


class Caution(NamedTuple):
    """A caution with what the directory says about it."""

    beware: Beware
    verdict: Verdict = Verdict.UNKNOWN
    about: str = ""


@record
class Match:
    """A service for a profile. `score` is for reading; the order is the ranking key's."""

    listed: ListedService
    score: float
    reasons: tuple[Reason, ...]
    cautions: tuple[Caution, ...]


@record
class Found:
    """What matching gives back: the asked part of the ranked matches, and how many there are in all.

    `emptied_by`: if refusals emptied the list, each choice of them that would fill it when taken away. `instead`:
    nothing is known for these needs there; these are lines and lists anyone may start with.
    """

    matches: tuple[Match, ...]
    total: int = 0
    emptied_by: tuple[tuple[str, ...], ...] = ()
    instead: bool = False
