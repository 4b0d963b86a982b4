"""What the declared shapes refuse, said to the volunteer who can mend it: the value seen, and what to write."""

from collections.abc import Collection, Iterator
from typing import Any

from pydantic import ValidationError

from bot.directory_files.problems import Problem
from bot.directory_files.reading import Document, Route
from bot.directory_files.rules import language_code, nearest


def shape_problems(
    document: Document, error: ValidationError, fields: Collection[str], at: Route = ()
) -> Iterator[Problem]:
    """Each refusal at its line. `fields`: the names that may stand there, to offer the nearest. `at`: where in the
    file the refused part begins."""
    for told in _told_once(error):
        yield document.problem((*at, *told["loc"]), _sentence(told, fields))


def _told_once(error: ValidationError) -> list[dict[str, Any]]:
    """The library's errors; a list is not also called too short because what stands in it is wrong."""
    errors = [(tuple(e["loc"]), dict(e)) for e in error.errors()]
    return [
        told
        for place, told in errors
        if not any(other != place and other[: len(place)] == place for other, _ in errors)
    ]


def _sentence(error: dict[str, Any], fields: Collection[str]) -> str:
    """What a volunteer reads instead of the library's words."""
    field = str(error["loc"][-1]) if error["loc"] else "this file"
    seen = str(error.get("input"))[:60]
    match error["type"]:
        case "missing":
            return f"`{field}:` is missing"
        case "extra_forbidden":
            return f"`{field}:` is not a field here; {nearest(field, fields, 'remove it, or see resources/README.md')}"
        case "enum" | "literal_error":
            words = str(error["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            others = f"write {', '.join(words[:-1])} or {words[-1]}"
            return f"`{seen}` is not a value of {_field_of(error)}; {nearest(seen, words, others)}"
        case "value_error":
            return str(error["ctx"]["error"])
        case "string_pattern_mismatch":
            where = _holder_of_key(error) if "[key]" in error["loc"] else _field_of(error)
            return f"`{seen}` is not right for {where}; {_pattern_hint(error)}"
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"`{field}` holds `{seen}`; write `key: value` lines under it"
        case "tuple_type" | "list_type":
            return f"`{field}` holds `{seen}`; write a list: [{seen}]"
        case "string_type":
            return f"`{field}` holds a list or a block; write one text"
        case "string_too_long":
            return f"`{field}` is longer than {error['ctx']['max_length']} characters; say less"
        case "string_too_short" | "too_short":
            return f"`{field}` is empty; write something or remove the line"
        case _:
            return f"`{field}`: {error['msg']} (seen: {seen!r})"


def _field_of(error: dict[str, Any]) -> str:
    """The name of the field an error stands in, not its place in a list."""
    return next(
        (str(part) for part in reversed(error["loc"]) if isinstance(part, str) and part != "[key]"), "this"
    )


def _pattern_hint(error: dict[str, Any]) -> str:
    """What to write where a value does not have the form its field needs."""
    field = _field_of(error)
    if "[key]" in error["loc"]:
        if _holder_of_key(error) == "services":
            return "a key is small letters, digits and -: survivor-legal-line"
        return "write a language code before the text: en, es, fr"
    forms = {
        "country": "write two capital letters: US, FR, ZZ for worldwide",
        "regions": "write the part of the ISO code after the dash: TX, IDF",
        "read": "write a day: 2026-11-24",
        "on": "write a day: 2026-11-24",
        "ends_on": "write a day: 2026-11-24",
        "date": "write what is known of the date: 2022, 2022-05 or 2022-05-17",
        "url": "write a web address with https://",
        "website": "write a web address with https://",
        "languages": f"write a language code: {language_code(str(error.get('input')))}",
    }
    return forms.get(field, "write small letters, digits and _")


def _holder_of_key(error: dict[str, Any]) -> str:
    """The field whose keys are meant: for a wrong key the library names (…, field, key, '[key]')."""
    return str(error["loc"][-3]) if len(error["loc"]) >= 3 else ""
