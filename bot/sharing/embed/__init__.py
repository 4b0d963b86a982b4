"""The link on an organization's own pages: a piece of HTML to paste, and a page that stands by itself.

No script that runs, no tracker, nothing from outside. The titles are neutral in both tones: they stay in a history.
"""

from pathlib import Path

from bot.exchange.html import templates
from bot.exchange.schema_org import in_page, page_data
from bot.model.record import record
from bot.sharing.given import readable
from bot.sharing.qr import qr_inline
from bot.sharing.words import Words, together

HERE = Path(__file__).resolve().parent
LEAVE_FOR = "https://duckduckgo.com/"


@record
class Embedded:
    """`snippet` goes into a page; `page` is one."""

    snippet: str
    page: str


def embed_html(link: str, words: Words, leave_for: str = LEAVE_FOR) -> Embedded:
    """Both as HTML. `leave_for`: a harmless page that is opened instead of this one."""
    house = templates(HERE)
    filled = {
        "words": words,
        "direction": "rtl" if words.from_the_right else "ltr",
        "link": link,
        "typed": readable(link),
        "honest": together(words.asks, words.program, words.seen),
        "leave_for": leave_for,
        "code": qr_inline(link, words.qr),
        "linked": in_page(page_data(words.page_title, words.language)),
    }
    return Embedded(
        snippet=house.get_template("snippet.html.j2").render(filled),
        page=house.get_template("page.html.j2").render(filled),
    )
