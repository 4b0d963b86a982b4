"""The OpenAPI 3.1 document of the API: of the HSDS 3.0 API specification, the paths and parameters we have."""

from typing import Any

from bot.exchange.hsds.package import VERSION

MOST_PER_PAGE = 500
USUAL_PER_PAGE = 25
LONGEST_SEARCH = 200
HIGHEST_PAGE = 1_000_000
UUID = {"type": "string", "format": "uuid"}
FLAG = {"type": "boolean", "default": False}
PARAMETERS: dict[str, dict[str, Any]] = {
    "search": {"type": "string", "maxLength": LONGEST_SEARCH},
    "page": {"type": "integer", "minimum": 1, "maximum": HIGHEST_PAGE, "default": 1},
    "per_page": {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": USUAL_PER_PAGE},
    "format": {"type": "string", "enum": ["json", "ndjson"], "default": "json"},
    "taxonomy_term_id": UUID,
    "taxonomy_id": UUID,
    "organization_id": UUID,
    "modified_after": {"type": "string", "format": "date-time"},
    "minimal": FLAG,
    "full": FLAG,
    "postcode": {"type": "string", "pattern": r"^[0-9]{5}$"},
}
MEANINGS = {
    "search": "All of these words stand in the name, the description or the name of the organization.",
    "page": "Which page, from 1.",
    "per_page": f"How many on a page, at most {MOST_PER_PAGE}.",
    "format": "`ndjson` gives all of them, one JSON object a line, without pages.",
    "taxonomy_term_id": "Only what has this term.",
    "taxonomy_id": "Only what has a term of this taxonomy.",
    "organization_id": "Only what this organization offers.",
    "modified_after": "Only what was read or confirmed at this time or later.",
    "minimal": "Only ids and the time of the last change.",
    "full": "Each with all that belongs to it.",
    "postcode": "A US zip code: only what helps there.",
}
COMMON = ("search", "page", "per_page", "format")
MARKED = ("taxonomy_term_id", "taxonomy_id")
LISTINGS: dict[str, tuple[str, ...]] = {
    "services": (*COMMON, *MARKED, "organization_id", "modified_after", "minimal", "full"),
    "organizations": (*COMMON, *MARKED, "full"),
    "service_at_locations": (*COMMON, *MARKED, "organization_id", "full", "postcode"),
    "taxonomies": COMMON,
    "taxonomy_terms": (*COMMON, "taxonomy_id"),
}


def openapi() -> dict[str, Any]:
    """The document, as plain data."""
    paths: dict[str, Any] = {
        "/": {"get": _operation("about", "What this is and which version of HSDS it speaks.", _about())}
    }
    for name, parameters in LISTINGS.items():
        one = name.removesuffix("s") if name != "taxonomies" else "taxonomy"
        paths[f"/{name}"] = {"get": _listing(name, parameters)}
        paths[f"/{name}/{{id}}"] = {"get": _single(one)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Where survivors of sexual violence can find help",
            "version": VERSION,
            "description": "A read-only HSDS 3.0 API. Only what people may see: no address of a confidential place, "
            "nothing that is held. Attributes carry what HSDS has no field for; what is not there is unknown.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": {"Error": _error(), "Page": _page()}},
    }


def _operation(operation_id: str, summary: str, schema: dict[str, Any], *wrong: str) -> dict[str, Any]:
    bad = {
        code: {
            "description": "The reason is in `error`.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        }
        for code in wrong
    }
    good = {"description": summary, "content": {"application/json": {"schema": schema}}}
    return {
        "operationId": operation_id,
        "summary": summary,
        "responses": {"200": good, "304": {"description": "Unchanged since the ETag that was sent."}, **bad},
    }


def _listing(name: str, parameters: tuple[str, ...]) -> dict[str, Any]:
    operation = _operation(
        f"list_{name}", f"The {name}, page by page.", {"$ref": "#/components/schemas/Page"}, "400"
    )
    lines = {"schema": {"type": "string", "description": "one JSON object a line"}}
    operation["responses"]["200"]["content"]["application/x-ndjson"] = lines
    operation["parameters"] = [
        {"name": one, "in": "query", "description": MEANINGS[one], "schema": PARAMETERS[one]}
        for one in parameters
    ]
    return operation


def _single(name: str) -> dict[str, Any]:
    schema = {"type": "object", "required": ["id"], "properties": {"id": UUID}}
    operation = _operation(f"get_{name}", f"One {name} with all that belongs to it.", schema, "404")
    operation["parameters"] = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    ]
    return operation


def _about() -> dict[str, Any]:
    properties = {name: {"type": "string"} for name in ("version", "profile", "openapi_url", "description")}
    return {"type": "object", "required": ["version", "openapi_url"], "properties": properties}


def _error() -> dict[str, Any]:
    return {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}


def _page() -> dict[str, Any]:
    counts = {name: {"type": "integer"} for name in ("total_items", "total_pages", "page_number", "size")}
    flags = {name: {"type": "boolean"} for name in ("first_page", "last_page", "empty")}
    contents = {"type": "array", "items": {"type": "object", "required": ["id"], "properties": {"id": UUID}}}
    properties = {**counts, **flags, "contents": contents}
    return {"type": "object", "required": list(properties), "properties": properties}
