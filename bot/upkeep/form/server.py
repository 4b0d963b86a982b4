"""The form over HTTP: three pages, and what they ask while somebody types."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.conversation.speak import own_name
from bot.directory_files.reading import DEEPEST, LARGEST_ENTRY, Unreadable
from bot.directory_files.saving import NotSaved
from bot.exchange.html import templates
from bot.upkeep.form.desk import Desk, Found, Look, Meanwhile, told
from bot.upkeep.form.draft import Draft
from bot.upkeep.form.form import Field, FormMaker, find, read_words
from bot.upkeep.form.gate import Gate
from bot.upkeep.form.naming import NewEntry, WrongPath, path_of
from bot.upkeep.form.vocabulary import vocabulary_of

PAGE = Path(__file__).resolve().parent / "page"
LARGEST_CALL = 4 * LARGEST_ENTRY  # the text it began with, what it would be, and room
NOT_UNDERSTOOD = (
    "The page and the program do not understand each other. Copy what you typed and reload the page."
)


class NotUnderstood(Exception):
    """A call that our page does not make."""


STRANGE = (NotUnderstood, WrongPath, FileNotFoundError, LookupError, TypeError, ValueError, RecursionError)


def application(desk: Desk, token: str, port: int) -> ASGIApp:
    """The ASGI application, behind its gate."""
    page = Page(desk, token)
    routes = [
        Route("/", page.list),
        Route("/organization/{path:path}", page.organization),
        Route("/new", page.new),
        Route("/new/{path:path}", page.begin),
        *(Route(f"/{name}", page.call(act), methods=["POST"]) for name, act in page.calls.items()),
        Mount("/page", StaticFiles(directory=PAGE / "static")),
    ]
    return Gate(Starlette(routes=routes), token, port)


class Page:
    """The pages as HTML and the calls as JSON."""

    def __init__(self, desk: Desk, token: str) -> None:
        self._desk = desk
        self._token = token
        self._vocabulary = vocabulary_of(desk.book, desk.messages.languages)
        self._maker = FormMaker(self._vocabulary, read_words())
        self._templates = templates(PAGE)
        self._templates.globals |= {"sections": self._maker.sections, "token": token}
        self.calls: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "check": self._check,
            "part": self._part,
            "form": self._form,
            "save": self._save,
            "propose": self._propose,
        }

    # -- pages -----------------------------------------------------------------------------------------------

    async def list(self, request: Request) -> Response:
        """The directory as a list to search."""
        rows = await run_in_threadpool(self._desk.rows)
        menus = self._vocabulary.menus
        state = {
            "rows": rows,
            "countries": _names(menus["country"]),
            "needs": _names(menus["needs"]),
            "regions": {
                country: _names(o) for country, o in self._vocabulary.regions.items() if _has(rows, country)
            },
        }
        return self._page("list.html", state=state, count=len(rows))

    async def organization(self, request: Request) -> Response:
        """The form of one file."""
        path = request.path_params["path"]
        try:
            draft = await run_in_threadpool(self._desk.open, path_of(path))
        except (WrongPath, FileNotFoundError):
            return self._page("problem.html", status=404, path=path, problems=())
        except Unreadable as error:
            return self._page("problem.html", status=422, path=path, problems=error.problems)
        return self._editing(draft)

    async def new(self, request: Request) -> Response:
        """Country, state and name of a new organization."""
        state = {"regions": {country: _names(o) for country, o in self._vocabulary.regions.items()}}
        return self._page("new.html", state=state, countries=self._vocabulary.menus["country"])

    async def begin(self, request: Request) -> Response:
        """The form of a file that is not there yet."""
        asked = request.query_params
        try:
            entry = NewEntry(
                **{name: asked.get(name, "") for name in ("country", "region", "name", "service")}
            )
            path = path_of(request.path_params["path"])
        except WrongPath:
            return self._page("problem.html", status=404, path=request.path_params["path"], problems=())
        if self._desk.exists(path):
            return self._page("problem.html", status=409, path=path, problems=(), taken=True)
        return self._editing(Draft(path=path, base=None, data=entry.data, on_disk=False))

    def _editing(self, draft: Draft) -> Response:
        form = self._maker.form(draft.data)
        return self._page(
            "edit.html",
            form=form,
            path=draft.path,
            is_new=not draft.on_disk,
            state=self._state(draft),
            suggested=self._vocabulary.suggested,
            languages=[(code, own_name(code)) for code in self._desk.messages.languages],
        )

    def _state(self, draft: Draft) -> dict[str, Any]:
        today = self._desk.clock().date().isoformat()
        begins = {
            name: {key: text.format(today=today) for key, text in values.items()}
            for name, values in self._maker.words.begins.items()
        }
        return {**asdict(draft), "begins": begins}

    def _page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        return HTMLResponse(self._templates.get_template(template).render(**values), status_code=status)

    # -- calls -----------------------------------------------------------------------------------------------

    def call(self, act: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Callable[[Request], Any]:
        """A call of the page: JSON in, JSON out, away from the event loop."""

        async def handle(request: Request) -> Response:
            try:
                body = await _body_of(request)
                answer = await run_in_threadpool(act, body)
            except STRANGE:
                return JSONResponse({"said": NOT_UNDERSTOOD}, status_code=400)
            except (Unreadable, OSError) as error:
                return JSONResponse({"said": f"The file cannot be read: {error}."}, status_code=409)
            return JSONResponse(answer)

        return handle

    def _check(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._told(self._desk.look(_draft_in(body)))

    def _save(self, body: Mapping[str, Any]) -> dict[str, Any]:
        draft = _draft_in(body)
        try:
            look = self._desk.save(draft)
        except NotSaved as error:
            return {"saved": False, "said": str(error), **self._told(self._desk.look(draft))}
        return {"saved": True, "said": f"Saved. {look.change.said}", "base": look.text, **self._told(look)}

    def _part(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """One field drawn anew, after something in it was added, moved or taken out."""
        field = find(self._maker.form(_plain(body["data"])), tuple(body["route"]))
        if field is None:
            raise NotUnderstood
        return {"html": self._drawn(field)}

    def _form(self, body: Mapping[str, Any]) -> dict[str, Any]:
        form = self._maker.form(_plain(body["data"]))
        return {"html": self._templates.get_template("form.html").render(form=form)}

    def _drawn(self, field: Field) -> str:
        macros: Any = self._templates.get_template("fields.html").module
        is_service = len(field.route) == 2 and field.route[0] == "services"
        return str(macros.service(field) if is_service else macros.draw(field))

    def _propose(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Where a new organization's file would stand, and whether it may."""
        entry = NewEntry(**{name: str(body[name]) for name in ("country", "region", "name", "service")})
        try:
            path = path_of(str(body["path"]) or entry.path)
        except WrongPath as error:
            return {"path": str(body["path"]), "said": str(error), "free": False}
        if self._desk.exists(path):
            return {"path": path, "said": f"{path}.yaml exists already.", "free": False, "taken": True}
        return {"path": path, "said": entry.missing, "free": not entry.missing}

    # -- answers ---------------------------------------------------------------------------------------------

    def _told(self, look: Look) -> dict[str, Any]:
        return {
            "problems": [_found(f) for f in look.found],
            "errors": look.errors,
            "cards": [asdict(card) for card in look.cards],
            "change": asdict(look.change),
            "text": look.text,
            "meanwhile": _meanwhile(look.meanwhile) if look.meanwhile else None,
        }


def _found(found: Found) -> dict[str, Any]:
    problem = found.problem
    return {"route": found.route, "line": problem.line, "message": problem.message, "hint": problem.hint}


def _meanwhile(meanwhile: Meanwhile) -> dict[str, Any]:
    return {
        "said": meanwhile.said,
        "change": asdict(meanwhile.change),
        "theirs": meanwhile.theirs,
        "both": asdict(meanwhile.both) if meanwhile.both else None,
        "conflicts": [{"route": c.route, "said": told(c)} for c in meanwhile.conflicts],
    }


def _names(options: Any) -> dict[str, str]:
    return {option.value: option.name for option in options}


def _has(rows: list[dict[str, Any]], country: str) -> bool:
    return any(service.get("country") == country for row in rows for service in row["services"])


async def _body_of(request: Request) -> Mapping[str, Any]:
    """The JSON object of a call. Raises NotUnderstood."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise NotUnderstood
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > LARGEST_CALL:
            raise NotUnderstood
    body = json.loads(raw)
    if not isinstance(body, dict):
        raise NotUnderstood
    return body


def _draft_in(body: Mapping[str, Any]) -> Draft:
    base = body["base"]
    if not (base is None or isinstance(base, str)) or not isinstance(body["on_disk"], bool):
        raise NotUnderstood
    return Draft(path=path_of(body["path"]), base=base, data=_plain(body["data"]), on_disk=body["on_disk"])


def _plain(data: Any, depth: int = 0) -> Any:
    """What a file of ours can hold: dict, list and str. Raises NotUnderstood for anything else."""
    if depth > DEEPEST:
        raise NotUnderstood
    if isinstance(data, dict):
        return {str(key): _plain(value, depth + 1) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(one, depth + 1) for one in data]
    if not isinstance(data, str):
        raise NotUnderstood
    return data
