"""Text as the lexicons see it: folded words that remember where they stood."""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from opencc import OpenCC

from bot.understanding.contractions import CAN_JOIN, ELIDED, OPENED_WITH_APOSTROPHE, joined, opened

APOSTROPHES = "'’ʼ`´‘"
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff]"
)
# Letters and digits of any script with their marks; scripts written without spaces come one sign at a time, and
# Korean too: where people put its spaces varies, and its endings are signs of their own.
UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
SIGN = re.compile(f"[{UNSPACED}\u1100-\u11ff]")  # folded Korean is made of its parts
MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0900-\u0903\u093a-\u094f"
BREAKS = ".,;:!?…\\n()¿¡。，！？؛،؟।、"
CENSORED = "*@$"  # within a word: "r*pe", "r@pe"
LETTERS = rf"[^\W_{UNSPACED}]+(?:[{MARKS}{CENSORED}]+[^\W_{UNSPACED}]+|[{MARKS}]+)*"
PIECE = re.compile(rf"([{UNSPACED}]+)|{LETTERS}(?:[{APOSTROPHES}]{LETTERS})*|[{BREAKS}]")
PUNCTUATION = frozenset(".,;:!?…\n()¿¡。，！？؛،؟।、")
STOPS = frozenset(".!?…\n。！？؟।")
LONGEST_RUN = 3  # "heeeelp" keeps three letters at most before it is compared
LONGEST_MESSAGE = 4096
ECHOING = 8  # times, on average, that each word of the message stands in it
LONGEST_ECHO = 8  # words that are said over and over
ECHOES = range(1, LONGEST_ECHO + 1)
# Letters that keyboards of one script write differently; the Vietnamese d with a stroke has no accent to take off.
SAME_LETTER = str.maketrans(
    {
        "ı": "i",
        "đ": "d",
        "ґ": "г",
        "ـ": None,
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ہ": "ه",
        "ھ": "ه",
        "ة": "ه",
        "ے": "ي",
    }
)
LATIN = re.compile("[a-zA-Z]")
LOOK_ALIKE = "аеорсхукмтнвіѕјԁοαερνικτυχ"
LOOK_ALIKES = str.maketrans(LOOK_ALIKE, "aeopcxykmthbisjdoaepviktux")
ANY_LOOK_ALIKE = re.compile(f"[{LOOK_ALIKE}]", re.IGNORECASE)
LATIN_LOOK_ALIKES = str.maketrans("aeopcxykmthbi", "аеорсхукмтнві")
ARABIC = re.compile(
    "[\u0621-\u064a]+$"
)  # and none of the letters only Persian and Urdu have: they have no article
ARABIC_PREFIXES = (("وال", 3), ("بال", 3), ("فال", 3), ("كال", 3), ("لل", 3), ("ال", 3), ("و", 4))
URL = re.compile(r"(?:\w+://|www\.)\S+")
ARABIC_SMALL = frozenset(
    ["ما", "لا", "انا", "هو", "هي", "ليس", "معي", "عندي", "لم", "لن", "مش", "مو", "في", "من", "كان", "بدي"]
) | {"مع", "على", "عم", "كل"}
RUN = re.compile(r"(.)\1{3,}")
DOUBLED = re.compile(r"(.)\1+")
SPECIAL = CAN_JOIN | OPENED_WITH_APOSTROPHE.keys()
BETWEEN_APOSTROPHES = re.compile(f"[^{APOSTROPHES}]+")


class Word(NamedTuple):
    """One folded word. `start` and `end` are offsets in the text as it was given. Not a record: a long message has
    a thousand of them."""

    folded: str
    start: int
    end: int
    after_break: bool  # a comma, a full stop or a new line stands before it
    after_stop: bool  # a full stop, a question mark or a new line does


def fold(word: str) -> str:
    """The word without case, accents and marks, in compatibility form: what two spellings share."""
    if word.isascii():
        return word.lower()
    if LATIN.search(word) and ANY_LOOK_ALIKE.search(word):
        word = _in_one_alphabet(word.casefold())
    plain = word.translate(FOLDED)
    return _without_article(plain) if ARABIC.match(word) else plain


def _in_one_alphabet(word: str) -> str:
    """A Latin word with Cyrillic or Greek look-alikes in it, or a Cyrillic one with Latin ones, as it looks."""
    foreign = sum(ord(c) in LOOK_ALIKES for c in word)
    return word.translate(LOOK_ALIKES if len(LATIN.findall(word)) >= foreign else LATIN_LOOK_ALIKES)


class _FoldedSigns(dict[int, str]):
    """How each sign is folded, found when it is first met. Of signs, never of what somebody wrote."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if "\u3400" <= sign <= "\u9fff":
            folded: str = _to_simplified().convert(sign)
        elif sign.isdecimal():  # "٧٨٧٠٢" is a zip code too
            folded = str(unicodedata.decimal(sign))
        else:
            decomposed = unicodedata.normalize("NFKD", sign.casefold()).casefold()
            folded = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(SAME_LETTER)
        self[code] = folded
        return folded


FOLDED = _FoldedSigns()


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def _without_article(word: str) -> str:
    """The Arabic word without "and", "the", "with the", "for the" written on to it."""
    if word[:1] == "و" and word[1:] in ARABIC_SMALL:
        return word[1:]
    for prefix, left in ARABIC_PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= left:
            return word[len(prefix) :]
    return word


def shorten_runs(word: str) -> str:
    """'heeeeeelp' as 'heeelp': a cry is not another word."""
    return RUN.sub(r"\1" * LONGEST_RUN, word)


def without_stretch(word: str) -> str:
    """'heeelp' as 'help': tried when the word as written is not known."""
    return DOUBLED.sub(r"\1", word)


def read_words(text: str) -> tuple[Word, ...]:
    """The words of a message in order. Anything after the length of a Telegram message is left unread."""
    visible, offsets = _visible(text[:LONGEST_MESSAGE])
    plain = visible.isascii()
    visible = visible.lower() if plain else visible
    if "://" in visible or "www." in visible:
        visible = URL.sub(lambda match: " " * len(match.group()), visible)  # not the person's words
    stretched = RUN.search(visible) is not None
    words: list[Word] = []
    broken = stopped = True
    for match in PIECE.finditer(visible):
        piece, (start, end) = match.group(), match.span()
        if piece in PUNCTUATION:
            broken = True
            stopped = stopped or piece in STOPS
            continue
        if (
            plain and not stretched and piece not in SPECIAL and piece.isalnum()
        ):  # nearly every word of English
            words.append(Word(piece, start, end, broken, stopped))
            broken = stopped = False
            continue
        if match.lastindex:  # signs without spaces, each a word
            for at, sign in enumerate(piece, start):
                if folded := sign.translate(FOLDED):
                    words.append(Word(folded, at, at + 1, broken, stopped))
                    broken = stopped = False
            continue
        for part, first, last, apostrophe in _parts(piece, start, end):
            folded = part if plain else fold(part)
            if stretched:
                folded = shorten_runs(folded)
            if folded in OPENED_WITH_APOSTROPHE:
                for word in opened(folded, with_apostrophe=apostrophe):
                    words.append(Word(word, first, last, broken, stopped))
                    broken = stopped = False
            elif folded:
                words.append(Word(folded, first, last, broken, stopped))
                if folded in CAN_JOIN and not broken and len(words) > 1:
                    _join_last_two(words)
                broken = stopped = False
    if offsets:
        words = [w._replace(start=offsets[w.start], end=offsets[w.end - 1] + 1) for w in words]
    if len(words) > ECHOING * len({word.folded for word in words}):
        return _without_echo(words)
    return tuple(words)


def _parts(piece: str, start: int, end: int) -> tuple[tuple[str, int, int, bool], ...]:
    """A piece with its offsets, and whether an apostrophe was in it: "l'avocat" is two, "don't" one."""
    if piece.isalnum():
        return ((piece, start, end, False),)
    parts: list[tuple[str, int, int, bool]] = []
    held, at = "", start
    for match in BETWEEN_APOSTROPHES.finditer(piece):
        part = match.group()
        if held and fold(held) in ELIDED:
            parts.append((held, at, start + match.start() - 1, False))
            held = ""
        if not held:
            at = start + match.start()
        held += part
    apostrophe = end - at != len(held)
    return (*parts, (held, at, end, apostrophe))


def _without_echo(words: list[Word]) -> tuple[Word, ...]:
    """ "help me help me help me help me": the fourth time says nothing new, and a thousand times take long."""
    kept: list[Word] = []
    at = 0
    spelled = [word.folded for word in words]
    said: list[str] = []
    while at < len(words):
        echo = spelled[at] in said[-LONGEST_ECHO:] and next(
            (n for n in ECHOES if spelled[at : at + n] * 3 == said[-3 * n :]), 0
        )
        if echo:
            at += echo
            continue
        kept.append(words[at])
        said.append(spelled[at])
        at += 1
    return tuple(kept)


def _join_last_two(words: list[Word]) -> None:
    before, word = words[-2:]
    read = joined(before.folded, word.folded)
    if len(read) == 1:
        words[-2:] = [before._replace(folded=read[0], end=word.end)]
    else:
        words[-1] = word._replace(folded=read[1])


def _visible(text: str) -> tuple[str, list[int] | None]:
    """The text without invisible signs, and where any was taken out the offsets of its characters before that."""
    if text.isascii() or not INVISIBLE.search(text):
        return text, None
    kept = [(c, i) for i, c in enumerate(text) if not INVISIBLE.match(c)]
    return "".join(c for c, _ in kept), [i for _, i in kept]
