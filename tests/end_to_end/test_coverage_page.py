"""The coverage page in a real browser: it counts as the command does, and reads at any width and in any light."""

from collections.abc import Callable, Iterator

import pytest
from bot.directory_files.load import Resources
from bot.upkeep.coverage.counting import Coverage, Desert, Reach, Selection, here, survey, tally
from bot.upkeep.coverage.html import coverage_page, spot_id
from bot.upkeep.coverage.words import Words, reach_sentence, read_axes, read_words
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.builders import NOON, STORY_SERVICES, a_service, listed
from tests.end_to_end.browser import CHROMIUM, FLAGS, IN_A_BROWSER, SHOTS

pytestmark = IN_A_BROWSER
MORE = (
    listed(
        a_service(name="Utah Shelter", needs=["shelter_housing"], area={"country": "US", "regions": ["UT"]}),
        "us/ut/a",
    ),
    listed(
        a_service(name="Union Help", needs=["medical"], serves=["worker"], area={"country": "EU"}), "eu/b"
    ),
    listed(a_service(name="Kenya Line", needs=["crisis"], area={"country": "KE"}), "ke/c"),
    listed(
        a_service(name="Frontier Help", serves=["men"], area={"country": "US", "regions": ["TX", "UT"]}),
        "us/ut/d",
    ),
)


@pytest.fixture(scope="module")
def words(resources: Resources) -> Words:
    return read_words(resources.taxonomy, resources.gazetteer)


@pytest.fixture(scope="module")
def covered(resources: Resources, words: Words) -> Callable[..., Coverage]:
    axes = read_axes(resources.taxonomy, words)

    def cover(**selection: str | None) -> Coverage:
        return survey((*STORY_SERVICES, *MORE), axes, NOON.date(), Selection(**selection))

    return cover


@pytest.fixture(scope="module")
def url(covered: Callable[..., Coverage], words: Words, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "coverage.html"
    path.write_text(coverage_page(covered(), words), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-US")
    complaints: list[str] = []
    outside: list[str] = []
    page.on("console", lambda m: complaints.append(m.text))
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.on("request", lambda r: outside.append(r.url) if not r.url.startswith(("file:", "data:")) else None)
    page.goto(url)
    yield page
    assert not complaints and not outside
    page.close()


def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"coverage-{name}.png")


def choose(page: Page, need: str | None, group: str | None) -> None:
    page.locator("#need").select_option(need or "")
    page.locator("#group").select_option(group or "")


def expected(found: Coverage, words: Words) -> tuple[str, dict[str, str]]:
    """The sentence over the map and the value on each tile, counted in Python."""
    need, group = found.selection.need, found.selection.group
    counts = tally(found.listed)
    at = {spot: here(counts, spot, need or "any") for spot in found.axes.states}
    missing = [
        Desert(need=need or "any", spot=s, reach=h.reach) for s, h in at.items() if h.reach is not Reach.LOCAL
    ]
    values = {
        spot_id(spot): str(h.local) if h.local else {"national": "national", "worldwide": "world"}.get(h.reach, "none")
        for spot, h in at.items()
    }  # fmt: skip
    return reach_sentence(missing, len(at), "states and territories", need, group, words), values


def tiles(page: Page) -> dict[str, str]:
    """What stands on the tiles of states."""
    read: dict[str, str] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.states .tile')]"
        ".map(t => [t.dataset.spot, t.querySelector('.value').textContent]))"
    )
    return read


def test_the_filters_count_as_the_command_does(
    page: Page, covered: Callable[..., Coverage], words: Words
) -> None:
    """The script has the rules a second time; every need and every group holds it against the first."""
    axes = covered().axes
    pairs = [
        (need, group) for need in (None, *axes.needs) for group in (None, *(g.code for g in axes.groups))
    ]
    assert len(pairs) >= 400
    for need, group in pairs[::3]:  # each need and each group several times, not each with each
        choose(page, need, group)
        sentence, values = expected(covered(need=need, group=group), words)
        assert len(values) == 56
        assert (page.locator("#says").inner_text(), tiles(page)) == (sentence, values), (need, group)


def test_a_tile_is_a_button_that_says_everything_in_words(page: Page) -> None:
    choose(page, "shelter_housing", None)
    expect(page.get_by_role("button", name="UT, Utah: 1 listed here", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="WY, Wyoming: nothing listed", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="France: nothing listed", exact=True)).to_be_visible()
    choose(page, "medical", None)
    expect(
        page.get_by_role("button", name="France: none listed here, worldwide services only", exact=True)
    ).to_be_visible()


def test_a_place_is_opened_and_left_by_the_keyboard(page: Page) -> None:
    tile = page.get_by_role("button", name="UT, Utah")
    tile.focus()
    page.keyboard.press("Space")
    card = page.get_by_role("dialog", name="Utah")
    expect(
        card.get_by_text("Help: 2 listed here, 2 of them for the whole state or territory.")
    ).to_be_visible()
    expect(card.get_by_text("Utah Shelter")).to_be_visible()
    shoot(page, "place")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(tile).to_be_focused()


def test_show_all_clears_the_filters(page: Page) -> None:
    before = tiles(page)
    choose(page, "legal", "men")
    assert tiles(page) != before
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#says")).to_contain_text("Help: listed in")
    assert tiles(page) == before
    expect(page.get_by_label("What kind of help")).to_have_value("")


def test_the_chosen_need_and_group_stand_out_in_the_tables(page: Page) -> None:
    choose(page, "legal", "workers")
    assert page.locator("tr.chosen th[scope=row]").all_inner_texts() == ["Lawyer", "Lawyer"]
    assert page.locator("th.chosen[scope=col]").all_inner_texts() == ["Workers"]


def test_without_script_the_page_still_reads(browser: Browser, url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.get_by_role("table")).to_have_count(7)
    page.get_by_role("link", name="UT, Utah: 2 listed here").click()
    expect(page.get_by_role("row", name="Utah").first).to_be_in_viewport()
    context.close()


@pytest.mark.parametrize("width", [320, 390, 760, 1280])
def test_nothing_is_cut_at_any_width(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        "[...document.querySelectorAll('.tile, nav a, select, button')].filter(e => e.offsetParent)"
        ".map(e => e.getBoundingClientRect()).filter(r => r.width < 24 || r.height < 24).length"
    )
    assert small == 0  # WCAG 2.2: a finger can hit it
    shoot(page, f"width-{width}")


@pytest.mark.parametrize("width", [320, 760])
def test_no_word_leaves_its_tile(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    choose(page, "shelter_housing", "military")
    assert page.locator(".tile").count() >= 56
    assert page.evaluate(
        "[...document.querySelectorAll('.tile')].every(t => t.scrollWidth <= t.clientWidth + 1)"
    )


def test_it_is_dark_where_the_reader_wants_it_dark(page: Page) -> None:
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    shoot(page, "dark")


def test_on_paper_the_filters_are_gone_and_the_map_keeps_its_shape(page: Page) -> None:
    page.set_viewport_size({"width": 690, "height": 900})
    page.emulate_media(media="print")
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.get_by_role("navigation")).to_be_hidden()
    assert (
        page.evaluate(
            "getComputedStyle(document.querySelector('.states')).gridTemplateColumns.split(' ').length"
        )
        == 12
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    shoot(page, "print")
