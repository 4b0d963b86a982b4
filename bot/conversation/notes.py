"""Which notes fit what is known of a person, the narrowest first. A country is never guessed."""

from datetime import date

from bot.conversation.cards import BLANK, text_in
from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import date_name
from bot.model.notes import Note
from bot.model.profile import Danger, Profile
from bot.model.reply import Joined, Say, Value, Verbatim

MOST_NOTES = 4


def notes_for(profile: Profile, knowledge: Knowledge) -> tuple[Note, ...]:
    """What may matter before a call. Nothing is shown to somebody who named no need."""
    country = profile.place.country if profile.place else knowledge.home
    fitting = [note for note in knowledge.notes if profile.needs and _fits(note, profile, country)]
    return tuple(sorted(fitting, key=lambda note: _order(note, profile))[:MOST_NOTES])


def _fits(note: Note, profile: Profile, country: str | None) -> bool:
    return (
        _one_of(note.countries, (country,))  # first, for it leaves the fewest
        and _one_of(note.needs, profile.needs)
        and _one_of(note.people, profile.people)
        and _one_of(note.contexts, profile.contexts)
    )


def _one_of(wanted: tuple[str, ...], given: tuple[str | None, ...]) -> bool:
    """Nothing is wanted, or one of it is given. Tuples of a few words: no set is worth making for each turn."""
    if not wanted:
        return True
    for word in wanted:  # noqa: SIM110 - any() makes a generator for each of hundreds of looks
        if word in given:
            return True
    return False


def _order(note: Note, profile: Profile) -> tuple[bool, bool, int, str]:
    """What is about people like this one, then about their first need, then what must hold for the fewest."""
    other_need = not note.needs or profile.needs[0] not in note.needs
    return not note.people, other_need, -note.narrowness, note.id


def care_lines(danger: Danger, profile: Profile, knowledge: Knowledge) -> tuple[Value, ...]:
    """Care that works best soon: named without pressure, with who says so and when (C8)."""
    country = profile.place.country if profile.place else None
    notes = (n for n in knowledge.notes if danger in n.on_card and _one_of(n.countries, (country,)))
    return tuple(
        Say(
            key="care_line",
            values={
                "text": Verbatim(text=text_in(note.text, profile.language), isolate=False),
                "source": Verbatim(text="; ".join(note.says_who)),
            },
        )
        for note in notes
    )


def note_lines(note: Note, language: str) -> tuple[Value, ...]:
    """The whole note: what it says, who says it, when that was read, and that it is no advice."""
    read = date.fromisoformat(note.read)
    return (
        Say(key="note_opener"),
        BLANK,
        Verbatim(text=text_in(note.title, language), bold=True),
        Verbatim(text=text_in(note.text, language)),
        BLANK,
        Say(
            key="note_source",
            values={
                "source": Joined(pieces=tuple(Verbatim(text=t) for t in note.says_who), separator="; "),
                "date": date_name(read, language),
            },
        ),
        Say(key="note_not_advice"),
    )
