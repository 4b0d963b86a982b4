"""The directory as a read-only HSDS 3.0 API (https://docs.openreferral.org): an ASGI app over what is published.

Nothing is kept about who asks: no log, no cookie, no address. Errors are JSON with one sentence that says what to mend.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.exchange.hsds.openapi import (
    HIGHEST_PAGE,
    LISTINGS,
    LONGEST_SEARCH,
    MOST_PER_PAGE,
    PARAMETERS,
    USUAL_PER_PAGE,
    openapi,
)
from bot.exchange.hsds.package import VERSION
from bot.exchange.hsds.published import Entry, Published
from bot.model.place import Place
from bot.model.record import record

PROFILE = "https://docs.openreferral.org/en/3.0/"
FRESH_SECONDS = 300
LONGEST_QUERY = 4_000  # signs
SOMEWHERE = Place(country="US")
Zip = Callable[[str], Place | None]


class BadRequest(Exception):
    """A parameter that cannot be used; the sentence says why."""


@record
class Asked:
    """What somebody asked of a listing."""

    page: int = 1
    per_page: int = USUAL_PER_PAGE
    ndjson: bool = False
    minimal: bool = False
    full: bool = False
    search: tuple[str, ...] = ()
    taxonomy_term_id: str | None = None
    taxonomy_id: str | None = None
    organization_id: str | None = None
    modified_after: str | None = None
    place: Place | None = None

    def takes(self, entry: Entry) -> bool:
        """Whether an entry is among what was asked for."""
        return (
            all(word in entry.words for word in self.search)
            and (self.taxonomy_term_id is None or self.taxonomy_term_id in entry.terms)
            and (self.taxonomy_id is None or self.taxonomy_id in entry.vocabularies)
            and (self.organization_id is None or self.organization_id == entry.organization)
            and (self.modified_after is None or (entry.modified or "") >= self.modified_after)
            and (self.place is None or entry.serves(self.place))
        )

    def form(self, entry: Entry) -> bytes:
        """An entry as it was asked for."""
        if self.minimal:
            return entry.minimal
        return entry.full if self.full else entry.basic


def api(published: Callable[[], Published], by_zip: Zip) -> Starlette:
    """The app. `published` gives what is served now; `by_zip` finds the place of a US zip code."""

    def listing(name: str) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            try:
                asked = _asked(request, name, by_zip)
            except BadRequest as error:
                return _error(400, str(error))
            entries = [entry for entry in published().listings[name].values() if asked.takes(entry)]
            return _lines(request, entries, asked) if asked.ndjson else _page(request, entries, asked)

        return answer

    def single(name: str) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            entry = published().listings[name].get(request.path_params["id"].lower())
            if entry is None:
                return _error(404, f"There is none of that id among the {name}. /{name} lists them all.")
            return _sent(request, entry.full)

        return answer

    async def about(request: Request) -> Response:
        said = {
            "version": VERSION,
            "profile": PROFILE,
            "openapi_url": str(request.url_for("openapi")),
            "description": f"Where survivors of sexual violence can find help; as of {published().made}.",
        }
        return _sent(request, json.dumps(said).encode())

    described = json.dumps(openapi()).encode()

    async def document(request: Request) -> Response:
        return _sent(request, described)

    routes = [Route("/", about), Route("/openapi.json", document, name="openapi")]
    for name in LISTINGS:
        routes += [Route(f"/{name}", listing(name)), Route(f"/{name}/{{id}}", single(name))]
    everyone = Middleware(
        CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "HEAD"], expose_headers=["ETag"]
    )
    return Starlette(routes=routes, middleware=[everyone], exception_handlers={HTTPException: _refused})


async def _refused(_: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    said = {404: "There is no such page. / says what this is.", 405: "This API is read only: use GET."}
    return _error(code, said.get(code, "This cannot be answered."), getattr(error, "headers", None))


# -- what was asked ------------------------------------------------------------------------------------------------


def _asked(request: Request, name: str, by_zip: Zip) -> Asked:
    if len(request.url.query) > LONGEST_QUERY:
        raise BadRequest("The query is too long.")
    given: dict[str, str] = {}
    for key, value in request.query_params.multi_items():
        if key not in LISTINGS[name]:
            known = ", ".join(LISTINGS[name])
            raise BadRequest(f"{key[:40]!r} is no parameter of /{name}. It takes {known}.")
        if key in given:
            raise BadRequest(f"{key} stands twice.")
        given[key] = value
    return Asked(
        page=_whole(given, "page", 1, HIGHEST_PAGE),
        per_page=_whole(given, "per_page", USUAL_PER_PAGE, MOST_PER_PAGE),
        ndjson=_one_of(given, "format", "json") == "ndjson",
        minimal=_flag(given, "minimal"),
        full=_flag(given, "full"),
        search=_words(given),
        taxonomy_term_id=_uuid(given, "taxonomy_term_id"),
        taxonomy_id=_uuid(given, "taxonomy_id"),
        organization_id=_uuid(given, "organization_id"),
        modified_after=_time(given),
        place=_place(given, by_zip),
    )


def _whole(given: Mapping[str, str], name: str, usual: int, most: int) -> int:
    said = given.get(name)
    if said is None:
        return usual
    if not (said.isascii() and said.isdigit() and 1 <= int(said[:10]) <= most and len(said) <= 10):
        raise BadRequest(f"{name} is a whole number from 1 to {most}.")
    return int(said)


def _one_of(given: Mapping[str, str], name: str, usual: str) -> str:
    said = given.get(name, usual)
    if said not in PARAMETERS[name]["enum"]:
        raise BadRequest(f"{name} is one of {', '.join(PARAMETERS[name]['enum'])}.")
    return said


def _flag(given: Mapping[str, str], name: str) -> bool:
    said = given.get(name, "false")
    if said not in ("true", "false"):
        raise BadRequest(f"{name} is true or false.")
    return said == "true"


def _words(given: Mapping[str, str]) -> tuple[str, ...]:
    said = given.get("search", "")
    if len(said) > LONGEST_SEARCH:
        raise BadRequest(f"search has at most {LONGEST_SEARCH} signs.")
    return tuple(said.casefold().split())


def _uuid(given: Mapping[str, str], name: str) -> str | None:
    said = given.get(name)
    try:
        return str(UUID(said)) if said is not None else None
    except ValueError:
        raise BadRequest(f"{name} is a UUID.") from None


def _time(given: Mapping[str, str]) -> str | None:
    said = given.get("modified_after")
    if said is None:
        return None
    try:
        time = datetime.fromisoformat(said.replace(" ", "+"))
        return (
            (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        )
    except (ValueError, OverflowError):
        raise BadRequest("modified_after is a time like 2026-11-24T00:00:00Z.") from None


def _place(given: Mapping[str, str], by_zip: Zip) -> Place | None:
    said = given.get("postcode")
    if said is None:
        return None
    if not re.fullmatch(r"[0-9]{5}", said):
        raise BadRequest("postcode is a US zip code of five digits.")
    return by_zip(said) or SOMEWHERE  # a new one, or one that is none: what helps in the whole country


# -- what is answered ----------------------------------------------------------------------------------------------


def _page(request: Request, entries: list[Entry], asked: Asked) -> Response:
    per_page = (
        len(entries) or 1 if asked.minimal and "per_page" not in request.query_params else asked.per_page
    )
    pages = max(1, -(-len(entries) // per_page))
    shown = entries[(asked.page - 1) * per_page :][:per_page]
    head = {
        "total_items": len(entries),
        "total_pages": pages,
        "page_number": asked.page,
        "size": len(shown),
        "first_page": asked.page == 1,
        "last_page": asked.page >= pages,
        "empty": not shown,
    }
    start = json.dumps(head, separators=(",", ":")).encode()[:-1]
    return _sent(request, start + b',"contents":[' + b",".join(map(asked.form, shown)) + b"]}")


def _lines(request: Request, entries: Iterable[Entry], asked: Asked) -> Response:
    body = b"".join(asked.form(entry) + b"\n" for entry in entries)
    return _sent(request, body, "application/x-ndjson")


def _sent(request: Request, body: bytes, kind: str = "application/json") -> Response:
    etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = {
        "ETag": etag,
        "Cache-Control": f"public, max-age={FRESH_SECONDS}",
        "X-Content-Type-Options": "nosniff",
    }
    known = request.headers.get("if-none-match", "")
    if etag in (mark.strip().removeprefix("W/") for mark in known.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)


def _error(code: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps({"error": sentence}).encode()
    return Response(
        body, code, media_type="application/json", headers={**(headers or {}), "Cache-Control": "no-store"}
    )
