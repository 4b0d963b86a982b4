"""A page to mail arrives as text and as a file; clearing takes both; a printer that fails takes nothing away."""

import urllib.request
from typing import Any

import pytest

from tests.messenger.conftest import ANA, Trial


def documents(trial: Trial) -> list[dict[str, Any]]:
    return [values for method, values in trial.telegram.calls if method == "sendDocument"]


async def asked_for_the_page(trial: Trial, said: str, label: str) -> None:
    await trial.asks(ANA, said)
    await trial.taps(ANA, label)


async def test_the_page_comes_as_text_and_as_a_silent_file_with_a_neutral_name(trial: Trial) -> None:
    """T2 T4: a file's name shows in notifications too."""
    await asked_for_the_page(trial, "my brother is in prison in Texas", "A page to mail")
    await trial.until(lambda: bool(documents(trial)))
    assert any("Places that answer letters and calls" in m.text for m in trial.screen(ANA))
    (sent,) = documents(trial)
    assert sent["disable_notification"] is True
    file = next(m.file for m in trial.screen(ANA) if m.file)
    assert file.name == "page.pdf"
    assert file.content.startswith(b"%PDF-")
    assert trial.telegram.problems == []


async def test_clearing_takes_the_file_too(trial: Trial) -> None:
    """T6: both sides, whatever was sent."""
    await asked_for_the_page(trial, "my brother is in prison in Texas", "A page to mail")
    await trial.until(lambda: any(m.file for m in trial.screen(ANA)))
    await trial.taps(ANA, "Clear this chat")
    await trial.until(lambda: not any(m.file for m in trial.screen(ANA)))


async def test_where_the_letters_are_missing_the_file_is_in_english_and_the_text_is_not(trial: Trial) -> None:
    await asked_for_the_page(trial, "мой брат в тюрьме в Техасе", "Страница для письма")
    await trial.until(lambda: any(m.file for m in trial.screen(ANA)))
    assert any("Места, где отвечают" in m.text for m in trial.screen(ANA))
    assert any("файлом на английском" in m.text for m in trial.screen(ANA))


async def test_without_a_file_nothing_is_lost(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial.answerer, "_print_page", lambda *_: 1 / 0)
    await asked_for_the_page(trial, "my brother is in prison in Texas", "A page to mail")
    await trial.until(lambda: any("Places that answer" in m.text for m in trial.screen(ANA)))
    assert not documents(trial)
    assert not any("could not look that up" in m.text for m in trial.screen(ANA))


async def test_the_file_can_be_saved_from_the_chat_page(trial: Trial) -> None:
    import asyncio

    await asked_for_the_page(trial, "my brother is in prison in Texas", "A page to mail")
    await trial.until(lambda: any(m.file for m in trial.screen(ANA)))
    message = next(m for m in trial.screen(ANA) if m.file)
    url = f"{trial.stand_in.page_url}page/file/{ANA}/{message.message_id}"
    with await asyncio.to_thread(urllib.request.urlopen, url) as answer:
        assert answer.headers["Content-Disposition"] == 'attachment; filename="page.pdf"'
        assert answer.read().startswith(b"%PDF-")
