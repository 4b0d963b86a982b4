"""The page of forms as a volunteer uses it: `bot directory edit` in its own process, headless Chromium in front."""

import difflib
import os
import re
import select
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect, sync_playwright

from tests.end_to_end.browser import CHROMIUM, FLAGS, IN_A_BROWSER, SHOTS
from tests.upkeep.made_up_directory import FILES, HELD, HOTLINE, LEGAL, NOW, write_made_up

ROOT = Path(__file__).resolve().parents[2]
pytestmark = IN_A_BROWSER


class Editing:
    """`bot directory edit` over a made-up directory."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.folder = write_made_up(home / "resources")
        clean = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
        self.environment = {
            **clean,
            "BOT_RESOURCES": str(self.folder),
            "XDG_CACHE_HOME": str(home / "cache"),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "directory", "edit", "--no-browser", "--now", NOW, *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
            env=self.environment,
        )  # fmt: skip
        self.address = self._address()
        self.root, _, self.token = self.address.partition("/?token=")

    def _address(self) -> str:
        assert self.process.stdout is not None
        end = time.monotonic() + 90
        while time.monotonic() < end and self.process.poll() is None:
            if select.select([self.process.stdout], [], [], 1)[0]:
                found = re.search(r"http://\S+", self.process.stdout.readline())
                if found:
                    return found.group()
        raise AssertionError(f"it did not start: {self.stop()}")

    def stop(self) -> tuple[int, str]:
        """Ctrl+C: the exit code and everything on stderr."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        _, errors = self.process.communicate(timeout=30)
        return self.process.returncode, errors

    def text(self, path: str) -> str:
        return (self.folder / "organizations" / f"{path}.yaml").read_text(encoding="utf-8")

    def somebody_writes(self, path: str, old: str, new: str) -> None:
        before = self.text(path)
        assert old in before
        (self.folder / "organizations" / f"{path}.yaml").write_text(
            before.replace(old, new), encoding="utf-8"
        )

    def changed(self, path: str) -> list[str]:
        """The lines that differ from how the file began."""
        lines = difflib.unified_diff(FILES[path].splitlines(), self.text(path).splitlines(), lineterm="", n=0)
        return [line for line in lines if not line.startswith(("---", "+++", "@@"))]

    def check(self) -> subprocess.CompletedProcess[str]:
        """The check that everybody runs."""
        return subprocess.run(
            [sys.executable, "-m", "bot", "directory", "check", str(self.folder / "organizations"), "--now", NOW],
            capture_output=True, text=True, cwd=ROOT, timeout=90, check=False,
            env=self.environment,
        )  # fmt: skip


class Volunteer:
    """What a volunteer does, in verbs that read aloud."""

    def __init__(self, page: Page, editing: Editing) -> None:
        self.page = page
        self.editing = editing

    def opens(self, path: str) -> None:
        self.page.goto(f"{self.editing.root}/organization/{path}")
        expect(self.page.locator("#count")).to_contain_text("mend")

    def field(self, label: str, within: str = "Contact 1") -> Locator:
        group = self.page.get_by_role("group", name=within, exact=True) if within else self.page
        return group.get_by_label(re.compile(f"^{label}( · needed| needed)?$")).first

    def writes(self, label: str, text: str, within: str = "Contact 1") -> None:
        self.field(label, within).fill(text)

    def is_told(self, label: str, words: str, within: str = "Contact 1") -> None:
        """The words stand beside the field and are read out with it."""
        field = self.field(label, within)
        ids = (field.get_attribute("aria-describedby") or "").split()
        expect(self.page.locator(f'[id="{ids[-1]}"]')).to_contain_text(words)
        expect(self.page.locator(f'[id="{ids[-1]}"]')).to_be_visible()

    def hears(self, words: str) -> None:
        expect(self.page.locator("#said")).to_contain_text(words)

    def looks_at_the_change(self, said: str, *lines: str) -> None:
        expect(self.page.locator("#change")).to_have_text(said)
        self.page.get_by_role("button", name="Look and save").click()
        review = self.page.get_by_role("dialog", name="This is what changes in the file")
        expect(review).to_contain_text(said)
        for line in lines:
            expect(review).to_contain_text(line)

    def saves(self) -> None:
        self.page.get_by_role("button", name="Save", exact=True).click()
        expect(self.page.locator("#change")).to_contain_text("Saved.")

    def card(self) -> Locator:
        return self.page.get_by_role("complementary", name="The card as a person sees it").first.locator(
            ".bubble"
        )

    def shoots(self, name: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        self.page.wait_for_timeout(350)
        self.page.screenshot(path=SHOTS / f"{name}.png")

    def tabs_to(self, label: str) -> None:
        """Presses Tab until the thing of this name has the focus."""
        for _ in range(150):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(NAME_OF_FOCUSED).startswith(label):
                assert self.page.evaluate(FOCUS_IS_SEEN), f"one cannot see that {label} has the focus"
                return
        raise AssertionError(f"Tab does not lead to {label}")


NAME_OF_FOCUSED = """() => {
  const e = document.activeElement;
  return (e.getAttribute("aria-label") || e.labels?.[0]?.textContent || e.textContent || "").trim();
}"""
FOCUS_IS_SEEN = """() => {
  const e = document.activeElement, look = getComputedStyle(e.type === "radio" ? e.nextElementSibling : e);
  const box = e.getBoundingClientRect(), bar = document.querySelector(".bar");
  const end = bar && !bar.contains(e) ? bar.getBoundingClientRect().top : innerHeight;
  return look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2 && box.top >= 0 && box.bottom <= end;
}"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editing]:
    editing = Editing(tmp_path_factory.mktemp("edit"))
    yield editing
    code, errors = editing.stop()
    assert (code, errors) == (0, ""), "Ctrl+C ends it without a word"


@pytest.fixture
def editing(running: Editing) -> Editing:
    write_made_up(running.folder)
    return running


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def volunteer(editing: Editing, chromium: object) -> Iterator[Volunteer]:
    page = chromium.new_page(viewport={"width": 1280, "height": 900}, locale="en-US")  # type: ignore[attr-defined]
    complaints: list[str] = []
    outside: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.on("request", lambda r: outside.append(r.url) if not r.url.startswith(editing.root) else None)
    page.on("dialog", lambda d: d.accept())
    page.goto(editing.address)
    yield Volunteer(page, editing)
    page.close()
    assert not complaints and not outside


def test_a_volunteer_mends_a_number_and_one_line_of_the_file_changes(volunteer: Volunteer) -> None:
    volunteer.opens(LEGAL)
    volunteer.writes("Number", "+1 512-555-0199")
    volunteer.looks_at_the_change("1 line changes in the file.", '+         number: "+1 512-555-0199"')
    volunteer.shoots("edit-review")
    volunteer.saves()
    assert volunteer.editing.changed(LEGAL) == [
        '-        number: "+1 512-555-0100"',
        '+        number: "+1 512-555-0199"',
    ]


def test_opening_and_looking_changes_nothing(volunteer: Volunteer) -> None:
    for path in (LEGAL, HOTLINE, HELD):
        volunteer.opens(path)
        expect(volunteer.page.locator("#change")).to_have_text("Nothing changes in the file.")
        volunteer.page.get_by_role("button", name="Look and save").click()
        volunteer.hears("Nothing has changed yet.")
        assert volunteer.editing.text(path) == FILES[path]


def test_what_is_changed_and_changed_back_is_no_change(volunteer: Volunteer) -> None:
    volunteer.opens(LEGAL)
    answer = volunteer.page.get_by_role("group", name="Do they ask about immigration status?")
    answer.get_by_label("Yes").check(force=True)
    expect(volunteer.page.locator("#change")).to_have_text("1 line changes in the file.")
    answer.get_by_label("No", exact=True).check(force=True)
    expect(volunteer.page.locator("#change")).to_have_text("Nothing changes in the file.")


def test_a_wrong_number_is_told_beside_its_field(volunteer: Volunteer) -> None:
    volunteer.opens(LEGAL)
    volunteer.writes("Number", "+1 512-555")
    volunteer.is_told("Number", "`+1 512-555` has too few or too many digits; compare it with the source")
    expect(volunteer.field("Number")).to_have_attribute("aria-invalid", "true")
    volunteer.hears("has too few or too many digits")
    volunteer.shoots("edit-wrong")
    volunteer.page.get_by_role("button", name="Look and save").click()
    expect(volunteer.field("Number")).to_be_focused()
    expect(volunteer.page.get_by_role("dialog")).to_have_count(0)
    assert volunteer.editing.changed(LEGAL) == []
    volunteer.writes("Number", "+1 512-555-0111")
    expect(volunteer.field("Number")).not_to_have_attribute("aria-invalid", "true")


def test_what_cannot_be_settled_is_held_with_its_reason(volunteer: Volunteer) -> None:
    volunteer.opens(LEGAL)
    volunteer.writes("Number", "+1 512-555")
    expect(volunteer.page.locator("#escape")).to_contain_text("write why under Hold")
    volunteer.writes("Hold \\(hide it from everybody\\)", "the number is cut off", within="")
    expect(volunteer.page.locator("#count")).to_contain_text("worth a look")
    expect(volunteer.page.locator("#escape")).to_be_hidden()
    expect(volunteer.page.get_by_text("On hold: nobody is shown this card.")).to_be_visible()
    volunteer.looks_at_the_change("2 lines change in the file.", "+     hold: the number is cut off")
    volunteer.saves()
    assert "    hold: the number is cut off\n" in volunteer.editing.text(LEGAL)


def test_somebody_changed_the_file_meanwhile_and_nothing_is_lost(volunteer: Volunteer) -> None:
    volunteer.opens(LEGAL)
    volunteer.editing.somebody_writes(LEGAL, "Mo-Fr 09:00-17:00", "Mo-Fr 08:00-12:00")
    volunteer.writes("Number", "+1 512-555-0199")
    expect(volunteer.page.get_by_text("was changed by somebody else meanwhile").first).to_be_visible()
    expect(volunteer.page.get_by_label("What they changed")).to_contain_text(
        "+         hours: 'Mo-Fr 08:00-12:00'"
    )
    volunteer.shoots("edit-meanwhile")
    volunteer.page.get_by_role("button", name="Go on with both").click()
    expect(volunteer.field("When somebody answers")).to_have_value("Mo-Fr 08:00-12:00")
    expect(volunteer.field("Number")).to_have_value("+1 512-555-0199")
    volunteer.looks_at_the_change("1 line changes in the file.")
    volunteer.saves()
    assert volunteer.editing.changed(LEGAL) == [
        '-        number: "+1 512-555-0100"',
        "-        hours: 'Mo-Fr 09:00-17:00'",
        '+        number: "+1 512-555-0199"',
        "+        hours: 'Mo-Fr 08:00-12:00'",
    ]


def test_where_two_people_changed_one_line_both_are_told(volunteer: Volunteer) -> None:
    """Between the last check and the press of Save, too."""
    volunteer.opens(LEGAL)
    volunteer.writes("Number", "+1 512-555-0199")
    volunteer.looks_at_the_change("1 line changes in the file.")
    volunteer.editing.somebody_writes(LEGAL, "512-555-0100", "512-555-0177")
    volunteer.page.get_by_role("button", name="Save", exact=True).click()
    expect(volunteer.page.locator("#meanwhile")).to_be_focused()
    assert '"+1 512-555-0177"' in volunteer.editing.text(LEGAL), "theirs is not written over"
    volunteer.page.get_by_role("button", name="Go on with both").click()
    expect(volunteer.field("Number")).to_have_value("+1 512-555-0199")
    volunteer.is_told("Number", "You both changed this. Yours stands here; theirs is: +1 512-555-0177")


def test_a_new_organization_is_written_and_passes_the_check(volunteer: Volunteer) -> None:
    page = volunteer.page
    page.get_by_role("link", name="New entry").click()
    expect(page.get_by_role("heading", name="New entry")).to_be_visible()  # the list has a "Country" too
    page.get_by_label("Country").select_option(label="United States")
    page.get_by_label("State or province").select_option(label="Texas")
    page.get_by_label("Name of the organization").fill("Éxample Women's House")
    page.get_by_label("Its first service").fill("Night Line")
    expect(page.get_by_label("Place of the file")).to_have_value("us/tx/example-womens-house")
    volunteer.shoots("edit-new")
    page.get_by_role("button", name="Open the form").click()
    expect(page.get_by_role("heading", name="Éxample Women's House")).to_be_visible()
    expect(page.locator("#count")).to_contain_text("to mend")
    page.get_by_label("Kind of place").select_option("hotline")
    page.get_by_label("Summary, English").fill("A line for women in Texas, at night.")
    page.get_by_label("Helps with: one more").select_option("crisis")
    page.get_by_role("button", name="Add to Helps with").click()
    expect(page.get_by_role("button", name="Remove Someone to talk to right now")).to_be_visible()
    page.get_by_role("button", name="Add a contact").click()
    expect(volunteer.field("Channel")).to_be_focused()
    volunteer.writes("Number", "+1 512-555-0123")
    page.get_by_role("button", name="Add a source").click()
    volunteer.writes("Web address", "https://example.org/night", within="Source 1")
    expect(volunteer.field("Day you read it", "Source 1")).to_have_value("2026-11-24")
    volunteer.looks_at_the_change(f"A new file of {len(NEW_FILE.splitlines())} lines.")
    volunteer.saves()
    assert volunteer.editing.text("us/tx/example-womens-house") == NEW_FILE
    assert page.url.endswith("/organization/us/tx/example-womens-house")
    checked = volunteer.editing.check()
    assert "womens-house.yaml" not in checked.stdout.replace("hint", ""), checked.stdout


def test_the_states_of_a_country_chosen_before_the_page_was_ready_are_offered(volunteer: Volunteer) -> None:
    page = volunteer.page
    held_back: list[Route] = []
    page.route("**/page/new.js", lambda route: held_back.append(route))
    page.goto(f"{volunteer.editing.root}/new", wait_until="commit")
    page.get_by_label("Country").select_option(label="United States")
    assert page.get_by_label("State or province").locator("option").count() == 1
    held_back[0].continue_()
    page.get_by_label("State or province").select_option(label="Texas")


NEW_FILE = """\
name: Éxample Women's House
services:
  night-line:
    name: Night Line
    kind: hotline
    summary:
      en: A line for women in Texas, at night.
    needs: [crisis]
    area: {country: US, regions: [TX]}
    contacts:
      - channel: voice
        number: "+1 512-555-0123"
    source:
      - url: https://example.org/night
        read: 2026-11-24
"""


def test_a_name_that_is_taken_leads_to_the_entry(volunteer: Volunteer) -> None:
    page = volunteer.page
    page.goto(f"{volunteer.editing.root}/new")
    page.get_by_label("Country").select_option("US")
    page.get_by_label("State or province").select_option("TX")
    page.get_by_label("Name of the organization").fill("Example Legal Center")
    expect(page.get_by_text("us/tx/example-legal-center.yaml exists already.")).to_be_visible()
    page.get_by_role("link", name="Open it").click()
    expect(page.get_by_role("heading", name="Example Legal Center", level=1)).to_be_visible()


def test_with_the_keyboard_alone(volunteer: Volunteer) -> None:
    """From the list to a saved file, and at each step one sees where one is."""
    page = volunteer.page
    volunteer.tabs_to("Search")
    page.keyboard.type("legal austin")
    expect(page.get_by_text("1 of 5 organizations")).to_be_visible()
    volunteer.tabs_to("Example Legal Center")
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_contain_text("mend")
    volunteer.tabs_to("Number")
    page.keyboard.press("Control+A")
    page.keyboard.type("+1 512-555-0166")
    volunteer.tabs_to("Languages: one more")
    page.keyboard.type("French")
    page.keyboard.press("Enter")
    volunteer.hears("fr is added.")
    volunteer.tabs_to("Add a contact")
    page.keyboard.press("Enter")
    expect(volunteer.field("Channel", "Contact 3")).to_be_focused()
    volunteer.tabs_to("Remove Contact 3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Add a contact")).to_be_focused()
    volunteer.tabs_to("Not known")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Look and save")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#change")).to_have_text("Saved. 3 lines change in the file.")
    assert volunteer.editing.changed(LEGAL) == [
        '-        number: "+1 512-555-0100"',
        '+        number: "+1 512-555-0166"',
        "-        languages: [en, es]",
        "+        languages: [en, es, fr]",
        "+    interpreters: no",
    ]


def test_contacts_are_moved_removed_and_put_back(volunteer: Volunteer) -> None:
    page = volunteer.page
    volunteer.opens(HOTLINE)
    page.get_by_role("button", name="Move Contact 2 up").first.click()
    expect(volunteer.field("Word to send first")).to_have_value("HELLO")
    volunteer.hears("It is now number 1 of 2.")
    page.get_by_role("button", name="Remove Contact 1").first.click()
    expect(volunteer.field("Number")).to_have_value("+1 800-555-0142")
    page.get_by_role("button", name="Put it back").click()
    expect(volunteer.field("Number")).to_have_value("55501")
    expect(page.locator("#undone")).to_be_hidden()
    page.get_by_role("button", name="Move Contact 2 up").first.click()
    expect(page.locator("#change")).to_have_text("Nothing changes in the file.")


def test_the_card_is_the_bots_own_words_in_each_language(volunteer: Volunteer) -> None:
    page = volunteer.page
    volunteer.opens(LEGAL)
    expect(volunteer.card()).to_contain_text("Call: +1 512-555-0100 (open now, in English and Spanish)")
    page.get_by_label("Español").first.check(force=True)
    expect(volunteer.card()).to_contain_text("Consejo legal gratis en Texas.")
    page.get_by_role("textbox", name="Summary, Spanish").fill("Consejo gratis.")
    expect(volunteer.card()).to_contain_text("Consejo gratis.")
    page.get_by_label("Français").first.check(force=True)
    expect(volunteer.card()).to_contain_text("Example Legal Center")
    page.get_by_role("button", name="French: Summary").click()
    expect(page.get_by_role("textbox", name="Summary, French")).to_be_focused()
    page.keyboard.type("Conseil gratuit.")
    expect(volunteer.card()).to_contain_text("Conseil gratuit.")


def test_a_service_is_added_and_another_one_taken_out(volunteer: Volunteer) -> None:
    page = volunteer.page
    volunteer.opens(HOTLINE)
    page.get_by_label("Name of the service").last.fill("Night Chat")
    expect(page.get_by_label("Its short key")).to_have_value("night-chat")
    page.get_by_role("button", name="Add the service").click()
    expect(page.get_by_role("heading", name="Night Chat")).to_be_focused()
    expect(page.locator("#count")).to_contain_text("to mend")
    page.get_by_role("button", name="Show it").click()
    expect(page.locator('[id="f.services.night-chat.kind"]')).to_be_focused()
    night = page.get_by_role("region", name="Night Chat", exact=True)
    night.get_by_text("Remove this service").click()
    night.get_by_role("button", name="Remove Night Chat").click()
    expect(page.locator("#change")).to_have_text("Nothing changes in the file.")
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_role("heading", name="Night Chat")).to_be_visible()


def test_the_list_finds_by_name_place_number_and_state(volunteer: Volunteer) -> None:
    page, found = volunteer.page, volunteer.page.locator("#rows > li:visible")
    expect(found).to_have_count(5)
    for words, name in (
        ("ecoute", "Écoute Exemple"),
        ("houston", "Example Held Line"),
        ("800-555-01", "Example National Hotline"),
        ("texas legal", "Example Legal Center"),
    ):
        page.get_by_label("Search").fill(words)
        expect(found).to_have_count(1)
        expect(found).to_contain_text(name)
    page.get_by_label("Search").fill("")
    for state, name in (
        ("Held", "two sources name two numbers; call and ask"),
        ("Listed", "Example Hotline"),
        ("Cannot be read", "us/tx/example-broken"),
    ):
        page.get_by_label("Listed or held").select_option(label=state)
        expect(found).to_have_count(1)
        expect(found).to_contain_text(name)
    page.get_by_label("Listed or held").select_option(label="All")
    page.get_by_label("Country").select_option("US")
    page.get_by_label("State", exact=True).select_option("TX")
    page.get_by_label("Helps with").select_option("legal")
    expect(found).to_have_count(1)
    page.reload()
    expect(found).to_have_count(1)


def test_what_the_form_cannot_show_is_left_as_it_is(volunteer: Volunteer) -> None:
    volunteer.editing.somebody_writes(
        LEGAL, "    run_by: nonprofit", "    run_bi: nonprofit\n    cost: [free]"
    )
    volunteer.opens(LEGAL)
    page = volunteer.page
    expect(page.get_by_text("`run_bi:` is not a field here; did you mean `run_by`?").first).to_be_visible()
    page.get_by_role("button", name="Take run_bi out").click()
    page.get_by_role("button", name="Take cost out").click()
    expect(page.locator("#count")).to_have_text(re.compile("worth a look|Nothing to mend"))
    page.get_by_label("Cost").select_option("free")
    volunteer.looks_at_the_change(
        "2 lines change in the file.", "-     run_bi: nonprofit", "+     cost: free"
    )


def test_when_the_disk_says_no_the_typing_stays(volunteer: Volunteer) -> None:
    page = volunteer.page
    (volunteer.editing.folder / "organizations" / "us" / "ok").write_text("a file where a folder would be")
    page.goto(
        f"{volunteer.editing.root}/new/us/ok/example-line?country=US&region=OK&name=Example&service=Line"
    )
    page.get_by_label("Hold (hide it from everybody)").fill("to be filled in")
    page.get_by_label("Kind of place").select_option("hotline")
    page.get_by_label("Summary, English").fill("A line.")
    page.get_by_label("Helps with: one more").select_option("crisis")
    page.get_by_role("button", name="Add to Helps with").click()
    page.get_by_role("button", name="Add a source").click()
    volunteer.writes("Web address", "https://example.org/line", within="Source 1")
    expect(page.locator("#count")).to_have_text("Nothing to mend.")
    page.get_by_role("button", name="Look and save").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="What you typed is still here.")).to_be_visible()
    page.get_by_role("button", name="Go on writing").click()
    expect(page.get_by_label("Summary, English")).to_have_value("A line.")


def test_when_the_program_was_stopped_the_page_keeps_everything(tmp_path: Path, chromium: object) -> None:
    editing = Editing(tmp_path, LEGAL)
    page = chromium.new_page()  # type: ignore[attr-defined]
    page.goto(editing.address)
    expect(page.get_by_role("heading", name="Example Legal Center", level=1)).to_be_visible()
    expect(page.locator("#count")).to_contain_text("mend")
    assert editing.stop() == (0, "")
    page.get_by_label("Website").fill("https://example.org/new")
    expect(page.locator("#trouble")).to_contain_text("Nothing you typed is lost")
    page.get_by_text("The whole file as you wrote it, to copy").click()
    assert "https://example.org/new" in page.get_by_label("The whole file as you wrote it").input_value()
    page.close()


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
@pytest.mark.parametrize("page_of", ["", f"organization/{LEGAL}", "new"])
def test_nothing_is_cut_at_any_width(volunteer: Volunteer, width: int, page_of: str) -> None:
    page = volunteer.page
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{volunteer.editing.root}/{page_of}")
    page.wait_for_timeout(400)
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    volunteer.shoots(f"edit-{page_of.partition('/')[0] or 'list'}-{width}")


def test_it_is_readable_in_the_dark(volunteer: Volunteer) -> None:
    volunteer.page.emulate_media(color_scheme="dark")
    volunteer.opens(LEGAL)
    volunteer.writes("Number", "+1 512-555")
    volunteer.is_told("Number", "too few")
    volunteer.page.locator('[id="f.services.legal-line~2"]').scroll_into_view_if_needed()
    volunteer.shoots("edit-dark")


def test_every_box_has_a_name_and_the_headings_are_in_order(volunteer: Volunteer) -> None:
    for page_of in ("", f"organization/{LEGAL}", "new"):
        volunteer.page.goto(f"{volunteer.editing.root}/{page_of}")
        volunteer.page.wait_for_timeout(400)
        faults = volunteer.page.evaluate(FAULTS)
        assert faults["seen"] >= 5 and faults["said"] == []


FAULTS = """() => {
  const said = [], boxes = document.querySelectorAll("main input, main select, main textarea, button, .bar button");
  for (const box of boxes) {
    const name = box.getAttribute("aria-label") || box.labels?.[0]?.textContent || box.textContent;
    if (!name.trim()) said.push(`${box.outerHTML.slice(0, 80)} has no name`);
    for (const id of (box.getAttribute("aria-describedby") || "").split(" ").filter(Boolean))
      if (!document.getElementById(id)) said.push(`${id} is not there`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) said.push(`${id} is there twice`);
  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5")) {
    if (!heading.offsetParent) continue;
    const now = Number(heading.tagName[1]);
    if (now > level + 1) said.push(`${heading.textContent} is h${now} after h${level}`);
    level = now;
  }
  for (const one of ["h1", "main"]) if (document.querySelectorAll(one).length !== 1) said.push(`one ${one}, please`);
  return { seen: boxes.length, said };
}"""


def test_a_page_of_another_site_and_a_request_without_the_token_are_refused(editing: Editing) -> None:
    """Another website in the same browser, another person on the same machine."""
    asked = [
        (editing.root + "/", {}),
        (editing.root + f"/organization/{LEGAL}", {}),
        (editing.root + "/page/edit.js", {}),
        (editing.root + "/?token=wrong", {}),
        (editing.address, {"Host": "evil.example"}),
        (editing.address, {"Origin": "https://evil.example"}),
        (editing.address, {"Origin": "null"}),
    ]
    for address, headers in asked:
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(urllib.request.Request(address, headers=headers))
        assert caught.value.code == 403
        assert "Access-Control-Allow-Origin" not in caught.value.headers
        assert "default-src 'none'" in caught.value.headers["Content-Security-Policy"]


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux's table of sockets")
def test_nothing_outside_this_machine_is_listened_on(editing: Editing) -> None:
    port = int(editing.root.rpartition(":")[2])
    rows = [
        row.split()
        for table in ("tcp", "tcp6")
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    here = [row[1] for row in rows if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port]
    assert here == [f"0100007F:{port:04X}"], "127.0.0.1 and nothing else"


def test_a_port_in_use_and_an_unknown_entry_are_one_sentence(editing: Editing, tmp_path: Path) -> None:
    port = editing.root.rpartition(":")[2]
    for arguments, sentence in (
        (("--port", port), "is in use"),
        (("us/tx/example-legal-centre",), f"Did you mean {LEGAL}?"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "bot", "directory", "edit", "--no-browser", *arguments],
            capture_output=True, text=True, cwd=ROOT, timeout=90, check=False,
            env=editing.environment,
        )  # fmt: skip
        assert done.returncode == 2 and sentence in done.stderr and "Traceback" not in done.stderr
