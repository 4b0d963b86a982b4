"""A volunteer adds a service: the questions as they are asked, and the file that comes of the answers."""

import errno
import os
import pty
import select
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from bot.cli.directory.add import app
from bot.cli.directory.check import app as check_app
from bot.directory_files import saving
from typer.testing import CliRunner

from tests.conftest import ROOT
from tests.directory_files.test_rules import GOOD

NOW = "2026-11-25T12:00:00+00:00"
PARTS = ("taxonomy", "lexicons", "messages", "emergency", "places", "scripts")
SKIP = ""  # Enter
Story = Sequence[tuple[str, str]]

WHERE = [
    ("In which country", "US"),
    ("In which state", "Tejas"),
]
WHO = [
    ("What is the organization called", "Sample Survivor Center"),
    ("What is its own website", "sample-center.example.org"),
]
WHAT = [
    ("What is the help called", "Survivor Line"),
    ("What sort of place", "1"),
    ("What does it help with", "abogada, housing"),
    ("`housing` is not a word of the list", "1"),
    ("Whom is it made for", "farmworker, deaf"),
    ("Does it take only some people", SKIP),
    ("Which cities or counties", "Austin, Travis County"),
]
CONTACTS = [
    ("How does a person reach it", "512-555-0177"),
    ("What is +1 512-555-0177", SKIP),
    ("When does somebody answer", "lunes a viernes 9 a 17"),
    ("Mo-Fr 09:00-17:00 (Monday to Friday, 9:00 AM to 5:00 PM). Is that right?", "y"),
    ("Which clock", "central"),
    ("Is there another way", "55501"),
    ("What is 55501", "text"),
    ("Which word does a person text first", "HELLO"),
    ("When does somebody answer 55501", "24 hours"),
    ("24/7 (day and night). Is that right?", SKIP),
    ("Is there another way", SKIP),
]
WORDS = [
    ("Which languages", "English, español, ASL"),
    ("interpreter", "y"),
    ("In English", "Lawyers answer by phone. The first talk is free."),
    ("In Spanish", "Responden abogadas por teléfono. La primera consulta es gratis."),
    ("in one more language", SKIP),
]
SAFETY = [
    ("What does a person pay", "free"),
    ("keep what they hear", "sí"),
    ("nobody needs to give a name", SKIP),
    ("immigration status", "no"),
    ("identity papers", SKIP),
    ("Must they report", SKIP),
    ("tell the police", "n"),
    ("tell immigration", SKIP),
    ("employer", SKIP),
    ("command", SKIP),
    ("faith", SKIP),
    ("go there in person", SKIP),
    ("Who runs it", "nonprofit"),
    ("May people know where it is", "2"),
]
SOURCE = [
    ("Where did you read this", "https://sample-center.example.org/contact"),
    ("Who says it there", "1"),
    ("On which day", "yesterday"),
    ("in another place too", SKIP),
    ("other volunteers need to know", SKIP),
]
SAVE = [("Save it?", "y")]
ALL = [*WHERE, *WHO, *WHAT, *CONTACTS, *WORDS, *SAFETY, *SOURCE]
FILE = "us/tx/sample-survivor-center.yaml"
WRITTEN = """\
name: Sample Survivor Center
website: https://sample-center.example.org
services:
  survivor-line:
    name: Survivor Line
    kind: hotline
    summary:
      en: Lawyers answer by phone. The first talk is free.
      es: Responden abogadas por teléfono. La primera consulta es gratis.
    needs: [legal, shelter_housing]
    serves: [farmworker, deaf]
    area: {country: US, regions: [TX], counties: [Travis], cities: [Austin]}
    contacts:
      - channel: voice
        number: "+1 512-555-0177"
        hours: "Mo-Fr 09:00-17:00"
        timezone: America/Chicago
      - channel: text
        number: "55501"
        keyword: "HELLO"
        hours: "24/7"
    languages: [en, es, ase]
    interpreters: yes
    cost: free
    confidential: yes
    asks_status: no
    shares_with: {police: no}
    run_by: nonprofit
    location: confidential
    source:
      - url: https://sample-center.example.org/contact
        kind: official
        read: 2026-11-24
    checks: []
"""
# The same help in few words: a legal line in Texas, for what a story is not about.
SHORT = {
    "country": ("In which country", "US"),
    "region": ("In which state", "TX"),
    "name": ("What is the organization called", "Sample Survivor Center"),
    "website": ("What is its own website", SKIP),
    "service": ("What is the help called", "Survivor Line"),
    "kind": ("What sort of place", "legal_aid"),
    "needs": ("What does it help with", "legal"),
    "serves": ("Whom is it made for", SKIP),
    "only": ("Does it take only some people", SKIP),
    "places": ("Which cities or counties", SKIP),
    "contact": ("How does a person reach it", "help@sample.example.org"),
    "contacts": ("Is there another way", SKIP),
    "languages": ("Which languages", SKIP),
    "interpreters": ("interpreter", SKIP),
    "english": ("In English", "Lawyers answer by phone."),
    "spanish": ("In Spanish", SKIP),
    "more": ("in one more language", SKIP),
    "cost": ("What does a person pay", SKIP),
    **{f"safety {at}": (question, SKIP) for at, (question, _) in enumerate(SAFETY[1:12])},
    "run_by": ("Who runs it", SKIP),
    "source": ("Where did you read this", "https://sample.example.org/contact"),
    "says": ("Who says it there", SKIP),
    "day": ("On which day", SKIP),
    "sources": ("in another place too", SKIP),
    "note": ("other volunteers need to know", SKIP),
}


def short(**instead: Story) -> list[tuple[str, str]]:
    """The short story with some questions told otherwise; without is an empty list."""
    told = [instead.get(name, [pair]) for name, pair in SHORT.items()]
    return [pair for pairs in told for pair in pairs]


class Volunteer:
    """Somebody at a pipe: what they are asked, what they write, and the directory after it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "organizations"
        self.done: Any = None

    def adds(self, story: Story, *options: str, before: str = "") -> None:
        """Every answer of the story goes to the question it names, or the test fails."""
        lines = "".join(f"{answer}\n" for _, answer in story)
        self.done = CliRunner().invoke(app, ["--now", NOW, *options], input=before + lines)
        self._was_asked(story)

    def _was_asked(self, story: Story) -> None:
        asked = self.done.stdout.split("\n> ")
        for (question, answer), shown in zip(story, asked, strict=False):
            told = shown.partition("\n")[2] if shown is not asked[0] else shown
            assert question in told, f"{answer!r} was meant for {question!r}; asked was:\n{told}"
        assert len(asked) - 1 >= len(story), f"{story[len(asked) - 1]} was never asked"

    def is_told(self, *sentences: str) -> None:
        for sentence in sentences:
            assert sentence in self.done.output, self.done.output

    def is_not_told(self, sentence: str) -> None:
        assert sentence not in self.done.output, self.done.output

    def ends_with(self, code: int) -> None:
        assert self.done.exit_code == code, self.done.output
        assert self.done.exception is None or isinstance(self.done.exception, SystemExit), self.done.exception

    def file(self, name: str = FILE) -> str:
        return (self.home / name).read_text(encoding="utf-8")

    @property
    def new_files(self) -> list[str]:
        found = (p.relative_to(self.home).as_posix() for p in self.home.rglob("*") if p.is_file())
        return sorted(name for name in found if name != "us/tx/good.yaml")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """resources/ with the real words and one organization. What is compiled of it is kept apart."""
    folder = tmp_path_factory.mktemp("resources")
    for part in PARTS:
        (folder / part).symlink_to(ROOT / "resources" / part)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOT_RESOURCES", str(folder))
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield folder


@pytest.fixture
def volunteer(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Volunteer:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    shutil.rmtree(folder / "organizations", ignore_errors=True)
    (folder / "organizations" / "us" / "tx").mkdir(parents=True)
    (folder / "organizations" / "us" / "tx" / "good.yaml").write_text(GOOD, encoding="utf-8")
    return Volunteer(folder)


# -- a new organization ------------------------------------------------------------------------------------------


def test_question_by_question_a_valid_file_is_written(volunteer: Volunteer) -> None:
    volunteer.adds([*ALL, *SAVE])
    volunteer.ends_with(0)
    assert volunteer.file() == WRITTEN
    checked = CliRunner().invoke(check_app, ["--now", NOW, str(volunteer.home / FILE)])
    assert checked.exit_code == 0 and "0 problem(s), 0 hint(s)" in checked.output


def test_at_the_end_the_next_steps_are_told(volunteer: Volunteer) -> None:
    volunteer.adds([*short(), *SAVE])
    volunteer.is_told("read by two people", "Next: bot directory check ", FILE, "CONTRIBUTING.md")


def test_the_file_is_shown_before_it_is_saved_and_a_dry_run_saves_nothing(volunteer: Volunteer) -> None:
    volunteer.adds(short(), "--dry-run")
    volunteer.ends_with(0)
    volunteer.is_told("name: Sample Survivor Center", "Nothing was saved: this was a dry run.")
    volunteer.is_not_told("Save it?")
    assert volunteer.new_files == []


def test_who_says_no_at_the_end_saves_nothing_and_may_keep_a_draft(volunteer: Volunteer) -> None:
    volunteer.adds([*short(), ("Save it?", SKIP), ("Keep your answers", "n")])
    volunteer.ends_with(1)
    volunteer.is_told("Nothing was written to the directory.")
    assert volunteer.new_files == []


def test_what_nobody_knows_is_not_in_the_file(volunteer: Volunteer) -> None:
    volunteer.adds([*short(), *SAVE])
    for field in ("website", "serves", "only", "cost", "confidential", "shares_with", "run_by", "note"):
        assert f"{field}:" not in volunteer.file()


def test_a_line_for_the_whole_country_or_the_whole_world_has_its_own_folder(volunteer: Volunteer) -> None:
    nowhere = {"region": [("In which state", SKIP)], "places": [("Which cities", SKIP)]}
    volunteer.adds([*short(**nowhere), *SAVE])
    kenya = {"country": [("In which country", "kenia")], "region": [("In which state", SKIP)], "spanish": []}
    volunteer.adds([*short(**kenya), *SAVE])
    world = {"country": [("In which country", "whole world")], "region": [], "places": [], "spanish": []}
    volunteer.adds([*short(**world), *SAVE])
    assert volunteer.new_files == [
        "ke/national/sample-survivor-center.yaml",
        "us/national/sample-survivor-center.yaml",
        "world/sample-survivor-center.yaml",
    ]


def test_where_french_is_spoken_french_is_asked(volunteer: Volunteer) -> None:
    france = {
        "country": [("In which country", "Francia")],
        "region": [("In which state", "idf")],
        "spanish": [("In French", "Des avocates répondent par téléphone.")],
    }
    volunteer.adds([*short(**france), *SAVE])
    assert "      fr: Des avocates répondent par téléphone." in volunteer.file(
        "fr/idf/sample-survivor-center.yaml"
    )


def test_a_territory_is_where_the_directory_keeps_it(volunteer: Volunteer) -> None:
    volunteer.adds([*short(country=[("In which country", "Puerto Rico")], region=[]), *SAVE])
    assert "area: {country: US, regions: [PR]}" in volunteer.file("us/pr/sample-survivor-center.yaml")


def test_more_languages_sources_and_ways_are_asked_for_until_there_are_no_more(volunteer: Volunteer) -> None:
    story = short(
        contacts=[
            ("Is there another way", "sample.example.org/chat"),
            ("What is https://sample.example.org/chat", "2"),
            ("When does somebody answer", SKIP),
            ("Is there another way", "mail: PO Box 1, Austin"),
            ("Is there another way", SKIP),
        ],
        more=[
            ("in one more language", "中文, English"),
            ("In Chinese", "律师接听电话。"),
        ],
        sources=[
            ("in another place too", "a flyer at the library"),
            ("Who says it there", "other"),
            ("On which day", "2026-11-02"),
            ("in another place too", SKIP),
        ],
    )
    volunteer.adds([*story, *SAVE])
    written = volunteer.file()
    assert "      - channel: chat\n        url: https://sample.example.org/chat\n" in written
    assert "      - channel: mail\n        address: PO Box 1, Austin\n" in written
    assert "      zh: 律师接听电话。\n" in written
    assert "      - title: a flyer at the library\n        kind: other\n        read: 2026-11-02\n" in written


# -- one that is there already -----------------------------------------------------------------------------------

TO_GOOD = [("Is it one of these", "1")]


def test_help_of_a_known_organization_is_added_to_its_file_and_all_else_stays(volunteer: Volunteer) -> None:
    name = [("What is the organization called", "Exampel Legal Center"), *TO_GOOD]
    volunteer.adds([*short(name=name, website=[]), *SAVE])
    volunteer.ends_with(0)
    assert volunteer.new_files == []
    after = volunteer.file("us/tx/good.yaml")
    assert after.startswith(GOOD)
    assert after.removeprefix(GOOD).startswith(
        "  survivor-line:\n    name: Survivor Line\n    kind: legal_aid\n"
    )
    volunteer.is_told("A new service is read by two people")


def test_a_second_service_of_the_same_name_gets_a_key_of_its_own(volunteer: Volunteer) -> None:
    name = [("What is the organization called", "Example Legal Center"), *TO_GOOD]
    volunteer.adds(
        [*short(name=name, website=[], service=[("What is the help called", "Legal Line")]), *SAVE]
    )
    assert "\n  legal-line-2:\n" in volunteer.file("us/tx/good.yaml")


def test_it_is_recognized_by_its_website_and_by_its_number(volunteer: Volunteer) -> None:
    website = [
        ("What is its own website", "http://www.example.org/about"),
        ("A hint: This has no https", "y"),
    ]
    volunteer.adds([*short(website=[*website, *TO_GOOD]), *SAVE])
    assert "  survivor-line:" in volunteer.file("us/tx/good.yaml")
    number = [
        ("How does a person reach it", "(512) 277 3553"),
        ("the same number; it offers: legal-line", "1"),
    ]
    about = [("What is +1 512-277-3553", SKIP), ("When does somebody answer", SKIP)]
    service = [("What is the help called", "Other Line")]
    volunteer.adds([*short(contact=[*number, *about], service=service), *SAVE])
    assert "  other-line:" in volunteer.file("us/tx/good.yaml")
    assert volunteer.new_files == []


def test_one_that_only_looks_the_same_gets_its_own_file_under_another_name(volunteer: Volunteer) -> None:
    name = [
        ("What is the organization called", "Good"),
        ("What is its own website", SKIP),
        ("What should its file be called", "good"),
        ("There is a file good.yaml there already", "Good of Austin"),
    ]
    volunteer.adds([*short(name=name, website=[]), *SAVE])
    assert volunteer.new_files == ["us/tx/good-of-austin.yaml"]
    assert volunteer.file("us/tx/good.yaml") == GOOD


def test_a_name_without_a_letter_from_a_to_z_is_asked_how_its_file_is_called(volunteer: Volunteer) -> None:
    slug = [
        ("What is its own website", SKIP),
        ("What should its file be called", "東京"),
        ("has no letter from a to z", "tokyo-line"),
    ]
    volunteer.adds([*short(name=[("What is the organization called", "東京の窓口")], website=slug), *SAVE])
    assert volunteer.file("us/tx/tokyo-line.yaml").startswith("name: 東京の窓口\n")


# -- asking, explaining, going back ------------------------------------------------------------------------------


def test_a_question_mark_explains_and_shows_all_words(volunteer: Volunteer) -> None:
    volunteer.adds(
        [*short(needs=[("What does it help with", "?"), ("workplace: help with", "legal")]), *SAVE]
    )
    volunteer.is_told("What it helps with, the main thing first: legal, money.", "organizing: a union")


def test_going_back_offers_what_stood_there(volunteer: Volunteer) -> None:
    website = [
        ("What is its own website", "<"),
        ("Enter: Sample Survivor Center, as before", "Other Survivor Center"),
        ("What is its own website", "sample.example.org"),
        ("What is the help called", "<"),
        ("Enter: https://sample.example.org, as before (- takes it out)", "-"),
    ]
    volunteer.adds([*short(website=website), *SAVE])
    written = volunteer.file("us/tx/other-survivor-center.yaml")
    assert "website:" not in written and written.startswith("name: Other Survivor Center\n")


def test_one_can_go_back_from_the_last_question_and_from_the_first(volunteer: Volunteer) -> None:
    country = [("In which country", "<"), ("This is the first question.", "US")]
    back = [("Save it?", "<"), ("other volunteers need to know", "Ask for the desk."), *SAVE]
    volunteer.adds([*short(country=country), *back])
    assert "    note: Ask for the desk.\n" in volunteer.file()


def test_what_is_left_over_from_before_a_change_is_not_in_the_file(volunteer: Volunteer) -> None:
    contact = [
        ("How does a person reach it", "512-555-0177"),
        ("What is +1 512-555-0177", "2"),
        ("Which word does a person text", "HELLO"),
        ("When does somebody answer", "<"),
        ("Which word does a person text", "<"),
        ("What is +1 512-555-0177", "1"),
        ("When does somebody answer", SKIP),
    ]
    volunteer.adds([*short(contact=contact), *SAVE])
    assert "channel: voice" in volunteer.file() and "HELLO" not in volunteer.file()


def test_answers_that_do_not_go_together_are_shown_side_by_side_and_asked_again(volunteer: Volunteer) -> None:
    """A letter box is fine until the place turns out to be secret."""
    story = short(
        kind=[("What sort of place", "shelter")],
        contacts=[("Is there another way", "mail: PO Box 1, Austin"), ("Is there another way", SKIP)],
        run_by=[("Who runs it", SKIP), ("May people know where it is", "confidential")],
    )
    again = [("You wrote: mail: PO Box 1, Austin", "-")]
    volunteer.adds([*story, *again, *SAVE])
    volunteer.is_told("Some answers do not go together yet:", "is a postal address; remove it")
    assert "PO Box" not in volunteer.file()


@pytest.mark.parametrize(
    ("at", "question", "wrong", "told", "right"),
    [
        ("country", "In which country", "Germny", "DE: Germany", "1"),
        ("country", "In which country", "Atlantis", "Write ? to see what there is", "US"),
        ("region", "In which state", "Texs", "TX: Texas", "1"),
        ("name", "What is the organization called", "x", "is empty", "Sample Survivor Center"),
        ("website", "What is its own website", "our page", "is not a web address", SKIP),
        ("kind", "What sort of place", "99", "Write a number from 1 to 13", "4"),
        ("kind", "What sort of place", "legl aid", "legal_aid: lawyers", "1"),
        ("needs", "What does it help with", SKIP, "This one is needed", "legal"),
        ("serves", "Whom is it made for", "farmworkers", "farmworker: for farmworkers", "1"),
        ("serves", "Whom is it made for", "xyzzy", "Write ? to see what there is", "anyone"),
        ("places", "Which cities or counties", "Austn", "1. Austin", "1"),
        ("places", "Which cities or counties", "Xyzzyville", "nobody who names it will find", "y"),
        ("contact", "How does a person reach it", "call us", "is not a phone number", "help@sample.example.org"),
        ("contact", "How does a person reach it", "+1 512 555 01", "too few or too many", "help@sample.example.org"),
        ("contact", "How does a person reach it", "ana@gmail.com", "private mailbox", "help@sample.example.org"),
        ("contact", "How does a person reach it", "+33 1 99 00 11 22", "is in US", "help@sample.example.org"),
        ("languages", "Which languages", "Spansh", "es: Spanish", "1"),
        ("interpreters", "interpreter", "perhaps", "Not known never means no", SKIP),
        ("english", "In English", "We guarantee it.", "nobody can promise that", "Lawyers answer."),
        ("english", "In English", "x" * 230, "230 characters long", "Lawyers answer."),
        ("english", "In English", "Jurisdictional representation availability.", "hard to read", "y"),
        ("day", "On which day", "soon", "is no day", "today"),
        ("day", "On which day", "2027-01-01", "is in the future", "2026-11-01"),
        ("source", "Where did you read this", SKIP, "This one is needed", "a flyer"),
    ],
)  # fmt: skip
def test_each_answer_is_judged_at_once_and_what_to_write_is_said(
    volunteer: Volunteer, at: str, question: str, wrong: str, told: str, right: str
) -> None:
    changed = {at: [(question, wrong), (told, right)]}
    if right == "1" and at == "country":
        changed |= {"region": [("In which state", SKIP)], "spanish": []}
    volunteer.adds(short(**changed), "--dry-run")
    volunteer.ends_with(0)


def test_a_number_with_letters_is_offered_as_digits_and_said_so(volunteer: Volunteer) -> None:
    contact = [
        ("How does a person reach it", "1-800-555-SAFE"),
        ("`1-800-555-SAFE` has letters. On a telephone's keys that is +1 800-555-7233.", "y"),
        ("What is +1 800-555-7233", SKIP),
        ("When does somebody answer", "whenever"),
        ("I cannot read `whenever` as hours", "Mon-Fri 9-5 ET"),
        ("Mo-Fr 09:00-17:00 (Monday to Friday, 9:00 AM to 5:00 PM, America/New_York)", "y"),
    ]
    volunteer.adds([*short(contact=contact), *SAVE])
    assert (
        '        number: "+1 800-555-7233"\n        hours: "Mo-Fr 09:00-17:00"\n        timezone: America/New_York'
        in (volunteer.file())
    )


def test_what_cannot_be_seen_and_curly_quotes_are_taken_out(volunteer: Volunteer) -> None:
    name = [("What is the organization called", "\u202eSample\u200b \x07“Survivor”\u00a0Center\u2069")]
    volunteer.adds([*short(name=name), *SAVE])
    assert volunteer.file().startswith('name: Sample "Survivor" Center\n')


# -- a pipe that ends --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "question"),
    [
        (0, "In which country does it help?"),
        (2, "What is the organization called?"),
        (6, "What does it help with?"),
        (14, "In English: what happens"),
        (29, "Where did you read this?"),
        (len(SHORT), "Save it?"),
    ],
)
def test_when_a_needed_answer_is_missing_it_is_named_and_nothing_is_written(
    volunteer: Volunteer, length: int, question: str
) -> None:
    volunteer.adds(short()[:length])
    volunteer.ends_with(2)
    assert f"The input ended before this was answered: {question}" in volunteer.done.stderr
    assert volunteer.new_files == []
    assert volunteer.file("us/tx/good.yaml") == GOOD


def test_bytes_that_are_no_text_do_no_harm(volunteer: Volunteer) -> None:
    volunteer.done = CliRunner().invoke(app, ["--now", NOW], input=b"US\nTX\n\xff\xfe\x00Center\n")
    volunteer.ends_with(2)


# -- from a pasted text ------------------------------------------------------------------------------------------

PAGE = """\
Sample Survivor Center
24/7 crisis line: (512) 555-0177. Office: 512-555-0178, Monday to Friday, 9am - 5pm. Toll-free: 800-555-0102
We help in Austin, TX and Travis County. Free help in English and Spanish.
help@sample.example.org
"""


def test_a_pasted_page_is_offered_and_only_what_was_chosen_is_written(
    volunteer: Volunteer, tmp_path: Path
) -> None:
    page = tmp_path / "page.txt"
    page.write_text(PAGE, encoding="utf-8")
    story = short(
        region=[("a) TX  (We help in Austin, TX", "a")],
        places=[("a) Austin", "a b")],
        contact=[
            ("a) +1 512-555-0177  (24/7 crisis line: (512) 555-0177.", "a"),
            ("What is +1 512-555-0177", SKIP),
            ("a) 24/7", "b"),
            ("Mo-Fr 09:00-17:00 (Monday to Friday, 9:00 AM to 5:00 PM). Is that right?", "y"),
            ("Which clock", SKIP),
        ],
        contacts=[("a) +1 512-555-0178", "c"), ("Is there another way", SKIP)],
        languages=[("a) English", "b")],
        cost=[("a) free", "a")],
    )
    volunteer.adds([*story, *SAVE], "--text", str(page))
    written = volunteer.file()
    assert "area: {country: US, regions: [TX], counties: [Travis], cities: [Austin]}" in written
    assert "languages: [es]" in written and "cost: free" in written and "help@sample.example.org" in written
    for not_chosen in ("555-0178", "555-0102", "24/7"):
        assert not_chosen not in written


def test_a_text_pasted_by_hand_ends_with_a_dot_and_is_never_stored(
    volunteer: Volunteer, tmp_path: Path
) -> None:
    story = [*short()[:3], ("What is its own website", SKIP)]
    secret = "an unlikely word: zanzibarbarian\n"
    volunteer.adds(story, "--text", "-", before=f"{PAGE}{secret}.\n")
    volunteer.ends_with(2)
    kept = [
        p.read_text(errors="replace")
        for p in (*volunteer.folder.rglob("*.yaml"), *tmp_path.rglob("*"))
        if p.is_file()
    ]
    assert kept and not any("zanzibarbarian" in text for text in kept)


def test_a_known_number_in_the_text_is_told_with_the_name(volunteer: Volunteer, tmp_path: Path) -> None:
    """Somebody with ten minutes learns in the first one that it is there already."""
    page = tmp_path / "page.txt"
    page.write_text("Call 512 277 3553", encoding="utf-8")
    volunteer.adds([*short()[:3], ("the same number; it offers: legal-line", SKIP)], "--text", str(page))


def test_of_five_hundred_numbers_the_first_twenty_are_offered_and_said_so(
    volunteer: Volunteer, tmp_path: Path
) -> None:
    page = tmp_path / "page.txt"
    lines = [f"Office: 512-555-{at:04d}. {'Words about help. ' * 25}" for at in range(500)]
    page.write_text("\n".join(lines), encoding="utf-8")
    assert page.stat().st_size > 200_000
    volunteer.adds(short()[:10], "--text", str(page))
    volunteer.is_told(
        "The text is longer than 200 KB; what comes after is not read.",
        "t) +1 512-555-0019",
        "These are the first 20 of 4",
    )
    volunteer.is_not_told("512-555-0020")


@pytest.mark.parametrize("name", ["nowhere.txt", "."])
def test_a_text_that_cannot_be_read_is_a_sentence(volunteer: Volunteer, tmp_path: Path, name: str) -> None:
    volunteer.adds([], "--text", str(tmp_path / name))
    volunteer.ends_with(2)
    volunteer.is_told("cannot be read")


# -- drafts and a full disk --------------------------------------------------------------------------------------


class Terminal:
    """The command at a real terminal, where keys can be pressed."""

    def __init__(self) -> None:
        code = "from bot.cli.directory.add import app; app()"
        self.shown = ""
        self.process, self.screen = pty.fork()
        if self.process == 0:
            os.execv(sys.executable, [sys.executable, "-c", code, "--now", NOW])

    def waits_for(self, words: str, seconds: float = 60) -> None:
        """And for the sign that it is ready to be answered."""
        assert self._comes(words, seconds), f"{words!r} never came:\n{self.shown}"

    def presses_ctrl_c_until(self, words: str) -> None:
        """More than once where Python was just about to wait: it overlooks the key then, as for a person."""
        for _ in range(6):
            self.types("\x03")
            if self._comes(words, 8):
                return
        raise AssertionError(self.shown)

    def _comes(self, words: str, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while words not in self.shown or not self.shown.endswith("> "):
            if time.monotonic() > end:
                return False
            if select.select([self.screen], [], [], 0.2)[0]:
                self.shown += os.read(self.screen, 65536).decode(errors="replace")
        return True

    def types(self, keys: str) -> None:
        os.write(self.screen, keys.encode())

    def ends(self) -> int:
        """Its exit code, once everything it shows was read."""
        try:
            while chunk := os.read(self.screen, 65536):
                self.shown += chunk.decode(errors="replace")
        except OSError:  # how a terminal says that the other side has gone
            pass
        process, self.process = self.process, 0
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])

    def close(self) -> None:
        """Whatever happened, nothing goes on running."""
        os.close(self.screen)
        if self.process:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)


@pytest.fixture
def terminal(volunteer: Volunteer) -> Iterator[Terminal]:
    terminal = Terminal()
    yield terminal
    terminal.close()


def test_who_stops_can_keep_a_draft_outside_the_directory_and_go_on_later(
    volunteer: Volunteer, terminal: Terminal, tmp_path: Path
) -> None:
    for question, answer in short()[:3]:
        terminal.waits_for(question)
        terminal.types(f"{answer}\n")
    terminal.waits_for("What is its own website")
    terminal.presses_ctrl_c_until("Keep your answers as a draft?")
    terminal.types("y\n")
    assert terminal.ends() == 1
    draft = tmp_path / "data" / "marigold-bot" / "drafts" / "sample-survivor-center.yaml"
    assert f"bot directory add --draft {draft}" in terminal.shown
    assert volunteer.new_files == []
    volunteer.adds([*short()[3:], *SAVE], "--draft", str(draft))
    volunteer.ends_with(0)
    assert volunteer.new_files == [FILE]


def test_stopping_twice_keeps_nothing(terminal: Terminal, tmp_path: Path) -> None:
    terminal.waits_for("In which country")
    terminal.types("US\n")
    terminal.waits_for("In which state")
    terminal.types("\x04")
    terminal.waits_for("Keep your answers as a draft?")
    terminal.types("\x04")
    assert terminal.ends() == 1
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "There is no draft"),
        ("- a\n- list\n", "is not a draft"),
        ("a: [\n", "is not YAML"),
        ("a: 1\na: 2\n", "stands here twice"),
    ],
)
def test_what_is_no_draft_is_said(
    volunteer: Volunteer, tmp_path: Path, text: str | None, sentence: str
) -> None:
    draft = tmp_path / "draft.yaml"
    if text is not None:
        draft.write_text(text, encoding="utf-8")
    volunteer.adds([], "--draft", str(draft))
    volunteer.ends_with(2)
    volunteer.is_told(sentence)


def test_a_draft_inside_the_directory_is_refused(volunteer: Volunteer) -> None:
    volunteer.adds([], "--draft", str(volunteer.home / "us" / "tx" / "good.yaml"))
    volunteer.ends_with(2)
    volunteer.is_told("is inside the directory")


def test_a_draft_with_a_path_in_it_writes_nowhere_else(volunteer: Volunteer, tmp_path: Path) -> None:
    """Drafts are files: somebody may hand another person one that was made by hand."""
    draft = tmp_path / "draft.yaml"
    evil = "../../evil"
    hostile = (
        f"country: US\nregion: [../../..]\nname: {evil}\nname.same: {evil}\nslug: {evil}\nkind: {{a: b}}\n"
    )
    draft.write_text(hostile, encoding="utf-8")
    story = short(country=[], region=[], name=[], service=[("What is the help called", "x y")])
    told = [("is not right for regions", "TX"), *SAVE]
    volunteer.adds([*story, *told], "--draft", str(draft))
    assert volunteer.new_files == ["us/tx/evil.yaml"]
    assert [p.name for p in tmp_path.rglob("*.yaml")] == ["draft.yaml"]


def test_on_a_full_disk_nothing_is_half_written_and_the_answers_are_kept(
    volunteer: Volunteer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def full_at_first(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(saving.os, "fsync", full_at_first)
    volunteer.adds([*short(), *SAVE])
    volunteer.ends_with(1)
    volunteer.is_told("There is no room on the disk", "Go on with: bot directory add --draft ")
    assert volunteer.new_files == []
    (draft,) = (tmp_path / "data").rglob("*.yaml")
    volunteer.adds(SAVE, "--draft", str(draft))
    assert volunteer.new_files == [FILE]


def test_when_not_even_the_draft_fits_that_is_said_too(
    volunteer: Volunteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(saving.os, "fsync", full)
    volunteer.adds([*short(), *SAVE])
    volunteer.ends_with(1)
    volunteer.is_told("The draft was not kept.", "name: Sample Survivor Center")
    assert volunteer.new_files == []


def test_a_file_that_somebody_made_meanwhile_is_not_written_over(
    volunteer: Volunteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It appears between the questions and the save."""
    theirs = volunteer.home / FILE

    def meanwhile(path: Path, text: str, *, was: bytes | None) -> None:
        if path == theirs:
            theirs.write_text("name: theirs\n", encoding="utf-8")
        saving.save(path, text, was=was)

    monkeypatch.setattr("bot.cli.directory.add.save", meanwhile)
    volunteer.adds([*short(), *SAVE])
    volunteer.ends_with(1)
    volunteer.is_told("exists already", "Go on with: bot directory add --draft ")
    assert volunteer.file() == "name: theirs\n"


def test_help_has_an_example(volunteer: Volunteer) -> None:
    volunteer.done = CliRunner().invoke(app, ["--help"])
    volunteer.ends_with(0)
    volunteer.is_told("bot directory add --text page.txt", "--draft", "--dry-run")
