"""The sandbox as a person uses it: `bot run` in its own process, headless Chromium in front of it."""

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.end_to_end.browser import CHROMIUM, FLAGS, IN_A_BROWSER, SHOTS

ROOT = Path(__file__).resolve().parents[2]
pytestmark = IN_A_BROWSER


class Sandbox:
    """`bot run` without a token."""

    def __init__(self, state: Path, port: int = 0) -> None:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--port", str(port)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
            env={**clean, "BOT_STATE_DIR": str(state)},
        )  # fmt: skip
        self.url = self._url()

    def _url(self) -> str:
        assert self.process.stdout is not None
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if select.select([self.process.stdout], [], [], 1)[0]:
                found = re.search(r"http://\S+/", self.process.stdout.readline())
                if found:
                    return found.group()
        raise AssertionError("the sandbox did not start")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Exit code and everything on stderr."""
        self.process.send_signal(how)
        _, errors = self.process.communicate(timeout=30)
        return self.process.returncode, errors


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    running = Sandbox(tmp_path_factory.mktemp("state"))
    yield running
    code, errors = running.stop()
    assert code == 0, errors
    assert "Traceback" not in errors and "canary" not in errors


@pytest.fixture
def page(sandbox: Sandbox) -> Iterator[Page]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 390, "height": 844}, locale="en-US")
        complaints: list[str] = []
        outside: list[str] = []
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: complaints.append(str(e)))
        page.on("request", lambda r: outside.append(r.url) if "127.0.0.1" not in r.url else None)
        page.goto(sandbox.url)
        yield page
        assert not complaints and not outside
        browser.close()


def say(page: Page, words: str) -> None:
    page.get_by_label("Message", exact=True).fill(words)
    page.keyboard.press("Enter")


def tap(page: Page, label: str) -> None:
    page.get_by_role("button", name=label).last.click()


def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.wait_for_timeout(350)
    page.screenshot(path=SHOTS / f"{name}.png")


def test_a_message_in_three_real_places_out(page: Page) -> None:
    say(page, "my boss keeps touching me, no papers, Houston")
    expect(page.get_by_text("You are looking for:")).to_be_visible()
    expect(page.get_by_role("button", name="About 3:")).to_be_visible()
    shoot(page, "results")


def test_the_page_says_that_it_is_a_trial(page: Page) -> None:
    expect(page.get_by_text("A trial on this machine. Nothing here goes to Telegram.")).to_be_visible()
    expect(page.get_by_text("This program looks up services near you")).to_be_visible()
    shoot(page, "empty")


def test_a_person_walks_through_the_screens(page: Page) -> None:
    tap(page, "Start")
    expect(page.get_by_text("I am not police, an emergency service")).to_be_visible()
    tap(page, "Lawyer")
    expect(page.get_by_text("Where is help needed?")).to_be_visible()
    say(page, "austin")
    expect(page.get_by_text("Austin, TX").last).to_be_visible()
    tap(page, "About 1")
    expect(page.get_by_text("More about this one, before you make contact.")).to_be_visible()
    shoot(page, "details")
    tap(page, "Back")
    tap(page, "Narrow it down")
    expect(page.get_by_text("You can narrow it down.")).to_be_visible()
    shoot(page, "narrow")


def test_clear_this_chat_makes_everything_vanish_but_one_line(page: Page) -> None:
    say(page, "I need a lawyer in Austin")
    expect(page.get_by_text("You are looking for:")).to_be_visible()
    tap(page, "Clear this chat")
    expect(page.get_by_text("This chat is cleared, as far as I can.")).to_be_visible()
    expect(page.locator("article")).to_have_count(1)


def test_danger_comes_first(page: Page) -> None:
    say(page, "he is at the door with a knife, Chicago")
    expect(page.get_by_text("Emergency number in United States: 911")).to_be_visible()
    shoot(page, "danger")


def test_spanish_and_french_from_the_first_word(page: Page) -> None:
    say(page, "necesito hablar con alguien, Nueva York")
    expect(page.get_by_text("Buscas:")).to_be_visible()
    shoot(page, "spanish")
    say(page, "je cherche une avocate à Paris")
    expect(page.get_by_text("Vous cherchez :")).to_be_visible()


def test_the_keyboard_is_enough(page: Page) -> None:
    page.get_by_label("Message", exact=True).focus()
    page.keyboard.type("I need a lawyer in Austin")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Narrow it down")).to_be_visible()
    page.get_by_role("button", name="Narrow it down").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You can narrow it down.")).to_be_visible()


def test_what_is_not_text_gets_an_answer(page: Page) -> None:
    page.get_by_label("Commands and attachments").click()
    page.get_by_role("button", name="Photo").click()
    expect(page.get_by_text("I cannot look at pictures")).to_be_visible()


def test_right_to_left_text_stands_at_the_right(page: Page) -> None:
    say(page, "أحتاج إلى مساعدة")
    bubble = page.locator("article.mine .bubble").last
    expect(bubble).to_be_visible()
    assert bubble.evaluate("e => getComputedStyle(e).direction") == "rtl"


WHERE_SIGNS_STAND = """
(bubble) => {
  // The left edge of each sign of the first international number, in the order of the text.
  const walker = document.createTreeWalker(bubble, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const found = /\\+[0-9][0-9 ()-]{6,}[0-9]/.exec(walker.currentNode.data);
    if (!found) continue;
    const range = document.createRange();
    return [...found[0]].map((sign, at) => {
      range.setStart(walker.currentNode, found.index + at);
      range.setEnd(walker.currentNode, found.index + at + 1);
      return [sign, range.getBoundingClientRect().left];
    });
  }
  return [];
}
"""


def test_in_arabic_a_number_reads_from_the_left_and_a_name_stays_whole(page: Page) -> None:
    """W9: a plus at the wrong end of a number is another number; on the screen, not in the markup."""
    say(page, "أحتاج محامية، زوجي يضربني، أنا في هيوستن تكساس")
    bubble = page.locator("article:not(.mine) .bubble").last
    expect(bubble).to_contain_text("+1")
    assert bubble.evaluate("e => getComputedStyle(e).direction") == "rtl"
    signs = bubble.evaluate(WHERE_SIGNS_STAND)
    assert len(signs) > 8
    assert signs[0][0] == "+"
    lefts = [left for _, left in signs]
    assert lefts == sorted(lefts)
    assert (
        not page.get_by_text("→").count() and not page.get_by_text("←").count()
    )  # nothing that points the wrong way
    shoot(page, "arabic-places")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_cut_at_any_width(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    say(page, "my boss keeps touching me, no papers, Houston")
    expect(page.get_by_text("You are looking for:")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shoot(page, f"width-{width}")


def test_it_is_readable_in_the_dark(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    say(page, "I need a lawyer in Austin")
    expect(page.get_by_text("You are looking for:")).to_be_visible()
    shoot(page, "dark")


def test_a_page_of_another_site_is_refused(sandbox: Sandbox) -> None:
    """A website in the same browser must not read or steer the trial."""
    import urllib.error
    import urllib.request

    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(urllib.request.Request(sandbox.url, headers=headers))
        assert caught.value.code == 403


def test_a_port_in_use_is_one_sentence(sandbox: Sandbox, tmp_path: Path) -> None:
    port = sandbox.url.rstrip("/").rsplit(":", 1)[1]
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run", "--sandbox", "--port", port],
        capture_output=True, text=True, cwd=ROOT, timeout=60, check=False,
        env={**os.environ, "BOT_STATE_DIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 2 and "is in use" in done.stderr and "Traceback" not in done.stderr
