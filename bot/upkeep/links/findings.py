"""What can be found at a web address, and what a volunteer can do about each."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from bot.model.record import record


class Kind(StrEnum):
    """What was found, in the order of a report: what misleads a person most stands first."""

    NOT_FOUND = "not_found"
    GONE = "gone"
    UNKNOWN_NAME = "unknown_name"
    NOBODY_THERE = "nobody_there"
    NO_ANSWER_IN_TIME = "no_answer_in_time"
    BAD_CERTIFICATE = "bad_certificate"
    NO_SAFE_CONNECTION = "no_safe_connection"
    GOES_IN_CIRCLES = "goes_in_circles"
    LEADS_NOWHERE = "leads_nowhere"
    BROKE_OFF = "broke_off"
    NO_WEB_PAGE = "no_web_page"
    SERVER_ERROR = "server_error"
    OTHER_ANSWER = "other_answer"
    PRIVATE_ADDRESS = "private_address"
    NOT_AN_ADDRESS = "not_an_address"
    REFUSES_PROGRAMS = "refuses_programs"
    ASKS_US_TO_WAIT = "asks_us_to_wait"
    TELLING_TITLE = "telling_title"
    MOVED = "moved"
    COULD_BE_SAFE = "could_be_safe"
    FINE = "fine"


@record
class Finding:
    """What was found at an address. `suggestion` is an address to look at, `detail` what was seen, in few words."""

    kind: Kind
    asked: datetime
    status: int | None = None
    suggestion: str | None = None
    detail: str | None = None

    @property
    def is_an_answer(self) -> bool:
        """Somebody out there said something: the network is there."""
        return self.status is not None or self.kind in ANSWERS_WITHOUT_STATUS

    @property
    def is_silence(self) -> bool:
        """Nothing was heard. It may be the host, and it may be our own network."""
        return self.kind in SILENCES

    @property
    def can_be_kept(self) -> bool:
        """Worth remembering for some days. A host that asks to wait is asked next time; our own refusals are free."""
        return self.kind not in NOT_KEPT


SILENCES = frozenset({Kind.UNKNOWN_NAME, Kind.NOBODY_THERE, Kind.NO_ANSWER_IN_TIME})
NOT_KEPT = frozenset({Kind.PRIVATE_ADDRESS, Kind.NOT_AN_ADDRESS, Kind.ASKS_US_TO_WAIT})
ANSWERS_WITHOUT_STATUS = frozenset(
    {Kind.BAD_CERTIFICATE, Kind.NO_SAFE_CONNECTION, Kind.BROKE_OFF, Kind.NO_WEB_PAGE}
)


@record
class Advice:
    """How a kind is called in a report, and what a volunteer can do. A hint is worth a look and may be right."""

    heading: str
    todo: str
    hint: bool = False


ADVICE: Mapping[Kind, Advice] = {
    Kind.NOT_FOUND: Advice(
        heading="Page not found",
        todo="The site is there, this page is not. Look for the page from the site's front page and write its new "
        "address. If the help itself has ended, put the service on hold.",
    ),
    Kind.GONE: Advice(
        heading="Page taken away for good",
        todo="The site says that the page will not come back. Look for what replaced it. If the help has ended, put "
        "the service on hold.",
    ),
    Kind.UNKNOWN_NAME: Advice(
        heading="No such site",
        todo="Nobody knows a site of this name. Look for a typing mistake. If there is none, search for the "
        "organization's new site, and call before you trust the rest of the entry.",
    ),
    Kind.NOBODY_THERE: Advice(
        heading="Nobody answers there",
        todo="The name is known, but nothing takes the call. Try it in a browser tomorrow. If it stays so, search for "
        "a new site and call the organization.",
    ),
    Kind.NO_ANSWER_IN_TIME: Advice(
        heading="No answer in time",
        todo="The site took too long. Open it in a browser. If it is slow for you too, look again in a week before "
        "you change anything.",
    ),
    Kind.BAD_CERTIFICATE: Advice(
        heading="Browsers will warn about this site",
        todo="The site cannot prove who it is, so browsers frighten people away. Tell the organization. If it stays "
        "so, write another page of theirs, or leave the link out.",
    ),
    Kind.NO_SAFE_CONNECTION: Advice(
        heading="No safe connection",
        todo="The site and this program found no common way to talk in private. Open it in a browser. If it fails "
        "there too, tell the organization.",
    ),
    Kind.GOES_IN_CIRCLES: Advice(
        heading="Sent on and on",
        todo="The site sends us from one address to the next without end. Open it in a browser. If a page comes up, "
        "write the address that the browser shows.",
    ),
    Kind.LEADS_NOWHERE: Advice(
        heading="Sent on to nowhere",
        todo="The site sends us on, but not to a web page. Open it in a browser and write the address of the page you "
        "meant.",
    ),
    Kind.BROKE_OFF: Advice(
        heading="The answer broke off",
        todo="The site began to answer and stopped. Open it in a browser. If you see the whole page, all is well; else "
        "look again in a week.",
    ),
    Kind.NO_WEB_PAGE: Advice(
        heading="What answers is no web site",
        todo="Something answers there, but not as a web site does. Look for a typing mistake, then search for the "
        "organization's site.",
    ),
    Kind.SERVER_ERROR: Advice(
        heading="The site is broken just now",
        todo="The site says that something failed on its side. Look again in a week. If it stays so, tell the "
        "organization.",
    ),
    Kind.OTHER_ANSWER: Advice(
        heading="An answer that is no page",
        todo="The site answered something unusual. Open it in a browser and see what a person would see.",
    ),
    Kind.PRIVATE_ADDRESS: Advice(
        heading="Leads into a private network",
        todo="This address belongs to a home or an office, not to the open web, so it was not asked. Look for a typing "
        "mistake. If you can open it in a browser, your own network may be blocking this program.",
    ),
    Kind.NOT_AN_ADDRESS: Advice(
        heading="Not a web address",
        todo="This cannot be opened. Write the whole address as the browser shows it, with https://",
    ),
    Kind.REFUSES_PROGRAMS: Advice(
        heading="Answers, but refuses programs",
        todo="Look by hand: open it in a browser. If it opens, all is well. If it always refuses programs, add its "
        "host to resources/links_ignored.yaml with this reason.",
    ),
    Kind.ASKS_US_TO_WAIT: Advice(
        heading="Asks us to come back later",
        todo="Nothing to mend. The site is busy and will be asked again next time.",
        hint=True,
    ),
    Kind.TELLING_TITLE: Advice(
        heading="The title says that the page is gone",
        todo="The site says that all is well, but the page's title does not. Open it and see whether it is the page "
        "you meant.",
        hint=True,
    ),
    Kind.MOVED: Advice(
        heading="Moved for good",
        todo="Open the new address. If it shows the same thing, write the new address.",
        hint=True,
    ),
    Kind.COULD_BE_SAFE: Advice(
        heading="Also there with https",
        todo="Open the https address. If it shows the same page, write that: on the way nobody can read along.",
        hint=True,
    ),
}  # every kind but FINE: there is nothing to do
