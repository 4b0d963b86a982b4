"""A sheet of paper to lay words on: lines broken as each writing breaks them, sizes in points, places in millimeters.

fpdf shapes the letters and orders right-to-left writing line by line; where a line ends is decided here, for fpdf
breaks Chinese nowhere and a link anywhere.
"""

import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum

from bot.model.record import record
from bot.sharing.typefaces import Typeface

SMALLEST = 10.0  # points; nobody reads less on a wall
SMALLEST_LARGE = 18.0
POINT = 25.4 / 72  # millimeters
LEADING = 1.32  # line height, in sizes; Arabic and Vietnamese need the room above and below
NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)  # a sheet does not tell when it was made
SCALE = 100.0  # points, at which widths are measured
ALONE = 0.2  # of a line: a last line shorter than this is a word by itself
STEPS = 24  # how finely a size is sought

# fpdf parts a word at a mark over a letter, so that the letters beside it would not join. Arabic is as well written
# without these marks; the letters that stand for themselves stay.
VOWEL_MARKS = dict.fromkeys((*range(0x064B, 0x0653), 0x0670))

PIECE = re.compile(r"(?:«\s)?\S+(?:\s[?!:;»]+(?=\s|$))*\s*")  # French leaves a space before these
QUESTION = re.compile(r"(?<=[?？؟])\s*")
NEVER_FIRST = "，。、：；？！”’）》」』…%·,.:;?!)"
NEVER_LAST = "（“‘《「『("


class Paper(StrEnum):
    """What printers hold."""

    A4 = "a4"
    LETTER = "letter"


class DoesNotFit(Exception):
    """Too many words for the room there is. The sentence says what may help."""


@record
class Text:
    """Words in one size."""

    words: str
    points: float
    bold: bool = False
    even: bool = False  # lines of about one length, as a title is set
    leading: float = LEADING
    link: bool = False  # breaks where a link may, and reads from the left in every language

    def sized(self, share: float, smallest: float) -> "Text":
        """The same at a share of its size, never under `smallest`."""
        points = max(smallest, self.points * share)
        return replace(self, points=points)


@record
class Block:
    """Text broken into lines."""

    text: Text
    lines: tuple[str, ...]
    whole: bool  # no word was cut

    @property
    def height(self) -> float:
        """Millimeters."""
        return len(self.lines) * self.text.points * POINT * self.text.leading


class Sheet:
    """The pages of one PDF."""

    def __init__(
        self, paper: Paper, language: str, from_the_right: bool, faces: Sequence[Typeface], title: str
    ) -> None:
        from fpdf import FPDF  # not at start: a sheet is asked for rarely

        self.pdf = FPDF(format=paper.value)
        self.pdf.set_margin(0)
        self.pdf.set_auto_page_break(auto=False)
        self.pdf.c_margin = 0
        self.pdf.set_title(title)
        self.pdf.set_lang(language)
        self.pdf.set_creation_date(NO_DAY)
        for face in faces:
            for style, path in face.files.items():
                self.pdf.add_font(face.name, style, path)
        self.family = faces[0].name
        self.pdf.set_fallback_fonts([face.name for face in faces[1:]], exact_match=True)
        self.from_the_right = from_the_right
        self.widths: dict[tuple[str, bool, bool], float] = {}
        self.pdf.add_page()
        self.width, self.height = self.pdf.w, self.pdf.h

    def block(self, text: Text, width: float) -> Block:
        """Break `text` for a width in millimeters."""

        words = text.words.translate(VOWEL_MARKS)

        def measure(piece: str) -> float:
            return self._width_at_one_point(piece, text) * text.points

        lines, whole = broken(words, width, measure, link=text.link)
        ends_alone = not text.link and measure(lines[-1]) < ALONE * width if lines else False
        asked = tuple(filter(None, QUESTION.split(words))) if text.even and len(lines) > 1 else ()
        if len(asked) > 1 and all(measure(sentence) <= width for sentence in asked):
            lines = asked  # a question, and what follows it below
        elif (text.even or ends_alone) and len(lines) > 1 and whole:
            lines = evened(words, width, len(lines), measure)
        return Block(text=text, lines=lines, whole=whole)

    def put(self, block: Block, x: float, y: float, width: float, *, centered: bool = False) -> float:
        """Write a block into a column that begins at its left edge `x`. Returns where it ends below."""
        self._use(block.text)
        side = "C" if centered else "R" if self.from_the_right else "L"
        step = block.text.points * POINT * block.text.leading
        for line in block.lines:
            self.pdf.set_xy(x, y)
            self.pdf.cell(width, step, line, align=side)
            y += step
        return y

    def picture(self, png: bytes, x: float, y: float, side: float, says: str | None = None) -> None:
        """A square picture."""
        self.pdf.image(io.BytesIO(png), x=x, y=y, w=side, h=side, alt_text=says)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, width: float = 0.2, dashed: bool = False
    ) -> None:
        """A line in black."""
        self.pdf.set_line_width(width)
        self.pdf.set_dash_pattern(dash=1.2 if dashed else 0, gap=1.2 if dashed else 0)
        self.pdf.line(x1, y1, x2, y2)
        self.pdf.set_dash_pattern()

    def made(self) -> bytes:
        """The PDF. The same words make the same bytes: no clock stands in it."""
        return bytes(self.pdf.output())

    def _use(self, text: Text) -> None:
        toward = "rtl" if self.from_the_right and not text.link else "ltr"
        self.pdf.set_text_shaping(use_shaping_engine=True, direction=toward)
        self.pdf.set_font(self.family, "B" if text.bold else "", text.points)

    def _width_at_one_point(self, piece: str, text: Text) -> float:
        key = (piece, text.bold, text.link)
        if key not in self.widths:
            self._use(Text(words=piece, points=SCALE, bold=text.bold, link=text.link))
            self.widths[key] = float(self.pdf.get_string_width(piece)) / SCALE
        return self.widths[key]


def fitted(
    sheet: Sheet, texts: Sequence[Text], width: float, height: float, *, smallest: float, gap: float
) -> tuple[Block, ...]:
    """The texts under one another as large as the room allows, all smaller by one share. Raises DoesNotFit."""
    low, best = smallest / max(text.points for text in texts), None
    for step in range(STEPS + 1):
        share = 1 - (1 - low) * step / STEPS
        blocks = tuple(sheet.block(text.sized(share, smallest), width) for text in texts)
        needed = sum(block.height for block in blocks) + gap * (len(blocks) - 1)
        if needed <= height:
            if all(block.whole for block in blocks):
                return blocks
            best = best or blocks
    if best is None:
        raise DoesNotFit
    return best


def broken(
    words: str, width: float, measure: Callable[[str], float], *, link: bool = False
) -> tuple[tuple[str, ...], bool]:
    """The lines of a text, and whether every word stayed whole."""
    lines: list[str] = []
    line, used, whole = "", 0.0, True
    for piece in _link_pieces(words) if link else _pieces(words):
        if used + measure(piece.rstrip()) > width:
            lines += [line.rstrip()] if line else []
            *full, piece = _cut(piece, width, measure)
            lines += full
            line, used, whole = "", 0.0, whole and not full
        line += piece
        used += measure(piece)
    if line.strip():
        lines.append(line.rstrip())
    return tuple(lines), whole


def evened(words: str, width: float, count: int, measure: Callable[[str], float]) -> tuple[str, ...]:
    """The same number of lines, in the narrowest column that holds them."""
    low, high = width / count, width
    for _ in range(12):
        middle = (low + high) / 2
        lines, whole = broken(words, middle, measure)
        low, high = (low, middle) if whole and len(lines) <= count else (middle, high)
    return broken(words, high, measure)[0]


def _pieces(words: str) -> Iterator[str]:
    """What may not be parted, each with the space behind it: words; in Chinese characters with their signs."""
    for word in PIECE.findall(words):
        piece = ""
        for letter in word:
            if piece and _may_part(piece[-1], letter):
                yield piece
                piece = ""
            piece += letter
        yield piece


def _may_part(before: str, after: str) -> bool:
    either = _is_han(before) or _is_han(after)
    return either and after not in NEVER_FIRST and before not in NEVER_LAST and not after.isspace()


def _is_han(letter: str) -> bool:
    """Chinese characters and kana, and their own signs: written without spaces."""
    return "\u2e80" <= letter <= "\u9fff" or "\uff00" <= letter <= "\uff60" or letter >= "\U00020000"


def _link_pieces(link: str) -> list[str]:
    """A link is parted behind a slash and before a question mark."""
    return [piece for piece in re.split(r"(?<=/)|(?=[?&])", link) if piece]


def _cut(word: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """A word that is wider than a line, cut where a line is full; marks stay on their letters."""
    parts = [""]
    for letter in word:
        stays = unicodedata.category(letter) in ("Mn", "Mc", "Me", "Cf") or letter.isspace()
        if parts[-1] and not stays and measure(parts[-1] + letter) > width:
            parts.append("")
        parts[-1] += letter
    return parts
