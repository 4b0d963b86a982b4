"""Adding a language is two files and no code: a made-up one, from a copy of resources/, served by the real bot."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CODE = "eo"  # a language that no file of ours knows; what stands in it here is made up, not Esperanto
LEXICON = {
    "language": CODE,
    "reviewed_by": [],
    "words": [
        "mi",
        "bezonas",
        "estas",
        "kaj",
        "la",
        "advokaton",
        "volas",
        "morti",
        "saluton",
        "cxu",
        "vi",
        "homo",
    ],
    "needs": {"legal": {"ask": ["advokaton"]}},
    "danger": {"suicide": ["mi volas morti"]},
    "talk": {"greeting": ["saluton"]},
    "questions": {"are_you_human": ["cxu vi estas homo"]},
    "examples": [
        {"text": "mi bezonas advokaton", "needs": ["legal"]},
        {"text": "mi volas morti", "danger": "suicide"},
    ],
}


def marked(text: Any) -> Any:
    """English with a mark, so that whatever is said in the new language can be told from English."""
    return {form: f"[eo] {t}" for form, t in text.items()} if isinstance(text, dict) else f"[eo] {text}"


def _not_needed(folder: str, names: list[str]) -> list[str]:
    """English words and the places for all the world are enough here."""
    match Path(folder).name:
        case "lexicons":
            return [name for name in names if name != "en.yaml"]
        case "organizations":
            return [name for name in names if name not in ("world", "README.md")]
        case _:
            return []


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """resources/ and two files more."""
    copy = tmp_path_factory.mktemp("a new language") / "resources"
    shutil.copytree(ROOT / "resources", copy, ignore=_not_needed)
    english = yaml.load((copy / "messages" / "en.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    names = {
        kind: {code: f"[eo] {code}" for code in yaml.safe_load((copy / "taxonomy" / f"{kind}.yaml").open())}
        for kind in ("needs", "people", "refusals")
    }
    messages = {**{key: marked(text) for key, text in english.items()}, "names": names}
    for folder, data in (("messages", messages), ("lexicons", LEXICON)):
        written = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
        (copy / folder / f"{CODE}.yaml").write_text(written, encoding="utf-8")
    return copy


def bot(resources: Path, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env={**os.environ, "BOT_RESOURCES": str(resources), "XDG_CACHE_HOME": str(resources.parent)},
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_check_finds_nothing_wrong_with_it(resources: Path) -> None:
    checked = bot(resources, "directory", "check")
    assert checked.returncode == 0, checked.stdout
    assert "0 problem(s)" in checked.stderr


def test_the_bot_understands_and_answers_in_it(resources: Path) -> None:
    rows = [
        {"id": "need", "text": "saluton mi bezonas advokaton"},
        {"id": "danger", "text": "mi volas morti"},
        {"id": "question", "text": "cxu vi estas homo"},
    ]
    ran = bot(resources, "ask", "--json", "--batch", "-", said="\n".join(map(json.dumps, rows)))
    assert ran.returncode == 0, ran.stderr
    need, danger, question = map(json.loads, ran.stdout.splitlines())
    assert need["language"] == CODE
    assert [n["code"] for n in need["needs"]] == ["legal"]
    assert "[eo] You are looking for: [eo] legal" in "\n".join(need["reply"])
    assert danger["danger"] == "suicide"
    assert danger["reply"][0].startswith("[eo] This first")
    assert "[eo] No, I am a program." in "\n".join(question["reply"])


def test_it_can_be_chosen_by_hand(resources: Path) -> None:
    turns = {"id": "x", "turns": ["hello", "tap:Language", "tap:Esperanto"]}
    ran = bot(resources, "ask", "--json", "--batch", "-", said=json.dumps(turns))
    last = json.loads(ran.stdout)["turns"][-1]
    assert "[eo] Here are some things" in "\n".join(last["screen"])


def test_what_it_still_lacks_is_told(resources: Path, tmp_path: Path) -> None:
    copy = tmp_path / "resources"
    shutil.copytree(resources, copy)
    path = copy / "messages" / f"{CODE}.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    del data["welcome"], data["names"]
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    checked = bot(copy, "directory", "check")
    assert checked.returncode == 1
    assert "`welcome` is missing; en.yaml has it" in checked.stdout
    assert "write names: with needs: and a name for each code" in checked.stdout
