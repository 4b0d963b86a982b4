"""The script of one call: who you are, what to ask claim by claim, what never to say, when not to call. Pure.

The words are data (resources/scripts); here they are put in order and filled with what the directory says now.
"""

from collections.abc import Iterator
from datetime import date

from bot.conversation.cards import text_in
from bot.model.directory import Channel, Contact, Cost, Service
from bot.model.record import record
from bot.model.verdict import Verdict
from bot.upkeep.round.calling import CALM, RUNG, Call, Timing
from bot.upkeep.round.due import Because, Due, Why
from bot.upkeep.round.voice import Voice

DATED = frozenset({Because.RAN_OUT, Because.SOON, Because.ENDS, Because.ENDED})
PRIVATE = "confidential"


@record
class Question:
    """What to ask about one claim, and what the directory says now."""

    claim: str
    ask: str
    have: str


@record
class Reply:
    """What they may say, and what to answer."""

    they: str
    you: str


@record
class Script:
    """Everything a volunteer reads before, during and after one call, in one language."""

    voice: Voice
    id: str
    title: str
    about: tuple[str, ...]
    when_not: tuple[str, ...]
    never: tuple[str, ...]
    hello: tuple[str, ...]
    questions: tuple[Question, ...]
    replies: tuple[Reply, ...]
    thanks: tuple[str, ...]
    write: tuple[str, ...]
    command: str


def call_script(due: Due, call: Call, voice: Voice) -> Script:
    """The script for one service. `call` says whom to ring; `voice` is the language of the place."""
    return Script(
        voice=voice,
        id=due.id,
        title=voice.say("title.script", name=name_of(due)),
        about=tuple(_about(due, call, voice)),
        when_not=_lines("when_not", voice, window=voice.window(CALM.opens, CALM.closes)),
        never=_lines("never", voice),
        hello=_lines("hello", voice),
        questions=tuple(_questions(due, voice)),
        replies=tuple(_replies(voice)),
        thanks=_lines("thanks", voice),
        write=_lines("write", voice),
        command=log_command(due.id),
    )


def name_of(due: Due) -> str:
    """The service's name, with its organization's where it does not already say it."""
    name, organization = due.service.name, due.listed.organization
    if organization.casefold() in name.casefold() or name.casefold() in organization.casefold():
        return name
    return f"{name} ({organization})"


def log_command(service_id: str) -> str:
    """The command that records what they said."""
    return f"bot directory log {service_id}"


def reason_in_words(why: Why, voice: Voice) -> str:
    """'what we knew ran out on March 3, 2026'."""
    about = voice.day(date.fromisoformat(why.about)) if why.because in DATED else why.about.rstrip(". ")
    return voice.say(f"why.{why.because.value}", about=about)


def _lines(part: str, voice: Voice, **values: str) -> tuple[str, ...]:
    """Every line of a list, so that a volunteer can add one without touching the program."""
    return tuple(voice.say(f"{part}.{name}", **values) for name in voice.scripts.names_in(part))


def _replies(voice: Voice) -> Iterator[Reply]:
    for name in voice.scripts.names_in("reply"):
        yield Reply(they=voice.say(f"reply.{name}.they"), you=voice.say(f"reply.{name}.you"))


# -- about this call ----------------------------------------------------------------------------------------


def _about(due: Due, call: Call, voice: Voice) -> Iterator[str]:
    way = call.way
    yield voice.say(f"about.{way.line.value}", value=_with_label(way.value, way.contact, voice))
    if way.of:
        yield voice.say("about.of_another", id=way.of)
    if call.together:
        yield voice.say("about.same_call", ids=voice.all_of(call.together))
    if way.line in RUNG:
        yield hour_in_words(call, voice)
    yield from _what_to_know(due, call, voice)
    for why in due.reasons:
        if why.because is not Because.ONLY_ONE:  # why it is urgent is nothing to call about
            yield _as_sentence(reason_in_words(why, voice))


def _what_to_know(due: Due, call: Call, voice: Voice) -> Iterator[str]:
    spoken = (call.way.contact.languages if call.way.contact else ()) or due.service.languages
    if spoken:
        yield voice.say("about.languages", languages=voice.language_names(spoken))
    note = text_in(call.way.contact.note, voice.language) if call.way.contact else ""
    if note:
        yield note
    if due.service.location == PRIVATE:
        yield voice.say("about.private")


def hour_in_words(call: Call, voice: Voice) -> str:
    """What time it is there, and whether that is a good time."""
    window = voice.window(call.window.opens, call.window.closes)
    if call.hour is None or call.hour.timing is Timing.UNKNOWN:
        return voice.say("hour.unknown", window=window)
    if call.hour.timing is Timing.CLOSED and call.way.contact and call.way.contact.hours:
        window = voice.hours(call.way.contact.hours)
    return voice.say(f"hour.{call.hour.timing.value}", time=voice.moment(call.hour.there), window=window)


def _as_sentence(text: str) -> str:
    end = "" if text.endswith((".", "!", "?", "…")) else "."
    return f"{text[:1].upper()}{text[1:]}{end}"


# -- the questions ------------------------------------------------------------------------------------------


def _questions(due: Due, voice: Voice) -> Iterator[Question]:
    asked = frozenset(_asked(due))
    ends = voice.day(due.ends_on) if due.ends_on else ""
    for claim in voice.scripts.names_in("ask"):
        if claim in asked:
            yield Question(
                claim=claim,
                ask=voice.say(f"ask.{claim}", name=due.service.name, date=ends),
                have="" if claim in ABOUT_ITSELF else _have(claim, due.service, voice),
            )


ABOUT_ITSELF = frozenset({"held", "ends"})  # questions that say themselves what we have


def _asked(due: Due) -> Iterator[str]:
    """The claims to check, and what a hold, an end or a report asks for."""
    yield from (claim.claim for claim in due.claims)
    if due.service.hold:
        yield "held"
    if due.ends_on:
        yield "ends"
    if due.held_contacts or due.reports:
        yield "number"


def _have(claim: str, service: Service, voice: Voice) -> str:
    value = _value(claim, service, voice)
    return voice.say("have.something", value=value) if value else voice.say("have.nothing")


def _value(claim: str, service: Service, voice: Voice) -> str:
    """What the directory says, in words; empty where it says nothing."""
    match claim:
        case "number":
            return "; ".join(contact_in_words(c, voice) for c in service.open_contacts)
        case "hours":
            return "; ".join(_hours(service, voice))
        case "languages":
            return voice.language_names(_languages(service))
        case "cost":
            return "" if service.cost is Cost.UNKNOWN else voice.say(f"have.{service.cost.value}")
        case "shares_with":
            return "; ".join(_sharing(service, voice))
        case "address":
            return service.address or ""
        case _:
            verdict: Verdict = getattr(service, claim)
            return "" if verdict is Verdict.UNKNOWN else voice.say(f"have.{verdict.value}")


def contact_in_words(contact: Contact, voice: Voice) -> str:
    """'phone +1 512-555-0100 (office)', 'text HOPE to 55501'."""
    is_keyword = contact.channel is Channel.TEXT and contact.keyword
    kind = "keyword" if is_keyword else contact.channel.value
    said = voice.say(f"channel.{kind}", value=contact.value, keyword=contact.keyword or "")
    return _with_label(said, contact, voice)


def _with_label(said: str, contact: Contact | None, voice: Voice) -> str:
    label = text_in(contact.label, voice.language) if contact else ""
    return voice.say("have.labelled", value=said, label=label) if label else said


def _hours(service: Service, voice: Voice) -> Iterator[str]:
    """The hours; with the contact they are for, where there are several."""
    timed = [(c, voice.hours(c.hours)) for c in service.open_contacts if c.hours]
    if len({hours for _, hours in timed}) == 1:
        yield timed[0][1]
        return
    for contact, hours in timed:
        yield voice.say("have.of", who=contact_in_words(contact, voice), value=hours)


def _languages(service: Service) -> list[str]:
    spoken = (*service.languages, *(code for c in service.open_contacts for code in c.languages))
    return list(dict.fromkeys(spoken))


def _sharing(service: Service, voice: Voice) -> Iterator[str]:
    for who, verdict in service.shares_with:
        if verdict is not Verdict.UNKNOWN:
            told = voice.say(f"have.{verdict.value}")
            yield voice.say("have.of", who=voice.say(f"have.{who}"), value=told)


# -- on paper -----------------------------------------------------------------------------------------------


def as_lines(script: Script) -> Iterator[str]:
    """The script to read from, line by line: what to know first, then what to say, then what to keep."""
    yield script.title
    yield script.id
    yield from _part("about", script.about, script.voice)
    yield from _part("when_not", script.when_not, script.voice)
    yield from _part("never", script.never, script.voice)
    yield from _part("hello", script.hello, script.voice)
    yield from _part("ask", (), script.voice)
    for question in script.questions:
        yield f"  [ ] {question.ask}"
        if question.have:
            yield f"      {question.have}"
    yield from _part("reply", (), script.voice)
    for reply in script.replies:
        yield f"  - {reply.they}"
        yield f"      {reply.you}"
    yield from _part("thanks", script.thanks, script.voice)
    yield from _part("write", script.write, script.voice)
    command = script.voice.say("record.command", command=script.command)
    yield from _part("record", (command,), script.voice)


def _part(name: str, lines: tuple[str, ...], voice: Voice) -> Iterator[str]:
    yield ""
    yield voice.say(f"title.{name}")
    for line in lines:
        yield f"  - {line}"
