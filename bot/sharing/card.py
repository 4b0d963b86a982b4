"""Wallet cards, several a sheet, with marks to cut and to fold. Folded inwards, nothing is seen from outside.

Each card has two halves: the code with the link, and the words; the fold runs between them.
"""

from collections.abc import Iterator, Sequence

from bot.model.record import record
from bot.sharing.given import readable
from bot.sharing.qr import qr_png
from bot.sharing.sheet import SMALLEST, DoesNotFit, Paper, Sheet, Text, fitted
from bot.sharing.typefaces import Typeface
from bot.sharing.words import Words

GAP = 1.4
CLOSE = 1.2  # line height: cards are small
MARK, OFF = 4.0, 1.5  # a cutting mark: how long, and how far from the card
COUNTS = (10, 8)  # cards a sheet; large print has fewer
LARGE_CARDS = 4
LARGE_SMALLEST = 16.0  # points; 18 would leave no room for what has to be said


@record
class Cut:
    """Where the cards lie: columns, rows, and the size of one in millimeters."""

    columns: int
    rows: int
    width: float
    height: float
    padding: float = 2.5
    stacked: bool = False  # the halves lie one over the other

    @property
    def count(self) -> int:
        """Cards on a sheet."""
        return self.columns * self.rows


# Ten are what perforated business-card paper has: 85 by 54 mm on A4, 3.5 by 2 inches on Letter.
CUTS = {
    (Paper.A4, 10): Cut(columns=2, rows=5, width=85, height=54),
    (Paper.LETTER, 10): Cut(columns=2, rows=5, width=88.9, height=50.8),
    (Paper.A4, 8): Cut(columns=2, rows=4, width=96, height=66, padding=4),
    (Paper.LETTER, 8): Cut(columns=2, rows=4, width=96, height=64, padding=4),
    (Paper.A4, LARGE_CARDS): Cut(columns=2, rows=2, width=92, height=132, padding=6, stacked=True),
    (Paper.LETTER, LARGE_CARDS): Cut(columns=2, rows=2, width=92, height=126, padding=6, stacked=True),
}


@record
class Half:
    """A half of a card: its left upper corner and its size."""

    x: float
    y: float
    width: float
    height: float
    padding: float

    @property
    def inner(self) -> float:
        """The width that may hold words."""
        return self.width - 2 * self.padding


def cards_pdf(
    link: str, words: Words, faces: Sequence[Typeface], paper: Paper, *, count: int = 10, large: bool = False
) -> bytes:
    """A sheet of cards as PDF: `count` 8 or 10, or 4 in large print. Raises DoesNotFit."""
    cut = CUTS[paper, LARGE_CARDS if large else count]
    smallest = LARGE_SMALLEST if large else SMALLEST
    sheet = Sheet(paper, words.language, words.from_the_right, faces, words.page_title)
    png = qr_png(link)
    try:
        for x, y in _corners(sheet, cut):
            first, second = _halves(x, y, cut)
            swapped = words.from_the_right and not cut.stacked
            code, text = (second, first) if swapped else (first, second)
            _put_code(sheet, png, link, words, code, smallest)
            _put_words(sheet, words, text, smallest)
    except DoesNotFit:
        raise DoesNotFit(
            f"The name or the link is too long for a card of {cut.count} a sheet. Give shorter ones"
            + (", or --per-sheet 8." if cut.count == 10 else ".")
        ) from None
    _marks(sheet, cut)
    return sheet.made()


def _corners(sheet: Sheet, cut: Cut) -> Iterator[tuple[float, float]]:
    left, top = (sheet.width - cut.columns * cut.width) / 2, (sheet.height - cut.rows * cut.height) / 2
    for row in range(cut.rows):
        for column in range(cut.columns):
            yield left + column * cut.width, top + row * cut.height


def _halves(x: float, y: float, cut: Cut) -> tuple[Half, Half]:
    if cut.stacked:
        width, height, right, down = cut.width, cut.height / 2, 0.0, cut.height / 2
    else:
        width, height, right, down = cut.width / 2, cut.height, cut.width / 2, 0.0
    return (
        Half(x=x, y=y, width=width, height=height, padding=cut.padding),
        Half(x=x + right, y=y + down, width=width, height=height, padding=cut.padding),
    )


def _put_code(sheet: Sheet, png: bytes, link: str, words: Words, half: Half, smallest: float) -> None:
    """The code as large as the link below it allows."""
    text = Text(words=readable(link), points=smallest * 1.05, bold=True, link=True, leading=CLOSE)
    (block,) = fitted(sheet, [text], half.inner, half.height / 2, smallest=smallest, gap=0)
    side = min(half.width - 2, half.height - 2 * half.padding - block.height)
    top = half.y + (half.height - side - block.height) / 2
    sheet.picture(png, half.x + (half.width - side) / 2, top, side, words.qr)
    sheet.put(block, half.x + half.padding, top + side, half.inner, centered=True)


def _put_words(sheet: Sheet, words: Words, half: Half, smallest: float) -> None:
    texts = [
        Text(words=words.card, points=smallest * 1.6, bold=True, leading=CLOSE),
        Text(words=words.card_seen, points=smallest * 1.25, leading=CLOSE),
    ]
    if words.card_shared_by:
        texts.append(Text(words=words.card_shared_by, points=smallest * 1.25, leading=CLOSE))
    height = half.height - 2 * half.padding
    blocks = fitted(sheet, texts, half.inner, height, smallest=smallest, gap=GAP)
    y = half.y + half.padding + (height - sum(b.height for b in blocks) - GAP * (len(blocks) - 1)) / 2
    for block in blocks:
        y = sheet.put(block, half.x + half.padding, y, half.inner) + GAP


def _marks(sheet: Sheet, cut: Cut) -> None:
    """Lines to cut in the margins, and dashed ones to fold."""
    left, top = (sheet.width - cut.columns * cut.width) / 2, (sheet.height - cut.rows * cut.height) / 2
    right, bottom = sheet.width - left, sheet.height - top
    for n in range(cut.columns + 1):
        x = left + n * cut.width
        sheet.line(x, top - OFF - MARK, x, top - OFF)
        sheet.line(x, bottom + OFF, x, bottom + OFF + MARK)
    for n in range(cut.rows + 1):
        y = top + n * cut.height
        sheet.line(left - OFF - MARK, y, left - OFF, y)
        sheet.line(right + OFF, y, right + OFF + MARK, y)
    for n in range(cut.rows if cut.stacked else cut.columns):
        if cut.stacked:
            y = top + (n + 0.5) * cut.height
            sheet.line(left - OFF - MARK, y, right + OFF + MARK, y, dashed=True)
        else:
            x = left + (n + 0.5) * cut.width
            sheet.line(x, top - OFF - MARK, x, bottom + OFF + MARK, dashed=True)
