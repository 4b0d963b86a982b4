"""A person tells by button that a place did not work. Nobody asks who they are or what happened."""

from bot.model.report import Report, Trouble

from tests.conftest import Conversation


def test_a_number_that_does_not_work_is_told_with_two_taps(conversation: Conversation) -> None:
    """Y7: a problem report needs no identity."""
    conversation.person_says("I need a lawyer in Austin")
    conversation.person_taps("About 1")
    conversation.person_taps("This did not work")
    conversation.bot_says("What did not work here?")
    conversation.bot_says("counted without anything about you")
    conversation.every_button_leads_somewhere()
    conversation.person_taps("The number or link is wrong")
    conversation.bot_says("Thank you.")
    assert conversation.turn is not None
    assert conversation.turn.reply.report == Report(service="us/tx/legal-line#line", trouble=Trouble.NUMBER)


def test_after_telling_the_other_places_are_one_tap_away(conversation: Conversation) -> None:
    conversation.person_says("I need a lawyer in Austin")
    conversation.person_taps("About 1")
    conversation.person_taps("This did not work")
    conversation.person_taps("Nobody answered")
    conversation.person_taps("Back")
    conversation.bot_offers("Texas Legal Line", "Border Lawyers")
    assert conversation.turn is not None
    assert conversation.turn.reply.report is None


def test_one_can_change_ones_mind_before_telling(conversation: Conversation) -> None:
    conversation.person_says("I need a lawyer in Austin")
    conversation.person_taps("About 1")
    conversation.person_taps("This did not work")
    conversation.person_taps("Back")
    conversation.bot_says("More about this one")


def test_telling_works_after_a_restart(conversation: Conversation) -> None:
    conversation.person_says("I need a lawyer in Austin")
    conversation.person_taps("About 1")
    conversation.person_taps("This did not work")
    conversation.the_bot_restarts()
    conversation.person_taps("They asked for ID or status")
    assert conversation.turn is not None
    assert conversation.turn.reply.report is not None
    assert conversation.turn.reply.report.trouble is Trouble.ASKED_PAPERS
