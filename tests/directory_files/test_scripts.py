"""The words of the call scripts: the same in every language, and problems say where."""

from pathlib import Path

import pytest
from bot.directory_files.problems import Problem
from bot.directory_files.readability import is_hard_to_read, longest_sentence
from bot.directory_files.scripts import Scripts, load_scripts
from bot.directory_files.wording import MOST_WORDS, forbidden_in, load_wording
from bot.matching.freshness import CLAIMS
from bot.model.directory import Channel, Cost
from bot.upkeep.round.calling import Line, Timing
from bot.upkeep.round.due import Because, claims_of

from tests.builders import a_service
from tests.conftest import ROOT

ENGLISH = """\
hello:
  who: "Hello, I am a volunteer."
ask:
  held: "Do you still offer {name}?"
"""


def read(folder: Path, **files: str) -> tuple[Scripts, list[str]]:
    """What is read from these files, and every problem as a volunteer sees it."""
    for language, text in files.items():
        (folder / f"{language}.yaml").write_text(text, encoding="utf-8")
    problems: list[Problem] = []
    scripts = load_scripts(folder, problems)
    return scripts, [str(p) for p in problems]


def the_real_ones() -> Scripts:
    problems: list[Problem] = []
    scripts = load_scripts(ROOT / "resources" / "scripts", problems)
    assert not problems, problems
    return scripts


# -- the reader ---------------------------------------------------------------------------------------------


def test_words_are_found_by_their_route_and_filled_in(tmp_path: Path) -> None:
    scripts, problems = read(tmp_path, en=ENGLISH)
    assert problems == []
    assert scripts.say("en", "ask.held", name="the line") == "Do you still offer the line?"


def test_a_language_nobody_wrote_is_said_in_english(tmp_path: Path) -> None:
    scripts, _ = read(tmp_path, en=ENGLISH)
    assert scripts.say("pl", "hello.who") == "Hello, I am a volunteer."


def test_a_key_that_a_language_lacks_is_a_problem_at_its_part(tmp_path: Path) -> None:
    _, problems = read(
        tmp_path, en=ENGLISH, es='hello:\n  who: "Buenos días."\nask:\n  cost: "¿Cuánto cuesta?"\n'
    )
    assert "scripts/es.yaml:3:1  `ask.held` is missing; en.yaml has it" in problems
    assert "scripts/es.yaml:4:3  `ask.cost` is not in en.yaml; remove it or mend its name" in problems
    assert len(problems) == 2


def test_a_placeholder_that_was_translated_too_is_a_problem(tmp_path: Path) -> None:
    wrong = ENGLISH.replace("{name}", "{nom}")
    _, problems = read(tmp_path, en=ENGLISH, fr=wrong)
    assert problems == ["scripts/fr.yaml:4:3  `ask.held` must use these placeholders: {name}"]


@pytest.mark.parametrize("nothing", ['""', "[]", "{}", '["a", "b"]'])
def test_what_is_no_sentence_is_a_problem_where_it_stands(tmp_path: Path, nothing: str) -> None:
    wrong = ENGLISH.replace('"Hello, I am a volunteer."', nothing)
    _, problems = read(tmp_path, en=ENGLISH, pt=wrong)
    assert "scripts/pt.yaml:2:3  `hello.who` must be a sentence, or names with sentences" in problems


def test_a_file_that_is_a_list_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    _, problems = read(tmp_path, en=ENGLISH, es="- hola\n")
    assert "scripts/es.yaml:1:1  `the file` must be a sentence, or names with sentences" in problems


def test_a_file_that_is_no_yaml_says_its_line(tmp_path: Path) -> None:
    scripts, problems = read(tmp_path, en=ENGLISH, es='hello:\n\twho: "Hola."\n')
    assert problems[0].startswith("scripts/es.yaml:2:")
    assert scripts.languages == ("en",)


def test_a_key_written_twice_is_refused(tmp_path: Path) -> None:
    _, problems = read(tmp_path, en=ENGLISH + "hello:\n  who: again\n")
    assert any("`hello` stands here twice; the first is on line 1" in p for p in problems)


def test_without_english_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    scripts, problems = read(tmp_path, es=ENGLISH)
    assert problems == ["scripts/en.yaml:1:1  is missing or empty"]
    assert scripts.languages == ()


def test_names_of_a_part_come_in_the_order_of_the_english_file(tmp_path: Path) -> None:
    scripts, _ = read(tmp_path, en='ask: {b: "B?", a: "A?"}\nreply: {who: {they: "Who?", you: "Me."}}\n')
    assert scripts.names_in("ask") == ("b", "a")
    assert scripts.names_in("reply") == ("who",)


# -- the words we ship --------------------------------------------------------------------------------------


def test_the_four_languages_are_complete() -> None:
    scripts = the_real_ones()
    assert set(scripts.languages) >= {"en", "es", "fr", "pt"}
    assert len({frozenset(texts) for texts in scripts.by_language.values()}) == 1


def test_every_claim_has_its_question_and_its_name() -> None:
    """A claim without a question would be due for ever."""
    scripts = the_real_ones()
    everything = a_service(anonymous="yes", interpreters="yes", address="1 Example Street", location="public")
    asked = set(claims_of(everything))
    assert len(asked) == 12 and asked <= set(CLAIMS)
    assert {"held", "ends"} | asked <= set(scripts.names_in("ask"))
    assert asked <= set(scripts.names_in("claim"))


def test_every_value_the_program_can_have_has_its_words() -> None:
    scripts = the_real_ones()
    assert {r.value for r in Because} <= set(scripts.names_in("why"))
    assert {line.value for line in Line} <= set(scripts.names_in("about"))
    assert {timing.value for timing in Timing} <= set(scripts.names_in("hour"))
    assert {channel.value for channel in Channel} <= set(scripts.names_in("channel"))
    assert {cost.value for cost in Cost} <= set(scripts.names_in("have"))


def test_the_words_are_plain_and_hold_nothing_that_is_never_said() -> None:
    """W1, W2: they are read aloud by people of all ages to people with no time."""
    wording = load_wording(ROOT / "resources" / "taxonomy" / "forbidden.yaml", [])
    seen = 0
    for language, texts in the_real_ones().by_language.items():
        for key, text in texts.items():
            seen += 1
            assert not list(forbidden_in(text, language, wording)), (language, key)
            assert longest_sentence(text) <= MOST_WORDS, (language, key)
            if len(text.split()) > 6 and not key.startswith("labels."):
                assert not is_hard_to_read(text, language), (language, key)
    assert seen > 400, "few words: has the folder moved?"


@pytest.mark.parametrize(
    ("language", "too_familiar"),
    [
        ("es", r"\b(tú|te|tu|tus|tienes|puedes|quieres|sabes|vosotros|os)\b"),
        ("fr", r"\b(tu|te|toi|ton|ta|tes)\b"),
        ("pt", r"\b(tu|te|teu|tua|contigo)\b"),
    ],
)
def test_strangers_at_an_office_are_spoken_to_politely(language: str, too_familiar: str) -> None:
    import re

    scripts = the_real_ones()
    spoken = [
        text
        for key, text in scripts.by_language[language].items()
        if key.split(".")[0] in ("hello", "ask", "thanks") or (key.startswith("reply.") and text[0] != "(")
    ]
    assert len(spoken) >= 30
    assert not [text for text in spoken if re.search(too_familiar, text, re.IGNORECASE)]
