"""Sudden closure: everything that stands or falls with one key goes on hold, or ends on a day, with a notice.

A national line lost an option with thirty days' notice; every card that named it had to change at once. What depends
on a funder, a law or a parent line says so (`depends_on`), and one command reaches all of it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bot.model.directory import ListedService
from bot.model.record import record


@record
class Closure:
    """What happens to all that depends on `key`. With `ends_on` it is shown, with the notice, to that day."""

    key: str
    reason: str
    notice: Mapping[str, str]  # language -> what a person reads on the card
    ends_on: date | None = None


def depending_on(key: str, services: Iterable[ListedService]) -> tuple[ListedService, ...]:
    """The services with the key under depends_on, or with that id, or of the organization with that id."""
    return tuple(s for s in services if key in s.service.depends_on or key in (s.id, s.organization_id))


def keys_in(services: Iterable[ListedService]) -> tuple[str, ...]:
    """Every key something depends on."""
    return tuple(sorted({key for s in services for key in s.service.depends_on}))


def close(service: dict[str, Any], closure: Closure) -> None:
    """Write a closure into a service as it stands in its file."""
    if closure.ends_on is None:
        service["hold"] = f"{closure.key}: {closure.reason}"
    else:
        service["ends_on"] = closure.ends_on.isoformat()
    if closure.notice:
        service["notice"] = {**(service.get("notice") or {}), **closure.notice}


def reopen(service: dict[str, Any], key: str) -> None:
    """Take a closure by this key back. A hold for another reason stays."""
    if str(service.get("hold", "")).startswith(f"{key}: "):
        del service["hold"]
    service.pop("ends_on", None)
    service.pop("notice", None)
