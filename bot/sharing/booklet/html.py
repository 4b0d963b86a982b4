"""The booklet as one page: no script that runs, no second file, black on white, made to be printed."""

from pathlib import Path

from bot.exchange.html import templates
from bot.exchange.schema_org import in_page, listing_data
from bot.sharing.booklet import Booklet

HERE = Path(__file__).resolve().parent


def booklet_html(booklet: Booklet) -> str:
    """The page, with what it holds also in the words of schema.org."""
    return (
        templates(HERE)
        .get_template("page.html.j2")
        .render(
            booklet=booklet,
            direction="rtl" if booklet.from_the_right else "ltr",
            linked=in_page(listing_data(booklet.title, (entry.listed for entry in booklet.entries))),
        )
    )
