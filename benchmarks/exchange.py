"""What HSDS costs: a feed of many services taken in (time, and the most memory it ever held), and the API under load.

    python benchmarks/exchange.py --services 10000 100000
    python benchmarks/exchange.py --api

The feed is made up and the same for everybody: one organization for every four services, in towns of Texas, a third of
them without a need of ours. The API is asked beside a bare Starlette route that answers the same bytes, in turns.
"""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp

ROOT = Path(__file__).resolve().parents[1]
SEED = 20171015
EACH = 4  # services of an organization
TOWNS = ("Austin", "Dallas", "El Paso", "Houston", "Laredo", "Lubbock", "San Antonio", "Waco")
TERMS = (
    "human_services:legal:advocacy_legal_aid",
    "human_services:health:medical_care",
    "human_services:food:food_pantry",
)
ASKED = (
    "/services",
    "/services?full=true&per_page=10",
    "/services?search=legal&per_page=100",
    "/service_at_locations?postcode=78701",
)
ROUNDS, SECONDS, CALLERS = 5, 2.0, 16
OURS, THEIRS = 18090, 18091  # ports


# -- a feed ----------------------------------------------------------------------------------------------------------


def write_feed(path: Path, services: int) -> None:
    """A JSON list of organizations with their services, written as it is made."""
    chance = random.Random(SEED)
    with path.open("w", encoding="utf-8") as out:
        out.write("[")
        for at in range(-(-services // EACH)):
            out.write(",\n" if at else "")
            json.dump(_organization(at, min(EACH, services - at * EACH), chance), out)
        out.write("]")


def _uuid(chance: random.Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))


def _organization(at: int, services: int, chance: random.Random) -> dict[str, Any]:
    mine = _uuid(chance)
    return {
        "id": mine,
        "name": f"Made-up Center {at:06}",
        "description": "A made-up organization.",
        "website": f"https://center{at}.example.org",
        "services": [_service(mine, nth, chance) for nth in range(services)],
    }


def _service(organization: str, nth: int, chance: random.Random) -> dict[str, Any]:
    town, code = chance.choice(TOWNS), chance.choice(TERMS)
    return {
        "id": _uuid(chance),
        "organization_id": organization,
        "name": f"Desk {nth + 1} in {town}",
        "description": "People come in or call. They talk with you about what you need.",
        "status": "active",
        "phones": [
            {"id": _uuid(chance), "number": f"+1 512-477-{chance.randrange(10_000):04}", "type": "voice"}
        ],
        "service_areas": [{"id": _uuid(chance), "name": f"{town}, Texas"}],
        "schedules": [
            {
                "id": _uuid(chance),
                "freq": "WEEKLY",
                "byday": "MO,TU,WE,TH,FR",
                "opens_at": "09:00",
                "closes_at": "17:00",
            }
        ],
        "languages": [{"id": _uuid(chance), "code": "es"}],
        "attributes": [
            {
                "id": _uuid(chance),
                "taxonomy_term": {
                    "id": _uuid(chance),
                    "code": code,
                    "name": code,
                    "description": code,
                    "taxonomy": "Open Eligibility",
                },
            }
        ],
    }


def measure_import(services: int) -> dict[str, Any]:
    """Take such a feed into an empty directory, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        feed, resources = Path(folder) / "feed.json", Path(folder) / "resources"
        write_feed(feed, services)
        (resources / "organizations").mkdir(parents=True)
        for part in ("taxonomy", "places"):
            (resources / part).symlink_to(ROOT / "resources" / part)
        command = [
            sys.executable,
            "-m",
            "bot",
            "directory",
            "import",
            str(feed),
            "--source",
            "https://example.org/feed",
        ]
        started = time.perf_counter()
        done = subprocess.run(
            command,
            env={**os.environ, "BOT_RESOURCES": str(resources)},
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        seconds = time.perf_counter() - started
        assert done.returncode == 0, done.stderr[-500:]
        files = sum(1 for _ in (resources / "organizations").rglob("*.yaml"))
        return {
            "services": services,
            "megabytes": round(feed.stat().st_size / 1e6, 1),
            "files": files,
            "seconds": round(seconds, 1),
            "services_a_second": round(services / seconds),
            "peak_megabytes": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, 1),
        }


# -- the API ---------------------------------------------------------------------------------------------------------

BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
bodies = {line.split(' ', 1)[0]: open(line.split(' ', 1)[1].strip(), 'rb').read() for line in open(sys.argv[1])}
async def answer(request):
    asked = request.url.path + ('?' + request.url.query if request.url.query else '')
    return Response(bodies[asked], media_type='application/json')
app = Starlette(routes=[Route('/{rest:path}', answer)])
uvicorn.run(app, host='127.0.0.1', port=int(sys.argv[2]), log_level='error', access_log=False, ws='none')
"""


async def _ready(session: aiohttp.ClientSession, url: str) -> None:
    for _ in range(600):
        try:
            async with session.get(url) as answer:
                await answer.read()
                return
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.1)
    raise SystemExit(f"{url} never answered")


async def _load(session: aiohttp.ClientSession, url: str) -> list[float]:
    """Latencies in seconds of as many calls as CALLERS make in SECONDS."""
    latencies: list[float] = []
    until = time.perf_counter() + SECONDS

    async def call() -> None:
        while time.perf_counter() < until:
            started = time.perf_counter()
            async with session.get(url) as answer:
                await answer.read()
                assert answer.status == 200, url
            latencies.append(time.perf_counter() - started)

    await asyncio.gather(*(call() for _ in range(CALLERS)))
    return latencies


def _figures(rounds: list[list[float]]) -> dict[str, float]:
    rates = [len(one) / SECONDS for one in rounds]
    p99s = [statistics.quantiles(one, n=100)[98] * 1000 for one in rounds]
    return {"a_second": round(statistics.median(rates)), "p99_ms": round(statistics.median(p99s), 1)}


def measure_api() -> list[dict[str, Any]]:
    """Each question of ASKED, the API and the bare route in turns."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as running:
        bodies = {path: Path(folder) / str(at) for at, path in enumerate(ASKED)}
        serve = [sys.executable, "-m", "bot", "serve-directory", "--port", str(OURS)]
        running.callback(subprocess.Popen(serve, cwd=ROOT, stdout=subprocess.DEVNULL).terminate)
        asyncio.run(_fetch(bodies))
        listing = Path(folder) / "bodies"
        listing.write_text("".join(f"{path} {body}\n" for path, body in bodies.items()))
        running.callback(subprocess.Popen([sys.executable, "-c", BARE, str(listing), str(THEIRS)]).terminate)
        return [
            {"asked": path, "bytes": body.stat().st_size, **asyncio.run(_compare(path))}
            for path, body in bodies.items()
        ]


async def _fetch(bodies: dict[str, Path]) -> None:
    async with aiohttp.ClientSession() as session:
        await _ready(session, f"http://127.0.0.1:{OURS}/")
        for path, body in bodies.items():
            async with session.get(f"http://127.0.0.1:{OURS}{path}") as answer:
                body.write_bytes(await answer.read())


async def _compare(path: str) -> dict[str, Any]:
    ours: list[list[float]] = []
    bare: list[list[float]] = []
    async with aiohttp.ClientSession() as session:
        await _ready(session, f"http://127.0.0.1:{THEIRS}{ASKED[0]}")
        for _ in range(ROUNDS):
            ours.append(await _load(session, f"http://127.0.0.1:{OURS}{path}"))
            bare.append(await _load(session, f"http://127.0.0.1:{THEIRS}{path}"))
    api, floor = _figures(ours), _figures(bare)
    return {"api": api, "bare": floor, "ratio": round(api["a_second"] / floor["a_second"], 2)}


def main() -> None:
    """Print one JSON line for each measurement."""
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--services", type=int, nargs="*", default=[])
    read.add_argument("--api", action="store_true")
    asked = read.parse_args()
    print(
        json.dumps(
            {"python": platform.python_version(), "cores": os.cpu_count(), "machine": platform.machine()}
        )
    )
    for services in asked.services or ([] if asked.api else [1_000, 10_000]):
        print(json.dumps(measure_import(services)), flush=True)
    if asked.api:
        for line in measure_api():
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
