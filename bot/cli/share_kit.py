"""bot share qr, poster, card, embed, kit: what an organization hangs up, hands out and puts on its pages."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.opening import settings_or_stop, stop
from bot.directory_files.messages import load_messages
from bot.exchange.placing import CannotPlace, place
from bot.model.messages import Messages
from bot.sharing.card import COUNTS, cards_pdf
from bot.sharing.embed import LEAVE_FOR, embed_html
from bot.sharing.given import NotUsable, link_of_bot, organization_name, web_link
from bot.sharing.kit import kit_files
from bot.sharing.poster import poster_pdf
from bot.sharing.qr import qr_png, qr_svg
from bot.sharing.sheet import DoesNotFit, Paper
from bot.sharing.typefaces import NoLetters, Typeface, typefaces
from bot.sharing.words import Tone, Words, letters_of_words, words_of

Link = Annotated[
    str | None, typer.Option("--url", help="the link, as `bot share link` prints it", metavar="URL")
]
Bot = Annotated[
    str | None, typer.Option("--bot", help="the bot's username, instead of a link", metavar="NAME")
]
Organization = Annotated[
    str, typer.Option("--organization", help="who shares it; left out: nobody is named", metavar="NAME")
]
Language = Annotated[str, typer.Option("--lang", help="en, es, fr, ar, ht, ko, pt, ru, tl, vi or zh")]
InTone = Annotated[Tone, typer.Option("--tone", help="plain says what it is; discreet names nothing")]
OnPaper = Annotated[Paper, typer.Option("--paper", help="what the printer holds")]
Large = Annotated[bool, typer.Option("--large", help="large print")]
OwnFont = Annotated[
    Path | None, typer.Option("--font", help="a font file to use before the built-in ones", metavar="PATH")
]
Output = Annotated[Path | None, typer.Option("--output", help="the file to make", metavar="PATH")]
Replace = Annotated[bool, typer.Option("--replace", help="write over what is there")]


def qr(url: Link = None, bot: Bot = None, output: Output = None, replace: Replace = False) -> None:
    """The link as a QR code, SVG or PNG by the end of --output, with a white border that belongs to it.

    Example: bot share qr --bot marigold_bot --output code.svg
    """
    path = output or Path("code.svg")
    link = _link(url, bot)
    kind = path.suffix.casefold()
    if kind not in (".svg", ".png"):
        stop(f"--output {str(path)!r}: write a name that ends in .svg or .png.")
    _place(path, qr_svg(link, "QR") if kind == ".svg" else qr_png(link), replace)


def poster(
    url: Link = None,
    bot: Bot = None,
    organization: Organization = "",
    lang: Language = "en",
    tone: InTone = Tone.DISCREET,
    paper: OnPaper = Paper.LETTER,
    large: Large = False,
    font: OwnFont = None,
    output: Output = None,
    replace: Replace = False,
) -> None:
    """A poster with strips to tear off, as a PDF to print. The strips hold the code and the link, and no words.

    Example: bot share poster --bot marigold_bot --lang es --tone plain --organization "Casa X"
    """
    link = _link(url, bot)
    with _laid_out(link, organization, lang, tone, font) as (words, faces):
        made = poster_pdf(link, words, faces, paper, large=large)
    _place(output or Path(f"poster-{lang}-{tone.value}.pdf"), made, replace)


def card(
    url: Link = None,
    bot: Bot = None,
    organization: Organization = "",
    lang: Language = "en",
    tone: InTone = Tone.DISCREET,
    paper: OnPaper = Paper.LETTER,
    per_sheet: Annotated[int, typer.Option("--per-sheet", help="10 or 8; large print has 4")] = COUNTS[0],
    large: Large = False,
    font: OwnFont = None,
    output: Output = None,
    replace: Replace = False,
) -> None:
    """Wallet cards as a PDF to print, cut and fold. Folded inwards, nothing is seen from outside.

    Example: bot share card --bot marigold_bot --lang ar --per-sheet 8 --paper a4
    """
    if per_sheet not in COUNTS:
        stop(f"--per-sheet {per_sheet}: write 10 or 8.")
    link = _link(url, bot)
    with _laid_out(link, organization, lang, tone, font) as (words, faces):
        made = cards_pdf(link, words, faces, paper, count=per_sheet, large=large)
    _place(output or Path(f"card-{lang}-{tone.value}.pdf"), made, replace)


def embed(
    url: Link = None,
    bot: Bot = None,
    organization: Organization = "",
    lang: Language = "en",
    tone: InTone = Tone.DISCREET,
    leave: Annotated[
        str, typer.Option("--leave", help="a harmless page that 'Leave this page' opens", metavar="URL")
    ] = LEAVE_FOR,
    output: Annotated[
        Path | None, typer.Option("--output", help="the folder to make", metavar="FOLDER")
    ] = None,
    replace: Replace = False,
) -> None:
    """A page with the link and its code, and a snippet to paste into another: no script, no tracker, no other file.

    Example: bot share embed --bot marigold_bot --lang ko --leave https://example.org/weather
    """
    link = _link(url, bot)
    messages = _messages(lang)
    try:
        name, away = organization_name(organization), web_link(leave)
    except NotUsable as error:
        stop(str(error))
    made = embed_html(link, words_of(messages, lang, tone, name), away)
    files = {"page.html": made.page.encode(), "snippet.html": made.snippet.encode()}
    _place(output or Path(f"embed-{lang}-{tone.value}"), files, replace)


def kit(
    url: Link = None,
    bot: Bot = None,
    organization: Organization = "",
    lang: Annotated[str, typer.Option("--lang", help="one language, several with commas, or all")] = "all",
    font: OwnFont = None,
    output: Annotated[Path, typer.Option("--output", help="the folder to make", metavar="FOLDER")] = Path(
        "kit"
    ),
    replace: Replace = False,
) -> None:
    """Everything at once: the code, posters, cards and pages in both tones and on both papers. About a minute.

    Example: bot share kit --bot marigold_bot --lang es,en --organization "Casa X"
    """
    link = _link(url, bot)
    messages = _messages()
    languages = messages.languages if lang == "all" else tuple(lang.split(","))
    for language in languages:
        _known(language, messages)
    with _told():
        files = dict(kit_files(link, organization_name(organization), messages, languages, font))
    _place(output, files, replace)


def _link(url: str | None, bot: str | None) -> str:
    if (url is None) == (bot is None):
        stop("Give the link with --url, or the bot's username with --bot; one of them.")
    try:
        return link_of_bot(bot) if bot is not None else web_link(url or "")
    except NotUsable as error:
        stop(str(error))


def _messages(language: str | None = None) -> Messages:
    messages = load_messages(settings_or_stop().resources / "messages", []).messages
    if language is not None:
        _known(language, messages)
    return messages


def _known(language: str, messages: Messages) -> None:
    if language not in messages.languages:
        stop(f"--lang {language!r}: these have all the words: {', '.join(messages.languages)}.")


@contextmanager
def _laid_out(
    link: str, organization: str, language: str, tone: Tone, own: Path | None
) -> Iterator[tuple[Words, tuple[Typeface, ...]]]:
    """The words and the letters for them, while something is laid out."""
    messages = _messages(language)
    with _told():
        name = organization_name(organization)
        words = words_of(messages, language, tone, name)
        with typefaces(language, letters_of_words(messages, language) + link, name, own) as faces:
            yield words, faces


@contextmanager
def _told() -> Iterator[None]:
    """What cannot be laid out ends with its sentence."""
    try:
        yield
    except (NotUsable, NoLetters, DoesNotFit) as error:
        stop(str(error))


def _place(path: Path, made: bytes | Mapping[str, bytes], replace: bool) -> None:
    try:
        place(path, made, replace=replace)
    except CannotPlace as error:
        stop(str(error))
    print(f"{path} is made.", file=sys.stderr)
