"""The counts page in a real browser: at any width, in any light, without a request."""

from collections.abc import Iterator

import pytest
from bot.upkeep.counts.html import counts_page
from bot.upkeep.counts.publishing import publication
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.end_to_end.browser import CHROMIUM, FLAGS, IN_A_BROWSER, SHOTS
from tests.upkeep.test_counts import NOVEMBER, TODAY, WORDS

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    path = tmp_path_factory.mktemp("page") / "counts.html"
    path.write_text(counts_page(publication(NOVEMBER, TODAY), WORDS), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 900}, java_script_enabled=True)
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text))
    page.on(
        "request", lambda r: complaints.append(r.url) if not r.url.startswith(("file:", "data:")) else None
    )
    page.goto(path.as_uri())
    yield page
    assert not complaints
    page.close()


def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"counts-{name}.png", full_page=True)


@pytest.mark.parametrize("width", [320, 760, 1280])
def test_nothing_is_cut_and_nothing_lies_on_something_else(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    outside = page.evaluate(
        "[...document.querySelectorAll('svg[role=img] text')].filter(t => {"
        "const a = t.getBoundingClientRect(), b = t.ownerSVGElement.getBoundingClientRect();"
        "return a.left < b.left - 1 || a.right > b.right + 1 || a.top < b.top - 3 || a.bottom > b.bottom + 3 })"
        ".map(t => t.textContent)"
    )
    assert outside == []
    covered = page.evaluate(
        "[...document.querySelectorAll('svg[role=img]')].flatMap(svg =>"
        "[...svg.querySelectorAll('.number')].filter(t => {"
        "const a = t.getBoundingClientRect();"
        "return [...svg.querySelectorAll('rect, line')].some(r => { const b = r.getBoundingClientRect();"
        "return b.right > a.left && b.top < a.bottom - 3 && b.bottom > a.top + 3 }) })).map(t => t.textContent)"
    )
    assert covered == []
    shoot(page, f"width-{width}")


def test_a_chart_is_an_image_with_a_name_and_its_table_stands_beside_it(page: Page) -> None:
    expect(page.get_by_role("img", name="Bars for November 2026")).to_have_count(2)
    expect(page.get_by_role("cell", name="120")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Lawyer").first).to_be_visible()


def test_earlier_periods_open_by_the_keyboard(page: Page) -> None:
    table = page.get_by_role("table", name="October 2026")
    expect(table).to_be_hidden()
    page.get_by_text("Before that (1)").first.focus()
    page.keyboard.press("Enter")
    expect(table).to_be_visible()


def test_it_is_dark_where_the_reader_wants_it_dark(page: Page) -> None:
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    shoot(page, "dark")
