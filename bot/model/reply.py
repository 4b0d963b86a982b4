"""What the bot answers: message keys with values, never sentences. Sentences are content (resources/messages)."""

from collections.abc import Mapping
from dataclasses import field

from bot.model.counts import Counted
from bot.model.record import record
from bot.model.report import Report


@record
class Say:
    """A message key with its values. Values may be other Says, numbers, or names that stay as they are."""

    key: str
    values: Mapping[str, "Value"] = field(default_factory=dict, repr=False)


@record
class Verbatim:
    """Text from the directory (a name, a number, a summary): escaped and isolated, never translated."""

    text: str
    bold: bool = False
    isolate: bool = True


@record
class Joined:
    """Several pieces with a separator between them (" · ", ", ", new line)."""

    pieces: tuple["Value", ...]
    separator: str = " · "


Value = Say | Verbatim | Joined | int | str


@record
class Button:
    """A label and exactly one thing it does: `data` for us, or `copy` to the clipboard, or `url`."""

    label: Value
    data: str | None = field(default=None, repr=False)
    copy: str | None = None
    url: str | None = None


@record
class Bubble:
    """One message in the chat: lines, then rows of buttons."""

    lines: tuple[Value, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()


@record
class Page:
    """A page to print, in one language: it goes out as a file beside the message that says the same."""

    language: str
    title: Value
    paragraphs: tuple[Value, ...]


class Effect:
    """What the shell must do besides sending: named here so that the core can ask for it."""

    CLEAR_CHAT = "clear_chat"
    FORGET = "forget"


@record
class Reply:
    """One turn's answer. `in_place` replaces the message whose button was pressed."""

    bubbles: tuple[Bubble, ...]
    in_place: bool = False
    effects: tuple[str, ...] = ()
    clear_after: int | None = None  # minutes after the last message; 0 takes the timer away
    # The first that can be printed goes out: in the person's language, else in English.
    pages: tuple[Page, ...] = ()
    report: Report | None = None  # somebody told that a place did not work; the shell counts it
    counted: Counted | None = None  # what was looked for and whether it was found; the shell counts it
    came_by: str | None = None  # the organization whose link led here; the shell counts it
    notice: Value | None = None  # a short line over the chat that vanishes (answer to a pressed button)
