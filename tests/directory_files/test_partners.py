"""resources/partners/: who hands out links, checked like everything else."""

from pathlib import Path

import pytest
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.partners import load_partners
from bot.directory_files.problems import Problem
from bot.directory_files.rulebook import read_rulebook
from bot.directory_files.rules import Rulebook
from bot.model.links import ListedPartner

from tests.builders import NOON
from tests.conftest import ROOT

GOOD = "name: Casa X\nnumber: 1\nwebsite: https://example.org\nsince: 2026-11-20\n"


@pytest.fixture(scope="module")
def rules() -> Rulebook:
    return read_rulebook(ROOT / "resources", NOON.date(), [], compiled_cache())


def read(folder: Path, rules: Rulebook, **files: str) -> tuple[tuple[ListedPartner, ...], list[Problem]]:
    (folder / "partners").mkdir()
    for name, text in files.items():
        (folder / "partners" / f"{name}.yaml").write_text(text, encoding="utf-8")
    problems: list[Problem] = []
    return load_partners(folder, rules, problems), problems


def test_a_partner_is_a_file_and_its_name_is_its_code(tmp_path: Path, rules: Rulebook) -> None:
    (casa,), problems = read(tmp_path, rules, **{"casa-x": GOOD})
    assert (casa.code, casa.partner.name, casa.partner.number, problems) == ("casa-x", "Casa X", 1, [])


def test_without_the_folder_there_is_none(tmp_path: Path, rules: Rulebook) -> None:
    problems: list[Problem] = []
    assert load_partners(tmp_path, rules, problems) == ()
    assert problems == []


def test_two_of_one_number_cannot_both_be_served(tmp_path: Path, rules: Rulebook) -> None:
    """A poster that hangs somewhere would name the other one."""
    found, problems = read(tmp_path, rules, one=GOOD, two=GOOD)
    assert [one.code for one in found] == ["one"]
    assert str(problems[0]).startswith("partners/two.yaml:2:1  1 is the number of one")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("name: Casa <b>X</b>", "no part of a name"),
        ("name: Casa X https://x.example", "no part of a name"),
        ("name: write @casa", "no part of a name"),
        ("name: Casa \u202eX", "no part of a name"),
        ("name: " + "Casa " * 20, "name"),
        ("name: C", "name"),
        ("number: 0", "number"),
        ("number: 99999", "number"),
        ("number: many", "number"),
        ("since: soon", "since"),
        ("since: 2030-01-01", "in the future"),
        ("website: example.org", "website"),
        ("mood: good", "`mood:` is not a field here"),
    ],
)
def test_what_is_wrong_in_it_is_told_with_its_line(
    tmp_path: Path, rules: Rulebook, change: str, words: str
) -> None:
    field = change.split(":")[0]
    lines = [line for line in GOOD.splitlines() if not line.startswith(f"{field}:")]
    _, problems = read(tmp_path, rules, casa="\n".join([*lines, change]) + "\n")
    assert problems and words in str(problems[0])


@pytest.mark.parametrize("name", ["Casa Ñandú 🌼", "دار الأمل", "女性之家", "O'Brien & Sons"])
def test_names_of_all_alphabets_are_names(tmp_path: Path, rules: Rulebook, name: str) -> None:
    (one,), problems = read(tmp_path, rules, casa=GOOD.replace("Casa X", f'"{name}"'))
    assert (one.partner.name, problems) == (name, [])


def test_the_partners_of_the_directory_are_sound(rules: Rulebook) -> None:
    problems: list[Problem] = []
    load_partners(ROOT / "resources", rules, problems)
    assert problems == []
