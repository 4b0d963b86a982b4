"""Letters for paper: which font writes what, cut down to the letters needed, and no boxes.

The fonts come from packages (docs/dependencies.md). A large one takes seconds to open, so the letters of a language
are cut out once, into files that fpdf reads, and serve all sheets of that language.
"""

import io
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bot.conversation.speak import FIRST_STRONG_ISOLATE, POP_ISOLATE, language_name
from bot.model.record import record

WEIGHTS = {"": 400, "B": 700}  # as fpdf names its styles
ALWAYS = f" -.:/?{FIRST_STRONG_ISOLATE}{POP_ISOLATE}"  # in links, between words, and around a name


class NoLetters(Exception):
    """No font at hand has these letters. The sentence names the language, or says that the name is at fault."""


@record
class Font:
    """One font of a package, or of a file that somebody gave."""

    name: str
    package: str
    file: str

    def path(self) -> Path | None:
        """Where it lies; None where its package is not installed."""
        if not self.package:
            return Path(self.file)
        spec = find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            return None
        path = Path(next(iter(spec.submodule_search_locations)), self.file)
        return path if path.is_file() else None


EAST_ASIA = "justmytype_intl_cjk"
LATIN = Font(name="latin", package="fontpkg_noto_sans", file="files/NotoSans[wdth,wght].ttf")
ARABIC = Font(name="arabic", package="fontpkg_noto_sans_arabic", file="files/NotoSansArabic[wdth,wght].ttf")
KOREAN = Font(name="korean", package=EAST_ASIA, file="fonts/ofl/notosanskr/NotoSansKR[wght].ttf")
CHINESE = Font(name="chinese", package=EAST_ASIA, file="fonts/ofl/notosanssc/NotoSansSC[wght].ttf")
FONTS = (LATIN, ARABIC, CHINESE, KOREAN)
FIRST: Mapping[str, Font] = {"ar": ARABIC, "ur": ARABIC, "fa": ARABIC, "zh": CHINESE, "ko": KOREAN}


@record
class Typeface:
    """A font cut down to the letters it writes: one file a weight, by fpdf's name of the style."""

    name: str
    files: Mapping[str, Path]


@contextmanager
def typefaces(
    language: str, words: str, name: str = "", own: Path | None = None
) -> Iterator[tuple[Typeface, ...]]:
    """The typefaces that write `words` of a language and the `name` of an organization, the main one first.

    `own` is a font file to be used before all others. Raises NoLetters for what none of them writes.
    """
    order = _order(language, own)
    for_words, missing = _writers(order, words + ALWAYS)
    if missing:
        raise NoLetters(
            f"No font here writes {language_name(language, 'en')}: {_told(missing)} would be boxes. "
            "Install the fonts: pip install --force-reinstall marigold-bot"
        )
    for_name, missing = _writers(order, name)
    if missing:
        raise NoLetters(
            f"No font here writes {_told(missing)} in the name of the organization. "
            "Leave it out, or give a font that has it with --font."
        )
    used = [font for font in order if font in (*for_words, *for_name)]
    with tempfile.TemporaryDirectory(prefix="letters-") as folder:
        yield tuple(_cut(font, words + name + ALWAYS, Path(folder)) for font in used)


def _order(language: str, own: Path | None) -> tuple[Font, ...]:
    given = (Font(name="own", package="", file=str(own)),) if own else ()
    return tuple(dict.fromkeys((*given, FIRST.get(language, LATIN), *FONTS)))


def _writers(order: Sequence[Font], text: str) -> tuple[list[Font], list[str]]:
    """The fonts that write the text, each what those before it cannot; and what none can."""
    left = set(text)
    writers = []
    for font in order:
        if not left:
            break
        if has := left & letters_of(font):
            writers.append(font)
            left -= has
    return writers, sorted(left)


@cache
def letters_of(font: Font) -> frozenset[str]:
    """All letters of a font; none where it is not installed. Raises NoLetters for a file that is no font."""
    path = font.path()
    if path is None:
        return frozenset()
    with _opened(path) as opened:
        return frozenset(map(chr, opened.getBestCmap() or ()))


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    from fontTools.ttLib import TTFont

    try:
        with TTFont(path, fontNumber=0, lazy=True) as opened:
            yield opened
    except Exception:  # a broken font fails in as many ways as it has tables
        raise NoLetters(f"{path.name} cannot be read as a font. Give a .ttf or .otf file.") from None


def _cut(font: Font, letters: str, folder: Path) -> Typeface:
    """The letters of a font in both weights. A font with one weight is used for both."""
    path = font.path()
    if path is None:
        raise NoLetters(f"{font.package} is not installed.")
    few = _few_letters(path, letters)
    return Typeface(
        name=font.name,
        files={
            style: _in_weight(few, weight, folder / f"{font.name}-{weight}.ttf")
            for style, weight in WEIGHTS.items()
        },
    )


def _few_letters(path: Path, letters: str) -> bytes:
    from fontTools.subset import Options, Subsetter

    few = io.BytesIO()
    with _opened(path) as opened:
        subsetter = Subsetter(Options(notdef_outline=True))
        subsetter.populate(text=letters)
        subsetter.subset(opened)
        opened.save(few)
    return few.getvalue()


def _in_weight(font: bytes, weight: int, made: Path) -> Path:
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    with TTFont(io.BytesIO(font)) as one:
        if "fvar" in one:
            at = {a.axisTag: weight if a.axisTag == "wght" else None for a in one["fvar"].axes}
            instantiateVariableFont(one, at, inplace=True, static=True)
        one.save(made)
    return made


def _told(letters: Sequence[str]) -> str:
    """The first letters that are missing, by name: one that no font has cannot be shown."""
    named = [f"U+{ord(c):04X} {unicodedata.name(c, '')}".strip() for c in letters[:3]]
    more = f" and {len(letters) - 3} more" if len(letters) > 3 else ""
    return ", ".join(named) + more
