"""One turn of talk. Whoever reads this file sees everything the bot does for a person.

event + profile + knowledge + now -> profile + reply. Pure: the same four arguments give the same turn.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from zlib import crc32

from bot.conversation import screens
from bot.conversation.buttons import Screen, unpack
from bot.conversation.cards import BLANK
from bot.conversation.custody import custody_pages
from bot.conversation.danger import danger_lines
from bot.conversation.deep_links import link_of, lists_of, profile_by
from bot.conversation.knowledge import TIMERS, Knowledge
from bot.conversation.learn import answers_place, learn
from bot.matching.directory import handle_of
from bot.matching.find import FIRST_SCREEN
from bot.model.events import Asked, Chose, Event, Said, Shared, SharedKind
from bot.model.links import Link
from bot.model.place import Place
from bot.model.profile import Danger, Profile, Question
from bot.model.record import record, replace
from bot.model.reply import Bubble, Effect, Joined, Reply, Say, Value, Verbatim
from bot.model.report import Report
from bot.understanding.places import PlaceFound, find_place
from bot.understanding.recognise import ALONE, DID_HARM, DOES_IT_COUNT, Understood, recognise

AGAIN = ("opener_again", "opener_again_other")


@record
class Turn:
    """What the bot believes now, and what it says."""

    profile: Profile
    reply: Reply
    understood: Understood | None = None
    place_found: PlaceFound | None = None


def take_turn(event: Event, profile: Profile | None, knowledge: Knowledge, now: datetime) -> Turn:
    """Answer one event. `profile` is None for a chat nothing is known about. `now` is aware."""
    if now.tzinfo is None:
        raise ValueError("take_turn() needs an aware time. Use datetime.now(UTC), not datetime.now().")
    known = profile or _stranger(event, knowledge)
    match event:
        case Said():
            turn = _said(event, known, knowledge, now)
        case Chose():
            turn = _chose(event, known, knowledge, now)
        case Asked():
            turn = _asked(event, known, knowledge, now)
        case Shared():
            turn = _shared(event, known, knowledge, now)
    return _never_the_same_twice(turn, known)


def _stranger(event: Event, knowledge: Knowledge) -> Profile:
    """A new profile. The app's language is a hint until the person writes."""
    tag = (event.locale or "").split("-")[0].lower()
    return Profile(language=tag if tag in knowledge.messages.languages else "en")


# -- words --------------------------------------------------------------------------------------------------


def _said(event: Said, profile: Profile, knowledge: Knowledge, now: datetime) -> Turn:
    try:
        understood = recognise(event.text, knowledge.lexicon, knowledge.taxonomy)
        found = _find_place(event.text, profile, understood, knowledge)
    except Exception:  # whatever fails here, the person gets the danger card rather than silence (C3)
        return _failed(profile, knowledge, now)
    learned = learn(profile, understood, found, knowledge)
    question = next(iter(understood.questions), None)
    if question and _is_all(question, understood, found):
        turn = _question(question, learned, knowledge, now)
    else:
        turn = _with_the_answer(question, _answer(understood, found, learned, profile, knowledge, now))
    bubbles = _with_danger(turn, knowledge, now)
    return replace(
        _introduced(replace(turn, reply=replace(turn.reply, bubbles=bubbles)), knowledge),
        understood=understood,
        place_found=found,
    )


def _find_place(
    text: str, profile: Profile, understood: Understood, knowledge: Knowledge
) -> PlaceFound | None:
    return find_place(
        text,
        gazetteer=knowledge.gazetteer,
        home=knowledge.home,
        language=understood.language or profile.language,
        expecting=answers_place(profile) and understood.is_empty,
        usage=knowledge.lexicon.usage,
    )


def _is_all(question: str, understood: Understood, found: PlaceFound | None) -> bool:
    """Beside it nothing is needed yet: 'will my boss find out' names a boss and asks for no place."""
    needed = understood.needs or understood.danger or (found and found.place)
    return question in ALONE or not needed


def _with_the_answer(question: str | None, turn: Turn) -> Turn:
    """'Are you a person? I need a lawyer': the question is answered too, in a message of its own."""
    if question is None or question == DOES_IT_COUNT:  # a doubt is answered above the places
        return turn
    answer = Bubble(lines=(Say(key=f"question_{question}"),))
    return replace(turn, reply=replace(turn.reply, bubbles=(answer, *turn.reply.bubbles)))


def _answer(
    understood: Understood,
    found: PlaceFound | None,
    profile: Profile,
    before: Profile,
    knowledge: Knowledge,
    now: datetime,
) -> Turn:
    """What the message asks for beside a question, in order of weight: a place, needs, small talk."""
    if found and found.place is None and found.choices:
        choices = [replace(profile, place=place) for place in found.choices]
        bubble, waiting = screens.which_place(choices, profile, knowledge)
        return _turn(waiting, bubble)
    if understood.danger and not profile.needs:
        return _menu_beside_danger(profile, knowledge)
    if _says_more(understood, found) or ("more" in understood.talk and profile.needs):
        doubting = DOES_IT_COUNT in understood.questions
        return _results(_paged(profile, before, understood), knowledge, now, doubting=doubting)
    if understood.talk:
        return _small_talk(understood, profile, knowledge, now)
    return _not_understood(profile, before, knowledge, now)


def _menu_beside_danger(profile: Profile, knowledge: Knowledge) -> Turn:
    """The card has the lines; what else would help is the person's to say. Without a place, it asks where."""
    waiting = profile if profile.place else replace(profile, pending=Question.PLACE)
    return _turn(waiting, screens.menu(waiting, knowledge, screens.before_telling(waiting)))


def _says_more(understood: Understood, found: PlaceFound | None) -> bool:
    return not understood.is_empty or bool(found and found.place)


def _paged(profile: Profile, before: Profile, understood: Understood) -> Profile:
    """'More' turns the page; anything else starts at the first."""
    if understood.is_empty and "more" in understood.talk:
        return replace(profile, shown=before.shown + FIRST_SCREEN)
    return profile


def _results(profile: Profile, knowledge: Knowledge, now: datetime, *, doubting: bool = False) -> Turn:
    bubble, asking, counted = screens.results(profile, knowledge, now, doubting=doubting)
    turn = _turn(asking, bubble)
    return replace(turn, reply=replace(turn.reply, counted=counted))


def _question(question: str, profile: Profile, knowledge: Knowledge, now: datetime) -> Turn:
    """A question about the bot, or one with a fixed honest answer, in whatever words it came."""
    if question == DID_HARM:
        return _turn(profile, screens.did_harm_screen(profile, knowledge, now))
    if question == DOES_IT_COUNT:
        needs = profile.needs or ("sexual_assault_support",)
        return _results(replace(profile, needs=needs), knowledge, now, doubting=True)
    return _turn(profile, screens.text_screen(f"question_{question}", profile, knowledge))


SMALL_TALK = ("skip", "thanks", "goodbye", "no", "yes", "help", "greeting", "more")


def _small_talk(understood: Understood, profile: Profile, knowledge: Knowledge, now: datetime) -> Turn:
    kind = next(k for k in SMALL_TALK if k in understood.talk)
    if kind == "help":
        return _turn(profile, screens.help_screen(profile, knowledge))
    if kind in ("skip", "no") and profile.pending:
        return _results(replace(profile, pending=None), knowledge, now)
    if kind in ("skip", "no", "yes", "more", "greeting"):
        key = "talk_yes" if kind == "more" else f"talk_{kind}"
        return _turn(profile, screens.menu(profile, knowledge, (Say(key=key), BLANK)))
    return _turn(profile, screens.text_screen(f"talk_{kind}", profile, knowledge))


def _not_understood(profile: Profile, before: Profile, knowledge: Knowledge, now: datetime) -> Turn:
    """Never only "I did not understand": the menu and, where a place is known, the lines there."""
    if answers_place(before):
        bubble, waiting = screens.place_screen(profile, knowledge, (Say(key="place_not_found"),))
        return _turn(waiting, bubble)
    return _turn(profile, screens.menu(profile, knowledge, (Say(key="not_understood"), BLANK)))


def _with_danger(turn: Turn, knowledge: Knowledge, now: datetime) -> tuple[Bubble, ...]:
    """C1, C5: the danger card first, and then the need as well."""
    danger = turn.profile.danger
    if danger is None:
        return turn.reply.bubbles
    return (_danger_bubble(danger, turn.profile, knowledge, now), *turn.reply.bubbles)


def _danger_bubble(danger: Danger, profile: Profile, knowledge: Knowledge, now: datetime) -> Bubble:
    return Bubble(
        lines=danger_lines(danger, profile, knowledge, now), buttons=(screens.way_out(profile, knowledge),)
    )


def _introduced(turn: Turn, knowledge: Knowledge) -> Turn:
    """Says once what this is and is not: after a danger card, before everything else."""
    if turn.profile.introduced:
        return turn
    hello = Bubble(lines=(Say(key="welcome_short"),))
    bubbles = turn.reply.bubbles
    at = 1 if turn.profile.danger else 0
    reply = replace(turn.reply, bubbles=(*bubbles[:at], hello, *bubbles[at:]))
    return replace(turn, profile=replace(turn.profile, introduced=True), reply=reply)


def _failed(profile: Profile, knowledge: Knowledge, now: datetime) -> Turn:
    """C3: if the check itself fails, the danger card is shown."""
    card = danger_lines(Danger.DANGER_NOW, profile, knowledge, now)
    lines: tuple[Value, ...] = (Say(key="danger_failed"), BLANK, *card[1:])
    return _turn(
        profile,
        Bubble(lines=lines, buttons=(screens.way_out(profile, knowledge),)),
        screens.menu(profile, knowledge),
    )


# -- buttons ------------------------------------------------------------------------------------------------


def _chose(event: Chose, profile: Profile, knowledge: Knowledge, now: datetime) -> Turn:
    """A tap shows the screen its button was made for; data that does not decode gets a fresh menu."""
    step = unpack(event.data, knowledge)
    if step is None:
        return _turn(profile, screens.menu(profile, knowledge, (Say(key="old_menu"), BLANK)))
    chosen = replace(step.profile, last_reply=profile.last_reply, repeats=profile.repeats, danger=None)
    turn = _screen(step.screen, step.arg, chosen, knowledge, now)
    return replace(turn, reply=replace(turn.reply, in_place=not turn.reply.effects))


def _screen(screen: Screen, arg: int, profile: Profile, knowledge: Knowledge, now: datetime) -> Turn:
    match screen:
        case Screen.RESULTS:
            return _results(profile, knowledge, now)
        case _ if screen in ABOUT_A_PLACE:
            return _about_a_place(screen, arg, profile, knowledge, now)
        case Screen.PLACE:
            bubble, waiting = screens.place_screen(profile, knowledge)
            return _turn(waiting, bubble)
        case Screen.CLEAR:
            return _cleared(profile, Effect.CLEAR_CHAT)
        case Screen.CLEAR_AFTER:
            return _timed(arg, profile, knowledge)
        case Screen.PAGE:
            pages = custody_pages(profile, knowledge, now)
            turn = _turn(profile, screens.page_screen(pages[0], profile, knowledge))
            return replace(turn, reply=replace(turn.reply, pages=pages))
        case Screen.NOTE:
            return _note(arg, profile, knowledge, now)
        case Screen.HOME | Screen.MENU:
            return _turn(profile, screens.menu(profile, knowledge))
        case _:
            return _turn(profile, PLAIN_SCREENS[screen](profile, knowledge))


def _about_a_place(
    screen: Screen, handle: int, profile: Profile, knowledge: Knowledge, now: datetime
) -> Turn:
    listed = knowledge.directory.by_handle.get(handle)
    if listed is None:  # it left the directory since this button was sent
        return _results(profile, knowledge, now)
    if screen is Screen.DETAILS:
        return _turn(profile, screens.details_screen(listed, profile, knowledge, now))
    if screen is Screen.REPORT:
        return _turn(profile, screens.report_screen(listed, profile, knowledge))
    turn = _turn(profile, screens.reported_screen(profile, knowledge))
    report = Report(service=listed.id, trouble=screens.REPORTED[screen])
    return replace(turn, reply=replace(turn.reply, report=report))


def _note(handle: int, profile: Profile, knowledge: Knowledge, now: datetime) -> Turn:
    note = next((note for note in knowledge.notes if handle_of(note.id) == handle), None)
    if note is None:  # it was taken out since this button was sent
        return _results(profile, knowledge, now)
    return _turn(profile, screens.note_screen(note, profile, knowledge))


ABOUT_A_PLACE = frozenset({Screen.DETAILS, Screen.REPORT, *screens.REPORTED})
PLAIN_SCREENS: dict[Screen, Callable[[Profile, Knowledge], Bubble]] = {
    Screen.CHANGE: screens.change,
    Screen.NARROW: screens.narrow,
    Screen.LANGUAGES: screens.languages,
    Screen.HELP: screens.help_screen,
    Screen.PRIVACY: screens.privacy_screen,
    Screen.DISCREET: screens.discreet_screen,
    Screen.PROTECT: screens.protection_set,
}


def _timed(minutes: int, profile: Profile, knowledge: Knowledge) -> Turn:
    """The chat clears itself some time after its last message. A time that no button of ours has sets nothing."""
    if minutes not in (0, *TIMERS):
        return _turn(profile, screens.discreet_screen(profile, knowledge))
    turn = _turn(profile, screens.timer_set(minutes, profile, knowledge))
    return replace(turn, reply=replace(turn.reply, clear_after=minutes))


def _cleared(profile: Profile, effect: str) -> Turn:
    """The shell deletes and forgets; the last word is all that is left in the chat."""
    key = "cleared" if effect == Effect.CLEAR_CHAT else "forgotten"
    blank = Profile(language=profile.language)
    return Turn(profile=blank, reply=Reply(bubbles=(Bubble(lines=(Say(key=key),)),), effects=(effect,)))


# -- commands and things that are not text ------------------------------------------------------------------


def _asked(event: Asked, profile: Profile, knowledge: Knowledge, now: datetime) -> Turn:
    match event.command:
        case "start":
            return _started(event.argument, profile, knowledge, now)
        case "help":
            return _turn(profile, screens.help_screen(profile, knowledge))
        case "language":
            return _turn(profile, screens.languages(profile, knowledge))
        case "privacy":
            return _turn(profile, screens.privacy_screen(profile, knowledge))
        case "delete" | "stop":
            return _cleared(profile, Effect.FORGET)
        case _:
            return _turn(profile, screens.menu(profile, knowledge, (Say(key="unknown_command"), BLANK)))


def _started(payload: str, profile: Profile, knowledge: Knowledge, now: datetime) -> Turn:
    """A new beginning. What came with it is a link of ours, or nothing."""
    link = link_of(payload, lists_of(knowledge))
    fresh = profile_by(link or Link(), profile)
    if link is None:
        return _turn(fresh, screens.menu(fresh, knowledge, (Say(key="welcome"), BLANK)))
    hello = Bubble(lines=(Say(key="welcome_short"),))
    whose = screens.whose_link(link, knowledge)
    if link.needs or link.people:
        turn = _results(fresh, knowledge, now)
        bubble, *others = turn.reply.bubbles
    else:
        turn = _turn(fresh)
        bubble, *others = (screens.menu(fresh, knowledge),)
    opened = replace(bubble, lines=(whose, BLANK, *bubble.lines))
    reply = replace(turn.reply, bubbles=(hello, opened, *others), came_by=link.partner)
    return replace(turn, reply=reply)


SHARED_SAYS = {
    SharedKind.VOICE: "shared_voice",
    SharedKind.PHOTO: "shared_photo",
    SharedKind.VIDEO: "shared_photo",
    SharedKind.FILE: "shared_file",
    SharedKind.LOCATION: "shared_location",
    SharedKind.CONTACT: "shared_contact",
}


def _shared(event: Shared, profile: Profile, knowledge: Knowledge, now: datetime) -> Turn:
    key = SHARED_SAYS.get(event.kind, "shared_other")
    region = knowledge.gazetteer.region_at(*event.position) if event.position else None
    if region is not None:
        return _in_the_region_of_a_location(region, profile, knowledge, now)
    if event.kind is SharedKind.LOCATION:
        bubble, waiting = screens.place_screen(profile, knowledge, (Say(key=key),))
        return _turn(waiting, bubble)
    return _turn(profile, screens.menu(profile, knowledge, (Say(key=key), BLANK)))


def _in_the_region_of_a_location(
    region: Place, profile: Profile, knowledge: Knowledge, now: datetime
) -> Turn:
    """The region is all that is used of it (S6); a finer place in it, named before, stands."""
    named = profile.place
    if named is None or (named.country, named.region) != (region.country, region.region):
        profile = replace(profile, place=region, shown=0)
    turn = _results(replace(profile, pending=None), knowledge, now)
    first, *others = turn.reply.bubbles
    opened = replace(first, lines=(Say(key="shared_region"), BLANK, *first.lines))
    return replace(turn, reply=replace(turn.reply, bubbles=(opened, *others)))


# -- shared by all ------------------------------------------------------------------------------------------


def _turn(profile: Profile, *bubbles: Bubble) -> Turn:
    return Turn(profile=profile, reply=Reply(bubbles=bubbles))


def _never_the_same_twice(turn: Turn, before: Profile) -> Turn:
    """W8: when the answer would be word for word the last one, it says so first, and not always alike."""
    if turn.reply.effects:
        return turn
    said = _fingerprint(turn.reply.bubbles, turn.profile.language)
    if said != before.last_reply:
        return replace(turn, profile=replace(turn.profile, last_reply=said, repeats=0))
    repeats = before.repeats + 1
    again = Say(key=AGAIN[repeats % len(AGAIN)])
    *others, last = turn.reply.bubbles
    marked = replace(last, lines=(again, BLANK, *last.lines))
    profile = replace(turn.profile, last_reply=said, repeats=repeats)
    return replace(turn, profile=profile, reply=replace(turn.reply, bubbles=(*others, marked)))


def _fingerprint(bubbles: Iterable[Bubble], language: str) -> int:
    """A number for the wording of a reply; from it nobody can read what was said."""
    words = "\n".join(repr_of(line) for b in bubbles for line in b.lines)
    return crc32(f"{language}\n{words}".encode())


def repr_of(value: Value) -> str:
    """A value spelled out for comparison (records hide their values from repr on purpose)."""
    if isinstance(value, Verbatim):
        return value.text
    if isinstance(value, Say):
        if not value.values:
            return f"{value.key}()"
        return f"{value.key}({','.join([f'{name}={repr_of(held)}' for name, held in value.values.items()])})"
    if isinstance(value, Joined):
        return "+".join([repr_of(piece) for piece in value.pieces])
    return str(value)
