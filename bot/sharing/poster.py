"""A poster on one page: what it is, the code, the link, who shares it, and strips to tear off.

The strips hold the code and the link and no words: what is in a pocket names nothing, in either tone.
"""

from collections.abc import Sequence

from bot.model.record import record
from bot.sharing.given import readable
from bot.sharing.qr import QUIET, modules, qr_png
from bot.sharing.sheet import (
    SMALLEST,
    SMALLEST_LARGE,
    Block,
    DoesNotFit,
    Paper,
    Sheet,
    Text,
    fitted,
)
from bot.sharing.typefaces import Typeface
from bot.sharing.words import Words, together

EDGE = 8.0  # millimeters that printers leave white
GAP = 5.0
RULE = 1.0
FINEST = 0.36  # millimeters a module of a code: what phones still read from a cheap printer


@record
class Style:
    """The sizes of a poster: points for words, millimeters for the rest."""

    title: float
    what: float
    choice: float | None  # None: left out
    small: float
    link: float
    smallest: float
    code: float
    margin: float
    strips: int
    strip_height: float
    strip_code: float
    strip_link: float
    strip_smallest: float


NORMAL = Style(
    title=38, what=20, choice=17, small=14, link=20, smallest=SMALLEST, code=64, margin=16,
    strips=8, strip_height=72, strip_code=23, strip_link=12, strip_smallest=SMALLEST,
)  # fmt: skip
LARGE = Style(  # fewer words, so that they can be large; the strips are for the pocket
    title=38, what=24, choice=None, small=20, link=24, smallest=SMALLEST_LARGE, code=52, margin=12,
    strips=6, strip_height=72, strip_code=25, strip_link=15, strip_smallest=14,
)  # fmt: skip


def poster_pdf(
    link: str, words: Words, faces: Sequence[Typeface], paper: Paper, *, large: bool = False
) -> bytes:
    """The poster as PDF. Raises DoesNotFit."""
    style = LARGE if large else NORMAL
    sheet = Sheet(paper, words.language, words.from_the_right, faces, words.page_title)
    png = qr_png(link)
    top_of_strips = sheet.height - style.strip_height
    try:
        strips = _strips(sheet, link, style)
        _upper(sheet, link, png, words, style, top_of_strips)
    except DoesNotFit:
        raise DoesNotFit(
            "The name or the link is too long for a poster of this size. Give shorter ones"
            + (", or leave out --large." if large else ".")
        ) from None
    _draw_strips(sheet, png, strips, top_of_strips, style)
    return sheet.made()


def _upper(sheet: Sheet, link: str, png: bytes, words: Words, style: Style, bottom: float) -> None:
    """Everything above the strips. What is left of the height is shared between the parts."""
    margin, width = style.margin, sheet.width - 2 * style.margin
    middle = fitted(
        sheet,
        [
            Text(words=words.scan, points=style.small * 1.2),
            Text(words=readable(link), points=style.link, bold=True, link=True),
        ],
        width - style.code - GAP, style.code, smallest=style.smallest, gap=GAP,
    )  # fmt: skip
    texts = [
        Text(words=words.title, points=style.title, bold=True, even=True),
        Text(words=words.what, points=style.what),
        *([Text(words=words.choice, points=style.choice)] if style.choice else []),
        Text(words=together(words.asks, words.program, words.seen), points=style.small),
        *([Text(words=words.shared_by, points=style.small, bold=True)] if words.shared_by else []),
    ]
    take = sheet.block(Text(words=words.take, points=style.smallest), width)
    last = bottom - take.height - 1.5
    room = last - margin - style.code - RULE - 2 * GAP
    title, *paragraphs = fitted(sheet, texts, width, room, smallest=style.smallest, gap=GAP)
    used = title.height + sum(b.height for b in paragraphs) + style.code + RULE
    gap = min((last - margin - used) / (len(paragraphs) + 3), 2.4 * GAP)
    before_code = 2 if style.choice else 1

    y = sheet.put(title, margin, margin, width) + gap / 2
    sheet.line(margin, y, sheet.width - margin, y, width=RULE)
    y += RULE + gap
    for block in paragraphs[:before_code]:
        y = sheet.put(block, margin, y, width) + gap
    y = _code_and_link(sheet, link, png, words, middle, y, style) + gap
    for block in paragraphs[before_code:]:
        y = sheet.put(block, margin, y, width) + gap
    sheet.put(take, margin, last, width, centered=True)


def _code_and_link(
    sheet: Sheet, link: str, png: bytes, words: Words, middle: Sequence[Block], y: float, style: Style
) -> float:
    """The code where reading begins, what to do with it beside it."""
    margin, beside = style.margin, sheet.width - 2 * style.margin - style.code - GAP
    quiet = style.code * QUIET / modules(link)  # white already: the black of the code lines up with the words
    at_code, at_words = margin - quiet, margin + style.code + GAP
    if words.from_the_right:
        at_code, at_words = margin + beside + GAP + quiet, margin
    sheet.picture(png, at_code, y, style.code, words.qr)
    below = y + (style.code - sum(b.height for b in middle) - GAP) / 2
    for block in middle:
        below = sheet.put(block, at_words, below, beside) + GAP
    return y + style.code


@record
class Strips:
    """How many strips, how wide, and the link along each."""

    count: int
    width: float
    link: Block


def _strips(sheet: Sheet, link: str, style: Style) -> Strips:
    """As many strips as leave the code readable and the words of the link whole."""
    if style.strip_code / modules(link) < FINEST:
        raise DoesNotFit
    text = Text(words=readable(link), points=style.strip_link, bold=True, link=True)
    for count in range(style.strips, 1, -1):
        width = (sheet.width - 2 * EDGE) / count
        try:
            (block,) = fitted(sheet, [text], _along(style), width - 2, smallest=style.strip_smallest, gap=0)
        except DoesNotFit:
            continue
        if block.whole or count == 2:
            return Strips(count=count, width=width, link=block)
    raise DoesNotFit


def _along(style: Style) -> float:
    """How long a line on a strip may be."""
    return style.strip_height - EDGE - style.strip_code - 2


def _draw_strips(sheet: Sheet, png: bytes, strips: Strips, top: float, style: Style) -> None:
    sheet.line(0, top, sheet.width, top, dashed=True)
    foot = sheet.height - EDGE - style.strip_code
    for n in range(strips.count):
        left = EDGE + n * strips.width
        if n:
            sheet.line(left, top, left, sheet.height, dashed=True)
        sheet.picture(png, left + (strips.width - style.strip_code) / 2, foot, style.strip_code)
        _put_upwards(sheet, strips.link, left, foot, strips.width, _along(style))


def _put_upwards(sheet: Sheet, block: Block, left: float, foot: float, width: float, along: float) -> None:
    """Lines that are read with the head to the left, one beside the other in the middle of a strip."""
    x = left + (width - block.height) / 2
    with sheet.pdf.rotation(90, x, foot):
        sheet.put(block, x, foot, along, centered=True)
