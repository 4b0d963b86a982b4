"""Words that are written together or cut apart: "he's" is two, "do not" and "don t" are one."""

# French elision leaves a word of its own ("l'avocat" is "avocat"); English contractions are one word ("dont").
ELIDED = frozenset({"l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"})
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
    "cannot": ("cant",),
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
    "sad": ("sexually", "assaulted"),  # "i was SA'd"
    "odd": ("overdosed",),  # "she OD'd"
}
# Many programs cut an apostrophe out and leave a space: "don t", "i m".
CUT_NEGATIONS = frozenset(f"{verb}n" for verb in CONTRACTS if verb not in ("can", "will")) | {
    "don",
    "can",
    "won",
}
CUT_VERBS = {"m": "am", "ve": "have", "ll": "will", "re": "are"}
PRONOUNS = frozenset(["i", "you", "he", "she", "we", "they", "it"])
CAN_JOIN = frozenset({"not", "t", *CUT_VERBS})


def opened(folded: str, *, with_apostrophe: bool) -> tuple[str, ...]:
    """'he's' as 'he', 'is'."""
    return (OPENED_WITH_APOSTROPHE if with_apostrophe else OPENED).get(folded, (folded,))


def joined(before: str, word: str) -> tuple[str, ...]:
    """What two words in a row are read as: "do", "not" is "dont"; the "m" of "i m" is "am"."""
    if word == "not" and before in CONTRACTS:
        return (CONTRACTS[before],)
    if word == "t" and before in CUT_NEGATIONS:
        return (f"{before}t",)
    if word in CUT_VERBS and before in PRONOUNS:
        return (before, CUT_VERBS[word])
    return (before, word)
