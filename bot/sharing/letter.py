"""A plain page on US Letter: black and white, large type, no picture, so that it can be printed and mailed to a prison.

Made in memory. The letters are those every PDF reader has by itself, which write the languages of western Europe.
"""

from collections.abc import Sequence

PAPER = "letter"
MARGIN_MM = 20.0
TEXT_POINTS = 12
TITLE_POINTS = 16
LINE_MM = 6.2
PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "–": "-", "—": "-", "•": "-", " ": " "}
)


class NoLetters(Exception):
    """The page holds letters of a writing that the built-in fonts do not have."""


def letter_pdf(title: str, paragraphs: Sequence[str]) -> bytes:
    """The page as PDF. Raises NoLetters rather than print boxes."""
    from fpdf import FPDF  # not at start: a page is asked for rarely

    title, *texts = (_writable(text) for text in (title, *paragraphs))
    pdf = FPDF(format=PAPER)
    pdf.set_margin(MARGIN_MM)
    pdf.set_auto_page_break(auto=True, margin=MARGIN_MM)
    pdf.set_title(title)
    pdf.add_page()
    pdf.set_font("Helvetica", style="B", size=TITLE_POINTS)
    pdf.multi_cell(0, LINE_MM + 2, title, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", size=TEXT_POINTS)
    for text in texts:
        pdf.ln(LINE_MM / 2)
        with pdf.unbreakable() as whole:  # an address is not cut by the end of a page
            whole.multi_cell(0, LINE_MM, text, align="L", new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def _writable(text: str) -> str:
    plain = text.translate(PLAIN)
    try:
        plain.encode("latin-1")
    except UnicodeEncodeError:
        raise NoLetters from None
    return plain
