"""What a message says its writer may need. Read `recognise` top to bottom; each step is a function below.

Deterministic and offline. Every finding carries the words it rests on, so that "why?" has an answer.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.model.profile import Danger
from bot.model.record import record, replace
from bot.model.taxonomy import Inference, Taxonomy
from bot.understanding.languages import guess_language, language_of
from bot.understanding.lexicon import Lexicon
from bot.understanding.marks import without_other_marks
from bot.understanding.meaning import Section
from bot.understanding.negation import without_negated
from bot.understanding.phrases import Grammar, Sighting, find_phrases, grammar_of, without_hidden
from bot.understanding.together import (
    at_the_neck,
    just_now,
    kept_inside,
    to_a_child,
    without_what_is_long_over,
)
from bot.understanding.words import Word, read_words

ASK = 0.8  # one phrase that names a need
SAID = 0.9  # who somebody is, what happened, who did it
HINT = 0.35  # one phrase that points to it: two different ones are needed
HINT_IN_LONG_STORY = 0.2
HINT_IN_FEW_WORDS = 0.55
FEW_WORDS = 2
LONG_STORY = 60  # words
STORY_EDGE = 20  # words at each end of a long story
BELIEVE = 0.5  # findings below are dropped
HYPOTHETICAL = 0.52  # what an essay or a film is about is rarely what its writer needs
NEAR_BY = 12  # words between whom it is for and what they need
DIRECTORY = "directory"
NO_CALLS, TO_TALK = "phone_calls", "crisis"
IMPLIED = 0.55
GROWN = frozenset({"in_custody", "older"})  # somebody's child, and none
WHERE_IS_SOMEBODY = "where_is_somebody"  # the shelter named beside it is not one the writer needs
DID_HARM = "did_harm"  # what was done is not something that happened to the writer
ALONE = (WHERE_IS_SOMEBODY, DID_HARM)  # questions beside which nothing else that was said is a need
DOES_IT_COUNT = "does_it_count"
AT_WORK = frozenset({"at_work", "other_at_work"})  # "as a nurse", "a patient of mine"
HINT_PER_PHRASE = 1.5  # Zipf steps a phrase of a language adds to that language's score


@record
class Finding:
    """A code, how sure, and the words of the message behind it."""

    code: str
    confidence: float
    because: tuple[str, ...]


@record
class Understood:
    """What one message says. Tuples are in order of confidence; empty means nothing was said about it."""

    language: str | None = None
    needs: tuple[Finding, ...] = ()
    people: tuple[Finding, ...] = ()
    contexts: tuple[Finding, ...] = ()
    refusals: tuple[Finding, ...] = ()
    events: tuple[Finding, ...] = ()
    danger: Danger | None = None
    danger_because: tuple[str, ...] = ()
    wishes: frozenset[str] = frozenset()
    questions: tuple[str, ...] = ()
    talk: frozenset[str] = frozenset()
    helping_someone: bool = False
    helping_at_work: bool = False  # a nurse, a steward, a lawyer, who asks for somebody
    words: int = 0

    @property
    def is_empty(self) -> bool:
        """Nothing a person could need was understood."""
        return not (self.needs or self.people or self.contexts or self.refusals or self.danger or self.wishes)


@record
class Hearing:
    """The phrases of a message at each step of understanding it: each a part of the one before."""

    words: tuple[Word, ...]
    language: str | None
    seen: list[Sighting]
    visible: list[Sighting]  # without what a longer phrase explains
    own: list[Sighting]  # without everyday words that only another language has a meaning for
    meant: list[Sighting]  # without what is denied or long over, and without grammar
    grammar: Grammar


def hear(text: str, lexicon: Lexicon) -> Hearing:
    """Which phrases of the lexicon stand in `text`, and which of them count."""
    words = read_words(text)
    guess = guess_language(text, words, lexicon)
    seen = without_other_marks(find_phrases(words, lexicon, guess.within_reach), words, text, lexicon)
    visible = without_hidden(seen)
    language = language_of(guess, _language_hints(visible))
    own = visible
    if language is not None:
        foreign = (s for s in visible if s.phrase.language != language)
        guests = {words[at].folded for s in foreign for at in range(s.first, s.last + 1)}
        everyday = {word for word in guests if lexicon.is_common(word, (language,))}
        own = [s for s in visible if s.phrase.language == language or _belongs(s, words, everyday)]
    grammar = grammar_of(own)
    said = [s for s in own if s.phrase.section is not Section.GRAMMAR]
    meant = without_negated(said, grammar, words, lexicon.reaches)
    meant = without_what_is_long_over(meant, grammar, words)
    return Hearing(
        words=words, language=language, seen=seen, visible=visible, own=own, meant=meant, grammar=grammar
    )


def recognise(text: str, lexicon: Lexicon, taxonomy: Taxonomy) -> Understood:
    """Everything the lexicon understands of `text`. Places are found elsewhere (places.py)."""
    heard = hear(text, lexicon)
    words, meant, grammar = heard.words, heard.meant, heard.grammar
    doubt = HYPOTHETICAL if "hypothetical" in grammar else 1.0

    people = _flat(meant, Section.PEOPLE, text, words)
    contexts = _flat(meant, Section.CONTEXTS, text, words)
    events = _flat(meant, Section.EVENTS, text, words)
    danger = _danger(
        [
            *meant,
            *just_now(meant, grammar, words),
            *to_a_child(meant, grammar, words),
            *kept_inside(meant, grammar),
            *at_the_neck(meant, grammar),
        ],
        text,
        words,
        hypothetical=doubt < 1,
    )
    dangers = (Finding(code=danger[0].value, confidence=1.0, because=danger[1]),) if danger else ()
    said = {"events": events, "contexts": contexts, "people": people, "danger": dangers}
    needs, implied = _infer(_needs(meant, text, words), said, taxonomy.inferences, doubt)
    needs = _without_scenery(needs, said)
    refusals = _flat(heard.own, Section.REFUSALS, text, words)
    if not needs and NO_CALLS in {f.code for f in refusals}:  # "don't call me, is there a chat?"
        needs = tuple(Finding(code=TO_TALK, confidence=IMPLIED, because=f.because) for f in refusals[:1])
    questions = tuple(dict.fromkeys(_codes(heard.own, Section.QUESTIONS)))
    if alone := next((q for q in ALONE if q in questions), None):
        return Understood(
            language=heard.language,
            danger=danger[0] if danger else None,
            danger_because=danger[1] if danger else (),
            questions=(alone,),
            words=len(words),
        )
    return Understood(
        language=heard.language,
        needs=needs,
        people=_merge(people, implied),
        contexts=contexts,
        refusals=refusals,
        events=events,
        danger=danger[0] if danger else None,
        danger_because=danger[1] if danger else (),
        wishes=frozenset(_codes(meant, Section.WANTS)),
        questions=questions,
        talk=frozenset(_codes(heard.own, Section.TALK)),
        helping_someone=(helping := _is_for_somebody_else(meant, grammar, words)),
        helping_at_work=helping and not AT_WORK.isdisjoint(grammar),
        words=len(words),
    )


def _language_hints(sightings: Sequence[Sighting]) -> dict[str, float]:
    hints: dict[str, float] = {}
    for s in sightings:
        if s.phrase.section is not Section.GRAMMAR:
            hints[s.phrase.language] = hints.get(s.phrase.language, 0.0) + HINT_PER_PHRASE * s.words
    return hints


def _belongs(sighting: Sighting, words: Sequence[Word], everyday: Collection[str]) -> bool:
    """A phrase of another language counts unless all its words are everyday words of this one.

    Spanglish is understood; English "pan" or French "on" inside a Spanish sentence is not misread.
    """
    return not all(w.folded in everyday for w in words[sighting.first : sighting.last + 1])


# -- needs --------------------------------------------------------------------------------------------------


def _needs(sightings: Iterable[Sighting], text: str, words: Sequence[Word]) -> list[Finding]:
    doubts: dict[str, float] = {}
    because: dict[str, dict[str, str]] = {}
    said = [s for s in sightings if s.phrase.section in (Section.NEED_ASK, Section.NEED_HINT)]
    # In the order of the message; of two readings of the same words the one that says more.
    for s in sorted(said, key=lambda s: (s.first, s.phrase.section is Section.NEED_HINT)):
        quote = _quote(s, text, words)
        known = because.setdefault(s.phrase.code, {})
        if quote.casefold() in known:
            continue
        known[quote.casefold()] = quote
        weight = (ASK if s.phrase.section is Section.NEED_ASK else _hint(s, len(words))) * s.sure
        doubts[s.phrase.code] = doubts.get(s.phrase.code, 1.0) * (1 - weight)
    return [
        Finding(code=code, confidence=round(1 - left, 3), because=tuple(because[code].values()))
        for code, left in doubts.items()
    ]


def _hint(sighting: Sighting, words: int) -> float:
    """In a long story most hints are scenery; what it opens with and what it ends in is the asking. In a few words
    nothing is scenery: "doctor, a woman"."""
    if words <= FEW_WORDS:
        return HINT_IN_FEW_WORDS
    edge = sighting.first < STORY_EDGE or sighting.last >= words - STORY_EDGE
    return HINT if words <= LONG_STORY or edge else HINT_IN_LONG_STORY


def _infer(
    named: list[Finding],
    said_of: Mapping[str, tuple[Finding, ...]],
    inferences: Iterable[Inference],
    doubt: float,
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The needs that were named (surest first, then as written) or follow, and the people that follow.

    `said_of`: what else was understood, by the name a rule calls it.
    """
    by_need = {f.code: f for f in named}
    believed: dict[str, Finding] = {f.code: f for f in named if f.confidence >= BELIEVE}
    said = {name: {f.code: f for f in findings} for name, findings in said_of.items()} | {"needs": believed}
    implied: dict[str, Finding] = {}
    for rule in inferences if any(said.values()) else ():
        grounds = _grounds(rule, said)
        if grounds is None:
            continue
        for code in rule.then_needs:
            by_need[code] = _strengthen(by_need.get(code), code, rule.confidence, grounds)
        for code in rule.then_people:
            implied[code] = Finding(code=code, confidence=rule.confidence, because=grounds)
    doubted = (replace(f, confidence=round(f.confidence * doubt, 3)) for f in by_need.values())
    needs = sorted(
        (f for f in doubted if f.confidence >= BELIEVE),
        # What was said outright keeps its own weight here: what follows from it does not move it forward.
        key=lambda f: (f.code not in believed, -round((believed.get(f.code) or f).confidence, 1)),
    )
    if len(needs) > 1:  # "where do I start" is no need of its own beside one that was named
        needs = [f for f in needs if f.code != DIRECTORY] or needs
    return tuple(needs), tuple(implied.values())


def _without_scenery(
    needs: tuple[Finding, ...], said: Mapping[str, tuple[Finding, ...]]
) -> tuple[Finding, ...]:
    """Without needs that rest on nothing but who did it, or who somebody is: a doctor who touched, a son in prison."""
    people = {f.code for f in said["people"]}
    harmed = any(f.code.startswith("sexual_") for f in said["events"])
    by_doctor = {q for f in said["contexts"] if f.code == "health_worker" for q in f.because if harmed}
    return tuple(
        f
        for f in needs
        if not (f.code == "medical" and by_doctor and _all_within(f.because, by_doctor))
        and not (f.code == "child_family" and not people.isdisjoint(GROWN) and not said["danger"])
    )


def _all_within(quotes: Iterable[str], wholes: Collection[str]) -> bool:
    return all(any(quote.casefold() in whole.casefold() for whole in wholes) for quote in quotes)


def _grounds(rule: Inference, said: Mapping[str, Mapping[str, Finding]]) -> tuple[str, ...] | None:
    """The words a rule rests on, or None where one of its conditions was not said."""
    for kind, wanted in rule.given:  # first, for nearly every rule ends here
        if wanted.isdisjoint(said[kind]):
            return None
    if rule.unless and not (
        rule.unless.isdisjoint(said["contexts"]) and rule.unless.isdisjoint(said["people"])
    ):
        return None
    grounds: list[str] = []
    for kind, wanted in rule.given:
        found = said[kind]
        grounds.extend(next(found[code] for code in sorted(wanted) if code in found).because[:1])
    return tuple(dict.fromkeys(grounds))


def _strengthen(known: Finding | None, code: str, confidence: float, because: tuple[str, ...]) -> Finding:
    if known is None:
        return Finding(code=code, confidence=round(confidence, 3), because=because)
    together = 1 - (1 - known.confidence) * (1 - confidence)
    quotes = tuple(dict.fromkeys((*known.because, *because)))
    return Finding(code=code, confidence=round(together, 3), because=quotes)


# -- the rest -----------------------------------------------------------------------------------------------


def _flat(
    sightings: Iterable[Sighting], section: Section, text: str, words: Sequence[Word]
) -> tuple[Finding, ...]:
    quotes: dict[str, dict[str, None]] = {}
    sure: dict[str, float] = {}
    for s in sightings:
        if s.phrase.section is section:
            code = s.phrase.code
            quotes.setdefault(code, {})[_quote(s, text, words)] = None
            sure[code] = max(sure.get(code, 0.0), SAID * s.sure)
    found = (
        Finding(code=code, confidence=round(sure[code], 3), because=tuple(of)) for code, of in quotes.items()
    )
    return tuple(sorted(found, key=lambda f: (-f.confidence, f.code)))


def _merge(said: tuple[Finding, ...], implied: tuple[Finding, ...]) -> tuple[Finding, ...]:
    known = {f.code for f in said}
    return (*said, *(f for f in implied if f.code not in known))


def _codes(sightings: Iterable[Sighting], section: Section) -> list[str]:
    return [s.phrase.code for s in sightings if s.phrase.section is section]


def _quote(sighting: Sighting, text: str, words: Sequence[Word]) -> str:
    return text[words[sighting.first].start : words[sighting.last].end]


def _danger(
    sightings: Iterable[Sighting], text: str, words: Sequence[Word], *, hypothetical: bool
) -> tuple[Danger, tuple[str, ...]] | None:
    """The most urgent danger. Fails towards help: an essay must say "I" before it counts."""
    found: dict[Danger, list[str]] = {}
    for s in sightings:
        if s.phrase.section is Section.DANGER and not (hypothetical and s.sure < 1):
            found.setdefault(Danger(s.phrase.code), []).append(_quote(s, text, words))
    if not found:
        return None
    most_urgent = next(kind for kind in Danger if kind in found)
    return most_urgent, tuple(dict.fromkeys(found[most_urgent]))


def _is_for_somebody_else(sightings: Sequence[Sighting], grammar: Grammar, words: Sequence[Word]) -> bool:
    """Someone asks for a friend, a daughter, a client: and not because that person did it to them."""
    company = {i for s in grammar.get("with", ()) for i in range(s.first, s.last + 1)}
    people = (*grammar.get("other_person", ()), *grammar.get("other_at_work", ()))
    others = [
        s for s in people if not company & {s.first - 1, s.first - 2, s.last + 1}
    ]  # "with my daughter" asks for both
    if not others:
        return False
    harm = [s for s in sightings if s.phrase.section in (Section.EVENTS, Section.DANGER)]
    theirs = {i for s in others for i in range(s.first, s.last + 1)}  # "my" of "my sister" is not "me"
    own = {i for s in grammar.get("first_person", ()) for i in range(s.first, s.last + 1)} - theirs
    if any(_happened_to_me(s, own, words) for s in harm):
        return False
    subjects = [
        s
        for s in sightings
        if s.phrase.section
        in (Section.NEED_ASK, Section.EVENTS, Section.DANGER, Section.PEOPLE, Section.NEED_HINT)
    ]
    named = {other.first for other in others}
    return any(at in named for s in subjects for at in range(s.first - NEAR_BY, s.first + NEAR_BY + 1))


def _happened_to_me(harm: Sighting, own: set[int], words: Sequence[Word]) -> bool:
    near = range(max(0, harm.first - 2), min(len(words), harm.last + 3))
    return any(i in own for i in near)
