"""What a message adds to what was known. Later words add to earlier ones; they never erase them unasked."""

from bot.conversation.knowledge import Knowledge
from bot.model.profile import Profile, Question, Wishes
from bot.model.record import replace
from bot.understanding.places import PlaceFound
from bot.understanding.recognise import DIRECTORY, Finding, Understood

MOST_NEEDS = 6


def learn(
    profile: Profile, understood: Understood, found: PlaceFound | None, knowledge: Knowledge
) -> Profile:
    """The profile after one message. A message with needs of its own puts them first."""
    pending = profile.pending
    return replace(
        profile,
        language=_language(profile, understood, knowledge),
        needs=_without_directory(_joined(understood.needs, profile.needs))[:MOST_NEEDS],
        people=_joined(understood.people, profile.people),
        contexts=_joined(understood.contexts, profile.contexts),
        refusals=_joined(understood.refusals, profile.refusals),
        place=(found.place if found and found.place else profile.place),
        wishes=Wishes(
            free=profile.wishes.free or "free" in understood.wishes,
            open_now=profile.wishes.open_now or "open_now" in understood.wishes,
            by_text=profile.wishes.by_text or "by_text" in understood.wishes,
        ),
        danger=understood.danger,
        helping_someone=profile.helping_someone or understood.helping_someone,
        helping_at_work=profile.helping_at_work or understood.helping_at_work,
        pending=None if found or not understood.is_empty else pending,
        shown=0,
    )


def _without_directory(needs: tuple[str, ...]) -> tuple[str, ...]:
    """ "Can someone help me" was a way to begin, once it is known with what."""
    return tuple(code for code in needs if code != DIRECTORY) or needs


def _joined(said: tuple[Finding, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(f.code for f in said), *known)))


def _language(profile: Profile, understood: Understood, knowledge: Knowledge) -> str:
    """The language of the message, where the bot speaks it; a chosen language stays chosen."""
    if profile.language_chosen or understood.language not in knowledge.messages.languages:
        return profile.language
    return understood.language


def answers_place(profile: Profile) -> bool:
    """The bot has just asked where: the next message is likely a place."""
    return profile.pending in (Question.PLACE, Question.WHICH_PLACE)
