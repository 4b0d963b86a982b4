"""The page and the snippet that organizations use, in a real browser: nothing from outside, WCAG AA, at any width."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bot.sharing.embed import LEAVE_FOR, embed_html
from bot.sharing.qr import qr_svg
from bot.sharing.words import Tone
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from tests.end_to_end.browser import CHROMIUM, FLAGS, IN_A_BROWSER, SHOTS
from tests.sharing.paper import LANGUAGES, LINK, READS_CODES, codes_in, words

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
pytestmark = IN_A_BROWSER
NAME = '<img src=x onerror="alert(1)"> & Дом (بيت)!'
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
HOST = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>A site</title><link rel='icon' href='data:,'><main><h1>A site of somebody else</h1>{}</main></html>"
)
NARROWEST = 320


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": NARROWEST, "height": 740})
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text))
    page.on("pageerror", lambda e: complaints.append(str(e)))

    def from_outside(request: Request) -> None:
        if not request.url.startswith(("file:", "data:", "about:")):
            complaints.append(request.url)

    page.on("request", from_outside)
    yield page
    assert not complaints
    page.close()


def html_of(kind: str, language: str, tone: Tone = Tone.PLAIN) -> str:
    made = embed_html(LINK, words(language, tone, NAME))
    return made.page if kind == "page" else HOST.format(made.snippet)


def opened(page: Page, html: str, folder: Path) -> None:
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8")
    page.goto(path.as_uri())


@pytest.mark.parametrize("kind", ["page", "snippet"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_reads_at_320_pixels_in_light_and_dark_and_axe_finds_nothing(
    kind: str, language: str, page: Page, tmp_path: Path
) -> None:
    for tone in Tone:
        opened(page, html_of(kind, language, tone), tmp_path)
        for light in ("light", "dark"):
            page.emulate_media(color_scheme=light)  # type: ignore[arg-type]
            found = axe.Axe().run(page, options=RULES)
            assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = page.evaluate(
            "[...document.querySelectorAll('a')].map(a => a.getBoundingClientRect())"
            ".filter(r => r.width < 24 || r.height < 24).length"
        )
        assert small == 0
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"embed-{kind}-{language}-{tone.value}.png", full_page=True)


@READS_CODES
@pytest.mark.parametrize("kind", ["page", "snippet"])
def test_the_code_on_the_screen_is_read(kind: str, page: Page, tmp_path: Path) -> None:
    opened(page, html_of(kind, "ar"), tmp_path)
    page.emulate_media(color_scheme="dark")
    assert codes_in(page.screenshot(full_page=True)) == [LINK]


@READS_CODES
def test_the_drawing_of_the_code_is_read(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 700, "height": 700})
    (tmp_path / "code.svg").write_bytes(qr_svg(LINK, "QR"))
    page.goto((tmp_path / "code.svg").as_uri())
    assert codes_in(page.screenshot()) == [LINK]


def test_right_to_left_the_words_begin_on_the_right_and_the_link_reads_from_the_left(
    page: Page, tmp_path: Path
) -> None:
    opened(page, html_of("page", "ar"), tmp_path)
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
    assert page.evaluate("getComputedStyle(document.querySelector('bdi')).direction") == "ltr"


def test_the_links_tell_nobody_where_somebody_came_from(page: Page, tmp_path: Path) -> None:
    for kind in ("page", "snippet"):
        opened(page, html_of(kind, "en"), tmp_path)
        links = page.locator("a")
        assert links.count() == 2
        for n in range(2):
            expect(links.nth(n)).to_have_attribute("rel", "noreferrer noopener")
        assert [links.nth(n).get_attribute("href") for n in range(2)] == [LEAVE_FOR, LINK]


def test_leaving_comes_first_and_says_what_it_does_not_do(page: Page, tmp_path: Path) -> None:
    opened(page, html_of("page", "en"), tmp_path)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Leave this page")).to_be_focused()
    expect(page.get_by_text("It does not clear your browser's history")).to_be_visible()


def test_a_name_is_never_markup(page: Page, tmp_path: Path) -> None:
    for kind in ("page", "snippet"):
        opened(page, html_of(kind, "en"), tmp_path)
        expect(page.locator("img")).to_have_count(0)
        expect(page.get_by_text("onerror")).to_be_visible()


@pytest.mark.parametrize("tone", Tone)
def test_there_is_no_script_and_nothing_from_outside(tone: Tone) -> None:
    made = embed_html(LINK, words("en", tone, "Casa"))
    said = re.findall(r'<script type="application/ld\+json">(.*?)</script>', made.page)
    assert (
        json.loads(said[0])["@type"] == "WebPage" and "violence" not in said[0]
    )  # its title, which is neutral
    for html in (
        made.page.replace(said[0], "").replace('<script type="application/ld+json">', ""),
        made.snippet,
    ):
        assert not re.search(r"<script|<iframe|<img|<form|\son\w+=|@import|url\(|srcset", html, re.IGNORECASE)
        assert set(re.findall(r'(?:href|src)="([^"]*)"', html)) <= {LINK, LEAVE_FOR, "data:,"}
        assert "<title>Ask in a chat</title>" in html or "<html" not in html
