"""bot directory links, as a volunteer types it, against a site on this machine."""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.upkeep.link_server import HERE, Site, closed_port, page, raw, says, site

COMMAND = "from bot.cli.directory.links import app; app(prog_name='bot directory links')"
NOW = "2026-11-25T12:00:00+00:00"
ENTRY = (ROOT / "tests" / "directory_files" / "example_entry.yaml").read_text(encoding="utf-8")
Done = tuple[int, str, str]


class Volunteer:
    """A copy of resources/ with one organization, and a terminal."""

    def __init__(self, folder: Path) -> None:
        self.resources = folder / "resources"
        self.state = folder / "state" / "links.jsonl"

    def writes(self, website: str, source: str = "https://example.org/contact") -> None:
        text = ENTRY.replace("https://example.org/contact", source)
        file = self.resources / "organizations/us/tx/example.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            text.replace("website: https://example.org\n", f"website: {website}\n"), encoding="utf-8"
        )

    async def starts(self, *options: str) -> asyncio.subprocess.Process:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
        return await asyncio.create_subprocess_exec(
            sys.executable, "-c", COMMAND, "--state", str(self.state), "--now", NOW, *options,
            cwd=ROOT, env={**clean, "BOT_RESOURCES": str(self.resources), "COLUMNS": "200"},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    async def types(self, *options: str) -> Done:
        """Exit code, stdout, stderr."""
        process = await self.starts(*options)
        out, err = await process.communicate()
        return process.returncode or 0, out.decode(), err.decode()

    async def tries(self, *options: str) -> Done:
        """On this machine, without the pauses that are for others."""
        return await self.types("--allow-local", "--pause", "0", *options)


@pytest.fixture
def volunteer(tmp_path: Path) -> Volunteer:
    for part in ("taxonomy", "places"):
        shutil.copytree(ROOT / "resources" / part, tmp_path / "resources" / part)
    for name in ("links_ignored.yaml", "links_titles.yaml"):
        shutil.copy(ROOT / "resources" / name, tmp_path / "resources" / name)
    return Volunteer(tmp_path)


@pytest.fixture
async def broken() -> AsyncIterator[Site]:
    pages = {"/": says(301, Location="/new`@someone"), "/new`@someone": page(), "/fine": page()}
    async with site(pages) as here:
        yield here


async def test_people_get_the_problem_the_place_and_what_to_do(volunteer: Volunteer, broken: Site) -> None:
    volunteer.writes(broken.url("/missing"))
    code, out, err = await volunteer.tries()
    assert code == 0, err
    assert "Page not found (1)" in out
    assert f"{broken.url('/missing')}  (404)" in out
    assert "organizations/us/tx/example.yaml:2  website of us/tx/example" in out
    assert "Look for the page" in out
    assert err.startswith("This needs the network. 1 web address(es) on 1 host(s)")
    assert "1 problem(s), 0 hint(s)" in err


async def test_programs_get_json(volunteer: Volunteer, broken: Site) -> None:
    volunteer.writes(broken.url("/"), source=broken.url("/gone"))
    code, out, _ = await volunteer.tries("--json", "--what", "all")
    told: dict[str, Any] = json.loads(out)
    assert code == 0
    assert (told["now"], told["asked"], told["waiting"], told["lost"]) == (NOW, 2, 0, 0)
    assert told["counts"] == {"not_found": 1, "moved": 1}
    missing, moved = told["problems"]
    assert (moved["severity"], moved["suggestion"]) == ("hint", broken.url("/new%60@someone"))
    assert missing["places"] == [
        {
            "file": "organizations/us/tx/example.yaml",
            "line": ENTRY.splitlines().index("      - url: https://example.org/contact") + 1,
            "id": "us/tx/example#legal-line",
            "field": "source[0].url",
        }
    ]


async def test_an_issue_gets_a_list_to_tick_off(volunteer: Volunteer, broken: Site) -> None:
    pinned = f"https://github.com/a/b/blob/{'0' * 40}/c.js"
    volunteer.writes(broken.url("/"), source=pinned)
    code, out, _ = await volunteer.tries("--markdown", "--what", "all")
    assert code == 0
    assert out.startswith("# Links to look at, 2026-11-25\n")
    assert "## Moved for good (hint, 1)" in out
    assert f"- [ ] <{broken.url('/')}>" in out
    assert f"  - look at: `{broken.url('/new%60@someone')}`" in out
    assert "## Not checked on purpose\n\n- 1 address(es): The link names one saved version" in out


async def test_what_a_page_says_of_itself_calls_nobody_by_name_in_an_issue(volunteer: Volunteer) -> None:
    async with site({"/": page("Page not found `@someone` [x](http://a.b)")}) as here:
        volunteer.writes(here.url())
        _, out, _ = await volunteer.tries("--markdown")
    assert "`(Page not found '@someone' [x](http://a.b))`" in out


async def test_nothing_to_do_is_said(volunteer: Volunteer, broken: Site) -> None:
    volunteer.writes(broken.url("/fine"))
    assert (await volunteer.tries())[:2] == (0, "Nothing to do.\n")


async def test_what_is_known_is_told_again_without_asking(volunteer: Volunteer, broken: Site) -> None:
    volunteer.writes(broken.url("/missing"))
    first = await volunteer.tries()
    asked = len(broken.seen)
    code, out, err = await volunteer.tries()
    assert (code, out) == (0, first[1])
    assert len(broken.seen) == asked > 0
    assert err.startswith("Nothing to ask")
    await volunteer.tries("--fresh")
    assert len(broken.seen) == 2 * asked


async def test_a_limit_leaves_the_rest_for_another_run(volunteer: Volunteer, broken: Site) -> None:
    volunteer.writes(broken.url("/fine"), source=broken.url("/missing"))
    _, out, err = await volunteer.tries("--what", "all", "--limit", "1")
    assert out == "Nothing to do.\n"
    assert "1 still to ask: run it again" in err
    _, out, err = await volunteer.tries("--what", "all", "--limit", "1")
    assert "Page not found (1)" in out
    assert "still to ask" not in err


async def test_only_the_part_that_is_named_is_asked(volunteer: Volunteer, broken: Site) -> None:
    volunteer.writes(broken.url("/fine"))
    assert (await volunteer.tries("--country", "FR"))[0] == 0
    assert (await volunteer.tries("--country", "us", "--region", "CA"))[0] == 0
    assert broken.seen == []
    assert (await volunteer.tries("--country", "us", "--region", "tx"))[0] == 0
    assert broken.seen != []


async def test_without_network_it_says_so_and_finds_nobody_dead(volunteer: Volunteer) -> None:
    volunteer.writes(f"http://{HERE}:{closed_port()}/")
    code, out, err = await volunteer.tries()
    assert (code, out) == (1, "")
    assert err.endswith("This needs the network; nothing answered.\n")
    assert volunteer.state.read_bytes() == b""


async def test_a_link_cannot_make_this_machine_call_itself(volunteer: Volunteer, broken: Site) -> None:
    volunteer.writes(broken.url("/fine"))
    code, out, _ = await volunteer.types()
    assert code == 0
    assert "Leads into a private network (1)" in out
    assert broken.seen == []


async def test_ctrl_c_stops_it_and_the_next_run_goes_on(volunteer: Volunteer, broken: Site) -> None:
    async with raw(b"", hangs_up=False) as silent:
        volunteer.writes(broken.url("/fine"), source=silent.url)
        process = await volunteer.starts("--allow-local", "--pause", "0", "--what", "all", "--at-once", "1")
        while not silent.calls:  # noqa: ASYNC110 - another process is waited for
            await asyncio.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, err = await process.communicate()
    assert process.returncode == 130
    assert err.decode().endswith("Stopped. Run the same command again to go on from here.\n")
    asked = len(broken.seen)
    volunteer.writes(broken.url("/fine"), source=broken.url("/missing"))
    code, out, _ = await volunteer.tries("--what", "all")
    assert (code, "Page not found (1)" in out) == (0, True)
    assert [path for _, path, _ in broken.seen[asked:]] == ["/missing", "/missing"]


WRONG_USE = [
    (("--json", "--markdown"), "Choose one of --json and --markdown."),
    (("--country", "usa"), "--country 'usa' is not a country. Write two letters"),
    (("--region", "TX"), "--region 'TX' needs its country"),
    (("--pause", "0.1"), "--pause 0.1 is too fast for other people's machines."),
    (("--limit", "0"), "--limit"),
    (("--what", "everything"), "--what"),
]


@pytest.mark.parametrize(("options", "sentence"), WRONG_USE, ids=[" ".join(o) for o, _ in WRONG_USE])
async def test_wrong_use_is_one_sentence(
    volunteer: Volunteer, options: tuple[str, ...], sentence: str
) -> None:
    volunteer.writes("https://example.org")
    code, out, err = await volunteer.types(*options)
    assert (code, out) == (2, "")
    assert sentence in err
    assert not volunteer.state.exists()


async def test_a_broken_list_is_told_with_its_line(volunteer: Volunteer) -> None:
    volunteer.writes("https://example.org")
    (volunteer.resources / "links_ignored.yaml").write_text(
        "ignored:\n  - host: example.org\n", encoding="utf-8"
    )
    code, _, err = await volunteer.types()
    assert code == 2
    assert err.startswith("links_ignored.yaml:2:5  `reason:` is missing")


async def test_somebody_elses_file_is_not_taken_for_findings(volunteer: Volunteer) -> None:
    volunteer.writes("https://example.org")
    volunteer.state.parent.mkdir()
    volunteer.state.write_text("my notes\n", encoding="utf-8")
    code, _, err = await volunteer.types()
    assert (code, "holds something else" in err) == (2, True)
    assert volunteer.state.read_text(encoding="utf-8") == "my notes\n"
