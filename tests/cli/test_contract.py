"""The commands and their JSON: other programs read them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bot.cli.ask import Talk, answer_line
from bot.conversation.knowledge import Knowledge

from tests.builders import NOON

ROOT = Path(__file__).resolve().parents[2]
FIELDS = {
    "id", "language", "needs", "people", "contexts", "refusals", "place", "danger", "helping_someone",
    "question", "matches", "reply", "buttons", "ms",
}  # fmt: skip


def bot(*arguments: str, feed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=feed, capture_output=True, text=True, cwd=ROOT, env={**clean, **environment}, timeout=90, check=False,
    )  # fmt: skip


def ask(knowledge: Knowledge, **row: object) -> dict[str, object]:
    return answer_line(json.dumps(row), knowledge, NOON)


def test_an_answer_has_exactly_the_fields_of_the_contract(knowledge: Knowledge) -> None:
    answer = ask(knowledge, id="x", text="mi patrón me toca y no tengo papeles, Houston")
    assert set(answer) == FIELDS
    assert answer["language"] == "es"
    assert answer["place"] == {
        "country": "US",
        "region": "TX",
        "city": "Houston",
        "postal_code": None,
        "confidence": 0.9,
    }
    needs = answer["needs"]
    assert isinstance(needs, list) and set(needs[0]) == {"code", "confidence", "because"}
    matches = answer["matches"]
    assert isinstance(matches, list)
    assert set(matches[0]) == {"id", "name", "score", "run_by", "reasons", "cautions", "contacts"}
    assert set(matches[0]["contacts"][0]) == {"channel", "value", "open"}
    assert matches[0]["contacts"][0]["open"] in ("yes", "no", "unknown")


def test_a_place_that_was_not_named_is_null(knowledge: Knowledge) -> None:
    assert ask(knowledge, id=1, text="necesito una abogada")["place"] is None


def test_what_is_not_ours_on_a_line_is_passed_through(knowledge: Knowledge) -> None:
    assert ask(knowledge, id=1, text="hi", label="gold", n=3)["in"] == {"label": "gold", "n": 3}


def test_a_dialogue_has_one_answer_a_turn_and_what_is_on_the_screen(knowledge: Knowledge) -> None:
    answer = ask(knowledge, id="d", turns=["I need a lawyer", "austin", "tap:narrow it", "tap:only free"])
    turns = answer["turns"]
    assert isinstance(turns, list) and len(turns) == 4
    assert all("screen" in turn for turn in turns)
    assert turns[0]["question"] == "place" and turns[1]["place"]["city"] == "Austin"
    assert [n["code"] for n in turns[3]["needs"]] == ["legal"], "what is believed of the conversation so far"
    assert len(turns[3]["screen"]) == len(turns[1]["screen"]), "a tap edits in place"
    assert any("free · Austin, TX" in text for text in turns[3]["screen"])


def test_clearing_in_a_dialogue_leaves_one_message(knowledge: Knowledge) -> None:
    answer = ask(knowledge, id="d", turns=["I need a lawyer in Austin", "tap:clear"])
    turns = answer["turns"]
    assert isinstance(turns, list) and len(turns[1]["screen"]) == 1


def test_a_label_that_is_not_there_is_answered_like_an_old_button(knowledge: Knowledge) -> None:
    talk = Talk(knowledge, NOON, None)
    talk.hear("I need a lawyer in Austin")
    assert "This menu is from before" in talk.hear("tap:no such label")["reply"][0]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"id": 3}', "write"),
        ('{"id": 3, "text": 5}', "write"),
        ('{"id": 3, "turns": []}', "list of messages"),
        ('{"id": 3, "text": "x", "now": "noon"}', "must be a time"),
        ('{"id": 3, "text": "x", "now": "2026-11-24T12:00:00"}', "time zone"),
        ('{"id": 3, "text": "x", "country": 5}', "must be text"),
    ],
)
def test_a_bad_line_gets_a_sentence_and_the_batch_goes_on(
    knowledge: Knowledge, line: str, error: str
) -> None:
    answer = answer_line(line, knowledge, NOON)
    assert set(answer) == {"id", "error"} and error in str(answer["error"])


def test_the_country_of_a_line_decides_between_namesakes(knowledge: Knowledge) -> None:
    place = ask(knowledge, id=1, text="I am in Georgia", country="US")["place"]
    assert isinstance(place, dict) and place["region"] == "GA"


def test_batch_chat_and_check_from_the_shell() -> None:
    """One real process each: a pipe in, answers out, exit codes as promised."""
    lines = '{"id": 1, "text": "need lawyer no papers, Austin"}\nnonsense\n'
    batch = bot("ask", "--json", "--batch", "-", feed=lines)
    first, second = map(json.loads, batch.stdout.splitlines())
    assert first["id"] == 1 and first["matches"] and "error" in second and batch.returncode == 0
    chat = bot("chat", "--now", "2026-11-23T12:00:00+00:00", feed="need lawyer no papers, Austin")
    assert (
        "You are looking for: a lawyer or legal advice · help with immigration · status-safe · Austin, TX"
        in chat.stdout
    )
    assert bot("directory", "check").returncode == 0
    assert bot("directory", "show", "us/national/rainn#hotline", "--language", "es").stdout.startswith(
        "National Sexual"
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (("ask",), {}, "Write one message in quotes"),
        (("ask", "--batch", "/nowhere"), {}, "cannot be read"),
        (("chat", "--now", "noon"), {}, "is not a time"),
        (("chat",), {"BOT_RESOURCES": "/nowhere"}, "is BOT_RESOURCES right?"),
        (("chat",), {"BOT_COUNTRY": "Texas"}, "write two letters"),
        (("run",), {"BOT_API_BASE": "example.org"}, "up to and including /bot"),
        (("run",), {"BOT_WEBHOOK_URL": "https://example.org"}, "needs BOT_WEBHOOK_SECRET"),
        (("directory", "show", "nothing#here"), {}, "There is no service"),
    ],
)
def test_wrong_use_is_one_sentence_without_a_traceback(
    arguments: tuple[str, ...], environment: dict[str, str], sentence: str
) -> None:
    done = bot(*arguments, **environment)
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert done.returncode in (1, 2)


def test_settings_are_printed_with_secrets_hidden() -> None:
    """D3: a settings dump that is pasted into a bug report gives nothing away."""
    done = bot("run", "--check", BOT_TOKEN="123456:secretsecret", BOT_SECRET="hush")
    assert "BOT_TOKEN" in done.stdout
    assert "secretsecret" not in done.stdout and "hush" not in done.stdout


def test_the_directory_is_built_into_one_file_that_answers_the_same(tmp_path: Path) -> None:
    file = tmp_path / "all.snapshot"
    assert bot("directory", "build", "--out", str(file)).returncode == 0
    line = '{"id": 1, "text": "need lawyer no papers, Austin"}\n'
    at_noon = ("--now", "2026-11-23T12:00:00+00:00")
    one = bot("ask", "--json", "--batch", "-", *at_noon, feed=line)
    other = bot("ask", "--json", "--batch", "-", *at_noon, feed=line, BOT_SNAPSHOT=str(file))
    said, said_too = ({**json.loads(done.stdout), "ms": 0} for done in (one, other))
    assert said["matches"] and said == said_too


def test_a_directory_with_a_problem_is_not_built(tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "resources", tmp_path / "resources", ignore=shutil.ignore_patterns("organizations")
    )
    (tmp_path / "resources" / "organizations").mkdir()
    (tmp_path / "resources" / "organizations" / "broken.yaml").write_text("name: x\n")
    file = tmp_path / "all.snapshot"
    file.write_text("the last good one")
    done = bot("directory", "build", "--out", str(file), BOT_RESOURCES=str(tmp_path / "resources"))
    assert done.returncode == 1 and "broken.yaml:1" in done.stderr and "Nothing is written" in done.stderr
    assert file.read_text() == "the last good one"


def test_a_broken_snapshot_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "half.snapshot").write_bytes(b"marigold-snapshot 1 little\n12")
    done = bot("chat", BOT_SNAPSHOT=str(tmp_path / "half.snapshot"))
    assert done.returncode == 2 and "make it anew: bot directory build" in done.stderr
    assert len(done.stderr.splitlines()) == 1
