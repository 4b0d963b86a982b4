"""Everything for one organization: the code, posters and cards in every size and tone, and the pages."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.model.messages import Messages
from bot.sharing.card import COUNTS, cards_pdf
from bot.sharing.embed import LEAVE_FOR, embed_html
from bot.sharing.poster import poster_pdf
from bot.sharing.qr import qr_png, qr_svg
from bot.sharing.sheet import Paper
from bot.sharing.typefaces import typefaces
from bot.sharing.words import Tone, letters_of_words, words_of


def kit_files(
    link: str, organization: str, messages: Messages, languages: Sequence[str], own: Path | None = None
) -> Iterator[tuple[str, bytes]]:
    """(name of the file, content), one after the other. Raises NoLetters and DoesNotFit."""
    yield "code.svg", qr_svg(link, "QR")
    yield "code.png", qr_png(link)
    for language in languages:
        yield from _in_language(link, organization, messages, language, own)


def _in_language(
    link: str, organization: str, messages: Messages, language: str, own: Path | None
) -> Iterator[tuple[str, bytes]]:
    said = {tone: words_of(messages, language, tone, organization) for tone in Tone}
    with typefaces(language, letters_of_words(messages, language) + link, organization, own) as faces:
        for tone, words in said.items():
            for paper in Paper:
                name = f"{language}-{tone.value}-{paper.value}"
                yield f"poster-{name}.pdf", poster_pdf(link, words, faces, paper)
                yield f"poster-{name}-large.pdf", poster_pdf(link, words, faces, paper, large=True)
                for count in COUNTS:
                    yield f"card-{name}-{count}.pdf", cards_pdf(link, words, faces, paper, count=count)
                yield f"card-{name}-large.pdf", cards_pdf(link, words, faces, paper, large=True)
    for tone in Tone:
        made = embed_html(link, said[tone], LEAVE_FOR)
        yield f"page-{language}-{tone.value}.html", made.page.encode()
        yield f"snippet-{language}-{tone.value}.html", made.snippet.encode()
