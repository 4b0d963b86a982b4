"""The listed services of a place on paper: black on white, nothing small, at most a page for eight of them."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from bot.conversation.knowledge import Knowledge
from bot.exchange.schema_org import CONTEXT
from bot.model.profile import Profile
from bot.sharing.booklet import Booklet, booklet_of, hours_in_words
from bot.sharing.booklet.html import booklet_html
from bot.sharing.booklet.pdf import booklet_pdf
from bot.sharing.sheet import Paper
from bot.sharing.typefaces import typefaces

from tests.builders import NOON
from tests.sharing.paper import LANGUAGES, drawings, sizes

MOST = 48


def booklet(served: Knowledge, language: str = "en", *, most: int = MOST) -> Booklet:
    """What is listed for legal help in Texas, in the real directory."""
    texas = served.gazetteer.by_region("US", "TX")
    profile = Profile(language=language, needs=("legal",), place=texas)
    return booklet_of(profile, served, NOON, most)


def printed(made: Booklet, paper: Paper = Paper.LETTER) -> bytes:
    with typefaces(made.language, made.letters) as faces:
        return booklet_pdf(made, faces, paper)


def text_of(pdf: bytes, folder: Path) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("needs pdftotext (on Debian: apt install poppler-utils)")
    (folder / "b.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", folder / "b.pdf", "-"], capture_output=True, check=True)
    return done.stdout.decode()


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


@pytest.mark.parametrize("language", LANGUAGES)
def test_eight_places_need_no_more_than_a_page(served: Knowledge, language: str) -> None:
    made = booklet(served, language)
    pdf = printed(made)
    assert len(made.entries) == MOST
    assert pages_of(pdf) <= -(-MOST // 8)
    assert min(sizes(pdf)) >= 10


def test_it_is_black_on_white_and_holds_no_picture(served: Knowledge) -> None:
    """A mail room turns away color and pictures."""
    pdf = printed(booklet(served, most=8))
    assert b"/Subtype /Image" not in pdf
    assert not re.search(r" (rg|RG|k|K|sc|SC|scn)\b", drawings(pdf))


def test_each_place_has_its_name_how_to_reach_it_and_who_says_so(served: Knowledge, tmp_path: Path) -> None:
    made = booklet(served, most=8)
    text = " ".join(text_of(printed(made), tmp_path).split())
    for entry in made.entries:
        assert entry.heading.text.split()[0] in text
        words = " ".join(one.text for one in entry.paragraphs)
        assert any(contact.value in words for contact in entry.listed.service.open_contacts)
        assert "not yet confirmed by us" in words or "checked" in words.casefold()
    assert "From public sources, printed on" in text


def test_numbers_stand_in_their_order_on_a_page_that_is_read_from_the_right(
    served: Knowledge, tmp_path: Path
) -> None:
    """W9: reversed, a number would ring somewhere else."""
    made = booklet(served, "ar", most=8)
    numbers = [
        c.number for e in made.entries for c in e.listed.service.open_contacts if c.channel.value == "voice"
    ]
    ways = [words for entry in made.entries for words in entry.paragraphs if re.search(r"\+1 \d", words.text)]
    assert numbers and ways and all(words.left_to_right for words in ways)
    text = text_of(printed(made), tmp_path)
    assert sum(number in text for number in numbers if number) >= len(numbers) // 2


def test_nothing_that_is_held_and_no_shelters_address_is_on_it(served: Knowledge) -> None:
    """Y3: no trace of it on paper, which nobody can take back."""
    profile = Profile(needs=("shelter_housing",), place=served.gazetteer.by_country("US"))
    made = booklet_of(profile, served, NOON, 200)
    for entry in made.entries:
        assert entry.listed.service.is_listed
        if entry.listed.service.location == "confidential":
            assert not any(words.text.startswith(("Address", "Where")) for words in entry.paragraphs)


def test_the_page_holds_the_same_and_says_it_to_search_engines(served: Knowledge) -> None:
    made = booklet(served, most=8)
    page = booklet_html(made)
    assert page.count("<li>") == 8 and '"@type": "ItemList"' in page
    without = re.sub(r"<script type=.application/ld.json.>.*?</script>", "", page, flags=re.DOTALL)
    assert "<script" not in without and CONTEXT not in without
    assert not re.search(r"url\(|@import|<img|<iframe|src=", without)


def test_what_a_volunteer_wrote_is_never_run(served: Knowledge) -> None:
    made = booklet(served, most=1)
    (entry,) = made.entries
    trap = replace(entry, heading=replace(entry.heading, text="</script><script>alert(1)</script>"))
    assert "<script>alert" not in booklet_html(replace(made, entries=(trap,)))


@pytest.mark.parametrize(
    ("hours", "language", "words"),
    [
        ("24/7", "en", "24/7"),
        ("Mo-Fr 09:00-17:00", "en", "Mon–Fri 9:00\u202fAM–5:00\u202fPM"),
        ("Mo-Fr 09:00-17:00", "es", "lun–vie 9:00–17:00"),
        ("Mo,We 09:00-12:00", "fr", "lun., mer. 09:00–12:00"),
        ("Mo-Fr 09:00-17:00; PH off", "en", "Mo-Fr 09:00-17:00; PH off"),
    ],
)
def test_hours_are_said_as_people_write_them(hours: str, language: str, words: str) -> None:
    assert hours_in_words(hours, language) == words
