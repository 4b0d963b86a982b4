"""Reading what was printed: the codes on a page with a camera's eyes, and the sizes of its letters."""

import ctypes.util
import io
import re
import shutil
import subprocess
import zlib
from functools import cache
from pathlib import Path

import pytest
from bot.directory_files.messages import load_messages
from bot.model.messages import Messages
from bot.sharing.words import Tone, Words, words_of
from PIL import Image

from tests.conftest import ROOT

LINK = "https://t.me/marigold_bot?start=k7Qx2"
LANGUAGES = ("en", "es", "fr", "ar", "ht", "ko", "pt", "ru", "tl", "vi", "zh")
DOTS = 200  # an inch; what a phone sees of a page at arm's length is finer
READS_CODES = pytest.mark.skipif(
    ctypes.util.find_library("zbar") is None, reason="needs zbar (on Debian: apt install libzbar0)"
)
DRAWS_PAGES = pytest.mark.skipif(
    not shutil.which("pdftoppm"), reason="needs pdftoppm (on Debian: apt install poppler-utils)"
)


@cache
def messages() -> Messages:
    return load_messages(ROOT / "resources" / "messages", []).messages


def words(language: str, tone: Tone = Tone.PLAIN, organization: str = "Casa Esperanza") -> Words:
    return words_of(messages(), language, tone, organization)


def codes_in(picture: bytes) -> list[str]:
    """What every code in a picture says."""
    from pyzbar.pyzbar import ZBarSymbol, decode

    with Image.open(io.BytesIO(picture)) as opened:
        return [found.data.decode() for found in decode(opened.convert("L"), symbols=[ZBarSymbol.QRCODE])]


def drawn(pdf: bytes, folder: Path, dots: int = DOTS) -> bytes:
    """The first page as a printer draws it, in gray."""
    (folder / "page.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", str(dots), "-gray", "-png", "-singlefile", folder / "page.pdf", folder / "page"],
        check=True,
    )
    return (folder / "page.png").read_bytes()


def drawings(pdf: bytes) -> str:
    """What the PDF tells a printer to do, unpacked."""
    packed = (s for s in re.findall(rb"stream\r?\n(.*?)\nendstream", pdf, re.DOTALL) if s[:1] == b"x")
    unpacked = (zlib.decompressobj().decompress(stream).decode("latin-1") for stream in packed)
    return "\n".join(text for text in unpacked if " Tf" in text)


def sizes(pdf: bytes) -> list[float]:
    """The sizes of all letters, in points: nothing may stretch or shrink what follows but pictures."""
    text = drawings(pdf)
    for turned in re.findall(r"^(.*) cm", text, re.MULTILINE):
        a, b, c, d, *_ = (float(number) for number in turned.removeprefix("q ").split())
        is_picture = b == c == 0 and a == d
        is_turn = (a, b, c, d) in ((1, 0, 0, 1), (0, 1, -1, 0))
        assert is_picture or is_turn, turned
    return [float(size) for size in re.findall(r"/F\d+ ([\d.]+) Tf", text)]
