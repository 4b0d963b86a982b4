"""Secrets as files: from systemd's LoadCredential=, a container's secret mount, a Kubernetes Secret."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from bot.settings import CREDENTIALS, Settings, UnreadableCredential, credentials
from hypothesis import given
from hypothesis import strategies as st

from tests.end_to_end.process import ROOT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"BOT_{name.upper()}", raising=False)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_secret_can_come_as_a_file(folder: Path) -> None:
    (folder / "BOT_TOKEN").write_text("12:abc\n")
    (folder / "BOT_SECRET").write_text("long and random\n")
    (folder / "BOT_WEBHOOK_SECRET").write_text("sign_1-2")
    settings = Settings()
    assert settings.token is not None and settings.token.get_secret_value() == "12:abc"
    assert settings.secret is not None and settings.secret.get_secret_value() == "long and random"
    assert settings.webhook_secret is not None and settings.webhook_secret.get_secret_value() == "sign_1-2"


def test_each_name_is_a_setting() -> None:
    assert set(CREDENTIALS) <= set(Settings.model_fields)


def test_a_turned_token_is_not_undone_by_an_old_line_elsewhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "BOT_TOKEN").write_text("12:new")
    (folder / ".env").write_text("BOT_TOKEN=12:older\nBOT_COUNTRY=fr\n")
    monkeypatch.setenv("BOT_TOKEN", "12:old")
    settings = Settings()
    assert settings.token is not None and settings.token.get_secret_value() == "12:new"
    assert settings.country == "FR"


@pytest.mark.parametrize("nothing", ["", "\n", "  \n"])
def test_an_empty_file_is_no_secret(folder: Path, monkeypatch: pytest.MonkeyPatch, nothing: str) -> None:
    """The unit gives BOT_SECRET an empty default, so that a box without one runs; it must not become a key."""
    (folder / "BOT_SECRET").write_text(nothing)
    assert Settings().secret is None
    monkeypatch.setenv("BOT_SECRET", "from the environment")
    secret = Settings().secret
    assert secret is not None and secret.get_secret_value() == "from the environment"


def test_a_secret_that_telegram_would_not_take_is_refused_from_a_file_too(folder: Path) -> None:
    (folder / "BOT_WEBHOOK_SECRET").write_text("with a space")
    with pytest.raises(ValueError, match="A-Z"):
        Settings()


@pytest.mark.parametrize("where", [None, "", "/nowhere/at/all", __file__])
def test_where_no_credentials_are_nothing_is_read(where: str | None) -> None:
    assert credentials(where) == {}


@given(st.binary(max_size=40))
def test_whatever_bytes_a_file_holds_are_its_text_or_one_error_without_them(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    folder = tmp_path_factory.mktemp("credentials")
    (folder / "BOT_SECRET").write_bytes(raw)
    try:
        found = credentials(str(folder))
    except UnreadableCredential as error:
        assert str(error).endswith("BOT_SECRET cannot be read (UnicodeDecodeError)")
        return
    text = raw.decode().replace("\r\n", "\n").replace("\r", "\n").strip()
    assert found == ({"secret": text} if text else {})


def test_a_credential_that_cannot_be_read_ends_with_one_sentence(folder: Path) -> None:
    (folder / "BOT_TOKEN").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 2
    assert done.stderr == f"The credential {folder / 'BOT_TOKEN'} cannot be read (IsADirectoryError).\n"


def test_no_printed_setting_shows_a_credential(folder: Path) -> None:
    """D3: a settings dump that is pasted into a bug report gives nothing away."""
    for name in ("TOKEN", "SECRET", "WEBHOOK_SECRET"):
        (folder / f"BOT_{name}").write_text("canary-of-a-credential")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "300"}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run", "--check"],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and "BOT_TOKEN" in done.stdout
    assert "canary" not in done.stdout + done.stderr
