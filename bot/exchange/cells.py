"""A value as the text of a cell and back, and what spreadsheet programs and hands do to cells on the way.

Cleaning only takes off what sticks to a value: spaces that are no spaces, quotes that a word processor bent, the `.0`
of a number. Texts that people read are never touched. What cannot be known (0117 became 117) is a doubt: it is told
unless the directory holds the very same.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta

from bot.exchange.tables import LANGUAGE, Column, Kind, fold
from bot.model.record import record

# How lists stand in a cell: en, es. An item that holds one of these stands in quotes: "CHILD, Inc.", RCC
SEPARATORS = ",;\n،、，；"
BENT = "“”„‟«»"
ITEM_NEEDS_QUOTES = re.compile(rf'[{SEPARATORS}{BENT}"\[\]]|^$|^\s|\s$')
SPACE = r"[^\S\n]*"
ITEM = re.compile(rf'{SPACE}(?:"((?:[^"]|"")*)"|[{BENT}]([^{BENT}]*)[{BENT}]|([^{SEPARATORS}]*)){SPACE}')

QUOTES = f"\"'`´‘’‚‛{BENT}"
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-"))
WIDE = {0xFF01 + at: chr(ord("!") + at) for at in range(94)}  # ５ as typed beside Chinese or Japanese
STRAIGHT = str.maketrans(dict.fromkeys(BENT, '"'))
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
SHORT_MOST = 6  # digits of a short number like 988; of these a lost zero would not be noticed

PHONE = re.compile(r"[\d\s+().-]+")

FIRST_DAY = date(1899, 12, 30)  # day 0 of spreadsheet programs
DAYS = range(20_000, 80_000)  # 1954 to 2119: a day that lost its form
FLOAT = re.compile(r"(\d+)\.0+")
SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00(?::00)?(?:\.0+)?")


@record
class Unusable:
    """What stands in a cell that holds no value, such as a formula; the sentence says what to do."""

    sentence: str


Seen = str | int | float | bool | datetime | date | time | Unusable | None  # what a reader finds in a cell


@record
class Cell:
    """A cell as it was understood. `doubt`: what may be wrong with it unless the directory holds the same.

    `typed`: the spreadsheet held a number, a date or a truth value, not a text.
    """

    text: str
    doubt: str | None = None
    typed: bool = False


EMPTY = Cell(text="")


# -- values ------------------------------------------------------------------------------------------------------


def text_of(value: object) -> str:
    """A text, or a list of texts, as it stands in a cell."""
    if isinstance(value, str):
        return value
    return ", ".join(_as_item(str(item)) for item in value) if isinstance(value, Iterable) else str(value)


def _as_item(item: str) -> str:
    return '"' + item.replace('"', '""') + '"' if ITEM_NEEDS_QUOTES.search(item) else item


def items_in(text: str) -> list[str]:
    """The items of a list in a cell; text_of turned round. Brackets around the whole are let go."""
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    items: list[str] = []
    at = 0
    while at < len(text):
        found = ITEM.match(text, at)
        end = found.end() if found else at
        if found is None or (end < len(text) and text[end] not in SEPARATORS):  # a quote inside a word
            end = _next_separator(text, at)
            items.append(text[at:end].strip())
        elif found[1] is not None:
            items.append(found[1].replace('""', '"'))
        elif (plain := (found[2] or found[3] or "").strip()) or found[2] is not None:
            items.append(plain)
        at = end + 1
    return items


def _next_separator(text: str, start: int) -> int:
    return next((at for at in range(start, len(text)) if text[at] in SEPARATORS), len(text))


def value_of(column: Column, text: str) -> str | list[str]:
    """The value of a cleaned cell."""
    return items_in(text) if column.many else text


# -- cleaning ----------------------------------------------------------------------------------------------------


def cleaned(column: Column, seen: Seen) -> Cell:
    """What was found in a cell, as its column understands it."""
    if seen is None:
        return EMPTY
    if isinstance(seen, Unusable):
        return Cell(text="", doubt=seen.sentence)
    if isinstance(seen, str):
        return Cell(text=tidy(column, seen), doubt=_doubt_of_text(column, seen.strip()))
    doubt = _doubt_of_other(column, seen)
    return Cell(text=tidy(column, _written(column, seen)), doubt=doubt, typed=True)


def tidy(column: Column, text: str) -> str:
    """A text without what sticks to it; a list tidied item by item."""
    if column.many:
        return text_of([_tidy_one(column, item) for item in items_in(text.strip())])
    neat = _tidy_one(column, text)
    return _choice(neat, column.choices) if column.choices else neat


def _tidy_one(column: Column, text: str) -> str:
    """Until nothing sticks to it any more: there may be quotes within quotes."""
    tidy_once = TIDY.get(column.kind, str.strip)
    while (neater := tidy_once(text)) != text:
        text = neater
    return text


def comparable(column: Column, text: str) -> object:
    """What two cells that say the same have in common; nothing (`()`) for an empty one."""
    neat = tidy(column, text)
    if not neat or neat == column.default:
        return ()
    return tuple(items_in(neat)) if column.many else neat


def _choice(text: str, choices: tuple[str, ...]) -> str:
    """The word of a closed list that is meant by `Legal aid` or `TRUE`."""
    folded = {"true": "yes", "false": "no"}.get(fold(text), fold(text)) if "yes" in choices else fold(text)
    return next((choice for choice in choices if fold(choice) == folded), text)


def _plain(text: str) -> str:
    """Without what cannot be seen, and with plain spaces, dashes, letters and digits."""
    return " ".join(UNSEEN.sub("", text).translate(WIDE).translate(DASHES).split())


def _unquoted(text: str) -> str:
    return "".join(c for c in text if c not in QUOTES)


def _code(text: str) -> str:
    return re.sub(r"[\s-]+", "_", _unquoted(_plain(text)).strip().casefold())


def _language(text: str) -> str:
    word = _unquoted(_plain(text)).strip().replace("_", "-")
    base, *rest = word.split("-")
    return word if LANGUAGE.fullmatch(word) else "-".join((base.casefold(), *rest))


def _word(text: str) -> str:
    return UNSEEN.sub("", text).replace("\u00a0", " ").strip().strip(QUOTES).strip()


def _hours(text: str) -> str:
    """Quotes belong to opening hours ("by appointment"); around the whole they were copied along."""
    hours = _plain(text).translate(STRAIGHT).strip("'‘’` ")
    inner = hours[1:-1]
    return inner.strip() if hours[:1] == hours[-1:] == '"' and '"' not in inner else hours


def _number(text: str) -> str:
    number = _unquoted(_plain(text)).strip()
    whole = FLOAT.fullmatch(number)
    return whole[1] if whole else number


def _day(text: str) -> str:
    day = _unquoted(_plain(text)).strip()
    midnight = MIDNIGHT.fullmatch(day)
    return midnight[1] if midnight else day


TIDY: Mapping[Kind, Callable[[str], str]] = {
    Kind.CHOICE: lambda text: _unquoted(_plain(text)).strip(),
    Kind.CODE: _code,
    Kind.LANGUAGE: _language,
    Kind.CAPITALS: lambda text: _unquoted(_plain(text)).strip().upper(),
    Kind.WORD: _word,
    Kind.NUMBER: _number,
    Kind.HOURS: _hours,
    Kind.DAY: _day,
    Kind.DATE: _day,
    Kind.ORDER: _number,
}


# -- what the spreadsheet made of it -----------------------------------------------------------------------------


def _written(column: Column, seen: int | float | bool | datetime | date | time) -> str:
    """A typed cell as the text that was probably written."""
    if isinstance(seen, bool):
        return "TRUE" if seen else "FALSE"
    if isinstance(seen, datetime):
        return seen.date().isoformat() if seen.time() == time() else seen.isoformat(" ")
    if isinstance(seen, date):
        return seen.isoformat()
    if isinstance(seen, time):
        return seen.isoformat("minutes")
    if isinstance(seen, float) and not seen.is_integer():
        return repr(seen)
    if column.kind in (Kind.DAY, Kind.DATE) and int(seen) in DAYS:
        return (FIRST_DAY + timedelta(days=int(seen))).isoformat()
    return str(int(seen))


def _doubt_of_other(column: Column, seen: int | float | bool | datetime | date | time) -> str | None:
    """What may have been lost when the spreadsheet program took a text for a number or a date."""
    if column.kind is Kind.HOURS:
        return (
            "the spreadsheet turned these hours into a date or a number. Format the column as text, then write "
            "them again: 24/7, or Mo-Fr 09:00-17:00"
        )
    if column.kind is not Kind.NUMBER:
        return None
    if isinstance(seen, bool | datetime | date | time) or not float(seen).is_integer():
        return (
            "the spreadsheet turned this phone number into something else. Format the column as text, then write "
            "it again"
        )
    if len(str(int(seen))) > SHORT_MOST:
        return None
    return (
        f"{int(seen)} is stored as a number, so a zero or a + at its start may be lost. Format the column as "
        "text, then write it again"
    )


def _doubt_of_text(column: Column, text: str) -> str | None:
    if column.kind is Kind.NUMBER and SCIENTIFIC.fullmatch(text):
        return f"{text} has lost digits. Format the column as text, then write the phone number again"
    return None


# -- against the directory ---------------------------------------------------------------------------------------


def says_the_same(column: Column, cell: Cell, current: str) -> bool:
    """Whether a cell says what the directory holds, as far as the spreadsheet program let it."""
    if comparable(column, cell.text) == comparable(column, current):
        return bool(cell.text) or cell.doubt is None
    if current and cell.text == f"'{current}":  # a CSV's apostrophe that was saved along in a workbook
        return True
    if column.kind is Kind.NUMBER:
        return _is_bare(cell.text) and PHONE.fullmatch(current) is not None and cell.text == digits(current)
    if column.kind is Kind.DATE and current:  # 2022-05 became the first of May
        return cell.typed and cell.text == f"{current}-01-01"[:10]
    return False


def what_may_be_lost(column: Column, cell: Cell, current: str) -> str | None:
    """The doubt about a cell that differs from what the directory holds."""
    is_without_zero = (
        column.kind is Kind.NUMBER
        and _is_bare(cell.text)
        and digits(current) != cell.text
        and digits(current).lstrip("0") == cell.text.lstrip("0") != ""
    )
    if not is_without_zero:
        return cell.doubt
    return (
        f"{cell.text} has lost a zero: the directory has {current}. Format the column as text, then write the "
        "number again"
    )


def _is_bare(text: str) -> bool:
    """Nothing but digits is left: a + and spaces may have been lost."""
    return text.isascii() and text.isdigit()


def digits(text: str) -> str:
    """The digits of a phone number."""
    return "".join(c for c in text if c.isdigit())
