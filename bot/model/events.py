"""What can arrive from a person."""

from dataclasses import field
from enum import StrEnum

from bot.model.record import record


@record
class Said:
    """A text message. The words are understood and let go; a traceback must not repeat them."""

    text: str = field(repr=False)
    locale: str | None = None  # the app's language tag; a hint, no proof


@record
class Chose:
    """A pressed button: opaque bits that we wrote once, or that somebody forged."""

    data: str = field(repr=False)
    locale: str | None = None


class SharedKind(StrEnum):
    """Things that are not text. Nothing is fetched and nothing is kept."""

    VOICE = "voice"
    PHOTO = "photo"
    VIDEO = "video"
    FILE = "file"
    LOCATION = "location"
    CONTACT = "contact"
    STICKER = "sticker"
    POLL = "poll"
    FORWARD = "forward"
    OTHER = "other"


@record
class Shared:
    """Something that is not text. Of a location only the region is kept, and only in memory."""

    kind: SharedKind
    position: tuple[float, float] | None = field(default=None, repr=False)  # degrees; for this one turn
    locale: str | None = None


@record
class Asked:
    """A command. `argument` is a deep link's payload: untrusted."""

    command: str
    argument: str = field(default="", repr=False)
    locale: str | None = None


Event = Said | Chose | Shared | Asked
