"""What each screen shows. A screen is a function of profile, knowledge and time; its buttons hold what they lead to."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.conversation.buttons import Screen, Step, pack
from bot.conversation.cards import BLANK, card, details, text_in, title
from bot.conversation.custody import is_about_custody, page_lines
from bot.conversation.danger import line_card, lines_for
from bot.conversation.knowledge import PROFILE_MINUTES, REPORT_DAYS, TIMERS, WIPE_HOURS, Knowledge
from bot.conversation.notes import note_lines, notes_for
from bot.conversation.questions import next_question
from bot.conversation.speak import language_name, list_of, own_name
from bot.matching.directory import handle_of
from bot.matching.find import FIRST_SCREEN, find_matches
from bot.model.counts import COUNT_DAYS, Counted, region_of
from bot.model.directory import Kind, ListedService
from bot.model.links import Link
from bot.model.match import Found, Match
from bot.model.notes import Note
from bot.model.profile import Danger, Profile, Question, Wishes
from bot.model.record import replace
from bot.model.reply import Bubble, Button, Joined, Page, Say, Value, Verbatim
from bot.model.report import Trouble
from bot.model.taxonomy import Term

MENU_NEEDS = (
    "crisis",
    "sexual_assault_support",
    "domestic_violence",
    "legal",
    "immigration",
    "medical",
    "workplace",
    "organizing",
    "shelter_housing",
    "counselling",
    "money",
    "police_report",
    "school",
    "child_family",
)
LABEL_NAME = 34  # letters of a service's name on a button


def button(key: str, screen: Screen, profile: Profile, knowledge: Knowledge, arg: int = 0) -> Button:
    """A button that leads to `screen` with `profile`."""
    step = Step(screen=screen, profile=profile, arg=arg)
    return Button(label=Say(key=key), data=pack(step, knowledge))


def labelled(label: Value, screen: Screen, profile: Profile, knowledge: Knowledge, arg: int = 0) -> Button:
    """The same with a label of its own."""
    return Button(label=label, data=pack(Step(screen=screen, profile=profile, arg=arg), knowledge))


def way_out(profile: Profile, knowledge: Knowledge) -> tuple[Button, ...]:
    """Under every message: start again, or clear the chat."""
    return (
        button(
            "button_home",
            Screen.HOME,
            replace(
                Profile(), language=profile.language, language_chosen=profile.language_chosen, introduced=True
            ),
            knowledge,
        ),
        button("button_clear", Screen.CLEAR, profile, knowledge),
    )


# -- the menu -----------------------------------------------------------------------------------------------


def menu(profile: Profile, knowledge: Knowledge, opening: Iterable[Value] = ()) -> Bubble:
    """What can be looked up, two to a row; each tap adds to what is looked for."""
    lines = (*opening, Say(key="menu_opener"), Say(key="menu_ask"))
    return Bubble(
        lines=tuple(lines), buttons=(*need_rows(profile, knowledge), *_menu_ways(profile, knowledge))
    )


def need_rows(profile: Profile, knowledge: Knowledge) -> tuple[tuple[Button, ...], ...]:
    """The needs as buttons."""
    needs = knowledge.taxonomy.needs
    buttons = [
        labelled(
            Verbatim(text=_short(needs[n], profile.language), isolate=False),
            Screen.RESULTS,
            _with_need(profile, n),
            knowledge,
        )
        for n in MENU_NEEDS
        if n in needs
    ]
    return tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))


def _with_need(profile: Profile, need: str) -> Profile:
    needs = tuple(dict.fromkeys((need, *profile.needs)))
    return replace(profile, needs=needs, shown=0, pending=None, danger=None)


def _short(term: Term, language: str) -> str:
    name = term.short.get(language) or term.name(language)
    return name[:1].upper() + name[1:]


def _menu_ways(profile: Profile, knowledge: Knowledge) -> tuple[tuple[Button, ...], ...]:
    return (
        (
            button("button_language", Screen.LANGUAGES, profile, knowledge),
            button("button_help", Screen.HELP, profile, knowledge),
        ),
        (
            button("button_privacy", Screen.PRIVACY, profile, knowledge),
            button("button_discreet", Screen.DISCREET, profile, knowledge),
        ),
        way_out(profile, knowledge),
    )


# -- results ------------------------------------------------------------------------------------------------


def results(
    profile: Profile, knowledge: Knowledge, now: datetime, *, doubting: bool = False
) -> tuple[Bubble, Profile, Counted | None]:
    """Up to three places, what was understood, and at most one question. Returns the profile that asked it, and what
    it came to for the counts.

    `doubting`: the person is not sure that it counts.
    """
    found = find_matches(
        profile, knowledge.directory, now, knowledge.home, first=profile.shown, count=FIRST_SCREEN
    )
    page = found.matches
    question = next_question(profile)
    asking = _asking(profile, question)
    lines: list[Value] = [Say(key="opener_more" if profile.shown else "opener_results")]
    lines.extend(before_telling(profile))
    lines.extend(understood_lines(profile, knowledge))
    lines.append(BLANK)
    if doubting:
        lines += [Say(key="question_does_it_count"), BLANK]
    if found.instead:
        lines += [Say(key="found_instead"), BLANK]
    if page:
        lines.extend(_cards(page, profile, knowledge, now))
    else:
        lines.extend(_nothing(found, profile, knowledge))
    if question:
        lines.append(_question(question))
    rows = (
        *_detail_rows(page, asking, knowledge),
        *_note_rows(notes_for(asking, knowledge)[:1], asking, knowledge),
        (button("button_page", Screen.PAGE, asking, knowledge),) if is_about_custody(asking) else (),
        *_question_rows(question, asking, knowledge),
        *_loosening_rows(found, asking, knowledge),
        *_result_ways(found, asking, knowledge),
        way_out(asking, knowledge),
    )
    bubble = Bubble(lines=tuple(lines), buttons=tuple(row for row in rows if row))
    return bubble, asking, _counted(found, profile)


def _counted(found: Found, profile: Profile) -> Counted | None:
    """For each need: whether a place that helps with it is on this screen. Further screens count nothing."""
    if not profile.needs or profile.shown:
        return None
    helped = {need for match in found.matches if not found.instead for need in match.listed.service.needs}
    return Counted(
        region=region_of(profile.place),
        needs=profile.needs,
        found=frozenset(helped).intersection(profile.needs),
    )


def whose_link(link: Link, knowledge: Knowledge) -> Value:
    """Whose link somebody came by, and that nobody is told. A partner on hold is not named."""
    partner = next((one.partner for one in knowledge.partners if one.code == link.partner), None)
    if partner is None or partner.hold:
        return Say(key="link_plain")
    return Say(key="link_from", values={"partner": Verbatim(text=partner.name)})


def before_telling(profile: Profile) -> tuple[Value, ...]:
    """For somebody under 18, before anything else: some helpers must report, and one can ask first."""
    young = not profile.helping_someone and not {"teen", "child"}.isdisjoint(profile.people)
    return (Say(key="under_18"), BLANK) if young else ()


def _note_rows(notes: Iterable[Note], profile: Profile, knowledge: Knowledge) -> Iterable[tuple[Button, ...]]:
    for note in notes:
        title = Verbatim(text=text_in(note.title, profile.language))
        label = Say(key="button_note", values={"title": title})
        yield (labelled(label, Screen.NOTE, profile, knowledge, arg=handle_of(note.id)),)


def note_screen(note: Note, profile: Profile, knowledge: Knowledge) -> Bubble:
    """One note, and the others that fit."""
    others = (other for other in notes_for(profile, knowledge) if other.id != note.id)
    return Bubble(
        lines=note_lines(note, profile.language),
        buttons=(
            *_note_rows(others, profile, knowledge),
            _ways_on(profile, knowledge),
            way_out(profile, knowledge),
        ),
    )


def page_screen(page: Page, profile: Profile, knowledge: Knowledge) -> Bubble:
    """The page as text, with what it is for."""
    return Bubble(
        lines=(Say(key="page_opener"), BLANK, *page_lines(page)),
        buttons=(_ways_on(profile, knowledge), way_out(profile, knowledge)),
    )


def did_harm_screen(profile: Profile, knowledge: Knowledge, now: datetime) -> Bubble:
    """For somebody who says they did harm: help to stop, by lines; no place where people who fled may be."""
    _, lines = lines_for(Danger.SUICIDE, profile, knowledge, now)
    hotlines = (listed for listed in lines if listed.service.kind is Kind.HOTLINE)
    cards = tuple(line_card(listed, profile, now) for listed in hotlines)
    return Bubble(
        lines=(Say(key="question_did_harm"), *((BLANK, *cards) if cards else ())),
        buttons=(_ways_on(profile, knowledge), way_out(profile, knowledge)),
    )


def _asking(profile: Profile, question: Question | None) -> Profile:
    if question is None:
        return replace(profile, pending=None)
    return replace(profile, asked=(*profile.asked, question), pending=question)


def _cards(page: tuple[Match, ...], profile: Profile, knowledge: Knowledge, now: datetime) -> Iterable[Value]:
    for number, match in enumerate(page, 1):
        yield from card(match, number, profile, knowledge, now)
        yield BLANK


def _nothing(found: Found, profile: Profile, knowledge: Knowledge) -> Iterable[Value]:
    """An empty list says why, and what can be loosened."""
    blamed = dict.fromkeys(code for together in found.emptied_by for code in together)
    refusals = [code for code in blamed if code in knowledge.taxonomy.refusals]
    if refusals:
        names = [knowledge.taxonomy.refusals[code].name(profile.language) for code in refusals]
        yield Say(key="emptied_by", values={"refusals": list_of(names, profile.language)})
    elif "open_now" in blamed:
        yield Say(key="emptied_by_open_now")
    else:
        yield Say(key="nothing_found")
        yield Say(key="nothing_found_hint")
    yield BLANK


def _loosening_rows(found: Found, profile: Profile, knowledge: Knowledge) -> Iterable[tuple[Button, ...]]:
    """For each way to fill an emptied list: one tap that takes away what emptied it."""
    for together in found.emptied_by:
        names = [
            term.name(profile.language) for c in together if (term := knowledge.taxonomy.refusals.get(c))
        ]
        label: Value = Say(key="button_loosen_open_now")
        if names:
            label = Say(key="button_remove", values={"name": list_of(names, profile.language)})
        yield (labelled(label, Screen.RESULTS, _loosened(profile, together), knowledge),)


def _loosened(profile: Profile, reasons: tuple[str, ...]) -> Profile:
    """Without these refusals, and without the wishes that turn away like them."""
    wishes = replace(
        profile.wishes,
        free=profile.wishes.free and "cost" not in reasons,
        by_text=profile.wishes.by_text and "phone_calls" not in reasons,
        open_now=profile.wishes.open_now and "open_now" not in reasons,
    )
    refusals = tuple(code for code in profile.refusals if code not in reasons)
    return replace(profile, refusals=refusals, wishes=wishes, shown=0, pending=None)


def _question(question: Question) -> Value:
    return Say(key="ask_place" if question is Question.PLACE else "ask_need")


def _detail_rows(
    page: tuple[Match, ...], profile: Profile, knowledge: Knowledge
) -> tuple[tuple[Button, ...], ...]:
    return tuple((_detail_button(n, m.listed, profile, knowledge),) for n, m in enumerate(page, 1))


def _detail_button(number: int, listed: ListedService, profile: Profile, knowledge: Knowledge) -> Button:
    name = listed.service.name
    short = name if len(name) <= LABEL_NAME else name[: LABEL_NAME - 1].rstrip() + "…"
    label = Say(key="button_details", values={"number": number, "name": Verbatim(text=short)})
    return labelled(label, Screen.DETAILS, profile, knowledge, arg=handle_of(listed.id))


def _question_rows(
    question: Question | None, profile: Profile, knowledge: Knowledge
) -> tuple[tuple[Button, ...], ...]:
    if question is None:
        return ()
    skipped = replace(profile, pending=None)
    skip = (button("button_skip", Screen.RESULTS, skipped, knowledge),)
    return (*need_rows(profile, knowledge), skip) if question is Question.NEED else (skip,)


def _result_ways(found: Found, profile: Profile, knowledge: Knowledge) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    if found.total > profile.shown + FIRST_SCREEN:
        further = replace(profile, shown=profile.shown + FIRST_SCREEN, pending=None)
        rows.append((button("button_more", Screen.RESULTS, further, knowledge),))
    elif profile.shown:
        rows.append((button("button_back", Screen.RESULTS, replace(profile, shown=0), knowledge),))
    rows.append(
        (
            button("button_change", Screen.CHANGE, profile, knowledge),
            button("button_narrow", Screen.NARROW, profile, knowledge),
        )
    )
    place = "button_place" if profile.place else "button_place_give"
    rows.append(
        (
            button(place, Screen.PLACE, profile, knowledge),
            button("button_language", Screen.LANGUAGES, profile, knowledge),
        )
    )
    return tuple(rows)


# -- what was understood ------------------------------------------------------------------------------------


def understood_lines(profile: Profile, knowledge: Knowledge) -> tuple[Value, ...]:
    """'You are looking for: a lawyer · status-safe · Austin, TX'. Never repeats what happened."""
    parts = tuple(value for value, _ in understood_parts(profile, knowledge))
    if not parts:
        return ()
    key = "understood_for_other" if profile.helping_someone else "understood"
    lines: list[Value] = [Say(key=key, values={"parts": Joined(pieces=parts, separator=" · ")})]
    if profile.helping_someone:
        lines.append(Say(key="helping_at_work" if profile.helping_at_work else "helping"))
    return tuple(lines)


def understood_parts(profile: Profile, knowledge: Knowledge) -> tuple[tuple[Value, Profile], ...]:
    """Each part of what was understood, with the profile that is left when it is taken away."""
    taxonomy, language = knowledge.taxonomy, profile.language
    parts: list[tuple[Value, Profile]] = []
    for field, terms in (
        ("needs", taxonomy.needs),
        ("people", taxonomy.people),
        ("refusals", taxonomy.refusals),
    ):
        codes: tuple[str, ...] = getattr(profile, field)
        parts.extend(
            (Verbatim(text=terms[code].name(language)), _without(profile, field, code))
            for code in codes
            if code in terms
        )
    parts.extend(_wish_parts(profile))
    if profile.place:
        name = knowledge.gazetteer.place_name(profile.place, language)
        parts.append((Verbatim(text=name), replace(profile, place=None, shown=0)))
    return tuple(parts)


def _without(profile: Profile, field: str, code: str) -> Profile:
    left = tuple(c for c in getattr(profile, field) if c != code)
    changes: dict[str, tuple[str, ...]] = {field: left}
    return replace(profile, shown=0, pending=None, **changes)  # field is one of three tuples


def _wish_parts(profile: Profile) -> Iterable[tuple[Value, Profile]]:
    wishes = profile.wishes
    for name, on in (("free", wishes.free), ("open_now", wishes.open_now), ("by_text", wishes.by_text)):
        if on:
            yield Say(key=f"part_{name}"), _wishing(profile, name, wanted=False)


def _wishing(profile: Profile, wish: str, *, wanted: bool) -> Profile:
    old = profile.wishes
    wishes = Wishes(
        free=wanted if wish == "free" else old.free,
        open_now=wanted if wish == "open_now" else old.open_now,
        by_text=wanted if wish == "by_text" else old.by_text,
    )
    return replace(profile, wishes=wishes, shown=0, pending=None)


# -- one place ----------------------------------------------------------------------------------------------


def details_screen(listed: ListedService, profile: Profile, knowledge: Knowledge, now: datetime) -> Bubble:
    """All about one place, with a copy button for each number."""
    copies = tuple(
        (
            Button(
                label=Say(key="details_copy", values={"value": Verbatim(text=c.value, isolate=False)}),
                copy=c.value,
            ),
        )
        for c in listed.service.open_contacts
        if c.number
    )[:4]
    handle = handle_of(listed.id)
    ways = (
        button("button_back", Screen.RESULTS, profile, knowledge),
        button("button_report", Screen.REPORT, profile, knowledge, arg=handle),
    )
    return Bubble(
        lines=(Say(key="opener_details"), BLANK, *details(listed, profile, now)),
        buttons=(*copies, ways, way_out(profile, knowledge)),
    )


REPORTED: Mapping[Screen, Trouble] = {
    Screen.REPORTED_NUMBER: Trouble.NUMBER,
    Screen.REPORTED_NO_ANSWER: Trouble.NO_ANSWER,
    Screen.REPORTED_NOT_HELPING: Trouble.NOT_HELPING,
    Screen.REPORTED_ASKED_PAPERS: Trouble.ASKED_PAPERS,
    Screen.REPORTED_UNSAFE: Trouble.UNSAFE,
}


def report_screen(listed: ListedService, profile: Profile, knowledge: Knowledge) -> Bubble:
    """What did not work, one tap each. Nothing is asked about the person or what happened."""
    handle = handle_of(listed.id)
    reasons = tuple(
        (button(f"button_report_{trouble.value}", screen, profile, knowledge, arg=handle),)
        for screen, trouble in REPORTED.items()
    )
    back = (button("button_back", Screen.DETAILS, profile, knowledge, arg=handle),)
    return Bubble(
        lines=(Say(key="report_ask"), BLANK, title(listed)),
        buttons=(*reasons, back, way_out(profile, knowledge)),
    )


def reported_screen(profile: Profile, knowledge: Knowledge) -> Bubble:
    """Thanks, what happens with it, and the way back to other places."""
    ways = (button("button_back", Screen.RESULTS, profile, knowledge),)
    return Bubble(lines=(Say(key="report_thanks"),), buttons=(ways, way_out(profile, knowledge)))


# -- changing and narrowing ---------------------------------------------------------------------------------


def change(profile: Profile, knowledge: Knowledge) -> Bubble:
    """Each understood part with a tap to take it away, and ways to add."""
    parts = understood_parts(profile, knowledge)
    rows = [
        (labelled(Say(key="button_remove", values={"name": value}), Screen.CHANGE, left, knowledge),)
        for value, left in parts
    ]
    place = "button_place" if profile.place else "button_place_give"
    return Bubble(
        lines=(Say(key="change_ask" if parts else "change_nothing"), *understood_lines(profile, knowledge)),
        buttons=(
            *rows,
            (
                button("button_add_need", Screen.MENU, profile, knowledge),
                button(place, Screen.PLACE, profile, knowledge),
            ),
            (button("button_back", Screen.RESULTS, profile, knowledge),),
            way_out(profile, knowledge),
        ),
    )


def narrow(profile: Profile, knowledge: Knowledge) -> Bubble:
    """Ways to narrow; each leads straight to what is left."""
    wishes = profile.wishes
    options: list[Button] = []
    for name, on in (("free", wishes.free), ("open_now", wishes.open_now), ("by_text", wishes.by_text)):
        key = f"button_{name}_off" if on else f"button_{name}"
        options.append(button(key, Screen.RESULTS, _wishing(profile, name, wanted=not on), knowledge))
    options.append(_toggle(profile, "refusals", "police", "button_no_police", knowledge))
    options.append(_toggle(profile, "people", "lgbtqia", "button_lgbtqia", knowledge))
    rows = tuple(tuple(options[i : i + 2]) for i in range(0, len(options), 2))
    place = "button_place" if profile.place else "button_place_give"
    ways = (
        button(place, Screen.PLACE, profile, knowledge),
        button("button_language", Screen.LANGUAGES, profile, knowledge),
    )
    back = (button("button_back", Screen.RESULTS, profile, knowledge),)
    return Bubble(
        lines=(Say(key="narrow_ask"), *understood_lines(profile, knowledge)),
        buttons=(*rows, ways, back, way_out(profile, knowledge)),
    )


def _toggle(profile: Profile, field: str, code: str, key: str, knowledge: Knowledge) -> Button:
    codes: tuple[str, ...] = getattr(profile, field)
    if code in codes:
        return button(f"{key}_off", Screen.RESULTS, _without(profile, field, code), knowledge)
    changes: dict[str, tuple[str, ...]] = {field: (*codes, code)}
    wider = replace(profile, shown=0, pending=None, **changes)  # field is a tuple of codes
    return button(key, Screen.RESULTS, wider, knowledge)


# -- the rest -----------------------------------------------------------------------------------------------


def languages(profile: Profile, knowledge: Knowledge) -> Bubble:
    """Each language in its own name."""
    rows = tuple(
        (
            labelled(
                Verbatim(text=own_name(code), isolate=False),
                Screen.RESULTS if profile.needs or profile.place else Screen.MENU,
                replace(profile, language=code, language_chosen=True),
                knowledge,
            ),
        )
        for code in knowledge.messages.languages
    )
    back = (button("button_back", Screen.RESULTS if profile.needs else Screen.MENU, profile, knowledge),)
    return Bubble(lines=(Say(key="languages_ask"),), buttons=(*rows, back, way_out(profile, knowledge)))


def place_screen(
    profile: Profile, knowledge: Knowledge, opening: Iterable[Value] = ()
) -> tuple[Bubble, Profile]:
    """Asks for a place in words; nothing is asked with a location button."""
    asked = tuple(dict.fromkeys((*profile.asked, Question.PLACE)))
    waiting = replace(profile, asked=asked, pending=Question.PLACE)
    skip = (button("button_skip", Screen.RESULTS, replace(waiting, pending=None), knowledge),)
    lines = tuple(opening) or (Say(key="place_ask_screen"),)
    return Bubble(lines=lines, buttons=(skip, way_out(waiting, knowledge))), waiting


def which_place(choices: Iterable[Profile], profile: Profile, knowledge: Knowledge) -> tuple[Bubble, Profile]:
    """Several places have that name: each is a button."""
    asked = tuple(dict.fromkeys((*profile.asked, Question.PLACE, Question.WHICH_PLACE)))
    waiting = replace(profile, asked=asked, pending=Question.WHICH_PLACE)
    rows = []
    for chosen in choices:
        if chosen.place is None:
            continue
        name = Verbatim(text=knowledge.gazetteer.place_name(chosen.place, profile.language))
        leads_to = replace(waiting, place=chosen.place, pending=None, shown=0)
        rows.append((labelled(name, Screen.RESULTS, leads_to, knowledge),))
    other = (button("button_other_place", Screen.PLACE, waiting, knowledge),)
    skip = (button("button_skip", Screen.RESULTS, replace(waiting, pending=None), knowledge),)
    return (
        Bubble(
            lines=(Say(key="ask_which_place"),), buttons=(*rows, other, skip, way_out(waiting, knowledge))
        ),
        waiting,
    )


def text_screen(
    key: str, profile: Profile, knowledge: Knowledge, values: Mapping[str, Value] | None = None
) -> Bubble:
    """A fixed text with ways on."""
    return Bubble(
        lines=(Say(key=key, values=values or {}),),
        buttons=(_ways_on(profile, knowledge), way_out(profile, knowledge)),
    )


def _ways_on(profile: Profile, knowledge: Knowledge) -> tuple[Button, ...]:
    """Back to the places, or to the menu where none were looked for."""
    leads_to = Screen.RESULTS if profile.needs else Screen.MENU
    return (
        button("button_back" if profile.needs else "button_menu", leads_to, profile, knowledge),
        button("button_language", Screen.LANGUAGES, profile, knowledge),
    )


def help_screen(profile: Profile, knowledge: Knowledge) -> Bubble:
    """What this can do and what not."""
    names = [language_name(code, profile.language) for code in knowledge.messages.languages]
    return text_screen("help_text", profile, knowledge, {"languages": list_of(names, profile.language)})


def privacy_screen(profile: Profile, knowledge: Knowledge) -> Bubble:
    """What is kept, why and for how long, from the constants the code uses (S4, T16)."""
    lines = (
        Say(key="privacy_kept", values={"time": time_of(PROFILE_MINUTES)}),
        Say(key="privacy_numbers", values={"time": time_of(WIPE_HOURS * 60)}),
        Say(key="privacy_numbers_last" if knowledge.lasting else "privacy_numbers_in_memory"),
        Say(key="privacy_counted", values={"time": Say(key="time_days", values={"number": REPORT_DAYS})}),
        *_counted_needs(knowledge),
        Say(key="privacy_seen"),
        Say(key="privacy_places"),
        Say(key="privacy_delete"),
        *_signed_words(profile, knowledge),
    )
    discreet = (button("button_discreet", Screen.DISCREET, profile, knowledge),)
    return Bubble(lines=lines, buttons=(discreet, _ways_on(profile, knowledge), way_out(profile, knowledge)))


def _counted_needs(knowledge: Knowledge) -> Iterable[Value]:
    """That needs are counted, where they are."""
    if knowledge.counting:
        yield Say(key="privacy_needs", values={"time": Say(key="time_days", values={"number": COUNT_DAYS})})


def _signed_words(profile: Profile, knowledge: Knowledge) -> Iterable[Value]:
    """How many of these words a native reader has signed; nothing where all are."""
    signed, strings = knowledge.messages.signed.get(profile.language, (0, 0))
    if not signed:
        yield Say(key="privacy_machine")
    elif signed < strings:
        yield Say(key="privacy_machine_partly", values={"signed": str(signed), "strings": str(strings)})


def time_of(minutes: int) -> Say:
    """'15 minutes', '1 hour', by the plural rules of the language it is said in."""
    if minutes % 60 == 0:
        return Say(key="time_hours", values={"number": minutes // 60})
    return Say(key="time_minutes", values={"number": minutes})


def still_to_clear(minutes: int, profile: Profile, knowledge: Knowledge) -> Bubble:
    """Clearing was cut short; it goes on by itself, or with another tap."""
    return Bubble(
        lines=(Say(key="cleared_later", values={"time": time_of(minutes)}),),
        buttons=(way_out(profile, knowledge),),
    )


# -- making the chat more private -----------------------------------------------------------------------------


def discreet_screen(profile: Profile, knowledge: Knowledge, opening: Iterable[Value] = ()) -> Bubble:
    """What only the person can change in Telegram, what Telegram sees all the same, and what the bot can do."""
    timers = [
        labelled(
            Say(key="button_timer", values={"time": time_of(minutes)}),
            Screen.CLEAR_AFTER,
            profile,
            knowledge,
            arg=minutes,
        )
        for minutes in TIMERS
    ]
    rows = (
        tuple(timers[:2]),
        (*timers[2:], button("button_timer_off", Screen.CLEAR_AFTER, profile, knowledge)),
        (_protection(profile, knowledge),),
        _ways_on(profile, knowledge),
        way_out(profile, knowledge),
    )
    lines = (
        *opening,
        Say(key="discreet_yours"),
        Say(key="discreet_list"),
        BLANK,
        Say(key="discreet_seen"),
        BLANK,
        Say(key="discreet_mine"),
    )
    return Bubble(lines=lines, buttons=rows)


def _protection(profile: Profile, knowledge: Knowledge) -> Button:
    switched = replace(profile, protected=not profile.protected)
    key = "button_protect_off" if profile.protected else "button_protect"
    return button(key, Screen.PROTECT, switched, knowledge)


def timer_set(minutes: int, profile: Profile, knowledge: Knowledge) -> Bubble:
    """What was set, and honestly what a restart does to it."""
    if not minutes:
        return discreet_screen(profile, knowledge, (Say(key="timer_off"), BLANK))
    said: list[Value] = [Say(key="timer_set", values={"time": time_of(minutes)})]
    if not knowledge.lasting:
        said.append(Say(key="timer_in_memory"))
    return discreet_screen(profile, knowledge, (*said, BLANK))


def protection_set(profile: Profile, knowledge: Knowledge) -> Bubble:
    """What copying and screenshots are now."""
    said = Say(key="protect_on", values={"time": time_of(PROFILE_MINUTES)})
    return discreet_screen(profile, knowledge, (said if profile.protected else Say(key="protect_off"), BLANK))
