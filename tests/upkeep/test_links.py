"""Asking web addresses: every way a site can fail is told apart, and nobody is asked rudely or in secret."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from bot.upkeep.links.addresses import Address, Place, What, Within, collect, one_spelling
from bot.upkeep.links.asking import Asker, anywhere, is_public
from bot.upkeep.links.asking_all import Outcome, ask_all
from bot.upkeep.links.findings import ADVICE, Finding, Kind
from bot.upkeep.links.manners import NAME, Manners, announcement
from bot.upkeep.links.state import KEPT_FOR, StateUnusable, open_state, plan_of
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOON, a_service, listed
from tests.upkeep.link_server import (
    HERE,
    Handler,
    Site,
    certificate,
    closed_port,
    in_turn,
    on_head,
    page,
    raw,
    says,
    site,
)

QUICK = Manners(pause=0, connect=0.5, total=0.5)
PATIENT = Manners(pause=0, connect=20, total=20)  # for a machine that stands still for a moment
TITLES = ("page not found", "domain is for sale")


class Naps:
    """Sleeps no time at all, and remembers for how long it was asked to."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        await asyncio.sleep(0)


def an_asker(manners: Manners = QUICK, **changes: Any) -> Asker:
    """Quick, and allowed to call this machine."""
    plain: dict[str, Any] = {"clock": lambda: NOON, "titles": TITLES, "may_call": anywhere}
    return Asker(**{**plain, "manners": manners, **changes})


async def ask(url: str, manners: Manners = QUICK, **changes: Any) -> Finding:
    async with an_asker(manners, **changes) as asker:
        return await asker.ask(url)


async def ask_site(pages: dict[str, Handler], path: str = "/", **changes: Any) -> tuple[Finding, Site]:
    async with site(pages) as here:
        return await ask(here.url(path), **changes), here


def address(url: str) -> Address:
    place = Place(file="organizations/us/tx/example.yaml", id="us/tx/example", route=("website",))
    return Address(url=url, key=one_spelling(url), places=(place,))


# What is there


async def test_a_page_that_answers_is_fine() -> None:
    found, here = await ask_site({"/": page()})
    assert found == Finding(kind=Kind.FINE, asked=NOON, status=200)
    assert here.requests == ["HEAD /", "GET /"], "a page is looked at: its title may say that it is gone"


async def test_a_file_that_is_no_page_is_not_fetched() -> None:
    found, here = await ask_site({"/a.pdf": says(200, Content_Type="application/pdf")}, "/a.pdf")
    assert found.kind is Kind.FINE
    assert here.requests == ["HEAD /a.pdf"]


STATUSES = [
    (404, Kind.NOT_FOUND),
    (410, Kind.GONE),
    (401, Kind.REFUSES_PROGRAMS),
    (403, Kind.REFUSES_PROGRAMS),
    (451, Kind.REFUSES_PROGRAMS),
    (999, Kind.REFUSES_PROGRAMS),
    (500, Kind.SERVER_ERROR),
    (502, Kind.SERVER_ERROR),
    (503, Kind.SERVER_ERROR),  # without Retry-After: nobody asked us to wait
    (400, Kind.OTHER_ANSWER),
    (405, Kind.OTHER_ANSWER),
    (300, Kind.OTHER_ANSWER),
]


@pytest.mark.parametrize(("status", "kind"), STATUSES)
async def test_each_answer_is_told_apart(status: int, kind: Kind) -> None:
    found, _ = await ask_site({"/": says(status)})
    assert (found.kind, found.status) == (kind, status)


@pytest.mark.parametrize("refusal", [405, 403, 501, 404, 500])
async def test_a_site_that_dislikes_head_is_asked_with_get(refusal: int) -> None:
    found, here = await ask_site({"/": on_head(says(refusal), page())})
    assert found.kind is Kind.FINE
    assert here.requests == ["HEAD /", "GET /"]


@pytest.mark.parametrize("title", ["Page Not Found", "This domain\n is for sale!"])
async def test_a_good_status_with_a_title_that_says_otherwise_is_a_hint(title: str) -> None:
    found, _ = await ask_site({"/": page(title)})
    assert found.kind is Kind.TELLING_TITLE
    assert found.detail == " ".join(title.split())
    assert ADVICE[found.kind].hint


async def test_a_title_is_read_in_the_letters_of_its_page() -> None:
    html = "<meta charset=iso-8859-1><title>Página no encontrada</title>".encode("latin-1")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(html)
    async with raw(head + html) as here:
        found = await ask(here.url, titles=("página no encontrada",))
    # HEAD was answered with a body too: the rest of it must not be taken for the next answer
    assert found.kind is Kind.TELLING_TITLE


async def test_what_a_stranger_wrote_in_a_title_cannot_steer_a_terminal() -> None:
    found, _ = await ask_site({"/": page("Page not found \x1b[2J \u202e" + "x" * 500)})
    assert found.detail is not None
    assert found.detail.isprintable()
    assert len(found.detail) <= 120


async def test_no_more_than_64_kilobytes_of_a_page_are_read() -> None:
    """The title stands behind them, so it is not seen; and a page without end does not hold us up."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    body = b" " * 65_536 + b"<title>Page not found</title>"
    async with raw(head + body, hangs_up=False) as here:
        found = await ask(here.url)
    assert found.kind is Kind.FINE


# What is not there


async def test_a_port_where_nobody_is() -> None:
    found = await ask(f"http://{HERE}:{closed_port()}/")
    assert found.kind is Kind.NOBODY_THERE
    assert found.is_silence and not found.is_an_answer


async def test_a_name_that_nobody_knows() -> None:
    """.invalid is promised never to exist (RFC 6761)."""
    found = await ask("http://no-such-place.invalid/", Manners(pause=0))
    assert found.kind is Kind.UNKNOWN_NAME


async def test_a_site_that_never_answers() -> None:
    async with raw(b"", hangs_up=False) as here:
        found = await ask(here.url)
    assert found.kind is Kind.NO_ANSWER_IN_TIME


CUT = [
    b"",  # hangs up before a word
    b"HTTP/1.1 200 OK\r\nContent-Ty",  # within the headers
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\n<p>Hel",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n<p>Hel",
]


@pytest.mark.parametrize("said", CUT)
async def test_an_answer_that_breaks_off(said: bytes) -> None:
    async with raw(said) as here:
        found = await ask(here.url)
    assert found.kind is Kind.BROKE_OFF


async def test_something_that_is_no_web_site() -> None:
    async with raw(b"SSH-2.0-OpenSSH_9.9\r\n\r\n") as here:
        found = await ask(here.url)
    assert found.kind is Kind.NO_WEB_PAGE
    assert found.is_an_answer


@pytest.mark.parametrize(
    ("made", "why"),
    [({}, "self"), ({"days": -1}, "expired"), ({"host": "other.example"}, "mismatch")],
)
async def test_a_certificate_that_proves_nothing(tmp_path: Path, made: dict[str, Any], why: str) -> None:
    shown = certificate(tmp_path, **made)
    trusted = shown.trusting if made else None
    async with site({"/": page()}, shown.server) as here:
        found = await ask(here.url(scheme="https"), trusted=trusted)
    assert found.kind is Kind.BAD_CERTIFICATE
    assert why in (found.detail or "").casefold()


async def test_a_site_without_tls_behind_https() -> None:
    async with site({"/": page()}) as here:
        found = await ask(here.url(scheme="https"))
    assert found.kind is Kind.NO_SAFE_CONNECTION


NO_ADDRESSES = [
    "ftp://example.org/x",
    "file:///etc/passwd",
    "http://",
    "http://[::1",
    "http://a.b:99999/",
    "",
]


@pytest.mark.parametrize("text", NO_ADDRESSES)
async def test_nothing_but_web_addresses_is_asked(text: str) -> None:
    assert (await ask(text)).kind is Kind.NOT_AN_ADDRESS


# Moves


@pytest.mark.parametrize("status", [301, 308])
async def test_a_move_for_good_suggests_the_new_address(status: int) -> None:
    found, here = await ask_site({"/": says(status, Location="/new#top"), "/new": page()})
    assert found.kind is Kind.MOVED
    assert found.suggestion == here.url("/new")


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_move_for_now_is_fine(status: int) -> None:
    found, _ = await ask_site({"/": says(status, Location="/new"), "/new": page()})
    assert found == Finding(kind=Kind.FINE, asked=NOON, status=200)


async def test_only_as_far_as_it_moved_for_good_is_suggested() -> None:
    pages = {"/": says(301, Location="/b"), "/b": says(302, Location="/c"), "/c": page()}
    found, here = await ask_site(pages)
    assert found.suggestion == here.url("/b")


async def test_a_move_to_a_missing_page_is_a_missing_page() -> None:
    found, here = await ask_site({"/": says(301, Location="/gone")})
    assert (found.kind, found.suggestion) == (Kind.NOT_FOUND, None)
    assert found.detail == f"sent on to {here.url('/gone')}"


async def test_five_moves_are_followed_and_a_sixth_is_not() -> None:
    pages = {f"/{n}": says(302, Location=f"/{n + 1}") for n in range(6)} | {"/6": page()}
    assert (await ask_site(pages, "/1"))[0].kind is Kind.FINE
    found, here = await ask_site(pages, "/0")
    assert found.kind is Kind.GOES_IN_CIRCLES
    assert "HEAD /6" not in here.requests


@pytest.mark.parametrize("pages", [{"/": "/"}, {"/": "/b", "/b": "/"}])
async def test_a_circle_is_left_at_once(pages: dict[str, str]) -> None:
    found, here = await ask_site({path: says(302, Location=to) for path, to in pages.items()})
    assert found.kind is Kind.GOES_IN_CIRCLES
    assert len(here.seen) == len(pages)


@pytest.mark.parametrize("to", [{}, {"Location": "mailto:a@example.org"}, {"Location": "http://[oops"}])
async def test_a_move_that_leads_to_no_web_address(to: dict[str, str]) -> None:
    found, _ = await ask_site({"/": says(302, **to)})
    assert found.kind is Kind.LEADS_NOWHERE


# https


async def test_https_is_suggested_where_it_answers_too(tmp_path: Path) -> None:
    shown = certificate(tmp_path)
    async with site({"/": page()}) as plain, site({"/": page()}, shown.server) as safe:
        manners = replace(QUICK, https_port=safe.port)
        found = await ask(plain.url(), manners, trusted=shown.trusting)
    assert (found.kind, found.suggestion) == (Kind.COULD_BE_SAFE, safe.url(scheme="https"))


async def test_a_move_for_good_to_https_is_the_same_advice(tmp_path: Path) -> None:
    shown = certificate(tmp_path)
    async with site({"/": page()}, shown.server) as safe:
        to = safe.url(scheme="https")
        async with site({"/": says(301, Location=to)}) as plain:
            manners = replace(QUICK, https_port=safe.port)
            found = await ask(plain.url(), manners, trusted=shown.trusting)
    assert (found.kind, found.suggestion) == (Kind.COULD_BE_SAFE, to)


async def test_https_that_leads_back_to_http_is_not_suggested(tmp_path: Path) -> None:
    shown = certificate(tmp_path)
    async with (
        site({"/": page()}) as plain,
        site({"/": says(302, Location=plain.url())}, shown.server) as safe,
    ):
        manners = replace(QUICK, https_port=safe.port)
        found = await ask(plain.url(), manners, trusted=shown.trusting)
    assert found.kind is Kind.FINE


async def test_where_only_https_answers_the_problem_comes_with_its_mending(tmp_path: Path) -> None:
    shown = certificate(tmp_path)
    async with site({"/": page()}, shown.server) as safe:
        manners = replace(QUICK, https_port=safe.port)
        found = await ask(f"http://{HERE}:{closed_port()}/", manners, trusted=shown.trusting)
    assert (found.kind, found.suggestion) == (Kind.NOBODY_THERE, safe.url(scheme="https"))


# Manners


async def test_it_says_who_it_is_and_nothing_about_the_volunteer() -> None:
    pages = {"/": on_head(says(302, Location="/b", Set_Cookie="a=b"), says(404)), "/b": page()}
    async with site(pages) as here, an_asker() as asker:
        await asker.ask(here.url("/").replace("http://", "http://me:secret@"))
        await asker.ask(here.url("/b"))
    assert len(here.seen) >= 4
    for _, _, headers in here.seen:
        assert headers["User-Agent"] == NAME
        assert not {"Cookie", "Referer", "Authorization", "From"} & set(headers)


async def run(urls: Sequence[str], state: Path, asker: Asker | None = None) -> Outcome:
    """One run over these addresses, with what is kept."""
    kept = open_state(state, NOON)
    plan = plan_of([address(u) for u in urls], kept, NOON)
    async with asker or an_asker() as asking:
        return await ask_all(plan, kept, asking, lambda *_: None)


async def test_one_host_is_never_asked_twice_at_the_same_time(tmp_path: Path) -> None:
    """Not by its own addresses, and not by a move from another host."""
    paths = [f"/{n}" for n in range(12)]
    async with site(dict.fromkeys(paths, page())) as here:
        moves = {path: says(302, Location=here.url(path)) for path in paths}
        async with site(moves) as other:
            urls = [u for p in paths for u in (here.url(p), other.url(p, host="localhost"))]
            outcome = await run(urls, tmp_path / "state", an_asker(PATIENT))
    assert outcome.asked == 24 and len(here.seen) >= 48
    assert here.most_at_work == {HERE: 1}
    assert other.most_at_work == {"localhost": 1}


@pytest.mark.parametrize(("at_once", "most"), [(1, 1), (2, 2)])
async def test_only_so_many_hosts_are_asked_at_once(tmp_path: Path, at_once: int, most: int) -> None:
    paths = [f"/{n}" for n in range(6)]
    async with site(dict.fromkeys(paths, page())) as here:
        urls = [here.url(p, host=host) for p in paths for host in (HERE, "localhost")]
        await run(urls, tmp_path / "state", an_asker(replace(PATIENT, hosts_at_once=at_once)))
    assert here.most_at_all == most


async def test_there_is_a_pause_before_each_further_request_to_a_host() -> None:
    naps = Naps()
    async with (
        site({"/": page(), "/b": page()}) as here,
        an_asker(replace(QUICK, pause=7), sleep=naps) as asker,
    ):
        await asker.ask(here.url("/"))
        await asker.ask(here.url("/b"))
    assert len(here.seen) == 4
    # between the requests; the look whether https answers goes to the same host
    assert set(naps.taken) == {7}
    assert len(naps.taken) == 5


@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_that_asks_to_wait_is_waited_for(status: int) -> None:
    naps = Naps()
    found, here = await ask_site({"/": in_turn(says(status, Retry_After="9"), page())}, sleep=naps)
    assert found.kind is Kind.FINE
    assert 9 in naps.taken
    assert here.requests == ["HEAD /", "HEAD /", "GET /"]


async def test_a_time_of_day_to_wait_for_is_understood() -> None:
    naps = Naps()
    until = format_datetime(NOON.astimezone(UTC) + timedelta(seconds=11), usegmt=True)
    await ask_site({"/": in_turn(says(503, Retry_After=until), page())}, sleep=naps)
    assert 11 in naps.taken


@pytest.mark.parametrize(
    "answer",
    [says(429, Retry_After="86400"), says(429), says(503, Retry_After="1")],
    ids=["a day", "?", "still"],
)
async def test_a_host_that_wants_more_time_is_left_alone(answer: Handler) -> None:
    """Its other addresses are not asked either in this run, and none of it is kept."""
    naps = Naps()
    async with site({"/": answer, "/b": page()}) as here, an_asker(sleep=naps) as asker:
        first = await asker.ask(here.url("/"))
        asked = len(here.seen)
        second = await asker.ask(here.url("/b"))
    assert first.kind is second.kind is Kind.ASKS_US_TO_WAIT
    assert not first.can_be_kept
    assert len(here.seen) == asked <= 3
    assert 86400 not in naps.taken


async def test_a_host_that_wants_more_time_is_asked_again_in_the_next_run(tmp_path: Path) -> None:
    async with site({"/": in_turn(says(429), page())}) as here:
        first = await run([here.url()], tmp_path / "state")
        again = await run([here.url()], tmp_path / "state")
    assert first.is_network_there
    assert [o.found[here.url()].kind for o in (first, again)] == [Kind.ASKS_US_TO_WAIT, Kind.FINE]


# The volunteer's own network


INSIDE = [
    "127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.4.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:192.168.1.1", "2002:7f00:1::", "64:ff9b::7f00:1", "not an address", "127.1", "2130706433",
]  # fmt: skip


@pytest.mark.parametrize("ip", INSIDE)
def test_an_address_inside_a_network_is_not_public(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["93.184.216.34", "2606:4700::1111", "64:ff9b::5db8:d822"])
def test_an_address_of_the_open_internet_is_public(ip: str) -> None:
    assert is_public(ip)


SPELLINGS = [
    "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1.", "[::1]",
    "[::ffff:127.0.0.1]", "0", "LOCALHOST.",
]  # fmt: skip


@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_spelling_of_this_machine_is_called(host: str) -> None:
    async with raw(b"HTTP/1.1 200 OK\r\n\r\n") as here:
        found = await ask(f"http://{host}:{here.port}/", Manners(pause=0), may_call=is_public)
    assert here.calls == 0
    assert found.kind in (Kind.PRIVATE_ADDRESS, Kind.UNKNOWN_NAME, Kind.NOT_AN_ADDRESS)
    assert not found.can_be_kept or found.kind is Kind.UNKNOWN_NAME


async def test_this_machine_is_told_apart_from_a_name_that_nobody_knows() -> None:
    for host in (HERE, "localhost", "127.1"):
        found = await ask(f"http://{host}:1/", may_call=is_public)
        assert found.kind is Kind.PRIVATE_ADDRESS, host


@pytest.mark.parametrize("inside", ["127.0.0.2", "[::1]"])
async def test_a_site_outside_cannot_send_us_inside(inside: str) -> None:
    """Only 127.0.0.1 is outside here."""
    async with raw(b"HTTP/1.1 200 OK\r\n\r\n") as home:
        to = f"http://{inside}:{home.port}/"
        found, _ = await ask_site({"/": says(302, Location=to)}, may_call=lambda ip: ip == HERE)
    assert home.calls == 0
    assert found.kind is Kind.PRIVATE_ADDRESS


# Stopping and going on


async def test_what_was_asked_is_not_asked_again(tmp_path: Path) -> None:
    pages = {"/a": page(), "/b": says(404)}
    async with site(pages) as here:
        first = await run([here.url("/a"), here.url("/b")], tmp_path / "state")
        asked = len(here.seen)
        again = await run([here.url("/a"), here.url("/b")], tmp_path / "state")
    assert len(here.seen) == asked
    assert again.asked == 0 and again.is_network_there
    assert again.found == first.found and len(first.found) == 2


async def test_a_run_that_is_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    paths = [f"/{n}" for n in range(6)]
    async with site(dict.fromkeys(paths, page())) as here:
        urls = [here.url(p) for p in paths]
        kept = open_state(tmp_path / "state", NOON)
        plan = plan_of([address(u) for u in urls], kept, NOON)
        told: list[str] = []
        stopped = asyncio.Event()

        def tell(asked: Address, _: Finding) -> None:
            told.append(asked.url)
            if len(told) == 2:
                stopped.set()

        async with an_asker() as asker:
            task = asyncio.create_task(ask_all(plan, kept, asker, tell))
            await stopped.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        done = len(told)
        rest = await run(urls, tmp_path / "state")
    assert 2 <= done < 6
    assert rest.asked == 6 - done
    assert len(rest.found) == 6


def a_state(folder: Path, finding: Finding, key: str = "https://example.org/") -> Path:
    open_state(folder / "state", NOON).keep(key, finding)
    return folder / "state"


@pytest.mark.parametrize(
    ("later", "known"),
    [
        (timedelta(0), True),
        (KEPT_FOR, True),
        (KEPT_FOR + timedelta(seconds=1), False),
        (timedelta(-1), False),
    ],
)
def test_findings_hold_for_seven_days(tmp_path: Path, later: timedelta, known: bool) -> None:
    now = NOON + later
    state = open_state(a_state(tmp_path, Finding(kind=Kind.FINE, asked=NOON, status=200)), now)
    assert (state.get("https://example.org/", now) is not None) is known


def test_a_finding_is_read_back_as_it_was(tmp_path: Path) -> None:
    finding = Finding(
        kind=Kind.MOVED, asked=NOON, status=200, suggestion="https://b.example/é", detail="x\u2028y"
    )
    state = open_state(a_state(tmp_path, finding), NOON)
    assert state.get("https://example.org/", NOON) == finding


def test_a_line_that_was_cut_off_costs_only_itself(tmp_path: Path) -> None:
    fine = Finding(kind=Kind.FINE, asked=NOON, status=200)
    path = a_state(tmp_path, fine)
    with path.open("ab") as file:
        file.write(b'{"address": "https://b.example/", "ki')
    state = open_state(path, NOON)
    state.keep("https://c.example/", fine)
    again = open_state(path, NOON)
    assert again.get("https://example.org/", NOON) == again.get("https://c.example/", NOON) == fine
    assert again.get("https://b.example/", NOON) is None


def test_the_latest_finding_wins_and_starting_over_forgets_all(tmp_path: Path) -> None:
    path = a_state(tmp_path, Finding(kind=Kind.FINE, asked=NOON, status=200))
    open_state(path, NOON).keep("https://example.org/", Finding(kind=Kind.GONE, asked=NOON, status=410))
    latest = open_state(path, NOON).get("https://example.org/", NOON)
    assert latest is not None and latest.kind is Kind.GONE
    assert open_state(path, NOON, fresh=True).get("https://example.org/", NOON) is None
    assert path.read_bytes() == b""


@pytest.mark.parametrize("fresh", [False, True])
def test_somebody_elses_file_is_not_overwritten(tmp_path: Path, fresh: bool) -> None:
    path = tmp_path / "example.yaml"
    path.write_text("name: Example\n", encoding="utf-8")
    with pytest.raises(StateUnusable, match="--state"):
        open_state(path, NOON, fresh=fresh)
    assert path.read_text(encoding="utf-8") == "name: Example\n"
    with pytest.raises(StateUnusable):
        open_state(tmp_path, NOON)


# A network that is gone


async def test_when_nothing_answers_nothing_is_kept(tmp_path: Path) -> None:
    """Else a volunteer without network would find every site dead for a week."""
    urls = [f"http://{HERE}:{closed_port()}/", f"http://localhost:{closed_port()}/"]
    outcome = await run(urls, tmp_path / "state")
    assert not outcome.is_network_there
    assert outcome.found == {}
    assert (tmp_path / "state").read_bytes() == b""


async def test_silence_is_believed_when_somebody_else_answers(tmp_path: Path) -> None:
    dead = f"http://{HERE}:{closed_port()}/"
    async with site({"/": page()}) as here:
        outcome = await run([dead, here.url()], tmp_path / "state")
        again = await run([dead, here.url()], tmp_path / "state")
    assert outcome.is_network_there and outcome.lost == 0
    assert outcome.found[one_spelling(dead)].kind is Kind.NOBODY_THERE
    assert again.asked == 0


async def test_silence_at_the_end_is_believed_if_an_earlier_host_still_answers(tmp_path: Path) -> None:
    async with site({"/": page()}) as here:
        await run([here.url()], tmp_path / "state")
        dead = f"http://{HERE}:{closed_port()}/"
        outcome = await run([here.url(), dead], tmp_path / "state")
    assert outcome.is_network_there and outcome.asked == 1
    assert outcome.found[one_spelling(dead)].kind is Kind.NOBODY_THERE


async def test_a_network_that_goes_away_in_between_makes_nobody_look_dead(tmp_path: Path) -> None:
    async with site({"/": page()}) as here:
        first = here.url()
        await run([first], tmp_path / "state")
    dead = [f"http://{HERE}:{closed_port()}/{n}" for n in range(3)]
    outcome = await run([first, *dead], tmp_path / "state")
    assert outcome.lost == 3 and not outcome.is_network_there
    assert set(outcome.found) == {one_spelling(first)}


# Collecting


def test_an_address_is_asked_once_and_stands_in_all_its_places() -> None:
    line = a_service(contacts=[{"channel": "chat", "url": "https://EXAMPLE.org"}])
    one = listed(line, "us/tx/one").model_copy(update={"website": "https://example.org/#top"})
    (only,) = collect([one], What.CONTACTS)
    assert only.url == "https://example.org/#top"
    assert [(p.file, p.id, p.field) for p in only.places] == [
        ("organizations/us/tx/one.yaml", "us/tx/one", "website"),
        ("organizations/us/tx/one.yaml", "us/tx/one#line", "contacts[0].url"),
    ]


def test_what_nobody_is_sent_to_is_only_asked_with_all() -> None:
    held = listed(a_service(hold="closed", contacts=[{"channel": "chat", "url": "https://example.org/held"}]))
    assert collect([held], What.CONTACTS) == ()
    assert [a.url for a in collect([held], What.SOURCES)] == ["https://example.org/contact"]
    assert len(collect([held], What.ALL)) == 2


def test_a_country_and_a_region_narrow_it() -> None:
    chat = [{"channel": "chat", "url": "https://example.org/chat"}]
    texan = listed(a_service(contacts=chat))
    national = listed(a_service(contacts=chat, area={"country": "US"}), "us/national/x")
    services = [texan, national]
    assert len(collect(services, What.CONTACTS, Within(country="US"))[0].places) == 2
    assert len(collect(services, What.CONTACTS, Within(country="US", region="TX"))[0].places) == 1
    assert collect(services, What.CONTACTS, Within(country="FR")) == ()


HOSTS = st.sampled_from(["example.org", "EXAMPLE.org", "www.example.org", "b.example"])
TAILS = st.sampled_from(["", "/", "/a", "/A", "/a?b=c", "/#x", "/a#x"])
URLS = st.builds("{}://{}{}".format, st.sampled_from(["http", "https"]), HOSTS, TAILS)
CONTACTS = st.lists(st.tuples(URLS, st.booleans()), max_size=4)
SERVICES = st.lists(st.tuples(CONTACTS, st.lists(URLS, min_size=1, max_size=3), st.booleans()), max_size=5)


@given(drawn=SERVICES)
def test_every_address_is_collected_once_and_no_place_is_lost(drawn: list[Any]) -> None:
    services = [
        listed(
            a_service(
                contacts=[
                    {"channel": "website", "url": url, **({"hold": "no"} if held else {})}
                    for url, held in contacts
                ],
                source=[{"url": url, "read": "2026-11-01"} for url in sources],
                **({"hold": "why"} if on_hold else {}),
            ),
            f"us/tx/o{n}",
        )
        for n, (contacts, sources, on_hold) in enumerate(drawn)
    ]
    open_ = [url for contacts, _, on_hold in drawn if not on_hold for url, held in contacts if not held]
    read = [url for _, sources, _ in drawn for url in sources]
    every = [url for contacts, _, _ in drawn for url, _ in contacts]
    for what, written in ((What.CONTACTS, open_), (What.SOURCES, read), (What.ALL, every + read)):
        addresses = collect(services, what)
        keys = [a.key for a in addresses]
        assert len(set(keys)) == len(keys)
        assert set(keys) == {one_spelling(url) for url in written}
        assert sum(len(a.places) for a in addresses) == len(written)
        assert all(a.url in written for a in addresses)


LINES = st.sampled_from(
    [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 x\r\n", b"Location: ", b"Content-Type: text/html\r\n", b"\r\n", b"\xff",
     b"Content-Length: ", b"7", b"-1", b"Transfer-Encoding: chunked\r\n", b"Retry-After: 1\r\n", b"<title>",
     b"Content-Encoding: gzip\r\n", b"charset=rot13", b"HTTP/1.1 429 x\r\n", b"HTTP/1.1 100 x\r\n\r\n"]
)  # fmt: skip


@given(pieces=st.lists(st.one_of(LINES, st.binary(max_size=20)), max_size=12))
def test_whatever_a_server_says_there_is_a_finding(pieces: list[bytes]) -> None:
    async def meet() -> Finding:
        async with raw(b"".join(pieces)) as here:
            return await ask(here.url, may_call=lambda ip: ip == HERE, sleep=Naps())

    assert asyncio.run(meet()).kind in Kind


def test_each_kind_says_what_a_volunteer_can_do() -> None:
    assert set(ADVICE) == set(Kind) - {Kind.FINE}
    assert len({advice.heading for advice in ADVICE.values()}) == len(ADVICE)


def test_before_it_starts_it_says_what_is_sent_to_whom(tmp_path: Path) -> None:
    said = announcement(
        [address("https://a.example/"), address("https://www.a.example/")], Manners(), tmp_path
    )
    for words in (
        "needs the network",
        "2 web address(es) on 1 host(s)",
        "internet address",
        NAME,
        "no cookies",
    ):
        assert words in said
