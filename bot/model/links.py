"""Links that lead to the bot, and the organizations that hand them out."""

from typing import Annotated

from pydantic import Field, StringConstraints

from bot.model.directory import FullDate, Shape, WebAddress
from bot.model.place import Place
from bot.model.record import record

HIGHEST_PARTNER = (1 << 14) - 1


@record
class Link:
    """What a link says: what somebody may look for, in which language and where, and whose link it is.

    Codes from lists and nothing else: whoever reads the address learns none of it, and nobody can put words in it.
    """

    needs: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    language: str | None = None
    place: Place | None = None  # a country or one of its regions, never finer
    partner: str | None = None  # the partner's code


class Partner(Shape):
    """One file: an organization that puts the bot in front of the people it serves."""

    name: Annotated[str, StringConstraints(min_length=2, max_length=60)] = Field(
        description="The organization's name, as people there know it. The bot says whose link somebody came by"
    )
    number: int = Field(
        ge=1,
        le=HIGHEST_PARTNER,
        description="Its number in links: the next free one. Never changed and never used again: it stands on paper",
    )
    website: WebAddress | None = Field(None, description="Its own website, from https:// on")
    since: FullDate = Field(description="The day it was entered: 2026-11-24")
    hold: str | None = Field(
        None, description="Why its name is not said any more. Its links go on working, without the name"
    )


@record
class ListedPartner:
    """A partner with its code, the name of its file."""

    code: str
    partner: Partner
