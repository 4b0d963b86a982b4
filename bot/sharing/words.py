"""What stands on a poster, a card and a page, in one language and one tone. The sentences are in resources/messages."""

from enum import StrEnum

from bot.conversation.speak import FIRST_STRONG_ISOLATE, POP_ISOLATE, reads_from_the_right
from bot.model.messages import PLACEHOLDER, Messages
from bot.model.record import record


class Tone(StrEnum):
    """Plain says what it is. Discreet names nothing: a card may be found in a pocket."""

    PLAIN = "plain"
    DISCREET = "discreet"


KEYS = {
    Tone.PLAIN: (
        "share_plain_title",
        "share_plain_what",
        "share_plain_choice",
        "share_plain_program",
        "share_plain_card",
    ),
    Tone.DISCREET: (
        "share_discreet_title",
        "share_discreet_what",
        "share_discreet_choice",
        "share_discreet_program",
        "share_discreet_card",
    ),
}


@record
class Words:
    """Every sentence of one kit. `shared_by` and `card_shared_by` are empty where there is no organization."""

    language: str
    from_the_right: bool
    title: str
    what: str
    choice: str
    program: str
    card: str
    asks: str
    seen: str
    card_seen: str
    scan: str
    shared_by: str
    card_shared_by: str
    take: str
    open: str
    qr: str
    leave: str
    leave_says: str
    page_title: str


def letters_of_words(messages: Messages, language: str) -> str:
    """Every letter of the language that may be printed."""
    keys = [key for key in messages.by_language["en"] if key.startswith(("share_", "button_share_"))]
    said = (str(messages.template(language, key)) for key in keys)
    return "".join(PLACEHOLDER.sub("", sentence) for sentence in said)


def together(*sentences: str) -> str:
    """Sentences behind one another. Chinese leaves no space between them."""
    text = ""
    for sentence in sentences:
        text += sentence if not text or text.endswith("。") else f" {sentence}"
    return text


def words_of(messages: Messages, language: str, tone: Tone, organization: str = "") -> Words:
    """The words in `language`. The name of the organization stands in them as it is, and turns nothing around it."""
    name = f"{FIRST_STRONG_ISOLATE}{organization}{POP_ISOLATE}"

    def said(key: str) -> str:
        return str(messages.template(language, key)).replace("{organization}", name)

    title, what, choice, program, card = (said(key) for key in KEYS[tone])
    return Words(
        language=language,
        from_the_right=reads_from_the_right(language),
        title=title,
        what=what,
        choice=choice,
        program=program,
        card=card,
        asks=said("share_asks"),
        seen=said("share_seen"),
        card_seen=said("share_card_seen"),
        scan=said("share_scan"),
        shared_by=said("share_from") if organization else "",
        card_shared_by=said("share_card_from") if organization else "",
        take=said("share_take"),
        open=said("button_share_open"),
        qr=said("share_qr"),
        leave=said("button_share_leave"),
        leave_says=said("share_leave_says"),
        page_title=said("share_page_title"),
    )
