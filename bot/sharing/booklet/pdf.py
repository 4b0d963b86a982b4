"""The booklet as a PDF: letter or A4, two columns, black on white, no picture, nothing under 10 points."""

from collections.abc import Sequence

from bot.sharing.booklet import Booklet, Entry, Words
from bot.sharing.sheet import POINT, SMALLEST, Block, Paper, Sheet, Text
from bot.sharing.typefaces import Typeface

MARGIN = 13.0  # millimeters
GUTTER = 7.0
GAP = 3.2
RULE = 0.3
FOOT = 6.0
TIGHT = 1.22


def booklet_pdf(booklet: Booklet, faces: Sequence[Typeface], paper: Paper) -> bytes:
    """The pages. An entry is never parted between two columns."""
    sheet = Sheet(paper, booklet.language, booklet.from_the_right, faces, booklet.title)
    pages = _Pages(sheet)
    width = sheet.width - 2 * MARGIN
    y = sheet.put(
        sheet.block(Text(words=booklet.title, points=16, bold=True, even=True), width), MARGIN, MARGIN, width
    )
    y = sheet.put(
        sheet.block(Text(words=booklet.before, points=SMALLEST, leading=TIGHT), width), MARGIN, y + 1.5, width
    )
    pages.begin(y + GAP)
    for entry in booklet.entries:
        pages.add(_blocks(sheet, entry, pages.width))
    pages.end(sheet.block(Text(words=booklet.after, points=SMALLEST, leading=TIGHT), width), width)
    return sheet.made()


def _blocks(sheet: Sheet, entry: Entry, width: float) -> list[Block]:
    heading = _text(entry.heading, SMALLEST + 1, bold=True)
    texts = [_text(words, SMALLEST) for words in entry.paragraphs]
    return [sheet.block(text, width) for text in (heading, *texts)]


def _text(words: Words, points: float, *, bold: bool = False) -> Text:
    is_address = words.text.startswith("http")
    ltr = words.left_to_right or is_address
    return Text(words=words.text, points=points, bold=bold, leading=TIGHT, ltr=ltr, link=is_address)


class _Pages:
    """Columns filled one after the other, the first where reading begins."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.width = (sheet.width - 2 * MARGIN - GUTTER) / 2
        self.bottom = sheet.height - MARGIN - FOOT
        self.top = self.y = MARGIN
        self.column = 0
        self.page = 1

    def begin(self, y: float) -> None:
        """The columns of the first page begin below its head."""
        self.top = self.y = y

    def add(self, blocks: Sequence[Block]) -> None:
        """An entry, in the next place it fits into."""
        height = sum(block.height for block in blocks) + GAP
        if self.y + height > self.bottom and self.y > self.top:
            self._next_column()
        left = self._left()
        self.sheet.line(left, self.y, left + self.width, self.y, width=RULE)
        y = self.y + GAP / 2
        for block in blocks:
            y = self.sheet.put(block, left, y, self.width)
        self.y = y + GAP / 2

    def end(self, block: Block, width: float) -> None:
        """Where it comes from, below everything on the last page."""
        self.sheet.put(block, MARGIN, self.sheet.height - MARGIN - block.height + FOOT / 2, width)

    def _left(self) -> float:
        from_the_left = (self.column == 0) is not self.sheet.from_the_right
        return MARGIN if from_the_left else MARGIN + self.width + GUTTER

    def _next_column(self) -> None:
        if self.column == 0:
            self.column, self.y = 1, self.top
            return
        self._number()
        self.sheet.pdf.add_page()
        self.page += 1
        self.column, self.top, self.y = 0, MARGIN, MARGIN

    def _number(self) -> None:
        number = self.sheet.block(Text(words=str(self.page), points=SMALLEST), self.sheet.width)
        self.sheet.put(number, 0, self.sheet.height - SMALLEST * POINT * 2, self.sheet.width, centered=True)
