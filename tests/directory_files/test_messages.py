"""Every sentence in every language: the same keys, the same placeholders, every plural form there is."""

import shutil
from pathlib import Path

import pytest
from bot.conversation.screens import time_of
from bot.conversation.speak import plain, speak_value
from bot.directory_files.messages import load_messages
from bot.directory_files.problems import Problem
from bot.model.messages import Messages

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "resources" / "messages", tmp_path / "messages")
    return tmp_path / "messages"


def told(folder: Path, file: str, old: str, new: str) -> list[str]:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    problems: list[Problem] = []
    load_messages(folder, problems)
    return [str(problem) for problem in problems]


def test_the_shipped_messages_have_no_problem(folder: Path) -> None:
    problems: list[Problem] = []
    load_messages(folder, problems)
    assert problems == []


def test_a_plural_form_that_the_language_has_is_missed(folder: Path) -> None:
    """Russian has four; with two, '2 minutes' would be said wrongly."""
    (problem,) = told(folder, "ru.yaml", 'few: "{number} минуты", ', "")
    assert "`time_minutes` has no few: form; this language has one" in problem


def test_a_placeholder_that_is_lost_is_told(folder: Path) -> None:
    (problem,) = told(folder, "fr.yaml", "pendant {time}. Cela", "pendant longtemps. Cela")
    assert "`privacy_kept` must use these placeholders: {time}" in problem


def test_a_key_that_no_other_language_has_is_told(folder: Path) -> None:
    (problem,) = told(folder, "es.yaml", "talk_skip:", "talk_skipp: x\ntalk_skip:")
    assert "`talk_skipp` is not in en.yaml" in problem


@pytest.mark.parametrize(
    ("language", "minutes", "said"),
    [
        ("en", 60, "1 hour"),
        ("en", 15, "15 minutes"),
        ("es", 60, "1 hora"),
        ("fr", 1440, "24 heures"),
        ("ru", 5, "5 минут"),
        ("ru", 22, "22 минуты"),
        ("ru", 60, "1 час"),
        ("ar", 5, "5 دقائق"),
        ("ar", 30, "30 دقيقة"),
        ("ht", 15, "15 minit"),
        ("ko", 15, "15분"),
    ],
)
def test_a_time_is_said_by_the_plural_rules_of_its_language(
    folder: Path, language: str, minutes: int, said: str
) -> None:
    messages: Messages = load_messages(folder, []).messages
    assert plain(speak_value(time_of(minutes), messages, language)) == said
