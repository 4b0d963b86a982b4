"""What a volunteer learned by asking, as a change of the service: confirmed, changed, no answer, closed."""

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Any

from bot.matching.freshness import CLAIMS
from bot.model.record import record

TOO_OFTEN = 3  # days without an answer, after which nobody is sent there
NO_ANSWER = re.compile(r"No answer on (\d{4}-\d{2}-\d{2})\.")
CLAIM_OF_FIELD: Mapping[str, str] = {
    "url": "website",
    "summary": "needs",
    "contexts": "serves",
    "location": "address",
}


@record
class Result:
    """What came of one call, message or visit.

    `changed` maps a field's place in the service to its new value: {"contacts.0.hours": "Mo-Fr 10:00-16:00"};
    an empty value removes the field, which makes it unknown.
    """

    on: date
    how: str
    confirmed: tuple[str, ...] = ()
    changed: Mapping[str, str] = field(default_factory=dict)
    answered: bool = True
    closed: str | None = None
    settled: bool = False  # what the service was held for is settled
    remark: str | None = None


class UnknownField(Exception):
    """There is no such place in the service. The sentence says which there are."""


def record_result(service: dict[str, Any], result: Result) -> None:
    """Write a result into a service as it stands in its file."""
    for place, value in result.changed.items():
        _set(service, place, value)
    if result.settled:
        _release(service)
    claims = _claims(result)
    if claims:
        check = {"claims": claims, "on": result.on.isoformat(), "how": result.how}
        service["checks"] = [*_list(service, "checks"), check]
        _forget_silence(service)
    if result.changed:
        told = {"title": "Told by the service itself", "kind": "person", "read": result.on.isoformat()}
        shows = list(dict.fromkeys(claim_of(place) for place in result.changed))
        service["source"] = [*_list(service, "source"), {**told, "shows": shows}]
    if not result.answered:
        _note(service, f"No answer on {result.on.isoformat()}.")
        _hold_when_silent(service)
    if result.closed is not None:
        service["hold"] = f"closed: {result.closed or 'told by the service'} ({result.on.isoformat()})"
    if result.remark:
        _note(service, result.remark)


def claim_of(place: str) -> str:
    """The claim a field belongs to: contacts.0.hours -> hours, shares_with.police -> shares_with."""
    parts = [p for p in place.split(".") if not p.isdigit() and p != "contacts"]
    for part in parts:
        if part in CLAIMS:
            return part
        if part in CLAIM_OF_FIELD:
            return CLAIM_OF_FIELD[part]
    return "number" if place.startswith("contacts") else "needs"


def _claims(result: Result) -> list[str]:
    """What is confirmed now: what they said is right, and what they told anew."""
    told = [claim_of(place) for place, value in result.changed.items() if value]
    return list(dict.fromkeys((*result.confirmed, *told)))


def _list(service: dict[str, Any], name: str) -> list[Any]:
    return list(service.get(name) or [])


def _set(service: dict[str, Any], place: str, value: str) -> None:
    *way, last = place.split(".")
    holder: Any = service
    for part in way:
        holder = _step(holder, part, place)
    if isinstance(holder, dict):
        _set_field(holder, last, value)
    elif isinstance(holder, list) and last.isdigit() and int(last) < len(holder):
        holder[int(last)] = value
    else:
        raise UnknownField(_no_such(place, holder))


def _set_field(holder: dict[str, Any], name: str, value: str) -> None:
    if not value:
        holder.pop(name, None)
    elif isinstance(holder.get(name), list) or name in ("languages", "needs", "serves", "only", "contexts"):
        holder[name] = [word.strip() for word in value.strip("[]").split(",") if word.strip()]
    else:
        holder[name] = value


def _step(holder: Any, part: str, place: str) -> Any:
    if isinstance(holder, list) and part.isdigit() and int(part) < len(holder):
        return holder[int(part)]
    if isinstance(holder, dict):
        return holder.setdefault(part, {})
    raise UnknownField(_no_such(place, holder))


def _no_such(place: str, holder: Any) -> str:
    there = ", ".join(str(n) for n in range(len(holder))) if isinstance(holder, list) else "none below it"
    return f"{place} is not in this service; the entries there are: {there}."


def _note(service: dict[str, Any], sentence: str) -> None:
    before = service.get("note")
    service["note"] = f"{before.rstrip()} {sentence}" if before else sentence


def _forget_silence(service: dict[str, Any]) -> None:
    """Somebody answered: that nobody did before says nothing any more."""
    if "note" not in service:
        return
    left = " ".join(NO_ANSWER.sub("", service["note"]).split())
    if left:
        service["note"] = left
    else:
        del service["note"]


def _hold_when_silent(service: dict[str, Any]) -> None:
    days = sorted(set(NO_ANSWER.findall(service["note"])))
    if len(days) >= TOO_OFTEN and "hold" not in service:
        service["hold"] = f"nobody answered on {', '.join(days[-TOO_OFTEN:])}; try again before it is shown"


def _release(service: dict[str, Any]) -> None:
    service.pop("hold", None)
    for contact in _list(service, "contacts"):
        contact.pop("hold", None)
