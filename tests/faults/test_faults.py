"""A small part of every fault, each with the same promises as in `make faults`; and the page that tells of them."""

import re

import pytest

from tests.end_to_end.process import ROOT
from tests.faults import (
    clock,
    killing,
    report,
    stopping,
    telegram_trouble,
    updates,
    valkey_loss,
)
from tests.faults.__main__ import FAULTS, TELEGRAM, main
from tests.faults.finding import Finding, broken_promises
from tests.faults.telegram_trouble import Way

needs_server = pytest.mark.skipif(valkey_loss.PROGRAM is None, reason="no valkey-server or redis-server here")


def all_hold(findings: list[Finding]) -> None:
    assert findings
    missed = [f"{one.fault}: {one.came_out}" for one in findings if not one.holds]
    assert not missed, missed


async def test_killed_at_random_moments_no_button_is_dead() -> None:
    all_hold(
        await killing.killed_at_random_moments(
            conversations=10, at_once=10, moments=(0.25, 0.5), patience=1.0
        )
    )


async def test_updates_come_twice_and_in_the_wrong_order() -> None:
    all_hold(await updates.twice_and_in_the_wrong_order(count=15))


async def test_updates_that_telegram_would_never_send_hold_up_nobody() -> None:
    all_hold(await updates.poisoned(count=200, askers=5, ways=("polling",)))


async def test_the_clock_jumps_two_days_in_a_conversation() -> None:
    all_hold(await clock.set_while_running(("two days on", "to 1970")))


@needs_server
async def test_what_is_shared_is_lost_and_comes_back() -> None:
    all_hold(await valkey_loss.lost_and_back(askers=20))


async def test_told_to_stop_while_an_answer_hangs_it_ends_well() -> None:
    all_hold(await stopping.hanging())


async def test_calls_that_go_wrong_while_somebody_writes_and_while_the_bot_starts() -> None:
    ways = (Way(kind="reset", after=True),)
    cells, findings = await telegram_trouble.every_call_goes_wrong(ways)
    assert [f"{cell.method}, {cell.way}: {cell.came_out}" for cell in cells if not cell.holds] == []
    all_hold(findings)


# -- the suite itself ----------------------------------------------------------------------------------------


def test_the_page_names_every_fault_and_nothing_on_it_failed() -> None:
    text = report.PAGE.read_text("utf-8")
    assert "DID NOT HOLD" not in text
    for words in (
        "kill -9", "duplicated", "out of order", "poison", "clock jumps", "disk full", "SQLite locked",
        "SQLite corrupted", "Valkey lost", "Valkey back", "directory broken", "SIGTERM", "memory over many chats",
        "1,000 conversations", "20,000 people",
    ):  # fmt: skip
        assert words in text, words
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", text, re.MULTILINE)
    assert {method for method, _ in rows} >= {
        "sendMessage",
        "editMessageText",
        "deleteMessages",
        "getUpdates",
        "setWebhook",
    }
    assert all(row.count("|") == len(telegram_trouble.WAYS) - 1 for _, row in rows)


def test_a_fault_that_did_not_hold_is_seen_on_the_page_and_in_what_is_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    bad = Finding(fault="A", done="b", promised="c", came_out="d", holds=False)
    cell = telegram_trouble.Cell("getMe", telegram_trouble.WAYS[0], "nothing", False)
    assert report.page([bad], [cell], 60).count("DID NOT HOLD") == 2
    report.tell(bad)
    assert capsys.readouterr().out.startswith("DID NOT HOLD")


def test_a_traceback_or_a_secret_in_the_log_is_a_broken_promise() -> None:
    assert broken_promises(b"all is well", "token") == ()
    assert broken_promises(b"Traceback (most recent call last)", "token") == ("a traceback",)
    assert broken_promises(b"a token", "token") == ("'token' in the log",)


async def test_a_name_that_is_no_fault_ends_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert await main(["flood"]) == 2
    told = capsys.readouterr().err
    assert all(name in told for name in (TELEGRAM, *FAULTS))


def test_each_target_of_make_runs_what_its_name_says() -> None:
    lines = (ROOT / "Makefile").read_text("utf-8")
    assert "faults: .venv/.tests\n\t$(IN_VENV) -m tests.faults\n" in lines
    assert "planted: .venv/.tests\n\t$(IN_VENV) -m tests.safety --planted-faults\n" in lines
