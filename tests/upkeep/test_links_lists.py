"""The lists beside the directory that the link check reads: what is not asked and why, and which titles tell."""

from pathlib import Path

import pytest
from bot.directory_files.ignored_links import IgnoredLink, load_ignored_links, reason_to_ignore
from bot.directory_files.link_titles import is_telling, load_telling_titles
from bot.directory_files.problems import Problem

from tests.conftest import ROOT

COMMIT = "4f81e371e889651bc8d560115028ef339e92e6a3"
WHY = "These pages never change."


def ignored_from(folder: Path, text: str) -> tuple[tuple[IgnoredLink, ...], list[str]]:
    (folder / "links_ignored.yaml").write_text(text, encoding="utf-8")
    problems: list[Problem] = []
    return load_ignored_links(folder, problems), [str(p) for p in problems]


def test_the_lists_that_ship_are_sound() -> None:
    problems: list[Problem] = []
    ignored = load_ignored_links(ROOT / "resources", problems)
    titles = load_telling_titles(ROOT / "resources", problems)
    assert problems == []
    assert len(ignored) >= 1 and len(titles) >= 10


@pytest.mark.parametrize(
    ("url", "is_asked"),
    [
        (f"https://github.com/someone/lines/blob/{COMMIT}/data/us.js", False),
        (f"https://www.github.com/someone/lines/blob/{COMMIT}/us.js#L7", False),
        ("https://github.com/someone/lines/blob/main/us.js", True),  # a branch moves on
        ("https://github.com/someone/lines", True),
        (f"https://example.org/someone/lines/blob/{COMMIT}/us.js", True),
        (f"https://notgithub.com/someone/lines/blob/{COMMIT}/us.js", True),
        (f"https://github.com/a/b/c/blob/{COMMIT}/us.js", True),
        ("http://[oops", True),
    ],
)
def test_only_saved_versions_of_files_are_left_out(url: str, is_asked: bool) -> None:
    ignored = load_ignored_links(ROOT / "resources", [])
    assert (reason_to_ignore(url, ignored) is None) is is_asked


def test_without_a_path_the_whole_host_is_left_out(tmp_path: Path) -> None:
    ignored, problems = ignored_from(tmp_path, f"ignored:\n  - host: example.org\n    reason: {WHY}\n")
    assert problems == []
    assert reason_to_ignore("http://www.example.org:8080/x?y", ignored) == WHY
    assert reason_to_ignore("http://example.com/", ignored) is None


def test_nothing_need_be_left_out(tmp_path: Path) -> None:
    assert load_ignored_links(tmp_path, []) == ()
    assert ignored_from(tmp_path, "ignored: []\n") == ((), [])


ENTRY = f"ignored:\n  - host: example.org\n    reason: {WHY}\n"
WRONG = [
    ("ignored:\n  - host: example.org\n", "2:5  `reason:` is missing"),
    ("ignored:\n  - host: example.org\n    reason: old\n", "3:5  `reason:` is missing or too short"),
    (f"ignored:\n  - reason: {WHY}\n", "2:5  `host:` is missing"),
    (
        f"ignored:\n  - host: https://example.org/\n    reason: {WHY}\n",
        "2:5  `https://example.org/` is not a host",
    ),
    (f"{ENTRY}    path: news\n", "4:5  `news` is not a path; begin with a slash"),
    (f"{ENTRY}    pat: /news\n", "4:5  `pat:` is not a field here; did you mean `path`?"),
    (
        f"{ENTRY}  - host: example.org\n    reason: {WHY}\n",
        "4:5  `example.org` stands here twice; the first is on",
    ),
    ("ignored:\n  - example.org\n", "2:5  `example.org` stands alone; write host: and reason:"),
    ("hosts: []\n", "1:1  write ignored: and a list under it"),
    ("- example.org\n", "1:1  write ignored: and a list under it"),
    ("ignored:\n\t- host: a.b\n", "2:1  is not YAML: there is a tab"),
]


@pytest.mark.parametrize(("text", "problem"), WRONG, ids=[problem for _, problem in WRONG])
def test_a_problem_says_where_it_is_and_what_to_write(tmp_path: Path, text: str, problem: str) -> None:
    _, problems = ignored_from(tmp_path, text)
    assert len(problems) == 1
    assert problems[0].startswith(f"links_ignored.yaml:{problem}")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("page_is_gone: [error]\n", "1:16  `error` would be found in good titles too"),
        ("gone: [page not found]\n", "1:1  `gone:` must be page_is_gone or nobody_lives_here"),
        ("page_is_gone: page not found\n", "1:1  `page_is_gone:` must be"),
        ("- page not found\n", "1:1  write page_is_gone: and nobody_lives_here:"),
        ("page_is_gone: [\n", "links_titles.yaml:2:1  is not YAML"),
    ],
)
def test_a_problem_in_the_titles_says_where_it_is(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "links_titles.yaml").write_text(text, encoding="utf-8")
    problems: list[Problem] = []
    assert load_telling_titles(tmp_path, problems) == ()
    assert len(problems) == 1
    assert problem in str(problems[0])


@pytest.mark.parametrize(
    ("title", "tells"),
    [
        ("Page not found – Example Help", True),
        ("PÁGINA\n  NO ENCONTRADA", True),
        ("example.org domain is for sale", True),
        ("Welcome to nginx!", True),
        ("Example Help: a page for survivors", False),
        ("We found a home", False),
        ("", False),
    ],
)
def test_titles_that_tell(title: str, tells: bool) -> None:
    assert is_telling(title, load_telling_titles(ROOT / "resources", [])) is tells
