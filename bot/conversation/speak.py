"""Reply -> text in a language. Sentences come from resources/messages; here they are only put together.

The text is the small HTML that Telegram reads; `plain` gives the same without markup for a terminal.
"""

import html
import re
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list

from bot.model.messages import PLACEHOLDER, Messages, Template
from bot.model.record import record
from bot.model.reply import Bubble, Button, Joined, Page, Reply, Say, Value, Verbatim

LEFT_TO_RIGHT_ISOLATE, FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2066", "\u2068", "\u2069"
RIGHT_TO_LEFT_MARK = "\u200f"
UNSEEN = dict.fromkeys(
    map(ord, (LEFT_TO_RIGHT_ISOLATE, FIRST_STRONG_ISOLATE, POP_ISOLATE, RIGHT_TO_LEFT_MARK))
)
TAG = re.compile(r"<[^>]*>")
LONGEST_LABEL = 60
LONGEST_TEXT = 4096  # UTF-16 units, Telegram's limit


@record
class SpokenButton:
    """A button as it is sent."""

    label: str
    data: str | None = None
    copy: str | None = None
    url: str | None = None


@record
class SpokenBubble:
    """One message as it is sent."""

    html: str
    buttons: tuple[tuple[SpokenButton, ...], ...] = ()


def speak(reply: Reply, messages: Messages, language: str) -> tuple[SpokenBubble, ...]:
    """The messages of `reply` in `language`."""
    return tuple(_bubble(bubble, messages, language) for bubble in reply.bubbles)


def speak_page(page: Page, messages: Messages) -> tuple[str, ...]:
    """The title and the paragraphs of a page in its language, as plain text."""
    parts = (page.title, *page.paragraphs)
    return tuple(plain(speak_value(part, messages, page.language)) for part in parts)


def speak_value(value: Value, messages: Messages, language: str) -> str:
    """One piece as HTML."""
    match value:
        case Say():
            return _sentence(value, messages, language)
        case Verbatim():
            return _verbatim(value, language)
        case Joined():
            return value.separator.join([speak_value(p, messages, language) for p in value.pieces])
        case _:
            return _escaped(str(value))


@lru_cache(maxsize=4096)  # the labels of buttons are nearly always the same
def plain(text: str) -> str:
    """The text of our HTML without tags and isolates, for a terminal or a button's label."""
    return html.unescape(TAG.sub("", text)).translate(UNSEEN)


def list_of(names: list[str], language: str) -> str:
    """'a, b and c' as `language` writes it."""
    return format_list(names, locale=_locale(language)) if names else ""


def language_name(code: str, language: str) -> str:
    """The name of a language as readers of `language` write it; sign languages by their usual letters."""
    special = {"ase": "ASL", "fsl": "LSF", "bfi": "BSL", "csn": "LSC"}
    if code in special:
        return special[code]
    return _locale(language).languages.get(code) or Locale("en").languages.get(code) or code


def own_name(code: str) -> str:
    """A language's name in that language, for the language menu."""
    name = _locale(code).languages.get(code) or code
    return name[:1].upper() + name[1:]


def date_name(day: date, language: str) -> str:
    """'November 24, 2026' as `language` writes it."""
    return format_date(day, "long", locale=_locale(language))


def country_name(code: str, language: str) -> str:
    """A country's name as readers of `language` write it."""
    return _locale(language).territories.get(code) or code


def _bubble(bubble: Bubble, messages: Messages, language: str) -> SpokenBubble:
    lines = (speak_value(line, messages, language) for line in bubble.lines)
    text = "\n".join(_facing(line, language) for line in lines).strip()
    rows = tuple(tuple(_button(b, messages, language) for b in row) for row in bubble.buttons)
    return SpokenBubble(html=_fitting(text), buttons=rows)


def _facing(line: str, language: str) -> str:
    """A line of a right-to-left language begins with a mark, so that a leading number stays in place."""
    return RIGHT_TO_LEFT_MARK + line if line and reads_from_the_right(language) else line


def _button(button: Button, messages: Messages, language: str) -> SpokenButton:
    label = plain(speak_value(button.label, messages, language))
    return SpokenButton(label=_cut(label, LONGEST_LABEL), data=button.data, copy=button.copy, url=button.url)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _fitting(text: str) -> str:
    """At most what one message holds, cut between lines so that no tag and no entry breaks."""
    while _utf16(text) > LONGEST_TEXT and _utf16(plain(text)) > LONGEST_TEXT:
        text = text[: text.rfind("\n")]
    return text


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _sentence(say: Say, messages: Messages, language: str) -> str:
    values = say.values
    texts, names = _parts(_chosen(messages.template(language, say.key), values, language))
    if not names:
        return texts[0]
    spoken = (
        speak_value(values[name], messages, language) + text
        for name, text in zip(names, texts[1:], strict=True)
    )
    return texts[0] + "".join(spoken)


@lru_cache(maxsize=8192)  # more than there are sentences in all languages
def _parts(sentence: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A sentence as HTML around its placeholders, and their names: one more text than names."""
    pieces = PLACEHOLDER.split(html.escape(sentence, quote=False))
    return tuple(pieces[::2]), tuple(pieces[1::2])


def _chosen(template: Template, values: Mapping[str, Value], language: str) -> str:
    """The sentence for the number it holds, by the plural rules of its language."""
    if isinstance(template, str):
        return template
    number = next((v for v in values.values() if isinstance(v, int)), 0)
    return template.get(_locale(language).plural_form(number)) or template["other"]


def _verbatim(value: Verbatim, language: str) -> str:
    text = _escaped(value.text)
    if value.isolate and reads_from_the_right(language):
        # A number has no letter to tell its direction: its plus would jump to the other end.
        named = any(sign.isalpha() for sign in value.text)
        text = f"{FIRST_STRONG_ISOLATE if named else LEFT_TO_RIGHT_ISOLATE}{text}{POP_ISOLATE}"
    return f"<b>{text}</b>" if value.bold else text


def _escaped(text: str) -> str:
    """As html.escape(text, quote=False); nearly no text has anything to escape."""
    return html.escape(text, quote=False) if "&" in text or "<" in text or ">" in text else text


def plural_forms(language: str) -> tuple[str, ...]:
    """The forms a sentence with a number needs in `language`: one, few, many …, other (CLDR)."""
    return tuple(sorted({*_locale(language).plural_form.tags, "other"}))


@cache
def reads_from_the_right(language: str) -> bool:
    """Arabic, Hebrew, Urdu …"""
    return str(_locale(language).text_direction) == "rtl"


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse({"tl": "fil"}.get(language, language).replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
