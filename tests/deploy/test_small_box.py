"""The systemd unit: what it promises to whoever runs the bot on one small box."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from bot.cli.opening import WRONG_USE
from bot.cli.run import START_ME_AGAIN
from bot.messenger.application import STOP_SECONDS, STUCK_SECONDS
from bot.settings import CREDENTIALS, Settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "marigold.service"
LARGEST_EXPOSURE = 1.5
BEAT_SECONDS = 5.0

analyzing = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine"
)


def said(name: str) -> list[str]:
    """The values of a directive, in the order in which they stand."""
    return re.findall(rf"^{name}=(.*)$", UNIT.read_text("utf-8"), re.MULTILINE)


@analyzing
def test_systemd_calls_the_unit_hardened() -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager",
         f"--threshold={round(LARGEST_EXPOSURE * 10)}", str(UNIT)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"Overall exposure level for marigold\.service: ([0-9.]+)", done.stdout)
    assert found is not None, done.stderr
    assert float(found[1]) <= LARGEST_EXPOSURE and done.returncode == 0, done.stdout


@analyzing
def test_systemd_understands_every_line_of_the_unit() -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", str(UNIT)], capture_output=True, text=True, check=False
    )
    told = [line for line in done.stderr.splitlines() if "marigold.service" in line]
    assert [line for line in told if "is not executable" not in line] == [], done.stderr


def test_each_credential_comes_from_a_file_of_root_and_one_that_is_missing_is_empty() -> None:
    names = [f"BOT_{name.upper()}" for name in CREDENTIALS if name != "shared_url"]
    assert said("LoadCredential") == [f"{name}:/etc/marigold/{name}" for name in names]
    assert said("SetCredential") == [f"{name}:\\n" for name in names]


def test_no_secret_is_handed_over_in_the_environment() -> None:
    secrets = {f"BOT_{name.upper()}" for name in CREDENTIALS}
    example = (DEPLOY / "env.example").read_text("utf-8")
    lines = [*said("Environment"), *re.findall(r"^#?(BOT_\w+=.*)$", example, re.MULTILINE)]
    assert lines and not [line for line in lines for name in secrets if re.search(rf"\b{name}=", line)]


def test_what_a_new_start_can_heal_is_started_anew_and_a_wrong_setting_is_not() -> None:
    assert said("Restart") == ["always"] and said("StartLimitIntervalSec") == ["0"]
    assert said("RestartPreventExitStatus") == [str(WRONG_USE)]
    assert START_ME_AGAIN != WRONG_USE


def test_the_outer_watchdog_is_slower_than_the_pulse_and_faster_than_a_person_gives_up() -> None:
    assert said("Type") == ["notify"]
    (seconds,) = said("WatchdogSec")
    assert 4 * BEAT_SECONDS <= float(seconds) <= STUCK_SECONDS


def test_stopping_has_the_time_the_bot_takes_at_most() -> None:
    (seconds,) = said("TimeoutStopSec")
    assert float(seconds) > 3 * STOP_SECONDS


def test_reload_has_the_directory_read_again() -> None:
    assert said("ExecReload") == ["kill -HUP $MAINPID"]


def test_nothing_of_a_person_reaches_a_disk_by_way_of_a_crash_or_swap() -> None:
    assert said("LimitCORE") == ["0"] and said("MemorySwapMax") == ["0"] and said("MemoryMax")


KINDS = {".service", ".md", ".yaml", ".example", ".py", ".conf"}
FILES = sorted(p for p in DEPLOY.rglob("*") if p.suffix in KINDS or p.name == "Containerfile")


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(DEPLOY)))
def test_every_setting_that_is_named_exists(path: Path) -> None:
    known = {f"BOT_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"\bBOT_[A-Z_]+\b", path.read_text("utf-8"))) <= known


@pytest.mark.parametrize("name", ["requirements.txt", "sbom-requirements.txt"])
def test_every_library_is_one_version_with_hashes_and_names_no_registry(name: str) -> None:
    text = (DEPLOY / name).read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 20
    for entry in entries:
        assert re.match(r"[a-z0-9.-]+==[0-9][^ ]*( ; [^\\]+)? \\\n", entry), entry[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:80]
    assert "://" not in text
