"""A code on paper or on a page says its link, whatever the link, and forgives a torn corner."""

import io
from pathlib import Path

from bot.sharing.qr import QUIET, code_of, modules, qr_inline, qr_png
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from tests.sharing.paper import LINK, READS_CODES, codes_in

PAYLOADS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", max_size=64)


@READS_CODES
@given(payload=PAYLOADS)
def test_every_link_is_read_from_its_picture(payload: str) -> None:
    link = f"https://t.me/marigold_bot?start={payload}"
    assert codes_in(qr_png(link)) == [link]


@given(payload=PAYLOADS)
def test_a_quarter_of_the_code_may_be_lost(payload: str) -> None:
    assert code_of(f"https://t.me/marigold_bot?start={payload}").error in ("Q", "H")


@READS_CODES
def test_a_code_with_a_stain_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "code.png"
    path.write_bytes(qr_png(LINK))
    with Image.open(path) as opened:
        stained = opened.convert("L")
    side = stained.width
    ImageDraw.Draw(stained).ellipse([side * 0.5, side * 0.45, side * 0.68, side * 0.63], fill=255)
    stained.save(path)
    assert codes_in(path.read_bytes()) == [LINK]


def test_a_white_border_of_four_modules_belongs_to_the_picture() -> None:
    with Image.open(io.BytesIO(qr_png(LINK))) as opened:
        gray = opened.convert("L")
    border = QUIET * gray.width // modules(LINK)
    assert QUIET == 4
    dark = Image.eval(gray, lambda light: 255 - light).getbbox()
    assert dark == (border, border, gray.width - border, gray.height - border)
    assert {light for _, light in gray.getcolors() or ()} == {0, 255}


def test_a_screen_reader_hears_what_the_code_is_and_nothing_in_it_is_markup() -> None:
    inline = qr_inline(LINK, "<b>Code</b> & link")
    assert 'role="img"' in inline and "<title>&lt;b&gt;Code&lt;/b&gt; &amp; link</title>" in inline
