"""A link as a QR code for print: error correction Q or better, a quiet zone of four modules, black on white."""

import io

import segno

QUIET = 4  # modules, as the standard asks
LEVEL = "Q"  # a quarter of the code may be torn, stained or written over; H where it costs no size
PIXELS = 12  # a module of the PNG


def code_of(link: str) -> segno.QRCode:
    """The code of a link."""
    return segno.make_qr(link, error=LEVEL, boost_error=True)


def modules(link: str) -> int:
    """How many modules the code is wide, with its quiet zone."""
    return int(code_of(link).symbol_size(border=QUIET)[0])


def qr_png(link: str) -> bytes:
    """The code as a picture of two colors."""
    out = io.BytesIO()
    code_of(link).save(out, kind="png", scale=PIXELS, border=QUIET, dark="black", light="white")
    return out.getvalue()


def qr_svg(link: str, title: str) -> bytes:
    """The code as a file of its own. `title` is what a screen reader says."""
    out = io.BytesIO()
    code_of(link).save(
        out, kind="svg", scale=PIXELS, border=QUIET, dark="#000", light="#fff", title=title, omitsize=False
    )
    return out.getvalue()


def qr_inline(link: str, title: str) -> str:
    """The code as a piece of a page; as large as the page makes it."""
    svg = code_of(link).svg_inline(border=QUIET, dark="#000", light="#fff", title=title, omitsize=True)
    return str(svg).replace("<svg ", '<svg role="img" ', 1)
