"""The card of a service as a person sees it, for whoever changes it."""

from bot.cli import app
from bot.directory_files.load import Resources
from typer.testing import CliRunner


def show(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["directory", "show", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_card_is_shown_in_each_language() -> None:
    card = show("us/national/rainn#hotline")
    assert all(f"── {language} ──" in card for language in ("en", "es", "fr"))
    assert "Call: +1 800-656-4673" in card
    assert "Llamar: +1 800-656-4673" in card


def test_one_service_is_found_by_its_organization() -> None:
    assert show("us/national/rainn", "--language", "fr").startswith("National Sexual Assault Hotline")


def test_a_card_on_hold_is_shown_to_volunteers_with_the_reason(resources: Resources) -> None:
    held = next(s for s in resources.services if s.service.hold)
    card = show(held.id, "--language", "en")
    assert f"On hold, and shown to nobody now: {held.service.hold}" in card
    assert held.service.name in card
