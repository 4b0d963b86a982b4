"""After the word lists were compiled the bot begins anew, once, as it was begun."""

import sys
from pathlib import Path

import pytest
from bot.cli.beginning_anew import BEGUN_ANEW, begin_anew_if
from bot.directory_files.compiled import CompiledCache

begins = pytest.mark.skipif(sys.platform == "win32", reason="there a new program has another number")


class Heard:
    """Stands where this program would end."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, list[str], dict[str, str]]] = []

    def __call__(self, program: str, command: list[str], environment: dict[str, str]) -> None:
        self.calls.append((program, command, environment))


@begins
def test_it_begins_with_the_same_command_and_the_environment_it_had() -> None:
    """The service manager's address too, which the bot takes out of its own environment."""
    heard = Heard()
    begin_anew_if(True, {"NOTIFY_SOCKET": "@here"}, heard)
    ((program, command, environment),) = heard.calls
    assert (program, command) == (sys.executable, sys.orig_argv)
    assert environment == {"NOTIFY_SOCKET": "@here", BEGUN_ANEW: "1"}


@begins
def test_once_is_enough() -> None:
    heard = Heard()
    begin_anew_if(True, {"NOTIFY_SOCKET": "@here"}, heard)
    begin_anew_if(True, heard.calls[0][2], heard)
    assert len(heard.calls) == 1


def test_what_only_had_to_be_loaded_is_served_at_once() -> None:
    heard = Heard()
    begin_anew_if(False, {}, heard)
    assert not heard.calls


def test_what_could_not_be_kept_is_no_reason(tmp_path: Path) -> None:
    """The next process would compile it again, and take as much."""
    cache = CompiledCache(tmp_path)
    assert cache.get_or_compile("lexicons", "now", lambda: [1]) == [1]
    assert cache.kept_anew == {"lexicons"}
    (tmp_path / "file").write_text("x", "utf-8")
    for folder in (None, tmp_path / "file"):
        nowhere = CompiledCache(folder)
        assert nowhere.get_or_compile("lexicons", "now", lambda: [1]) == [1]
        assert nowhere.kept_anew == set()
