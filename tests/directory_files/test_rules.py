"""Every rule of `bot directory check`: one file that breaks it, and the very sentence a volunteer reads."""

from datetime import date
from hashlib import blake2b
from pathlib import Path

import pytest
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.load import Resources
from bot.directory_files.organizations import OrganizationFile, parse_organization
from bot.directory_files.phones import is_doubtful, what_is_wrong_with
from bot.directory_files.rulebook import read_rulebook
from bot.directory_files.rules import Rulebook
from bot.directory_files.wording import load_wording
from bot.model.record import record
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT

TODAY = date(2026, 11, 24)
GOOD = (Path(__file__).parent / "example_entry.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def book() -> Rulebook:
    """The real codes, places and forbidden words."""
    problems: list = []
    book = read_rulebook(ROOT / "resources", TODAY, problems, compiled_cache())
    assert not problems
    return book


def read(text: str | bytes, book: Rulebook) -> OrganizationFile:
    raw = text.encode() if isinstance(text, str) else text
    return parse_organization(raw, "organizations/us/tx/x.yaml", blake2b(raw).digest(), book)


def said(text: str | bytes, book: Rulebook) -> list[str]:
    return [str(p).removeprefix("organizations/us/tx/x.yaml:") for p in read(text, book).problems]


def test_a_good_file_has_nothing_to_say(book: Rulebook) -> None:
    assert said(GOOD, book) == []


@record
class Pair:
    """A change to the good file, and every sentence it earns."""

    old: str
    new: str
    sentences: list[str]


def golden_pairs() -> list[Pair]:
    """Lines with - are replaced by lines with +, and the check says the lines with =."""
    text = (Path(__file__).parent / "golden_pairs.txt").read_text(encoding="utf-8")
    pairs = []
    for block in text.split("\n\n"):
        lines = [line for line in block.strip("\n").splitlines() if not line.startswith("#")]
        marked = {mark: [x[2:] for x in lines if x.startswith(f"{mark} ")] for mark in "-+="}
        if lines:
            old, new = ("".join(f"{x}\n" for x in marked[mark]) for mark in "-+")
            pairs.append(Pair(old=old, new=new, sentences=marked["="]))
    return pairs


@pytest.mark.parametrize("pair", golden_pairs(), ids=lambda pair: pair.sentences[0][:60])
def test_what_a_volunteer_reads(book: Rulebook, pair: Pair) -> None:
    assert GOOD.count(pair.old) == 1, "the pair must change one place"
    assert said(GOOD.replace(pair.old, pair.new), book) == pair.sentences


def test_there_are_golden_pairs() -> None:
    assert len(golden_pairs()) >= 45


@pytest.mark.parametrize(
    "number",
    [
        "988",  # a short number
        "112",
        "55501",  # for texts
        "9233#",
        "+1 512-277-3553 x 12",  # an extension
    ],
)
def test_what_people_dial_is_a_number(book: Rulebook, number: str) -> None:
    assert said(GOOD.replace("+1 512-277-3553", number), book) == []


@pytest.mark.parametrize("number", ["3919", "116 006", "+33 1 42 34 56 78"])
def test_short_numbers_of_another_country_are_numbers_there(book: Rulebook, number: str) -> None:
    """libphonenumber calls 116 006 invalid as a number and possible as a short one: both are asked."""
    area = "{country: US, regions: [TX], counties: [Travis], cities: [Austin]}"
    french = GOOD.replace(area, "{country: FR}").replace("+1 512-277-3553", number)
    assert said(french, book) == []


@given(
    st.text(alphabet="+0123456789 ()-#*xA", min_size=1, max_size=18),
    st.sampled_from(["US", "FR", "ZZ", "QQ"]),
)
def test_whatever_is_written_as_a_number_gets_a_sentence_or_passes(number: str, country: str) -> None:
    """The library raises for some; a volunteer gets a sentence."""
    sentence = what_is_wrong_with(number, country)
    assert number in sentence if sentence else is_doubtful(number, country) in (True, False)


def test_every_problem_is_told_at_once(book: Rulebook) -> None:
    broken = (
        GOOD.replace("+1 512-277-3553", "+1 512")
        .replace("[en, es]", "[xx]")
        .replace("2026-11-23", "2028-11-23")
    )
    assert len(said(broken, book)) >= 3


def test_a_service_nobody_can_reach_must_be_held(book: Rulebook) -> None:
    start, end = GOOD.index("    contacts:"), GOOD.index("    asks_status")
    unreachable = GOOD[:start] + GOOD[end:]
    assert said(unreachable, book) == [
        "4:3  nobody can reach this service: add a contact, or write hold: and the reason"
    ]
    assert said(unreachable.replace("    run_by:", "    hold: no contact yet\n    run_by:"), book) == []


def test_what_is_held_may_have_a_doubtful_number(book: Rulebook) -> None:
    held = GOOD.replace("+1 512-277-3553", "512 277 3553").replace(
        "    run_by:", "    hold: checking\n    run_by:"
    )
    (problem,) = read(held, book).problems
    assert problem.hint


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("en: Free legal advice at 1200 Main Street, Austin.", "looks like a street address"),
        ("en: A shelter at 12 rue de la Paix.", "looks like a street address"),
        ("en: A shelter at 30.2672, -97.7431.", "looks like coordinates"),
        ("en: A shelter across from the big church.", "describes where it is"),
    ],
)
def test_a_confidential_place_is_nowhere_in_its_file(book: Rulebook, where: str, what: str) -> None:
    """T7: what is not written cannot leak."""
    secret = GOOD.replace("    run_by:", "    location: confidential\n    run_by:")
    assert said(secret, book) == []
    problems = said(secret.replace("en: Free legal advice for anyone in Texas.", where), book)
    assert any(what in p and "also from the history" in p for p in problems), problems


def test_a_confidential_place_has_no_postal_address_and_no_map(book: Rulebook) -> None:
    secret = GOOD.replace("    run_by:", "    location: confidential\n    run_by:")
    mail = secret.replace(
        "channel: email\n        address: help@example.org", 'channel: mail\n        address: "x"'
    )
    assert any("is a postal address" in p for p in said(mail, book))
    site = secret.replace(
        "channel: email\n        address: help@example.org",
        "channel: website\n        url: https://maps.example.org/x",
    )
    assert any("link to a map" in p for p in said(site, book))


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_make_the_reader_raise(resources: Resources, raw: bytes) -> None:
    book = Rulebook(taxonomy=resources.taxonomy, gazetteer=resources.gazetteer, wording={}, today=TODAY)
    assert read(raw, book).problems


LINES = GOOD.splitlines(keepends=True)


@given(
    st.integers(0, len(LINES) - 1),
    st.sampled_from(
        ["", "\t", "- ", "? ", "*a ", "&a ", "!!int ", "'", '"', "[", "{", "]", ": ", "#", "%", "\x00", "é"]
    ),
    st.integers(0, 40),
    st.booleans(),
)
def test_a_slip_of_the_finger_is_a_problem_or_harmless(
    resources: Resources, line: int, slip: str, at: int, drop: bool
) -> None:
    """However a good file is damaged, the answer is a file or problems with lines, never a fault."""
    book = Rulebook(taxonomy=resources.taxonomy, gazetteer=resources.gazetteer, wording={}, today=TODAY)
    lines = list(LINES)
    lines[line] = "" if drop else lines[line][:at] + slip + lines[line][at:]
    file = read("".join(lines), book)
    assert file.services or file.problems
    assert all(1 <= p.line <= len(lines) + 1 and p.column >= 1 for p in file.problems)


@pytest.mark.parametrize("deep", ["[" * 99_000, "{a: " * 24_000, "- " * 49_000, "? " * 40_000])
def test_a_hundred_thousand_brackets_end_in_a_sentence(book: Rulebook, deep: str) -> None:
    """Composing such a file recurses in C and ends the process; reading its events does not."""
    assert read(deep, book).problems


def test_a_forbidden_word_needs_a_reason() -> None:
    problems: list = []
    wording = load_wording(ROOT / "resources" / "taxonomy" / "forbidden.yaml", problems)
    assert not problems and {"any", "en", "es", "fr"} <= wording.keys()
    assert all(one.because for phrases in wording.values() for one in phrases)
