"""A message span by span: which phrase of which lexicon stands where, and why it counts or does not."""

from bot.model.record import record
from bot.understanding.lexicon import Lexicon
from bot.understanding.meaning import Section
from bot.understanding.phrases import MENDED, Sighting, hides
from bot.understanding.recognise import Hearing, hear


@record
class Span:
    """Some words of a message and what they were taken for."""

    quote: str
    phrase: str  # as the lexicon writes it
    language: str
    meaning: str  # "needs: legal (hint)"
    fate: str  # "counts", or why it does not


def look_closer(text: str, lexicon: Lexicon) -> list[Span]:
    """Every phrase that stands in `text`, in its order."""
    heard = hear(text, lexicon)
    in_order = sorted(heard.seen, key=lambda s: (s.first, -s.last, s.phrase.section, s.phrase.code))
    return [
        Span(
            quote=_quote(text, heard, s),
            phrase=lexicon.forest.as_written(s.number),
            language=s.phrase.language,
            meaning=_meaning(s),
            fate=_fate(text, heard, s),
        )
        for s in in_order
        if s in heard.own or s.phrase.section is not Section.GRAMMAR
    ]


def _quote(text: str, heard: Hearing, sighting: Sighting) -> str:
    return text[heard.words[sighting.first].start : heard.words[sighting.last].end]


def _meaning(sighting: Sighting) -> str:
    section, code = sighting.phrase.section, sighting.phrase.code
    if section in (Section.NEED_ASK, Section.NEED_HINT):
        return f"needs: {code} ({section.value})"
    return "mask" if section is Section.MASKS else f"{section.value}: {code}"


def _fate(text: str, heard: Hearing, sighting: Sighting) -> str:
    section = sighting.phrase.section
    if sighting not in heard.visible:
        by = next(s for s in heard.seen if hides(s, sighting))
        return f"hidden by “{_quote(text, heard, by)}”"
    if sighting not in heard.own:
        return f"everyday words of {heard.language}"
    if section is Section.MASKS:
        return "hides what stands in it"
    if section is Section.GRAMMAR:
        return "helps to read the rest"
    if sighting not in heard.meant:
        return "denied, or long over"
    return "counts, with a misspelled word mended" if sighting.sure <= MENDED else "counts"
