"""The house stands as drawn: import rules, types, style, one map."""

import re
import subprocess
import sys
from pathlib import Path

import bot
import pytest
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
TOOL = Path(sys.executable).parent


def run(*command: str) -> str:
    done = subprocess.run(
        [str(TOOL / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_arrows_point_inwards_and_the_core_touches_nothing() -> None:
    """A core that cannot import logging cannot log what people write."""
    out = run("lint-imports")
    assert "2 kept, 0 broken" in out


@pytest.mark.parametrize(
    "command", [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",)], ids=str
)
def test_types_and_style_hold(command: tuple[str, ...]) -> None:
    run(*command)


def test_the_map_names_every_package_and_nothing_else() -> None:
    folders = {p.name for p in (ROOT / "bot").iterdir() if (p / "__init__.py").exists()}
    modules = {p.stem for p in (ROOT / "bot").glob("[a-z]*.py")}
    drawn = set(re.findall(r"^(\w+)  +", bot.__doc__ or "", re.MULTILINE))
    assert drawn == folders | modules
    assert len(drawn) >= 11


def test_every_setting_has_a_row_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    names = [f"BOT_{name.upper()}" for name in Settings.model_fields]
    assert len(names) == 14
    missing = [name for name in names if f"| `{name}`" not in text]
    assert not missing


def test_nothing_in_the_repository_names_a_machine_or_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    files = [
        ROOT / name
        for name in listed
        if name and (ROOT / name).suffix in (".py", ".md", ".toml", ".yaml", ".yml", "")
    ]
    if len(files) < 50:
        pytest.skip("not a git checkout")
    telling = re.compile(r"/work/(main|shared)|/root/|index-url|pypi\.org/simple")
    for path in files:
        if path.is_file() and path != Path(__file__):
            assert not telling.search(path.read_text(encoding="utf-8")), path
