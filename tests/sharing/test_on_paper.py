"""Posters and cards: every code is read, no letter is small, no word is cut, in every language, tone and size."""

import io
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from bot.sharing.card import CUTS, LARGE_CARDS, LARGE_SMALLEST, cards_pdf
from bot.sharing.poster import poster_pdf
from bot.sharing.sheet import DoesNotFit, Paper, broken, evened
from bot.sharing.typefaces import ARABIC, FONTS, Font, NoLetters, Typeface, letters_of, typefaces
from bot.sharing.words import KEYS, Tone, letters_of_words
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.sharing.paper import (
    DOTS,
    DRAWS_PAGES,
    LANGUAGES,
    LINK,
    READS_CODES,
    codes_in,
    drawings,
    drawn,
    messages,
    sizes,
    words,
)

NAMES = {
    "markup": "<b>Casa</b> & {organization} **X** %s",
    "long": "Coalition for the Health, Safety and Dignity of Workers in Restaurants, Hotels, Fields and Homes",
    "two hundred letters": "x" * 200,
    "right to left": "بيت الأمل (١٢)",
    "several writings": "Дом 希望 희망 Hy Vọng",
}
LONG_LINK = "https://t.me/marigold_support_chat_bot?start=" + "k7Qx2_9-" * 8
DRAWN_WHOLE = ("en", "ar", "zh")
"""One language of each way of writing is drawn in every size; the others take turns at the sizes, so that
every size is drawn in several languages and the whole stays within minutes."""
POINTS = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}


def in_turn(ways: Sequence[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """(language, tone, *way): every one for the languages drawn whole, one in each tone for the others."""
    turns = [
        (language, tone, way)
        for at, language in enumerate(LANGUAGES)
        for place, tone in enumerate(Tone)
        for turn, way in enumerate(ways)
        if language in DRAWN_WHOLE or turn == (at + place) % len(ways)
    ]
    return [(language, tone, *way) for language, tone, way in turns]


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def faces(language: str) -> Iterator[Sequence[Typeface]]:
    with typefaces(language, letters_of_words(messages(), language) + LINK, "Casa Esperanza") as cut:
        yield cut


@pytest.fixture(scope="module")
def english() -> Iterator[Sequence[Typeface]]:
    letters = letters_of_words(messages(), "en") + LINK + LONG_LINK
    with typefaces("en", letters, "".join(NAMES.values())) as cut:
        yield cut


def test_every_language_with_all_its_words_is_printed() -> None:
    assert set(LANGUAGES) == set(messages().languages)


@READS_CODES
@DRAWS_PAGES
@pytest.mark.parametrize(
    ("language", "tone", "paper", "large"),
    in_turn([(paper, large) for paper in Paper for large in (False, True)]),
    indirect=["language"],
)
def test_every_code_of_a_poster_is_read_and_every_letter_is_large_enough(
    language: str, faces: Sequence[Typeface], tone: Tone, paper: Paper, large: bool, tmp_path: Path
) -> None:
    pdf = poster_pdf(LINK, words(language, tone), faces, paper, large=large)
    assert page_size(pdf) == pytest.approx(POINTS[paper.value], abs=0.5)
    picture = drawn(pdf, tmp_path)
    assert codes_in(picture) == [LINK] * (7 if large else 9)
    body = [size for size in sizes(pdf) if size > 15.01] if large else sizes(pdf)
    assert min(sizes(pdf)) >= (14 if large else 10) and (not large or min(body) >= 18)
    assert is_black(pdf) and are_within(picture)


@READS_CODES
@DRAWS_PAGES
@pytest.mark.parametrize(("language", "tone", "paper", "count"), in_turn(list(CUTS)), indirect=["language"])
def test_every_code_of_a_sheet_of_cards_is_read_and_every_letter_is_large_enough(
    language: str, faces: Sequence[Typeface], tone: Tone, paper: Paper, count: int, tmp_path: Path
) -> None:
    large = count == LARGE_CARDS
    pdf = cards_pdf(LINK, words(language, tone), faces, paper, count=count, large=large)
    assert page_size(pdf) == pytest.approx(POINTS[paper.value], abs=0.5)
    picture = drawn(pdf, tmp_path)
    assert codes_in(picture) == [LINK] * count
    assert min(sizes(pdf)) >= (LARGE_SMALLEST if large else 10)
    assert is_black(pdf) and are_within(picture)


def page_size(pdf: bytes) -> tuple[float, ...]:
    """Points; a sheet is one page."""
    ((width, height),) = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return float(width), float(height)


def is_black(pdf: bytes) -> bool:
    """No color is set anywhere: black is what a page begins with."""
    return not re.search(r"[\d.]+ (?:rg|RG|k|K|g|G|scn|SCN)\b", drawings(pdf))


def are_within(picture: bytes) -> bool:
    """Nothing is printed in the outer 3 millimeters but lines that run off on purpose."""
    with Image.open(io.BytesIO(picture)) as opened:
        gray = opened.convert("L")
    edge = round(3 / 25.4 * DOTS)
    sides = (
        gray.crop((0, 0, edge, gray.height)),
        gray.crop((gray.width - edge, 0, gray.width, gray.height)),
        gray.crop((0, 0, gray.width, edge)),
    )
    return all(sum(side.histogram()[:100]) <= 5 * edge for side in sides)


@pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="needs pdftotext (on Debian: apt install poppler-utils)"
)
@pytest.mark.parametrize("tone", Tone)
def test_all_words_stand_on_the_poster(
    language: str, faces: Sequence[Typeface], tone: Tone, tmp_path: Path
) -> None:
    if language == "ar":
        pytest.skip("joined letters are read from a PDF in their joined forms; the pages were looked at")
    said = words(language, tone)
    (tmp_path / "p.pdf").write_bytes(poster_pdf(LINK, said, faces, Paper.A4))
    text = subprocess.run(
        ["pdftotext", "-raw", tmp_path / "p.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    read = re.sub(r"[\s\u2068\u2069]", "", text)
    for sentence in (
        said.title, said.what, said.choice, said.scan, said.asks, said.program, said.seen, said.shared_by, said.take
    ):  # fmt: skip
        assert re.sub(r"[\s\u2068\u2069]", "", sentence) in read, sentence


# -- letters -------------------------------------------------------------------------------------------------


def test_the_letters_of_each_language_are_in_the_file(language: str, faces: Sequence[Typeface]) -> None:
    pdf = poster_pdf(LINK, words(language), faces, Paper.A4)
    assert pdf.count(b"/FontFile2") >= 1, "a font is inside, not only named"
    assert b"/BaseFont /Helvetica" not in pdf
    assert len(pdf) < 200_000, "only the letters that are used"


def test_a_font_without_the_letters_is_refused_and_the_language_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone = Font(name="arabic", package="no_such_package_here", file="x.ttf")
    monkeypatch.setattr("bot.sharing.typefaces.FONTS", tuple(f for f in FONTS if f != ARABIC))
    monkeypatch.setattr("bot.sharing.typefaces.FIRST", {"ar": gone})
    with (
        pytest.raises(NoLetters, match=r"No font here writes Arabic: U\+06.* would be boxes"),
        typefaces("ar", letters_of_words(messages(), "ar")),
    ):
        pass


def test_an_emoji_in_a_name_is_refused_by_name() -> None:
    with (
        pytest.raises(NoLetters, match=r"U\+1F33B SUNFLOWER in the name of the organization"),
        typefaces("en", "words", "Casa 🌻"),
    ):
        pass


@given(st.text(min_size=1, max_size=20))
def test_no_name_is_ever_printed_as_boxes(name: str) -> None:
    """Whatever is let through has a letter in one of the fonts that are used."""
    has = frozenset().union(*(letters_of(font) for font in FONTS))
    if set(name) <= has:
        return  # cutting a font for each would take minutes
    with pytest.raises(NoLetters, match="name of the organization"), typefaces("en", "a", name):
        pass


@pytest.mark.parametrize("content", [b"", b"not a font", b"\x00\x01\x00\x00" + b"\xff" * 200])
def test_a_file_that_is_no_font_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.ttf"
    path.write_bytes(content)
    with (
        pytest.raises(NoLetters, match=r"broken\.ttf cannot be read as a font"),
        typefaces("en", "a", own=path),
    ):
        pass


def test_a_font_that_is_given_is_used_first(tmp_path: Path) -> None:
    with typefaces("en", "abc") as first:
        own = tmp_path / "own.ttf"
        own.write_bytes(first[0].files[""].read_bytes())
    with typefaces("en", "abcd", own=own) as both:
        assert [face.name for face in both] == ["own", "latin"], "the d comes from the built-in one"


def test_nothing_is_left_on_the_disk() -> None:
    with typefaces("en", "abc") as cut:
        path = cut[0].files[""]
        assert path.is_file()
    assert not path.exists()


# -- names and links -----------------------------------------------------------------------------------------


@READS_CODES
@DRAWS_PAGES
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_any_name_is_laid_out_on_a_poster(name: str, english: Sequence[Typeface], tmp_path: Path) -> None:
    pdf = poster_pdf(LINK, words("en", Tone.PLAIN, name), english, Paper.LETTER)
    picture = drawn(pdf, tmp_path)
    assert codes_in(picture) == [LINK] * 9
    assert min(sizes(pdf)) >= 10 and are_within(picture)


def test_a_name_that_does_not_fit_on_a_card_is_refused_with_what_may_help(
    english: Sequence[Typeface],
) -> None:
    said = words("en", Tone.PLAIN, NAMES["two hundred letters"])
    with pytest.raises(DoesNotFit, match=r"too long for a card of 10 a sheet.*--per-sheet 8"):
        cards_pdf(LINK, said, english, Paper.LETTER)


@READS_CODES
@DRAWS_PAGES
@pytest.mark.parametrize("large", [False, True], ids=["", "large"])
def test_the_longest_link_that_telegram_has_is_still_read_from_every_strip(
    large: bool, english: Sequence[Typeface], tmp_path: Path
) -> None:
    pdf = poster_pdf(LONG_LINK, words("en"), english, Paper.LETTER, large=large)
    found = codes_in(drawn(pdf, tmp_path, 300))
    assert len(found) >= 3 and set(found) == {LONG_LINK}


def test_without_an_organization_nobody_is_named(english: Sequence[Typeface]) -> None:
    said = words("en", Tone.PLAIN, "")
    assert said.shared_by == said.card_shared_by == ""
    assert poster_pdf(LINK, said, english, Paper.A4) and cards_pdf(LINK, said, english, Paper.A4)


def test_the_same_words_make_the_same_file_and_it_tells_no_day(english: Sequence[Typeface]) -> None:
    one, two = (poster_pdf(LINK, words("en"), english, Paper.A4) for _ in range(2))
    assert one == two
    assert b"/CreationDate (D:2000" in one


def test_the_title_of_the_file_is_neutral_in_both_tones(english: Sequence[Typeface]) -> None:
    for tone in Tone:
        assert b"(Ask in a chat)" in poster_pdf(LINK, words("en", tone), english, Paper.A4)


# -- words ---------------------------------------------------------------------------------------------------

NAMED = {
    "en": "violen|sex|abus|assault|rape|surviv|victim|hotline|help ?line|crisis|police|trauma|shelter",
    "es": "violen|sexu|abus|agres|víctima|sobreviv|crisis|policía|refugio|línea",
    "fr": "violen|sexu|abus|agress|viol|victime|surviv|crise|police|refuge|écoute",
    "pt": "violên|sexu|abus|agress|estupr|vítima|sobreviv|crise|polícia|abrigo",
    "ht": "vyol|seksy|abi|viktim|siviv|kriz|lapolis|abri",
    "ar": "عنف|جنس|اعتداء|اغتصاب|ضحي|ناجي|أزمة|شرطة|ملجأ",
    "ru": "насил|сексу|изнас|жертв|пережив|кризис|полиц|приют|горяч",
    "ko": "폭력|성폭|강간|피해|생존|위기|경찰|쉼터|상담 ?전화",
    "tl": "karahasan|seks|abus|gahasa|biktima|nakaligtas|krisis|pulis|hotline",
    "vi": "bạo lực|tình dục|xâm hại|hiếp|nạn nhân|sống sót|khủng hoảng|công an|đường dây nóng",
    "zh": "暴力|性侵|强奸|受害|幸存|危机|警察|热线|庇护",
}


def test_what_is_discreet_names_nothing(language: str) -> None:
    said = words(language, Tone.DISCREET)
    for sentence in (
        said.title, said.what, said.choice, said.program, said.card, said.asks, said.seen, said.card_seen, said.scan,
        said.shared_by, said.card_shared_by, said.take, said.open, said.qr, said.leave, said.leave_says,
        said.page_title,
    ):  # fmt: skip
        assert not re.search(NAMED[language], sentence, re.IGNORECASE), sentence


def test_what_is_plain_says_what_it_is(language: str) -> None:
    said = words(language, Tone.PLAIN)
    assert re.search(NAMED[language], said.title, re.IGNORECASE)
    assert re.search(NAMED[language], said.card, re.IGNORECASE)


def test_the_two_tones_share_no_sentence_of_their_own() -> None:
    assert not set(KEYS[Tone.PLAIN]) & set(KEYS[Tone.DISCREET])


# -- lines ---------------------------------------------------------------------------------------------------


def one_each(piece: str) -> float:
    return float(len(piece))


def test_words_stay_whole_where_they_fit() -> None:
    assert broken("one two three", 7, one_each) == (("one two", "three"), True)


def test_a_word_that_is_wider_than_the_line_is_cut_and_nothing_is_lost() -> None:
    assert broken("ab abcdefgh c", 4, one_each) == (("ab", "abcd", "efgh", "c"), False)


def test_chinese_is_broken_between_characters_but_never_before_a_comma() -> None:
    assert broken("很久以前，的事。", 4, one_each)[0] == ("很久以", "前，的", "事。")


def test_a_link_is_broken_before_its_question_mark() -> None:
    assert broken("t.me/marigold?start=x", 14, one_each, link=True)[0] == ("t.me/marigold", "?start=x")


@given(st.text("ab é很，中.-", max_size=60), st.integers(1, 12))
def test_no_letter_is_lost_and_no_line_is_too_wide(text: str, width: int) -> None:
    lines, _ = broken(text, width, one_each)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(len(line) <= max(width, 2) for line in lines)


def test_a_title_has_lines_of_about_one_length() -> None:
    assert evened("one two three four", 15, 2, one_each) == ("one two", "three four")
