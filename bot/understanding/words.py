"""Text as the lexicons see it: folded words that remember where they stood."""

import re
import unicodedata

from bot.model.record import record

# French elision leaves a word of its own ("l'avocat" is "avocat"); English contractions are one word ("dont").
ELIDED = frozenset({"l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"})
APOSTROPHES = "'’ʼ`´‘"
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff]"
)
# Letters and digits of any script with their marks; scripts written without spaces come one sign at a time.
UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
PIECE = re.compile(
    rf"[{UNSPACED}]|(?:(?![{UNSPACED}_])\w|(?<=\w)[\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u093e-\u094d])+|[.,;:!?…\n()]|[¿¡。，！？؛،]"
)
PUNCTUATION = frozenset(".,;:!?…\n()¿¡。，！？؛،")
CONTRACTS = {
    verb: f"{verb}nt"
    for verb in [
        "do",
        "does",
        "did",
        "is",
        "are",
        "was",
        "were",
        "have",
        "has",
        "had",
        "could",
        "would",
        "should",
        "must",
        "need",
    ]
} | {"can": "cant", "will": "wont"}
# "he's" is two words, so that "he is hitting me" and "hes hitting me" are one phrase to the lexicon. Forms that
# are other words without the apostrophe ("ill", "id", "were", "its") are opened only when it is there.
OPENED = {
    "im": ("i", "am"),
    "ive": ("i", "have"),
    "youre": ("you", "are"),
    "hes": ("he", "is"),
    "shes": ("she", "is"),
    "theyre": ("they", "are"),
    "theyve": ("they", "have"),
    "weve": ("we", "have"),
    "theyll": ("they", "will"),
}
# French as it is texted. Forms that are words of other languages ("nest", "dune", "jen") are left alone.
OPENED |= {
    "jsuis": ("je", "suis"),
    "chuis": ("je", "suis"),
    "jsui": ("je", "suis"),
    "jai": ("j", "ai"),
    "javais": ("j", "avais"),
    "jetais": ("j", "etais"),
    "jpeux": ("je", "peux"),
    "jpeu": ("je", "peux"),
    "jveux": ("je", "veux"),
    "jveu": ("je", "veux"),
    "jsais": ("je", "sais"),
    "jvais": ("je", "vais"),
    "jdois": ("je", "dois"),
    "jcrois": ("je", "crois"),
    "jme": ("je", "me"),
    "cest": ("c", "est"),
    "cetait": ("c", "etait"),
    "sest": ("s", "est"),
    "quil": ("qu", "il"),
    "quils": ("qu", "ils"),
    "quon": ("qu", "on"),
}
OPENED_WITH_APOSTROPHE = OPENED | {
    "ill": ("i", "will"),
    "id": ("i", "would"),
    "were": ("we", "are"),
    "its": ("it", "is"),
    "hell": ("he", "will"),
    "shell": ("she", "will"),
    "hed": ("he", "would"),
    "shed": ("she", "would"),
}
# Many programs cut an apostrophe out and leave a space: "don t", "i m".
CUT_NEGATIONS = frozenset(f"{verb}n" for verb in CONTRACTS if verb not in ("can", "will")) | {
    "don",
    "can",
    "won",
}
CUT_VERBS = {"m": "am", "ve": "have", "ll": "will", "re": "are"}
PRONOUNS = frozenset(["i", "you", "he", "she", "we", "they", "it"])
LONGEST_RUN = 3  # "heeeelp" keeps three letters at most before it is compared
LONGEST_MESSAGE = 4096
RUN = re.compile(r"(.)\1{3,}")
DOUBLED = re.compile(r"(.)\1+")
APOSTROPHE = re.compile(f"[{APOSTROPHES}]")


@record
class Word:
    """One folded word. `start` and `end` are offsets in the text as it was given."""

    folded: str
    start: int
    end: int
    after_break: bool  # a comma, a full stop or a new line stands before it


def fold(word: str) -> str:
    """The word without case, accents and marks, in compatibility form: what two spellings share."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace("ı", "i")


def shorten_runs(word: str) -> str:
    """'heeeeeelp' as 'heeelp': a cry is not another word."""
    return RUN.sub(r"\1" * LONGEST_RUN, word)


def without_stretch(word: str) -> str:
    """'heeelp' as 'help': tried when the word as written is not known."""
    return DOUBLED.sub(r"\1", word)


def read_words(text: str) -> tuple[Word, ...]:
    """The words of a message in order. Anything after the length of a Telegram message is left unread."""
    words: list[Word] = []
    broken = True
    for piece, start, end in _pieces(text[:LONGEST_MESSAGE]):
        if piece in PUNCTUATION:
            broken = True
            continue
        folded = shorten_runs(fold(piece))
        folded = "cant" if folded == "cannot" else folded
        for part in _opened(folded, text[start:end]):
            word = Word(folded=part, start=start, end=end, after_break=broken)
            word = _mended_cut(words[-1] if words else None, word)
            contracted = _contracted(words[-1], word) if words else None
            if contracted:
                words[-1] = contracted
            else:
                words.append(word)
            broken = False
    return tuple(words)


def _opened(folded: str, written: str) -> tuple[str, ...]:
    """'he's' as 'he', 'is'."""
    if folded not in OPENED_WITH_APOSTROPHE:
        return (folded,) if folded else ()
    table = OPENED_WITH_APOSTROPHE if APOSTROPHE.search(written) else OPENED
    return table.get(folded, (folded,))


def _contracted(before: Word, word: Word) -> Word | None:
    """ "do not" and "don t" are read as "dont": one spelling for the lexicon to know."""
    if word.after_break:
        return None
    if word.folded == "not" and before.folded in CONTRACTS:
        folded = CONTRACTS[before.folded]
    elif word.folded == "t" and before.folded in CUT_NEGATIONS:
        folded = f"{before.folded}t"
    else:
        return None
    return Word(folded=folded, start=before.start, end=word.end, after_break=before.after_break)


def _mended_cut(before: Word | None, word: Word) -> Word:
    """The "m" of "i m" as "am"."""
    verb = CUT_VERBS.get(word.folded)
    if verb is None or before is None or word.after_break or before.folded not in PRONOUNS:
        return word
    return Word(folded=verb, start=word.start, end=word.end, after_break=False)


def _pieces(text: str) -> list[tuple[str, int, int]]:
    """Word-like pieces and punctuation with their offsets, apostrophes resolved, invisible signs skipped."""
    visible, offsets = _visible(text)
    found = [(m.group(), m.start(), m.end()) for m in PIECE.finditer(visible)]
    joined: list[tuple[str, int, int]] = []
    for piece, start, end in found:
        if joined and _is_contraction(visible, joined[-1], start):
            before, first, _ = joined.pop()
            joined.append((before + piece, first, end))
        else:
            joined.append((piece, start, end))
    return [(p, offsets[s], offsets[e - 1] + 1) for p, s, e in joined]


def _is_contraction(text: str, before: tuple[str, int, int], start: int) -> bool:
    word, _, end = before
    if start != end + 1 or text[end] not in APOSTROPHES or word in PUNCTUATION:
        return False
    return fold(word) not in ELIDED


def _visible(text: str) -> tuple[str, list[int]]:
    """The text without invisible signs, and for each of its characters the offset in the given text."""
    if not INVISIBLE.search(text):
        return text, list(range(len(text)))
    kept = [(c, i) for i, c in enumerate(text) if not INVISIBLE.match(c)]
    return "".join(c for c, _ in kept), [i for _, i in kept]
