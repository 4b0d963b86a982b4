"""A place on the screen: what it is, how to make contact, why it is shown, what nobody has confirmed."""

from collections.abc import Iterator
from datetime import datetime

from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import country_name, date_name, language_name, list_of
from bot.matching.find import cautions_of
from bot.matching.freshness import Freshness, believed, standing
from bot.matching.opening import ALWAYS, is_open
from bot.model.directory import Channel, Contact, ListedService, Service, Texts
from bot.model.match import Because, Beware, Caution, Match, Reason
from bot.model.profile import Profile
from bot.model.reply import Joined, Say, Value, Verbatim
from bot.model.verdict import Verdict

CONTACTS_ON_CARD = 3
REASONS_ON_CARD = 5
CAUTIONS_ON_CARD = 4
UNKNOWN = Verdict.UNKNOWN.value
BLANK: Value = Verbatim(text="", isolate=False)


def text_in(texts: Texts, language: str) -> str:
    """The text in `language`, else in English, else whatever there is."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def card(
    match: Match, number: int, profile: Profile, knowledge: Knowledge, now: datetime
) -> tuple[Value, ...]:
    """The lines of one place in a list of results."""
    listed, language = match.listed, profile.language
    lines: list[Value] = [
        Say(key="card_title", values={"number": number, "name": title(listed)}),
        Verbatim(text=text_in(listed.service.summary, language)),
        *notice(listed.service, language),
        *contact_lines(listed.service, profile, now, most=CONTACTS_ON_CARD),
        *spoken_languages(listed.service, language),
    ]
    reasons = tuple(reason_says(r, knowledge, language) for r in match.reasons[:REASONS_ON_CARD])
    if reasons:
        lines.append(Say(key="card_why", values={"reasons": Joined(pieces=reasons, separator=" · ")}))
    cautions = tuple(caution_says(c, language) for c in match.cautions[:CAUTIONS_ON_CARD])
    if cautions:
        lines.append(Say(key="card_know", values={"cautions": Joined(pieces=cautions, separator=" · ")}))
    return tuple(lines)


def title(listed: ListedService) -> Value:
    """The service's name, with the organization's where it does not already say it."""
    name, organization = listed.service.name, listed.organization
    if organization.casefold() in name.casefold() or name.casefold() in organization.casefold():
        return Verbatim(text=name, bold=True)
    return Say(
        key="card_of",
        values={"service": Verbatim(text=name, bold=True), "organization": Verbatim(text=organization)},
    )


def notice(service: Service, language: str) -> Iterator[Value]:
    """Something a person must know now."""
    if service.notice:
        yield Verbatim(text=text_in(service.notice, language), bold=True)


def contact_lines(
    service: Service, profile: Profile, now: datetime, most: int | None = None
) -> Iterator[Value]:
    """One line for each way to make contact; those a person can use come first."""
    contacts = sorted(service.open_contacts, key=lambda c: _usefulness(c, profile))
    for contact in contacts[:most]:
        yield contact_line(contact, profile, now)


def _usefulness(contact: Contact, profile: Profile) -> int:
    silent = profile.wishes.by_text or "phone_calls" in profile.refusals
    first = (Channel.TEXT, Channel.CHAT, Channel.WHATSAPP, Channel.EMAIL, Channel.VOICE)
    usual = (Channel.VOICE, Channel.TEXT, Channel.CHAT, Channel.WHATSAPP)
    order = first if silent else usual
    if "deaf" in profile.people:
        order = (Channel.VIDEOPHONE, Channel.TTY, Channel.TEXT, Channel.CHAT, *order)
    rank = order.index(contact.channel) if contact.channel in order else len(order)
    speaks_it = not contact.languages or profile.language in contact.languages
    return rank * 2 + (not speaks_it)


def contact_line(contact: Contact, profile: Profile, now: datetime) -> Value:
    """'Call: +1 512 555 0100 (open now, in Spanish). Press 2.'"""
    language = profile.language
    values: dict[str, Value] = {"value": Verbatim(text=contact.value)}
    key = f"line_{contact.channel.value}"
    if contact.keyword and contact.channel is Channel.TEXT:
        key, values = "line_text_keyword", {**values, "keyword": Verbatim(text=contact.keyword)}
    pieces: list[Value] = [Say(key=key, values=values)]
    label = text_in(contact.label, language)
    extras: list[Value] = [Verbatim(text=label)] if label else []
    if contact.channel not in (Channel.WEBSITE, Channel.EMAIL, Channel.MAIL):
        extras.append(hours_say(contact, profile, now))
    if contact.languages:
        names = [language_name(code, language) for code in contact.languages]
        extras.append(Say(key="contact_languages", values={"languages": list_of(names, language)}))
    if extras:
        pieces.append(Joined(pieces=("(", Joined(pieces=tuple(extras), separator=", "), ")"), separator=""))
    note = text_in(contact.note, language)
    if note:
        pieces.append(Verbatim(text=note))
    return Joined(pieces=tuple(pieces), separator=" ")


def hours_say(contact: Contact, profile: Profile, now: datetime) -> Value:
    """Open, closed or not known, in words."""
    if contact.hours == ALWAYS:
        return Say(key="contact_always")
    verdict = is_open(contact, profile.place.timezone if profile.place else None, now)
    return {
        Verdict.YES: Say(key="contact_open"),
        Verdict.NO: Say(key="contact_closed"),
        Verdict.UNKNOWN: Say(key="contact_hours_unknown"),
    }[verdict]


def spoken_languages(service: Service, language: str) -> Iterator[Value]:
    """Languages of the service as a whole, and interpreters: told apart."""
    names = list_of([language_name(code, language) for code in service.languages], language)
    if names and service.interpreters is Verdict.YES:
        yield Say(key="card_languages_interpreters", values={"languages": names})
    elif names:
        yield Say(key="card_languages", values={"languages": names})
    elif service.interpreters is Verdict.YES:
        yield Say(key="card_interpreters")


def where_to_go(service: Service) -> Iterator[Value]:
    """The address of a place that shows it to everyone."""
    if service.address and service.location == "public":
        yield Say(key="card_address", values={"address": Verbatim(text=service.address)})


def reason_says(reason: Reason, knowledge: Knowledge, language: str) -> Value:
    """A reason as words."""
    return Say(
        key=f"because_{reason.because.value}",
        values={"about": Verbatim(text=_about(reason, knowledge, language))},
    )


def _about(reason: Reason, knowledge: Knowledge, language: str) -> str:
    taxonomy = knowledge.taxonomy
    match reason.because:
        case Because.HELPS_WITH:
            return taxonomy.needs[reason.about].name(language)
        case Because.MADE_FOR:
            return (
                taxonomy.people[reason.about].name(language)
                if reason.about in taxonomy.people
                else reason.about
            )
        case Because.SPEAKS:
            return language_name(reason.about, language)
        case Because.SERVES_COUNTRY:
            return country_name(reason.about, language)
        case Because.SERVES_REGION:
            country, _, region = reason.about.partition("-")
            return (
                knowledge.gazetteer.region_name(country, region, language)
                if region
                else country_name(country, language)
            )
        case _:
            return reason.about


def caution_says(caution: Caution, language: str) -> Value:
    """A caution as words; unknown is said as unknown."""
    key = f"beware_{caution.beware.value}"
    if caution.beware is Beware.ASK_STATUS:
        key = f"{key}_{caution.verdict.value}"
    if caution.beware is Beware.COST:
        key = f"{key}_{caution.about}"
    if caution.beware is Beware.SHARES:
        return Say(key=key, values={"about": Say(key=f"shares_{caution.about}")})
    about = language_name(caution.about, language) if caution.beware is Beware.LANGUAGE else caution.about
    return Say(key=key, values={"about": Verbatim(text=about)})


def details(listed: ListedService, profile: Profile, now: datetime) -> tuple[Value, ...]:
    """Everything about one place, with the lines to know before making contact."""
    service, language = believed(listed, now.date()).service, profile.language
    cautions = (caution_says(c, language) for c in cautions_of(service, profile, now) if c.beware in _LABELS)
    return (
        title(listed),
        Verbatim(text=text_in(service.summary, language)),
        *notice(service, language),
        BLANK,
        *contact_lines(service, profile, now),
        *spoken_languages(service, language),
        *where_to_go(service),
        BLANK,
        *(Joined(pieces=(c, "."), separator="") for c in cautions),
        *before_contact(service),
        Say(key="details_bill"),
        source_line(service, language, now),
    )


_LABELS = frozenset(
    {
        Beware.SAME_INSTITUTION,
        Beware.GOVERNMENT,
        Beware.POLICE_RUN,
        Beware.MILITARY_RUN,
        Beware.FAITH,
        Beware.IN_PERSON,
    }
)


def before_contact(service: Service) -> Iterator[Value]:
    """Status, ID, reporting, sharing, cost, interpreter: what is known, then what one can ask."""
    facts = {
        "status": service.asks_status.value,
        "id": service.asks_id.value,
        "report": service.must_report.value,
        "cost": service.cost.value,
        "interpreter": service.interpreters.value,
    }
    shares = tuple(_sharing(service))
    yield from (Say(key=f"details_{fact}_{known}") for fact, known in facts.items() if known != UNKNOWN)
    yield from shares
    if service.anonymous is Verdict.YES:
        yield Say(key="details_anonymous_yes")
    confidential = "yes" if service.confidential is Verdict.YES else UNKNOWN
    yield Say(key=f"details_confidential_{confidential}")
    to_ask = [fact for fact, known in facts.items() if known == UNKNOWN] + ([] if shares else ["share"])
    if to_ask:
        yield BLANK
        yield Say(key="details_ask_first")
        yield from (Say(key=f"details_{fact}_{UNKNOWN}") for fact in to_ask)
        yield BLANK


def _sharing(service: Service) -> Iterator[Value]:
    facts = service.shares_with.model_dump()
    for verdict in (Verdict.YES, Verdict.NO):
        who = tuple(Say(key=f"shares_{w}") for w, known in facts.items() if known == verdict)
        if who:
            joined = Joined(pieces=who, separator=", ")
            yield Say(key=f"details_share_{verdict.value}", values={"who": joined})


def source_line(service: Service, language: str, now: datetime) -> Value:
    """Where it was read and that nobody confirmed it, or when somebody did."""
    confirmed = standing(service, "number", now.date())
    if confirmed.freshness is Freshness.CONFIRMED and confirmed.on:
        return Say(key="details_checked", values={"date": date_name(confirmed.on, language)})
    dated = sorted(s.date[:4] for s in service.source if s.date)
    if dated:
        return Say(key="details_source", values={"year": dated[-1]})
    return Say(key="details_source_undated", values={"year": max(s.read for s in service.source)[:4]})
