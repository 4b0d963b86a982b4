"""The list of what to check: as lines for people, as a to-do list for an issue, as rows for programs. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any

from bot.directory_files.scripts import Scripts
from bot.matching.freshness import Freshness
from bot.model.directory import WORLDWIDE
from bot.model.record import record
from bot.model.taxonomy import Taxonomy
from bot.understanding.places import Gazetteer
from bot.upkeep.round.calling import RUNG, Call, spoken_there
from bot.upkeep.round.due import Because, Due, ToCheck
from bot.upkeep.round.script import Script, hour_in_words, log_command, name_of, reason_in_words
from bot.upkeep.round.voice import Voice


@record
class Task:
    """One place to check, and how to reach it."""

    due: Due
    call: Call


@record
class Reader:
    """Whoever reads the list: a language, and the names of things in it."""

    language: str
    scripts: Scripts
    taxonomy: Taxonomy
    gazetteer: Gazetteer

    def voice_for(self, task: Task) -> Voice:
        """The reader's language, with the clock of the place."""
        return Voice(scripts=self.scripts, language=self.language, country=task.due.service.area.country)

    def need(self, code: str) -> str:
        """A need's name."""
        term = self.taxonomy.needs.get(code)
        return term.name(self.language) if term else code


Plain = Callable[[str], str]


def script_command(service_id: str) -> str:
    """The command that prints the script of one call."""
    return f"bot directory due --script {service_id}"


# -- for people ---------------------------------------------------------------------------------------------


def lines_of(task: Task, reader: Reader) -> Iterator[str]:
    """Why now, whom to call, whether now is a good time, what to ask, and where the script is."""
    voice = reader.voice_for(task)
    yield voice.say("list.why", reasons="; ".join(reasons_of(task.due, reader, voice)))
    yield whom_to_call(task.call, voice, str)
    if task.call.way.line in RUNG:
        yield hour_in_words(task.call, voice)
    yield from _what_to_ask(task, voice)
    yield voice.say("list.script", command=script_command(task.due.id))


def reasons_of(due: Due, reader: Reader, voice: Voice) -> Iterator[str]:
    """Each reason in words; the needs nobody else helps with are one reason."""
    for why in due.reasons:
        if why.because is not Because.ONLY_ONE:
            yield reason_in_words(why, voice)
    if due.only_for:
        needs = voice.all_of(reader.need(code) for code in due.only_for)
        yield voice.say(f"why.{Because.ONLY_ONE.value}", about=needs)


def whom_to_call(call: Call, voice: Voice, shown: Plain) -> str:
    """'Call the office: +1 …'. `shown` makes a number or address harmless where it is going."""
    way = call.way
    said = [voice.say(f"about.{way.line.value}", value=shown(way.value))]
    if way.of:
        said.append(voice.say("about.of_another", id=shown(way.of)))
    if call.together:
        said.append(voice.say("about.same_call", ids=voice.all_of(map(shown, call.together))))
    return " ".join(said)


def _what_to_ask(task: Task, voice: Voice) -> Iterator[str]:
    claims = "; ".join(_claim(c, voice) for c in task.due.claims)
    if claims:
        yield voice.say("list.ask", claims=claims)
    yield voice.say("list.language", language=voice.language_names([task.call.language]))


def _claim(claim: ToCheck, voice: Voice) -> str:
    """'hours (ran out on May 30, 2026; holds 90 days)'."""
    name, until = voice.say(f"claim.{claim.claim}"), claim.standing.until
    if until is None:
        return name
    key = "list.soon" if claim.still_holds else "list.ran_out"
    return voice.say(key, claim=name, date=voice.day(until), days=str(claim.holds_days))


# -- for an issue -------------------------------------------------------------------------------------------


def as_markdown(tasks: Iterable[Task], reader: Reader, today: date) -> Iterator[str]:
    """A list to tick off, by country and state. Nothing in it pings, links or draws by accident."""
    voice = Voice(scripts=reader.scripts, language=reader.language, country="")
    rows = ((place_of(t.due, reader, voice), t) for t in tasks)
    placed = sorted(rows, key=lambda row: (row[0][0], bool(row[1].due.service.area.regions), row[0][1]))
    yield f"# {_safe(voice.say('list.title', date=voice.day(today)))}"
    yield ""
    yield _safe(voice.say("list.reminder" if placed else "list.nothing"))
    for country, here in groupby(placed, key=lambda row: row[0][0]):
        yield from ("", f"## {_safe(country)}")
        for (_, region), there in groupby(here, key=lambda row: row[0]):
            yield from ("", f"### {_safe(region)}", "")
            for _, task in there:
                yield from _item(task, reader)


def place_of(due: Due, reader: Reader, voice: Voice) -> tuple[str, str]:
    """The country's name and the states' names."""
    area = due.service.area
    regions = [reader.gazetteer.region_name(area.country, r, reader.language) for r in area.regions]
    where = voice.all_of(regions) if regions else voice.say("list.whole_country")
    if area.country == WORLDWIDE:
        return voice.say("list.everywhere"), where
    return reader.gazetteer.country_name(area.country, reader.language), where


def _item(task: Task, reader: Reader) -> Iterator[str]:
    due, voice = task.due, reader.voice_for(task)
    yield f"- [ ] **{_safe(name_of(due))}** {_code(due.id)}"
    why = voice.say("list.why", reasons="; ".join(reasons_of(due, reader, voice)))
    yield f"  - {_safe(why)}"
    yield f"  - {whom_to_call(task.call, voice, _code)}"
    if task.call.way.line in RUNG:
        window = voice.window(task.call.window.opens, task.call.window.closes)
        yield f"  - {_safe(voice.say('list.window', window=window))}"
    for line in _what_to_ask(task, voice):
        yield f"  - {_safe(line)}"
    yield f"  - {voice.say('list.script', command=_code(script_command(due.id)))}"


MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+|~&!])")
PINGS = re.compile(r"(?<=[@#])(?=\w)")  # @somebody, #12: GitHub sends notices for them
SPACES = re.compile(r"\s+")
WORD_JOINER = "\u2060"


def _safe(text: str) -> str:
    """Text that stays text in Markdown: on one line, no markup, no notice to anybody."""
    return MARKUP.sub(r"\\\1", PINGS.sub(WORD_JOINER, SPACES.sub(" ", text).strip()))


def _code(text: str) -> str:
    """Text as code, whatever is in it."""
    plain = SPACES.sub(" ", text).strip()
    fence = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
    pad = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{pad}{plain}{pad}{fence}" if plain else ""


# -- for programs -------------------------------------------------------------------------------------------


def as_row(task: Task) -> dict[str, Any]:
    """A task as other programs read it: codes and ISO dates."""
    due, service = task.due, task.due.service
    return {
        "id": due.id,
        "name": service.name,
        "organization": due.listed.organization,
        "country": service.area.country,
        "regions": list(service.area.regions),
        "why": [{"because": why.because.value, "about": why.about} for why in due.reasons],
        "claims": [_claim_row(claim) for claim in due.claims],
        "hold": service.hold,
        "held_contacts": [{"channel": c.channel.value, "reason": c.hold} for c in due.held_contacts],
        "ends_on": due.ends_on.isoformat() if due.ends_on else None,
        "reports": due.reports,
        "languages": list(spoken_there(service, task.call.way.contact)),
        "script_language": task.call.language,
        "call": _call_row(task.call),
        "script": script_command(due.id),
        "log": log_command(due.id),
    }


STATES = {Freshness.NEVER: "never", Freshness.EXPIRED: "expired", Freshness.CONFIRMED: "soon"}


def _claim_row(claim: ToCheck) -> dict[str, Any]:
    known = claim.standing
    return {
        "claim": claim.claim,
        "state": STATES[known.freshness],
        "confirmed_on": known.on.isoformat() if known.on else None,
        "holds_until": known.until.isoformat() if known.until else None,
        "holds_days": claim.holds_days,
    }


def _call_row(call: Call) -> dict[str, Any]:
    return {
        "line": call.way.line.value,
        "value": call.way.value or None,
        "of": call.way.of,
        "same_call": list(call.together),
        "good_hour": call.hour.is_good.value if call.hour else None,
        "timing": call.hour.timing.value if call.hour else None,
        "time_there": [moment.isoformat(timespec="minutes") for moment in call.hour.there]
        if call.hour
        else [],
        "call_between": [f"{call.window.opens:%H:%M}", f"{call.window.closes:%H:%M}"] if call.hour else [],
    }


def script_row(script: Script) -> dict[str, Any]:
    """The script of one call as other programs read it."""
    return {
        "id": script.id,
        "language": script.voice.language,
        "title": script.title,
        "about": list(script.about),
        "when_not": list(script.when_not),
        "never": list(script.never),
        "hello": list(script.hello),
        "questions": [{"claim": q.claim, "ask": q.ask, "have": q.have} for q in script.questions],
        "replies": [{"they": reply.they, "you": reply.you} for reply in script.replies],
        "thanks": list(script.thanks),
        "write": list(script.write),
        "log": script.command,
    }
