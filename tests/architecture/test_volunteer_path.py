"""The five-minute path holds: what the pages, forms and workflows say exists, is short, and is what the program does.

A volunteer who follows a page to a command that is not there does not come back.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

import bot.cli
import pytest
import yaml
from bot.directory_files.compiled import CompiledCache, compiled_cache
from bot.directory_files.load import Resources
from bot.directory_files.notes import load_notes
from bot.directory_files.organizations import parse_organization
from bot.directory_files.problems import Problem
from bot.directory_files.readability import SENTENCE_END, WORD, grade, longest_sentence
from bot.directory_files.rulebook import read_rulebook
from bot.directory_files.rules import Rulebook
from bot.directory_files.schema import GUIDE_FILE, SHAPES, field_guide, schema_text
from bot.matching.freshness import (
    ADDRESS_DAYS,
    CLAIMS,
    CRISIS_KINDS,
    CRISIS_NUMBER_DAYS,
    HOURS_DAYS,
    NUMBER_DAYS,
    SAFETY_CLAIMS,
    SAFETY_DAYS,
    holds_days,
)
from bot.model.directory import SharesWith
from typer.main import get_command
from typer.testing import CliRunner

from tests.builders import a_service
from tests.conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[0-9]*.yml"))
PAGES = (
    "CONTRIBUTING.md",
    "resources/README.md",
    "resources/POLICY.md",
    "resources/FIELDS.md",
    "resources/organizations/README.md",
    ".github/pull_request_template.md",
)
GOOD = (ROOT / "tests" / "directory_files" / "example_entry.yaml").read_text(encoding="utf-8")
TODAY = date(2026, 11, 25)


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def workflow(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(page(f".github/workflows/{name}.yml"))
    return {"on" if key is True else key: value for key, value in read.items()}  # YAML takes on: for a truth


def steps_of(name: str) -> list[dict[str, Any]]:
    return [step for job in workflow(name)["jobs"].values() for step in job["steps"]]


def script(name: str, step: str) -> str:
    """What a step of a workflow runs."""
    (found,) = [s["run"] for s in steps_of(name) if s.get("name") == step]
    return str(found)


# -- every command that is named exists ----------------------------------------------------------------------


END_OF_COMMAND = re.compile(r"\s(?:\d?>|[<|#])|[;&`]")  # a pipe, a file, a comment
IN_A_WORKFLOW = re.compile(r"\.venv/bin/bot\s+([^\n]*)")
IN_A_PAGE = re.compile(r"`bot\s+([^`\n]*)`")
IN_A_BLOCK = re.compile(r"^\s*bot\s+([a-z][^\n]*)", re.MULTILINE)
BLOCK = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)


def named_in(text: str, pattern: re.Pattern[str]) -> Iterator[str]:
    for words in pattern.findall(text):
        yield " ".join(END_OF_COMMAND.split(words)[0].split())


def commands_named() -> list[str]:
    pages = ("README.md", "deploy/README.md", "docs/understanding.md", *PAGES)
    named = {c for name in pages for c in named_in(page(name), IN_A_PAGE)}
    blocks = "\n".join(block for name in pages for block in BLOCK.findall(page(name)))
    named |= set(named_in(blocks, IN_A_BLOCK))
    return sorted(named | {c for path in WORKFLOWS for c in named_in(path.read_text("utf-8"), IN_A_WORKFLOW)})


def what_is_not_there(command: str) -> str | None:
    """The first word, option or value of a command line that the real program does not know."""
    at, words = get_command(bot.cli.app), command.split()
    while words and hasattr(at, "get_command"):
        name = words.pop(0)
        if (below := at.get_command(None, name)) is None:
            return name
        at = below
    known = {option: p for p in at.params for option in (*p.opts, *p.secondary_opts)}
    for word, after in zip(words, [*words, "--"][1:], strict=True):
        if word.startswith("--") and (word not in known or needs_more(known[word], after)):
            return word
    return value_not_offered(command)


def needs_more(option: Any, after: str) -> bool:
    """An option that takes a value stands before one."""
    return not option.is_flag and after.startswith("--")


def value_not_offered(command: str) -> str | None:
    """`--format xlsx` says a word that stands in the help; what is written large is for the reader to fill in."""
    values = re.findall(r" --[a-z-]+ ([a-z]+)(?= |$)", command)
    if not values:
        return None
    line = [*command.split(" --")[0].split(), "--help"]
    told = CliRunner().invoke(bot.cli.app, line, env={"COLUMNS": "200", "TERM": "dumb"}).output
    return next((value for value in values if not re.search(rf"\b{value}\b", told)), None)


@pytest.mark.parametrize("command", commands_named())
def test_every_command_that_is_named_exists(command: str) -> None:
    assert what_is_not_there(command) is None, f"bot {command}"


def test_a_command_or_option_that_does_not_exist_would_be_noticed() -> None:
    assert what_is_not_there("directory chek") == "chek"
    assert what_is_not_there("directory check --githab") == "--githab"
    assert what_is_not_there("directory show ID --language xx") == "xx"
    assert what_is_not_there("directory show ID --language") == "--language"
    assert what_is_not_there("directory check --github resources/organizations") is None


def test_the_pages_name_every_command_volunteers_have() -> None:
    named = {words.split()[1] for words in commands_named() if words.startswith("directory ")}
    own = get_command(bot.cli.app).get_command(None, "directory").list_commands(None)
    assert {"due", "log", "add", "edit", "hold", "links", "coverage", "export", "import", "check"} <= named
    assert set(own) <= named, "a command nobody can find: name it in CONTRIBUTING.md"


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([\w./]+):", page("Makefile"), re.MULTILINE))
    said = [page("README.md"), *(page(p) for p in PAGES), *(p.read_text("utf-8") for p in WORKFLOWS)]
    named = {t for text in said for t in re.findall(r"(?:`|run: |^)make ([\w./]+)", text, re.MULTILINE)}
    assert {"check", "test", ".venv/.runs"} <= named
    assert named <= targets


# -- workflows: least rights, no surprises -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["check", "round", "links"])
def test_a_workflow_may_do_only_what_it_has_to(name: str) -> None:
    """What strangers propose runs here: it must find no secret, no right to write and nothing to fill in."""
    text = page(f".github/workflows/{name}.yml")
    flow = workflow(name)
    assert flow["permissions"] == {"contents": "read"}
    for job in flow["jobs"].values():
        more = {"contents": "read"} if name == "check" else {"contents": "read", "issues": "write"}
        assert job.get("permissions", flow["permissions"]) == more
        assert job["timeout-minutes"] <= 90
    assert "pull_request_target" not in text and "secrets." not in text and "continue-on-error" not in text
    for step in steps_of(name):
        assert ("uses" in step) != ("run" in step)
        assert re.fullmatch(r"actions/[a-z-]+@v\d+", step.get("uses", "actions/none@v1"))
        assert "${{" not in step.get("run", ""), "a value pasted into a script can be a command"
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
        assert subprocess.run(["bash", "-n", "-c", step.get("run", "")], check=False).returncode == 0


def test_what_depends_on_the_day_or_the_network_never_marks_a_change() -> None:
    for name in ("round", "links"):
        assert set(workflow(name)["on"]) == {"schedule", "workflow_dispatch"}
    assert script("links", "Make the list").endswith("|| [ $? -eq 1 ]"), "a day without network is no fault"
    assert set(workflow("check")["on"]) == {"pull_request", "push"}
    text = page(".github/workflows/check.yml")
    assert not re.search(r"directory (due|links)", text)


TOLD = """#!/bin/sh
echo "$@" >> told
case "$2" in list) echo 12 ;; esac
"""


def told_by(name: str, home: Path, markdown: str) -> list[str]:
    """What the last step of a weekly workflow tells GitHub's own program about a list."""
    (home / "list.md").write_text(markdown, encoding="utf-8")
    (home / "gh").write_text(TOLD, encoding="utf-8")
    (home / "gh").chmod(0o755)
    (step,) = [s for s in steps_of(name) if s.get("name") == "Put it where volunteers see it"]
    path = f"{home}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "TITLE": step["env"]["TITLE"]}
    subprocess.run(["bash", "-e", "-c", step["run"]], cwd=home, env=environment, check=True)
    told = home / "told"
    return told.read_text(encoding="utf-8").splitlines() if told.exists() else []


@pytest.mark.parametrize("name", ["round", "links"])
def test_the_list_of_the_week_takes_the_place_of_the_last_one(name: str, tmp_path: Path) -> None:
    long = "# This week\n\n" + "- [ ] a line to check\n" * 5000
    looked, closed, made = told_by(name, tmp_path, long)
    assert looked.startswith("issue list --app github-actions"), "only lists of our own are closed"
    assert closed.startswith("issue close 12 ")
    assert made.startswith("issue create --title ") and made.endswith(" --body-file first.md")
    body = (tmp_path / "first.md").read_text(encoding="utf-8")
    assert long.startswith(body) and body.endswith("check\n") and 50_000 < len(body) < 65_536


@pytest.mark.parametrize("name", ["round", "links"])
def test_when_there_is_nothing_to_tick_nobody_is_told(name: str, tmp_path: Path) -> None:
    assert told_by(name, tmp_path, "# This week\n\nAll is well.\n") == []


class Proposal:
    """A copy of the repository in which somebody changed something, and the steps of the check."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.file = home / "resources" / "organizations" / "us" / "tx" / "good.yaml"
        self.file.parent.mkdir(parents=True)
        self.file.write_text(GOOD, encoding="utf-8")
        (home / ".venv").mkdir()
        (home / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
        (home / ".gitignore").write_text(".venv\nsummary.md\nchanged\n", encoding="utf-8")
        self._git("init", "--quiet")
        self._commit()

    def changes(self, old: str, new: str) -> "Proposal":
        text = self.file.read_text(encoding="utf-8")
        assert old in text
        self.file.write_text(text.replace(old, new), encoding="utf-8")
        self._commit()
        return self

    def adds(self, name: str) -> "Proposal":
        self.file.with_name(name).write_text(GOOD, encoding="utf-8")
        self._commit()
        return self

    def run(self, step: str) -> subprocess.CompletedProcess[str]:
        """Run one step of check.yml as GitHub does."""
        return subprocess.run(
            ["bash", "-e", "-c", script("check", step)],
            cwd=self.home,
            env={
                **os.environ,
                "BOT_RESOURCES": str(self.home / "resources"),
                "RUNNER_TEMP": str(self.home),
                "GITHUB_STEP_SUMMARY": str(self.home / "summary.md"),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def summary(self) -> str:
        path = self.home / "summary.md"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def _commit(self) -> None:
        self._git("add", "--all")
        self._git("commit", "--quiet", "--message", "a change")

    def _git(self, *arguments: str) -> None:
        somebody = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *somebody, *arguments], cwd=self.home, check=True, capture_output=True)


@pytest.fixture
def proposal(tmp_path: Path) -> Proposal:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    return Proposal(tmp_path)


@pytest.fixture
def proposal_with_words(tmp_path: Path) -> Proposal:
    """With all that the bot needs to check a file and to show a card."""
    for part in ("taxonomy", "lexicons", "messages", "emergency", "places"):
        shutil.copytree(ROOT / "resources" / part, tmp_path / "resources" / part)
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    return Proposal(tmp_path)


def test_the_check_answers_on_the_changed_line_and_shows_the_card(proposal_with_words: Proposal) -> None:
    here = proposal_with_words.changes("+1 512-277-3553", "+1 512-555-010")
    wrong = here.run("The lines you changed")
    line = "::error file=resources/organizations/us/tx/good.yaml,line=15,col=9::"
    assert wrong.returncode != 0
    assert (
        f"{line}`+1 512-555-010` has too few or too many digits; compare it with the source" in wrong.stdout
    )

    here.changes("+1 512-555-010", "+1 512-277-3554")
    right = here.run("The lines you changed")
    assert (right.returncode, right.stdout) == (0, "")
    assert here.run("The cards as people will see them").returncode == 0
    assert "### us/tx/good#legal-line" in here.summary
    assert re.search(r"^    .*512.277.3554", here.summary, re.MULTILINE)


def test_a_change_of_no_service_has_nothing_to_check_and_no_card(proposal_with_words: Proposal) -> None:
    here = proposal_with_words
    (here.home / "page.md").write_text("A page.", encoding="utf-8")
    here.changes("Legal Line", "Legal Line")  # commits the page; the file stays as it was
    done = here.run("The lines you changed")
    assert (done.returncode, done.stdout) == (0, "")
    assert here.run("The cards as people will see them").returncode == 0
    assert "###" not in here.summary


def says_two_people(here: Proposal) -> bool:
    done = here.run("Do two people read this")
    assert done.returncode == 0, done.stderr
    assert ("::notice" in done.stdout) == ("Two people read this" in here.summary)
    return "::notice" in done.stdout


def test_a_new_organization_is_read_by_two(proposal: Proposal) -> None:
    """Y6: two people for a new organization."""
    assert says_two_people(proposal.adds("another.yaml"))


def test_a_mended_number_is_read_by_one(proposal: Proposal) -> None:
    assert not says_two_people(proposal.changes("+1 512-277-3553", "+1 512-277-3554"))


def test_a_text_that_says_confidential_is_no_claim(proposal: Proposal) -> None:
    assert not says_two_people(proposal.changes("Free legal advice", "Confidential legal advice"))


SAFETY_LINES = {
    **{claim: f"    {claim}: yes" for claim in SAFETY_CLAIMS if claim != "shares_with"},
    **{f"shares_with {who}": f"    shares_with:\n      {who}: 'no'" for who in SharesWith.model_fields},
    "location": "    location: confidential",
}


@pytest.mark.parametrize("claim", SAFETY_LINES)
def test_a_claim_about_safety_is_read_by_two(claim: str, proposal: Proposal) -> None:
    """Y6: two people for a safety claim, whether it is added or taken out."""
    before = "    run_by: nonprofit"
    assert says_two_people(proposal.changes(before, f"{before}\n{SAFETY_LINES[claim]}"))
    (proposal.home / "summary.md").unlink()
    assert says_two_people(proposal.changes(f"\n{SAFETY_LINES[claim]}", ""))


def test_only_whom_a_service_tells_changed_below_its_heading(proposal: Proposal) -> None:
    """The line `police: no` says nothing of safety by itself; its heading is not part of the change."""
    before = "    run_by: nonprofit\n"
    proposal.changes(before, f"{before}    shares_with:\n      police: yes\n")
    assert says_two_people(proposal.changes("police: yes", "police: no"))


def test_a_place_said_to_be_safe_without_papers_is_read_by_two(proposal: Proposal) -> None:
    assert says_two_people(proposal.changes("serves: [undocumented]", "serves: []"))


# -- forms: only what is needed, and no invitation to tell ---------------------------------------------------


def parts_of(form: Path) -> list[dict[str, Any]]:
    body: list[dict[str, Any]] = yaml.safe_load(form.read_text(encoding="utf-8"))["body"]
    return body


def test_there_is_a_form_for_each_case() -> None:
    names = [yaml.safe_load(form.read_text(encoding="utf-8"))["name"] for form in FORMS]
    cases = ("number is wrong", "closed", "Add a service", "not understood")
    assert all(any(case in name for name in names) for case in cases)


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_a_form_warns_first_and_asks_little(form: Path) -> None:
    """A public page must not invite anyone to tell what happened to them."""
    whole = yaml.safe_load(form.read_text(encoding="utf-8"))
    assert set(whole) == {"name", "description", "title", "body"}
    first, *rest = parts_of(form)
    warning = first["attributes"]["value"]
    assert first["type"] == "markdown"
    assert first == parts_of(FORMS[0])[0], "one warning, the same on every form"
    for words in (
        "Everyone can read this",
        "no story",
        "nothing that a survivor said",
        "bot or a hotline is private",
    ):
        assert words in warning
    asked = [part for part in rest if part["type"] != "markdown"]
    assert 1 <= len(asked) <= 4
    assert len({part["id"] for part in asked}) == len(asked)
    assert {part["type"] for part in asked} <= {"input", "textarea", "dropdown"}
    for part in rest:
        assert set(part) <= {"type", "id", "attributes", "validations"}
        label = part["attributes"].get("label", "")
        assert not re.search(r"\b(your name|e-?mail|happened|story|age|contact you)\b", label, re.IGNORECASE)


@pytest.mark.parametrize("form", FORMS[:3], ids=lambda path: path.stem)
def test_a_fact_comes_with_where_it_was_read(form: Path) -> None:
    (source,) = [part for part in parts_of(form) if part.get("id") == "source"]
    assert source["validations"] == {"required": True}


def test_an_empty_form_is_not_offered_and_help_is() -> None:
    config = yaml.safe_load(page(".github/ISSUE_TEMPLATE/config.yml"))
    assert config["blank_issues_enabled"] is False
    (link,) = config["contact_links"]
    assert "everyone can read this place" in link["about"] and "is private" in link["about"]


def test_every_link_given_to_people_stands_in_the_directory(resources: Resources) -> None:
    """No address from memory, here too; and one that is put on hold is noticed."""
    listed = {
        c.value.rstrip("/")
        for s in resources.services
        for c in (s.service.open_contacts if s.service.is_listed else ())
    }
    texts = [p.read_text("utf-8") for p in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")]
    given = {
        url for text in (*texts, page("CONTRIBUTING.md")) for url in re.findall(r"https://[\w./-]+\w", text)
    }
    outside = {url for url in given if not url.startswith("https://example.org")}
    assert outside and outside <= listed


def test_whoever_hands_in_a_change_ticks_three_lines() -> None:
    boxes = re.findall(r"^- \[ \] (.+)$", page(".github/pull_request_template.md"), re.MULTILINE)
    assert len(boxes) == 3
    for box, words in zip(boxes, ("be read", "No confidential address", "Two people"), strict=True):
        assert words in box


# -- who reads, and what is decided --------------------------------------------------------------------------


def owners() -> dict[str, list[str]]:
    lines = [line.split() for line in page(".github/CODEOWNERS").splitlines() if line and line[0] != "#"]
    return {pattern: handles for pattern, *handles in lines}


def test_two_people_own_what_is_listed_and_what_decides_it() -> None:
    both = ["@marigold/directory-keepers", "@marigold/second-readers"]
    owned = owners()
    for pattern in ("/resources/organizations/", "/resources/POLICY.md", "/.github/"):
        assert owned[pattern] == both
    for pattern in set(owned) - {"*"}:
        assert (ROOT / pattern.strip("/")).exists(), f"{pattern} is not there any more"
    assert all(set(handles) <= set(both) for handles in owned.values())


def days_in_the_policy() -> list[tuple[set[str], str, int]]:
    """Every row of the table of days: the claims it is about, its words, and the days."""
    rows = re.findall(r"^\| (.*`.*) \| (\d+) \|$", page("resources/POLICY.md"), re.MULTILINE)
    return [(set(re.findall(r"`(\w+)`", words)) & set(CLAIMS), words, int(days)) for words, days in rows]


def test_the_days_of_the_policy_are_the_days_of_the_program() -> None:
    rows = days_in_the_policy()
    plain = a_service(kind="legal_aid", needs=["legal"])
    said = {claim: days for claims, words, days in rows for claim in claims if "crisis" not in words}
    assert said == {claim: holds_days(plain, claim) for claim in CLAIMS}
    (crisis,) = [days for _, words, days in rows if "crisis" in words]
    urgent = [a_service(kind=kind.value) for kind in CRISIS_KINDS] + [a_service(needs=["crisis"])]
    assert {holds_days(service, "number") for service in urgent} == {crisis}


def test_the_days_are_those_that_were_agreed() -> None:
    """A change of these is a change of policy: two people, and resources/POLICY.md too."""
    agreed = (CRISIS_NUMBER_DAYS, SAFETY_DAYS, HOURS_DAYS, NUMBER_DAYS, ADDRESS_DAYS)
    assert agreed == (90, 90, 90, 180, 365)


def test_the_policy_counts_the_claims_about_safety_right() -> None:
    (row,) = [claims for claims, words, _ in days_in_the_policy() if "about safety" in words]
    assert row == set(SAFETY_CLAIMS)
    assert "the six in the table above" in page("resources/POLICY.md") and len(SAFETY_CLAIMS) == 6


def test_the_labels_of_the_policy_are_what_the_card_says(resources: Resources) -> None:
    """Y5: faith-run, police-run, government-run and military-run places are labeled."""
    said = dict(re.findall(r"^\| `(\w+)` \| (run by [^|]+) \|$", page("resources/POLICY.md"), re.MULTILINE))
    keys = {"faith": "beware_faith", "police": "beware_police_run", "military": "beware_military_run"}
    keys["government"] = "beware_government"
    english = resources.messages.by_language["en"]
    assert said == {run_by: str(english[key]) for run_by, key in keys.items()}


def test_the_policy_says_what_is_asked_of_it() -> None:
    text = page("resources/POLICY.md")
    for subject in (
        "pregnancy",
        "conversion",
        "pray",
        "report to the police",
        "does not wear off",
        "Three reports",
    ):
        assert subject in text
    for field in ("ends_on", "depends_on", "hold"):
        assert f"`{field}:" in text
    (disputes,) = re.findall(r"^\| what happens .*?\n\n", text, re.MULTILINE | re.DOTALL)
    assert disputes.startswith("| what happens | who decides | how fast | what is written down |")
    assert disputes.count("\n| ") >= 6


# -- the shape, for people and for editors -------------------------------------------------------------------


def test_every_field_says_what_to_write_in_it() -> None:
    said = {f"{s.__name__}.{n}": i.description or "" for s in SHAPES for n, i in s.model_fields.items()}
    assert len(said) >= 60
    assert not [name for name, description in said.items() if len(description) < 10]


def test_the_table_of_fields_beside_the_directory_is_current() -> None:
    """Run `bot directory schema --write` after a change of the shape."""
    assert page(f"resources/{GUIDE_FILE}") == field_guide()


def test_the_table_offers_the_words_there_are_to_choose_from() -> None:
    table = page(f"resources/{GUIDE_FILE}")
    assert "`free`, `sliding_scale`, `paid` |" in table
    assert "Do they ask for identity papers? One of: `yes`, `no` |" in table


def test_editors_know_every_field() -> None:
    """A field the schema lacks is a red line under what is right."""
    whole = yaml.safe_load(schema_text())
    drawn = {"Organization": whole, **whole["$defs"]}
    for shape in SHAPES:
        assert list(drawn[shape.__name__]["properties"]) == list(shape.model_fields), shape.__name__


def test_the_schema_command_writes_both(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "directory", "schema", "--write"],
        cwd=ROOT,
        env={**os.environ, "BOT_RESOURCES": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == [GUIDE_FILE, "organization.schema.json"]
    assert (tmp_path / GUIDE_FILE).read_text(encoding="utf-8") == field_guide()


# -- what the pages show is right, leads somewhere and is easy to read ---------------------------------------


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return read_rulebook(ROOT / "resources", TODAY, [], compiled_cache())


def problems(text: str, book: Rulebook) -> list[str]:
    raw = text.encode()
    file = parse_organization(raw, "organizations/us/tx/x.yaml", blake2b(raw).digest(), book)
    assert file.services or file.problems
    return [str(p) for p in file.problems if not p.hint]


def examples(name: str) -> list[str]:
    """The YAML a page shows, without the indentation its list needs."""
    found = re.findall(r"^( *)```yaml\n(.*?)^ *```", page(name), re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def test_the_explained_files_have_no_problem(book: Rulebook, tmp_path: Path) -> None:
    organization, note = examples("resources/README.md")
    assert problems(organization, book) == []
    told: list[Problem] = []
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "protection-orders.yaml").write_text(
        note.replace("charges.", "charges.\n  es: Es así.\n  fr: C'est ainsi."), encoding="utf-8"
    )
    assert load_notes(tmp_path, book, told, CompiledCache(None))
    assert told == []


BESIDE = {  # what a volunteer pastes where, in tests/directory_files/example_entry.yaml
    "number:": (r"      - channel: voice\n        number: .*\n", "{}"),
    "url:": (r"(    source:\n)", r"\1{}"),
    "checks:": (r"    checks:\n(      .*\n)+", "{}"),
    "hold:": (r"(    name: Legal Line\n)", r"\1{}"),
    "ends_on:": (r"(    name: Legal Line\n)", r"\1{}"),
}


@pytest.mark.parametrize("key", BESIDE)
def test_a_line_pasted_from_the_guide_is_right(key: str, book: Rulebook) -> None:
    (pasted,) = [
        text for text in examples("CONTRIBUTING.md") if re.search(rf"^[ -]*{key}", text, re.MULTILINE)
    ]
    where, put = BESIDE[key]
    mended, times = re.subn(where, put.format(pasted), GOOD)
    assert times == 1 and mended != GOOD
    assert problems(mended, book) == []


def test_every_example_of_the_guide_is_tried() -> None:
    assert len(examples("CONTRIBUTING.md")) == len(BESIDE)


def test_the_answer_shown_in_the_guide_is_what_the_check_says(book: Rulebook) -> None:
    (shown,) = re.findall(r"^> (.+)$", page("CONTRIBUTING.md"), re.MULTILINE)
    (number,) = re.findall(r"`(.+?)`", shown)
    (said,) = problems(GOOD.replace("+1 512-277-3553", number), book)
    assert said.endswith(f":15:9  {shown}")


def anchors(text: str) -> set[str]:
    """The names GitHub gives to headings."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", PAGES)
def test_every_link_between_pages_leads_somewhere(name: str) -> None:
    home = (ROOT / name).parent
    for target in re.findall(r"\]\(([^)\s]+)\)", page(name)):
        if target.startswith("https://") or target == "../../issues/new/choose":
            continue
        path, _, anchor = target.partition("#")
        file = home / path if path else ROOT / name
        assert file.exists(), f"{name}: {target}"
        assert not anchor or anchor in anchors(file.read_text(encoding="utf-8")), f"{name}: {target}"


def sentences(text: str) -> list[str]:
    """The prose of a page: no code, no addresses; a heading, an item or a cell ends a sentence."""
    for noise in (
        r"(?sm)^ *```.*?^ *```",
        r"`[^`]*`",
        r"\]\([^)]*\)",
        r"https?://\S+",
        r"<!--|-->|\*\*|\[ \]|\[",
    ):
        text = re.sub(noise, " ", text)
    blocks = re.split(r"\n\s*\n|\n(?=\s*(?:[-#>|]|\d+\. ))|\|", text)
    said = [s for block in blocks for s in SENTENCE_END.split(" ".join(block.split()))]
    return [s for s in said if len(WORD.findall(s)) >= 5]  # a cell of two words would flatter the grade


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_easy_to_read(name: str) -> None:
    """W1 for volunteers too: grade 6, and no sentence that has to be read twice."""
    said = sentences(page(name))
    assert len(said) >= 5
    assert grade(". ".join(said) + ".", "en") <= 6
    assert longest_sentence(". ".join(said)) <= 25


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_a_form_is_easy_to_read(form: Path) -> None:
    texts = [v for part in parts_of(form) for k, v in part["attributes"].items() if k != "placeholder"]
    said = sentences("\n\n".join(str(text) for text in texts))
    assert grade(". ".join(said) + ".", "en") <= 6
