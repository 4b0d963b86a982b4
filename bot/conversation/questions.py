"""The one useful question, if there is one. Never about status, name, age, address or what happened."""

from bot.model.profile import Profile, Question

MOST_QUESTIONS = 3


def next_question(profile: Profile) -> Question | None:
    """What to ask beside the answer, or None. Each question is asked once; all can be skipped."""
    if len(profile.asked) >= MOST_QUESTIONS:
        return None
    if profile.place is None and Question.PLACE not in profile.asked:
        return Question.PLACE
    if not profile.needs and Question.NEED not in profile.asked:
        return Question.NEED
    return None
