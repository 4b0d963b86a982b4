"""HTML to text and entities as Telegram reads it, links found in plain text, and which links survive.

Offsets and lengths count UTF-16 units, as the Bot API does.
"""

import re
from typing import Any

from bot.model.record import record

Entity = dict[str, Any]

TAGS = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
_CHARACTER_NAMES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


class CannotParse(Exception):
    """The markup is broken; the words are Telegram's."""


@record
class Formatted:
    text: str
    entities: list[Entity]
    dropped_links: tuple[str, ...] = ()


def utf16_length(text: str) -> int:
    if text.isascii():
        return len(text)
    return len(text) + sum(1 for letter in text if letter > "\uffff")


# --- cleaning -------------------------------------------------------------------------------------------

# Telegram turns control characters into spaces and drops carriage returns, overriding marks of direction
# and a few combining lines that draw over other people's text.
_UNWANTED = re.compile(r"[\x00-\x09\x0b-\x1f\u2028-\u202e\u030a\u0333\u033f]")
_INVISIBLE = re.compile(
    r"[\s\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u180e\u2000-\u200f\u202f\u205f-\u206f\u2800\u3000\u3164"
    r"\ufe00-\ufe0f\ufeff\ufffc\U000e0000-\U000e0fff]*"
)


def clean(text: str) -> str:
    return _UNWANTED.sub(_cleaned_letter, text)


def _cleaned_letter(found: re.Match[str]) -> str:
    return " " if found[0] < " " and found[0] != "\r" else ""


def is_empty(text: str) -> bool:
    """Whether nothing in the text can be seen."""
    return _INVISIBLE.fullmatch(text) is not None


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without white space around it; entities move along and shrink."""
    first_entity = min((entity["offset"] for entity in entities), default=len(text))
    start = min(len(text) - len(text.lstrip(" \n")), first_entity)
    trimmed = text[start:].rstrip(" \n")
    if len(trimmed) == len(text):
        return text, entities
    end = utf16_length(trimmed)
    moved = [_moved(entity, start, end) for entity in entities]
    return trimmed, [entity for entity in moved if entity["length"] > 0]


def _moved(entity: Entity, back: int, end: int) -> Entity:
    offset = entity["offset"] - back
    return {**entity, "offset": offset, "length": min(entity["length"], end - offset)}


# --- links ----------------------------------------------------------------------------------------------

_TELEGRAM_LINK = re.compile(r"(?:tg|ton|tonsite):(?://)?[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:[/?#].*)?", re.I)
_WEB_LINK = re.compile(r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?P<host>[^/?#]*)", re.I)
_PORT = re.compile(r"0*[1-9]\d{0,4}")
_HOST = re.compile(r"[^\x00-\x20<>\"\\^`{|}@:]+")


def link_fault(url: str) -> str | None:
    """Why Telegram does not take the link, or None: http(s) with a dot in the host, tg, ton and tonsite."""
    url = url.strip()
    if _TELEGRAM_LINK.fullmatch(url):
        return None
    found = _WEB_LINK.match(url)
    if found is None or not found["host"]:
        return "URL host is empty"
    if (found["scheme"] or "http").lower() not in ("http", "https"):
        return "Unsupported URL protocol"
    return _host_fault(found["host"].rpartition("@")[2], bare=not found["scheme"], whole=found["host"])


def _host_fault(host: str, *, bare: bool, whole: str) -> str | None:
    name, colon, port = host.partition(":")
    if bare and ":" in whole and (whole != host or not _PORT.fullmatch(port)):
        return "Unsupported URL protocol"  # tel:, mailto: and their like
    if colon and not _PORT.fullmatch(port):
        return "Wrong port number specified in the URL"
    if not _HOST.fullmatch(name):
        return "Disallowed character in URL host"
    return None if "." in name.strip(".") else "Wrong HTTP URL"


# --- entities Telegram finds by itself ------------------------------------------------------------------

_FINDABLE = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'»”’]"
    r"|(?<![\w@./-])(?:[\w-]+\.)+(?:org|com|net|gov|edu|info|int|mil)\b(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]}'»”’])?(?!@))"
    r"|(?P<email>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<mention>(?<![\w@./])@\w{4,32})"
    r"|(?P<bot_command>(?<![\w/<>:.])/\w{1,64}(?:@\w{3,32})?(?![/\w]))"
    r"|(?P<hashtag>(?<![\w#&])#\w*[^\W\d_]\w*)"
    r"|(?P<phone_number>(?<![\w+])\+\d(?:[ ().\-]{0,2}\d){6,14}(?!\w))"
)
_HINTS = re.compile(r"[@/#+]|\.[a-z]")
_OPAQUE = frozenset({"code", "pre", "text_link"})


def found_entities(text: str) -> list[Entity]:
    """Links, commands, phone numbers and the like that need no markup."""
    if not _HINTS.search(text):
        return []
    return [
        {
            "type": str(found.lastgroup),
            "offset": utf16_length(text[: found.start()]),
            "length": utf16_length(found[0]),
        }
        for found in _FINDABLE.finditer(text)
    ]


def with_found_entities(text: str, entities: list[Entity]) -> list[Entity]:
    found = found_entities(text)
    if not found:
        return entities
    opaque = [entity for entity in entities if entity["type"] in _OPAQUE]
    return in_order(entities + [entity for entity in found if not any(_touch(entity, o) for o in opaque)])


def _touch(one: Entity, other: Entity) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"]
    )


def in_order(entities: list[Entity]) -> list[Entity]:
    """Outer before inner."""
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


# --- HTML -----------------------------------------------------------------------------------------------


def parse_html(source: str) -> Formatted:
    """Text and entities, or CannotParse with the sentence Telegram would answer."""
    if "<" not in source and "&" not in source:
        return Formatted(text=source, entities=[])
    return _HtmlReader(source).read()


@record
class _Open:
    tag: str
    argument: str
    offset: int
    piece: int


_PLAIN = re.compile(r"[^<&]+")
_TAG_NAME = re.compile(r"[^ \n>]*")
_ATTRIBUTE_NAME = re.compile(r"""[^ \n=>/"']*""")
_BLANK = re.compile(r"[ \n]*")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_CHARACTER = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]{0,9})|#(?P<dec>[0-9]{0,9})|(?P<name>[a-zA-Z]*));?")


class _HtmlReader:
    """One pass over the source. Its rules and its complaints are those of Telegram's own parser."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.pieces: list[str] = []
        self.units = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []
        self.dropped: list[str] = []

    def read(self) -> Formatted:
        while self.at < len(self.source):
            letter = self.source[self.at]
            if letter == "&":
                self._add(self._character_or_ampersand())
            elif letter != "<":
                self._add(self._take(_PLAIN))
            elif self.source.startswith("/", self.at + 1):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise CannotParse(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return Formatted(
            text="".join(self.pieces), entities=in_order(self.entities), dropped_links=tuple(self.dropped)
        )

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.units += utf16_length(text)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.source, self.at)
        text = found[0] if found else ""
        self.at += len(text)
        return text

    def _peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def _byte(self, at: int) -> int:
        return len(self.source[:at].encode("utf-8", "surrogatepass"))

    def _character_or_ampersand(self) -> str:
        found = _CHARACTER.match(self.source, self.at)
        letter = _character(found) if found else None
        if found is None or letter is None:
            self.at += 1
            return "&"
        self.at = found.end()
        return letter

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self._take(_TAG_NAME).lower()
        if not self._peek():
            raise CannotParse(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if tag not in TAGS:
            raise CannotParse(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        argument = self._attributes(tag, begin)
        if tag == "span" and argument != "spoiler":
            raise CannotParse(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}')
        self.open.append(_Open(tag=tag, argument=argument, offset=self.units, piece=len(self.pieces)))

    def _attributes(self, tag: str, begin: int) -> str:
        """Read up to and over the closing bracket; the one attribute that matters is returned."""
        argument = ""
        while True:
            self._take(_BLANK)
            if self._peek() == ">":
                self.at += 1
                return argument
            name = self._take(_ATTRIBUTE_NAME).lower()
            if not name and self._peek():
                raise CannotParse(
                    f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(begin)}'
                )
            self._take(_BLANK)
            if not self._peek():
                raise CannotParse(f'Unclosed start tag "{tag}" at byte offset {self._byte(begin)}')
            value = self._attribute_value(begin) if self._peek() == "=" else ""
            argument = _argument(tag, name, value) or argument

    def _attribute_value(self, begin: int) -> str:
        self.at += 1
        self._take(_BLANK)
        quote = self._peek()
        if quote in ('"', "'"):
            value = self._quoted(quote)
        else:
            token_at = self.at
            value = self._take(_NAME_TOKEN).lower()
            if self._peek() not in (" ", "\n", ">", ""):
                raise CannotParse(f"Unexpected end of name token at byte offset {self._byte(token_at)}")
        if not self._peek():
            raise CannotParse(f"Unclosed start tag at byte offset {self._byte(begin)}")
        return value

    def _quoted(self, quote: str) -> str:
        self.at += 1
        letters: list[str] = []
        while self._peek() not in (quote, ""):
            if self._peek() == "&":
                letters.append(self._character_or_ampersand())
            else:
                letters.append(self._peek())
                self.at += 1
        self.at += 1
        return "".join(letters)

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise CannotParse(f"Unexpected end tag at byte offset {self._byte(begin)}")
        self.at += 2
        name = self._take(_TAG_NAME).lower()
        self._take(_BLANK)
        if self._peek() != ">":
            raise CannotParse(f"Unclosed end tag at byte offset {self._byte(begin)}")
        self.at += 1
        tag = self.open[-1].tag
        if name and name != tag:
            raise CannotParse(
                f'Unmatched end tag at byte offset {self._byte(begin)}, expected "</{tag}>", found "</{name}>"'
            )
        self._close(self.open.pop())

    def _close(self, opened: _Open) -> None:
        length = self.units - opened.offset
        if length == 0:
            return
        entity: Entity = {"type": TAGS[opened.tag], "offset": opened.offset, "length": length}
        if opened.tag == "a":
            url = opened.argument or "".join(self.pieces[opened.piece :])
            if link_fault(url):
                self.dropped.append(url)
                return
            entity["url"] = url
        elif opened.tag == "blockquote" and opened.argument:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "tg-emoji":
            if not opened.argument.isdecimal():
                raise CannotParse("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = opened.argument
        elif opened.tag == "code" and self._is_language_of_pre(opened):
            self.open[-1] = _Open(
                tag="pre", argument=opened.argument, offset=opened.offset, piece=opened.piece
            )
            return
        elif opened.tag == "pre" and opened.argument:
            entity["language"] = opened.argument
        self.entities.append(entity)

    def _is_language_of_pre(self, opened: _Open) -> bool:
        outer = self.open[-1] if self.open else None
        return bool(opened.argument and outer and outer.tag == "pre" and outer.offset == opened.offset)


def _argument(tag: str, name: str, value: str) -> str:
    if (tag, name) in (("a", "href"), ("tg-emoji", "emoji-id")):
        return value
    if (tag, name) == ("blockquote", "expandable"):
        return name
    if name != "class":
        return ""
    prefix = {"code": "language-", "span": "tg-"}.get(tag, "")
    return value.removeprefix(prefix) if prefix and value.startswith(prefix) else ""


def _character(found: re.Match[str]) -> str | None:
    if found["name"] is not None:
        return _CHARACTER_NAMES.get(found["name"])
    digits, base = (found["hex"], 16) if found["hex"] is not None else (found["dec"], 10)
    code = int(digits, base) if digits else 0
    if not 0 < code < _LAST_CHARACTER or code in _SURROGATES:
        return None
    return chr(code)
