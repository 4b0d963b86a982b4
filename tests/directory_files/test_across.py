"""What only shows when files lie side by side, and what the whole check says."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bot.directory_files.across import across_problems
from bot.directory_files.schema import schema_text

from tests.builders import a_service, listed
from tests.conftest import ROOT
from tests.directory_files.test_rules import GOOD


def hints(*services: object) -> list[str]:
    return [str(p) for p in across_problems(services)]  # type: ignore[arg-type]


def voice(number: str) -> list[dict[str, str]]:
    return [{"channel": "voice", "number": number}]


def test_two_organizations_with_one_number_are_pointed_out() -> None:
    one = listed(a_service(contacts=voice("+1 512-555-0100")), "us/tx/one")
    other = listed(a_service(name="Else", contacts=voice("+1 (512) 555 0100")), "us/tx/quite-another-place")
    assert hints(one, other) == [
        "organizations/us/tx/quite-another-place.yaml:1:1  hint: `+1 (512) 555 0100` is also the number of "
        "us/tx/one: one organization, or one wrong number?"
    ]


def test_short_numbers_are_shared_by_many_and_say_nothing() -> None:
    one = listed(a_service(contacts=voice("988")), "us/tx/one")
    other = listed(a_service(contacts=voice("988")), "us/tx/quite-another-place")
    assert hints(one, other) == []


def test_nearly_the_same_name_in_one_state_is_pointed_out() -> None:
    one = listed(a_service(), "us/tx/austin-womens-center")
    other = listed(a_service(contacts=voice("+1 512-555-0177")), "us/tx/austin-womens-centers")
    far = listed(
        a_service(area={"country": "US", "regions": ["CA"]}, contacts=voice("+1 512-555-0178")),
        "us/ca/austin-womens-center",
    )
    (hint,) = hints(one, other, far)
    assert "is nearly the name of us/tx/austin-womens-center" in hint


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """resources/ with two good organizations."""
    for part in ("taxonomy", "lexicons", "messages", "emergency", "places"):
        shutil.copytree(ROOT / "resources" / part, tmp_path / part)
    home = tmp_path / "organizations" / "us" / "tx"
    home.mkdir(parents=True)
    (home / "good.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "directory", "check", *arguments],
        env={**os.environ, "BOT_RESOURCES": str(folder)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_good_directory_ends_well(folder: Path) -> None:
    done = check(folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert "1 services in 1 files read, 0 problem(s)" in done.stderr


def test_all_problems_at_once_for_people_for_programs_and_on_the_changed_line(folder: Path) -> None:
    bad = folder / "organizations" / "us" / "tx" / "bad.yaml"
    bad.write_text(GOOD.replace("[legal,", "[legl,").replace("[en, es]", "[xx]"), encoding="utf-8")
    (folder / "organizations" / "us" / "tx" / "empty.yaml").touch()
    (folder / "organizations" / "us" / "folder.yaml").mkdir()
    people = check(folder)
    assert people.returncode == 1
    assert (
        "organizations/us/tx/bad.yaml:10:13  `legl` is not a code here; did you mean `legal`?"
        in people.stdout
    )
    assert "organizations/us/tx/bad.yaml:17:21  `xx` is not a language code" in people.stdout
    assert "organizations/us/tx/empty.yaml:1:1  is empty" in people.stdout
    assert "organizations/us/folder.yaml:1:1  is not a file; remove it or rename it" in people.stdout
    rows = json.loads(check(folder, "--json").stdout)
    assert {k: v for k, v in rows[0].items() if k != "message"} == {
        "severity": "error",
        "file": "organizations/us/tx/bad.yaml",
        "line": 10,
        "column": 13,
    } or len(rows) >= 4
    assert (
        "::error file=resources/organizations/us/tx/bad.yaml,line=10,col=13::"
        in check(folder, "--github").stdout
    )


def test_one_changed_file_is_judged_alone(folder: Path) -> None:
    bad = folder / "organizations" / "us" / "tx" / "bad.yaml"
    bad.write_text(GOOD.replace("[legal,", "[legl,"), encoding="utf-8")
    good = check(folder, str(folder / "organizations" / "us" / "tx" / "good.yaml"))
    assert (good.returncode, good.stdout) == (0, "")
    assert check(folder, str(bad)).returncode == 1


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\xef\xbb\xbf" + GOOD.encode(), None),
        ("é".encode("latin-1"), "bad.yaml:1:1  is not UTF-8; save the file as UTF-8 and try again"),
        (b"name: " + b"x" * 100_000, "bad.yaml:1:1  is larger than 100,000 bytes; split it or shorten it"),
        (
            b"a: &a [x, x]\nb: [*a, *a]\n",
            "bad.yaml:1:4  uses an anchor (&); write the value out each time instead",
        ),
        (b"name: \x07bell\n", "bad.yaml:1:7  holds a character that YAML does not allow; delete it"),
    ],
    ids=["byte order mark", "Latin-1", "100 KB", "anchors", "a bell"],
)
def test_bad_bytes_get_their_line_and_a_way_out(folder: Path, raw: bytes, message: str | None) -> None:
    bad = folder / "organizations" / "us" / "tx" / "bad.yaml"
    bad.write_bytes(raw)
    done = check(folder, str(bad))
    assert done.returncode == (0 if message is None else 1)
    assert message is None or message in done.stdout


def test_a_link_out_of_the_tree_is_not_followed(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("elsewhere") / "secret.yaml"
    outside.write_text("password: x", encoding="utf-8")
    (folder / "organizations" / "us" / "tx" / "link.yaml").symlink_to(outside)
    done = check(folder)
    assert done.returncode == 1
    assert "organizations/us/tx/link.yaml:1:1  is a link out of the directory; copy it" in done.stdout
    assert "password" not in done.stdout


def test_a_file_that_does_not_exist_is_wrong_use(folder: Path) -> None:
    done = check(folder, "nowhere.yaml")
    assert (done.returncode, done.stderr) == (2, "nowhere.yaml does not exist.\n")


def test_the_schema_beside_the_directory_is_current() -> None:
    """Run `bot directory schema --write` after a change of the shape."""
    kept = (ROOT / "resources" / "organization.schema.json").read_text(encoding="utf-8")
    assert kept == schema_text()


def test_editors_find_the_schema() -> None:
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    (path, pattern), *_ = settings["yaml.schemas"].items()
    assert (ROOT / path).is_file()
    assert list(ROOT.glob(pattern))
