"""bot ask: what the bot understands and answers, for people and (as JSON) for programs."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.knowing import knowledge_or_stop
from bot.cli.on_demand import one_command
from bot.cli.opening import Now, clock_from, read_time, settings_or_stop, stop
from bot.conversation.cards import caution_says, reason_says
from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import SpokenBubble, plain, speak, speak_value
from bot.conversation.turn import Turn, take_turn
from bot.matching.explain import FOR_OTHER_PEOPLE, counted, explain_order
from bot.matching.find import find_matches
from bot.matching.opening import is_open
from bot.matching.rank import Step
from bot.model.events import Chose, Said
from bot.model.match import Match
from bot.model.place import Place
from bot.model.profile import Danger, Profile
from bot.understanding.microscope import look_closer
from bot.understanding.recognise import Finding

MOST_MATCHES = 10
TAP = "tap:"


def ask(
    text: Annotated[str | None, typer.Argument(help="a message, as a person would write it")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the answer as one JSON object")] = False,
    batch: Annotated[
        str | None,
        typer.Option("--batch", help="JSON Lines in (a file, or - for standard input), JSON Lines out"),
    ] = None,
    now: Now = None,
) -> None:
    """What the bot would understand and answer, with reasons.

    Example: bot ask "mi patrón me toca y no tengo papeles, Houston"
    """
    if (text is None) == (batch is None):
        stop('Write one message in quotes, or --batch FILE. Example: bot ask "I need a lawyer in Austin"')
    clock = clock_from(now)
    knowledge = knowledge_or_stop(settings_or_stop(), clock)
    if batch is not None:
        for answer in answer_lines(_lines(batch), knowledge, clock()):
            print(json.dumps(answer, ensure_ascii=False), flush=True)
        return
    assert text is not None  # noqa: S101 - one of the two is given
    if as_json:
        print(json.dumps(answer_one({"text": text}, knowledge, clock()), ensure_ascii=False, indent=1))
    else:
        explain(text, knowledge, clock())


def _lines(batch: str) -> Iterator[str]:
    if batch == "-":
        yield from sys.stdin
        return
    try:
        with Path(batch).open(encoding="utf-8") as lines:
            yield from lines
    except (OSError, UnicodeDecodeError) as error:
        stop(
            f"{batch} cannot be read ({type(error).__name__}). Give a file of JSON Lines, or - for standard input."
        )


# -- JSON Lines ---------------------------------------------------------------------------------------------

KNOWN_FIELDS = frozenset({"id", "text", "turns", "locale", "country", "now"})


def answer_lines(lines: Iterable[str], knowledge: Knowledge, now: datetime) -> Iterator[dict[str, Any]]:
    """One answer a line; a bad line gets an error and the batch goes on."""
    for line in lines:
        if line.strip():
            yield answer_line(line, knowledge, now)


def answer_line(line: str, knowledge: Knowledge, now: datetime) -> dict[str, Any]:
    """The answer to one line of a batch."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {"id": None, "error": "this line is not JSON"}
    if not isinstance(row, dict):
        return {"id": None, "error": "this line is not a JSON object"}
    error = what_is_wrong(row)
    if error:
        return {"id": row.get("id"), "error": error}
    passed_on = {k: v for k, v in row.items() if k not in KNOWN_FIELDS}
    answer = answer_one(row, knowledge, now)
    return {**answer, "in": passed_on} if passed_on else answer


def what_is_wrong(row: Mapping[str, Any]) -> str | None:
    """Why a line cannot be answered, in a sentence."""
    turns = row.get("turns")
    if turns is None and not isinstance(row.get("text"), str):
        return 'write "text": "…" or "turns": ["…"]'
    if turns is not None and not (
        isinstance(turns, list) and turns and all(isinstance(t, str) for t in turns)
    ):
        return '"turns" must be a list of messages'
    for name in ("locale", "country", "now"):
        if row.get(name) is not None and not isinstance(row[name], str):
            return f'"{name}" must be text'
    if row.get("now") is not None:
        try:
            if datetime.fromisoformat(row["now"]).tzinfo is None:
                return '"now" needs a time zone, like 2026-11-23T12:00:00+00:00'
        except ValueError:
            return '"now" must be a time, like 2026-11-23T12:00:00+00:00'
    return None


def answer_one(row: Mapping[str, Any], knowledge: Knowledge, now: datetime) -> dict[str, Any]:
    """The answer to one message or one dialogue."""
    known = replace(knowledge, home=row["country"].upper()) if row.get("country") else knowledge
    at = read_time(row["now"]) if row.get("now") else now
    talk = Talk(known, at, row.get("locale"))
    if row.get("turns") is None:
        return {"id": row.get("id"), **talk.hear(row["text"])}
    turns = [{**talk.hear(text), "screen": list(talk.screen)} for text in row["turns"]]
    return {"id": row.get("id"), **turns[-1], "turns": turns}


class Talk:
    """A conversation with what is on the person's screen."""

    def __init__(self, knowledge: Knowledge, now: datetime, locale: str | None) -> None:
        self._knowledge = knowledge
        self._now = now
        self._locale = locale
        self._profile: Profile | None = None
        self._bubbles: list[SpokenBubble] = []
        self._believed: dict[str, dict[str, Finding]] = {}
        self._danger: Danger | None = None

    @property
    def profile(self) -> Profile:
        """What is believed now."""
        return self._profile or Profile()

    @property
    def screen(self) -> list[str]:
        """The text of every message of the bot now in the chat."""
        return [plain(b.html) for b in self._bubbles]

    def hear(self, text: str) -> dict[str, Any]:
        """One turn: a message, or `tap:label`."""
        started = perf_counter()
        pressed = self._pressed(text)
        event = (
            Chose(data=pressed[1], locale=self._locale) if pressed else Said(text=text, locale=self._locale)
        )
        turn = take_turn(event, self._profile, self._knowledge, self._now)
        spoken = speak(turn.reply, self._knowledge.messages, turn.profile.language)
        took = (perf_counter() - started) * 1000
        self._show(spoken, turn, pressed[0] if pressed else None)
        self._profile = None if turn.reply.effects else turn.profile
        self._remember(turn)
        return {
            **describe(turn, self._believed, self._danger, spoken, self._knowledge, self._now),
            "ms": round(took, 3),
        }

    def _pressed(self, text: str) -> tuple[int, str] | None:
        """(which message, callback data) of the first button whose label contains the words after tap:."""
        if not text.startswith(TAP):
            return None
        wanted = text.removeprefix(TAP).strip().casefold()
        for at in range(len(self._bubbles) - 1, -1, -1):
            for row in self._bubbles[at].buttons:
                for button in row:
                    if button.data and wanted in button.label.casefold():
                        return at, button.data
        return len(self._bubbles) - 1, ""

    def _show(self, spoken: tuple[SpokenBubble, ...], turn: Turn, replaced: int | None) -> None:
        if turn.reply.effects:
            self._bubbles = list(spoken)
        elif turn.reply.in_place and replaced is not None and 0 <= replaced < len(self._bubbles):
            self._bubbles[replaced] = spoken[0]
            self._bubbles.extend(spoken[1:])
        else:
            self._bubbles.extend(spoken)

    def _remember(self, turn: Turn) -> None:
        """Evidence of earlier messages, for what is still believed."""
        if turn.reply.effects:
            self._believed, self._danger = {}, None
        self._danger = turn.profile.danger or self._danger
        if turn.understood is None:
            return
        for name in ("needs", "people", "contexts"):
            findings: tuple[Finding, ...] = getattr(turn.understood, name)
            self._believed.setdefault(name, {}).update({f.code: f for f in findings})


CHOSEN = 1.0  # a need that was tapped, not read


def describe(
    turn: Turn,
    believed: Mapping[str, Mapping[str, Finding]],
    danger: Danger | None,
    spoken: tuple[SpokenBubble, ...],
    knowledge: Knowledge,
    now: datetime,
) -> dict[str, Any]:
    """The JSON of docs' contract for one turn. `danger`: the last one seen in the conversation."""
    profile, understood = turn.profile, turn.understood
    found = find_matches(profile, knowledge.directory, now, knowledge.home, count=MOST_MATCHES)
    nothing_known = not (
        profile.needs or profile.people or profile.contexts or profile.place or profile.refusals
    )
    matches = () if nothing_known else found.matches
    return {
        "language": (understood.language if understood else None) or profile.language,
        "needs": _findings(profile.needs, "needs", turn, believed),
        "people": _findings(profile.people, "people", turn, believed),
        "contexts": _findings(profile.contexts, "contexts", turn, believed),
        "refusals": list(profile.refusals),
        "place": place_json(profile.place, knowledge),
        "danger": danger.value if danger else None,
        "helping_someone": profile.helping_someone,
        "question": profile.pending.value if profile.pending else None,
        "matches": [match_json(m, profile, knowledge, now) for m in matches],
        "reply": [plain(b.html) for b in spoken],
        "buttons": [[button.label for button in row] for b in spoken for row in b.buttons],
    }


def _findings(
    codes: tuple[str, ...], name: str, turn: Turn, believed: Mapping[str, Mapping[str, Finding]]
) -> list[dict[str, Any]]:
    """What is believed now, each with the words behind it, of this message or an earlier one."""
    now: tuple[Finding, ...] = getattr(turn.understood, name) if turn.understood else ()
    known = {**believed.get(name, {}), **{f.code: f for f in now}}
    return [
        {"code": c, "confidence": known[c].confidence, "because": list(known[c].because)}
        if c in known
        else {"code": c, "confidence": CHOSEN, "because": []}
        for c in codes
    ]


def place_json(place: Place | None, knowledge: Knowledge) -> dict[str, Any] | None:
    """A place as other programs read it."""
    if place is None:
        return None
    return {
        "country": place.country,
        "region": knowledge.gazetteer.contract_region(place),
        "city": place.city,
        "postal_code": place.postal_code,
        "confidence": place.confidence,
    }


def match_json(match: Match, profile: Profile, knowledge: Knowledge, now: datetime) -> dict[str, Any]:
    """A match as other programs read it."""
    service, language = match.listed.service, profile.language
    zone = profile.place.timezone if profile.place else None

    def words(value: Any) -> str:
        return plain(speak_value(value, knowledge.messages, language))

    return {
        "id": match.listed.id,
        "name": service.name,
        "score": match.score,
        "run_by": service.run_by.value,
        "reasons": [words(reason_says(r, knowledge, language)) for r in match.reasons],
        "cautions": [words(caution_says(c, language)) for c in match.cautions],
        "contacts": [
            {"channel": c.channel.value, "value": c.value, "open": is_open(c, zone, now).value}
            for c in service.open_contacts
        ],
    }


# -- for people ---------------------------------------------------------------------------------------------


def explain(text: str, knowledge: Knowledge, now: datetime) -> None:
    """What was understood and why, then the reply, for a person at a terminal."""
    console = Console(highlight=False, soft_wrap=True)
    talk = Talk(knowledge, now, None)
    answer = talk.hear(text)
    console.print(f"[bold]language[/]  {answer['language']}")
    for name in ("needs", "people", "contexts"):
        for finding in answer[name]:
            because = ", ".join(f"“{words}”" for words in finding["because"])
            console.print(
                f"[bold]{name:9}[/] {finding['code']}  {finding['confidence']:.2f}  {because}", markup=True
            )
    for name in ("refusals", "place", "danger", "helping_someone", "question"):
        if answer[name]:
            console.print(f"[bold]{name:9}[/] {answer[name]}")
    _print_spans(text, knowledge, console)
    for match in answer["matches"]:
        console.print(f"[bold]match[/]     {match['id']}  ({'; '.join(match['reasons'])})")
    if answer["matches"]:
        _print_order(talk.profile, knowledge, now, console)
    console.print()
    for message in answer["reply"]:
        console.print(message, markup=False)
        console.print()
    console.print(f"{answer['ms']} ms", style="dim")


WEIGHED: Mapping[Step, str] = {
    Step.INSTITUTION: "it does not belong to the institution that did it",
    Step.TELLS: "it is not known to ask for status, or to tell police or immigration",
    Step.LIMITS: "it is not only for people of whom nothing was said",
    Step.NEEDS: "it helps with more of the needs",
    Step.MAIN_NEED: "it helps with the main need",
    Step.WAY_OF_CONTACT: "it can be reached without calling",
    Step.ANOTHER_TOWN: "it is not for another town",
    Step.SAFETY: "fewer known dangers: asks status, tells police or immigration",
    Step.AMONG_ITS_FIRST: "the main need is among the first things it does",
    Step.OTHERS_GROUP: "it is not made for other people",
    Step.GROUPS: "it serves more of the groups named",
    Step.GROUPS_BY_NAME: "it names the very group, not one near it",
    Step.ROUTE: "it is made for harm done by them",
    Step.MONEY: "it is free",
    Step.FINDER: "somebody answers; it is no list or office",
    Step.POLICE: "it is not the police",
    Step.LANGUAGE: "the language is spoken or interpreted",
    Step.DISTANCE: "it is nearer",
    Step.CENTRAL: "the main need is more central to what it does",
    Step.STATUS: "it does not ask about papers",
    Step.CONFIRMED: "a person confirmed it",
    Step.FREE: "it is free",
    Step.AROUND_THE_CLOCK: "it answers at any hour",
}
TURNED_AWAY_NAMED = 4


def _print_order(profile: Profile, knowledge: Knowledge, now: datetime, console: Console) -> None:
    """What puts each place before the next, and who was turned away by what."""
    order = explain_order(profile, knowledge.directory, now, knowledge.home, MOST_MATCHES)
    for placed in order.placed[:-1]:
        why = (
            WEIGHED[placed.ahead_by]
            if placed.ahead_by
            else "put here for what it adds to the screen"
            if placed.for_balance
            else "equal: open now first, then by id"
        )
        console.print(f"[bold]before[/]    {placed.listed.id} stands before the next: {why}", markup=True)
    for why, who in counted(order.turned_away, TURNED_AWAY_NAMED):
        reason = "for other people only" if why == FOR_OTHER_PEOPLE else f"refused: {why}"
        console.print(f"[bold]left out[/]  {reason}: {who}")


def _print_spans(text: str, knowledge: Knowledge, console: Console) -> None:
    """Every phrase of the lexicons that stands in the message, and what became of it."""
    table = Table(
        "in the message", "phrase", "means", "so", title="span by span", title_justify="left", box=None
    )
    for span in look_closer(text, knowledge.lexicon):
        row = (f"“{span.quote}”", f"{span.language}: {span.phrase}", span.meaning, span.fate)
        table.add_row(*map(escape, row), style=None if span.fate.startswith("counts") else "dim")
    console.print(table)


app = one_command(ask)
