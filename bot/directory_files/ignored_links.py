"""resources/links_ignored.yaml -> the web addresses that are not asked, each with the reason a person wrote."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.directory_files.problems import Problem
from bot.directory_files.reading import Document, Route, read_or_tell
from bot.directory_files.rules import nearest
from bot.model.record import record

FILE = "links_ignored.yaml"
FIELDS = ("host", "path", "reason")
SHORTEST_REASON = 10  # characters; "old" and "ok" explain nothing to whoever comes next
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
PARTS = {"**": ".*", "*": "[^/]+", "{commit}": "[0-9a-f]{40}"}


@record
class IgnoredLink:
    """A host, or some pages of it. `path` None: all of it."""

    host: str
    path: str | None
    reason: str

    def covers(self, url: str) -> bool:
        """Is this address one of those?"""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            return False
        is_here = host == self.host or host.endswith(f".{self.host}")
        return is_here and (self.path is None or _pattern(self.path).fullmatch(parts.path) is not None)


def reason_to_ignore(url: str, ignored: Iterable[IgnoredLink]) -> str | None:
    """Why this address is not asked; None when it is."""
    return next((entry.reason for entry in ignored if entry.covers(url)), None)


def load_ignored_links(folder: Path, problems: list[Problem]) -> tuple[IgnoredLink, ...]:
    """The entries of the file in `folder`; without a file, none. What is broken is left out and told in `problems`."""
    if not (folder / FILE).exists():
        return ()
    document = read_or_tell(folder / FILE, FILE, problems)
    if document is None:
        return ()
    entries = document.data.get("ignored") if isinstance(document.data, dict) else None
    if not isinstance(entries, list):
        problems.append(document.problem((), "write ignored: and a list under it, or ignored: []"))
        return ()
    wrong = [list(_problems_of(entry, ("ignored", at), document)) for at, entry in enumerate(entries)]
    sound = [_entry(entry) for entry, found in zip(entries, wrong, strict=True) if not found]
    problems.extend(p for found in wrong for p in found)
    problems.extend(_written_twice(entries, document))
    return tuple(dict.fromkeys(sound))


def _entry(entry: dict[str, str]) -> IgnoredLink:
    return IgnoredLink(host=entry["host"], path=entry.get("path"), reason=entry["reason"].strip())


def _problems_of(entry: Any, route: Route, document: Document) -> Iterator[Problem]:
    if not isinstance(entry, dict):
        yield document.problem(route, f"`{str(entry)[:60]}` stands alone; write host: and reason:")
        return
    for key in entry:
        if key not in FIELDS:
            otherwise = "write host:, path: or reason:"
            message = f"`{key}:` is not a field here; {nearest(key, FIELDS, otherwise)}"
            yield document.problem((*route, key), message)
    for field, wrong in (("host", _wrong_host), ("path", _wrong_path), ("reason", _wrong_reason)):
        found = wrong(entry.get(field))
        if found:
            yield document.problem((*route, field), found)


def _wrong_host(host: Any) -> str | None:
    if not host:
        return "`host:` is missing; write the host alone: example.org"
    if not isinstance(host, str) or not HOST.fullmatch(host):
        return f"`{str(host)[:60]}` is not a host; write it alone and in small letters: example.org"
    return None


def _wrong_path(path: Any) -> str | None:
    if path is None:
        return None
    if not isinstance(path, str) or not path.startswith("/"):
        return f"`{str(path)[:60]}` is not a path; begin with a slash: /news/**"
    return None


def _wrong_reason(reason: Any) -> str | None:
    if not isinstance(reason, str) or len(reason.strip()) < SHORTEST_REASON:
        return "`reason:` is missing or too short; say in a sentence why nobody needs to check these links"
    return None


def _written_twice(entries: list[Any], document: Document) -> Iterator[Problem]:
    first: dict[tuple[str, str], int] = {}
    for at, entry in enumerate(entries):
        if not isinstance(entry, dict):
            continue
        key = (str(entry.get("host")), str(entry.get("path")))
        if first.setdefault(key, at) != at:
            line = document.marks[("ignored", first[key])][0]
            message = f"`{key[0]}` stands here twice; the first is on line {line}"
            yield document.problem(("ignored", at, "host"), message)


@cache
def _pattern(path: str) -> re.Pattern[str]:
    pieces = re.split(r"(\*\*|\*|\{commit\})", path)
    return re.compile("".join(PARTS.get(piece, re.escape(piece)) for piece in pieces))
