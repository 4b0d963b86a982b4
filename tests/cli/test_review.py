"""Which strings a native reader has signed: by the hash of their words, so that a change unsigns them."""

import shutil
from pathlib import Path

import pytest
import yaml
from bot.cli import app
from bot.conversation.turn import take_turn
from bot.directory_files.messages import load_messages
from bot.directory_files.problems import Problem
from bot.directory_files.review import hash_of, load_signatures, standing, strings_in
from bot.model.events import Asked
from typer.testing import CliRunner

from tests.builders import NOON
from tests.conftest import Conversation

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "messages"
    shutil.copytree(ROOT / "resources" / "messages", folder)
    (folder / "REVIEW.yaml").unlink()
    monkeypatch.setenv("BOT_RESOURCES", str(tmp_path))
    return folder


def review(*arguments: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["directory", "review", *arguments, "--now", "2026-12-01T12:00:00+00:00"])
    return ran.exit_code, ran.output


def read(folder: Path, language: str) -> tuple[int, int, list[Problem]]:
    problems: list[Problem] = []
    signed, total = load_messages(folder, problems).messages.signed[language]
    return signed, total, problems


def test_nothing_is_signed_before_somebody_signs(messages: Path) -> None:
    code, said = review()
    assert code == 0
    assert all(language in said for language in ("en", "es", "fr", "ht", "zh"))
    assert read(messages, "es")[0] == 0


def test_a_signed_string_counts_until_its_words_change(messages: Path) -> None:
    code, said = review("es", "--sign", "welcome", "--sign", "danger_now", "--by", "M. R.")
    assert code == 0
    assert "2 of " in said
    assert read(messages, "es")[0] == 2
    path = messages / "es.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('welcome: "Hola', 'welcome: "Hola,'), "utf-8")
    signed, _, problems = read(messages, "es")
    assert signed == 1
    (hint,) = problems
    assert hint.hint
    assert "`welcome` changed since M. R. signed it" in hint.message


def test_a_changed_string_stops_no_command(messages: Path) -> None:
    """It is a hint: whoever signs the next one is not sent away for it."""
    review("es", "--sign", "welcome", "--by", "M. R.")
    path = messages / "es.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('welcome: "Hola', 'welcome: "Hola,'), "utf-8")
    code, said = review("es", "--sign", "talk_yes", "--by", "M. R.")
    assert code == 0
    assert "welcome  (changed since it was signed)" in said
    assert "1 of " in said


def test_names_of_needs_are_signed_like_sentences(messages: Path) -> None:
    review("pt", "--sign", "names.needs.legal", "--by", "A.")
    assert read(messages, "pt")[0] == 1


def test_all_strings_of_a_language_can_be_signed_at_once(messages: Path) -> None:
    review("fr", "--sign", "all", "--by", "C. D.")
    signed, total, problems = read(messages, "fr")
    assert signed == total > 200
    assert problems == []


def test_nobody_signs_without_a_name_or_what_is_not_there(messages: Path) -> None:
    for arguments in (("es", "--sign", "welcome"), ("es", "--sign", "no_such_key", "--by", "M.")):
        code, said = review(*arguments)
        assert code == 2
        assert "Nothing was signed." in said
    assert not (messages / "REVIEW.yaml").exists()


def test_a_broken_file_of_signatures_is_told_with_its_line(messages: Path) -> None:
    (messages / "REVIEW.yaml").write_text("es:\n  - {key: welcome, hash: xyz, by: M, on: 2026-12-01}\n")
    problems: list[Problem] = []
    load_signatures(messages, problems)
    assert problems[0].line == 2


def test_what_is_signed_is_written_in_a_stable_order(messages: Path) -> None:
    review("es", "--sign", "welcome", "--by", "M.")
    review("es", "--sign", "danger_now", "--by", "M.")
    written = yaml.safe_load((messages / "REVIEW.yaml").read_text(encoding="utf-8"))
    assert [entry["key"] for entry in written["es"]] == ["danger_now", "welcome"]


def test_the_same_words_have_the_same_hash_and_others_another() -> None:
    assert hash_of("Hola") == hash_of("Hola") != hash_of("Hola.")
    assert hash_of({"one": "a", "other": "b"}) != hash_of({"one": "a", "other": "c"})


def test_privacy_says_how_much_a_native_reader_has_signed(messages: Path, conversation: Conversation) -> None:
    from dataclasses import replace

    for signed, said in (
        ((0, 9), "No native reader has signed them yet"),
        ((4, 9), "have signed 4 of 9 texts"),
        ((9, 9), None),
    ):
        known = replace(conversation.knowledge.messages, signed={"en": signed})
        conversation.knowledge = replace(conversation.knowledge, messages=known)
        conversation._hears(Asked(command="privacy"))
        if said:
            conversation.bot_says(said)
        else:
            conversation.bot_does_not_say("machine help")
    assert take_turn(Asked(command="privacy"), None, conversation.knowledge, NOON)


def test_every_string_is_counted(messages: Path) -> None:
    files = load_messages(messages, [])
    one = standing(files.documents["pt"], ())
    assert one.total == len(strings_in(files.documents["pt"])) > 300
