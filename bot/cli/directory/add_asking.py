"""The questions of `bot directory add`, at a terminal or through a pipe: asking, explaining, going back."""

import io
import sys
from collections.abc import Sequence

from rich.console import Console, RenderableType
from rich.text import Text

from bot.upkeep.adding.answers import (
    SEVERAL,
    Asking,
    Choose,
    Confirm,
    Outcome,
    Refused,
    Taken,
    all_of,
    asking_at,
    default_of,
    offers_at,
    options_of,
    read_answer,
)
from bot.upkeep.adding.found import Seen
from bot.upkeep.adding.hours import flat
from bot.upkeep.adding.questions import Answer, Desk, Finding, answered, clean, judge_now, open_step, text_of
from bot.upkeep.adding.words import Option, Phrases

EXPLAIN, BACK, NOTHING = "?", "<", "-"
OFFER_LETTERS = "abcdefghijklmnopqrst"
MOST_OFFERED = len(OFFER_LETTERS)


class Unanswered(Exception):
    """The input ended before a question that needs an answer: the question."""


class WentBack(Exception):
    """The person wants to see the question before."""


class Paper:
    """What a person reads and writes: a terminal, or a pipe whose lines are the answers."""

    def __init__(self, phrases: Phrases) -> None:
        self.is_terminal = sys.stdin is not None and sys.stdin.isatty()
        self._phrases = phrases
        self._console = Console(highlight=False)
        if self.is_terminal:
            _edit_lines()

    def say(self, text: str, style: str = "") -> None:
        """One line; through a pipe it is never broken."""
        self.show(Text(text, style=style))

    def say_whole(self, text: str) -> None:
        """A line that somebody may copy: never broken."""
        self._console.print(Text(text), soft_wrap=True)

    def show(self, thing: RenderableType) -> None:
        """Something rich can draw."""
        self._console.print(thing, soft_wrap=not self._console.is_terminal)

    def line(self) -> str | None:
        """What was written, cleaned; None at the end of a pipe."""
        raw = self.raw_line()
        if raw is not None and not self.is_terminal:
            self.say(f"> {clean(raw)}", "dim")
        return None if raw is None else clean(raw)

    def raw_line(self) -> str | None:
        """What was written. At a terminal, the end of the input is like Ctrl+C."""
        if sys.stdin is None:  # closed by whoever started us
            return None
        if not self.is_terminal:
            return sys.stdin.buffer.readline().decode("utf-8", errors="replace") or None
        try:
            return input("> ")
        except EOFError:
            raise KeyboardInterrupt from None

    def agrees(self, sentence: str, *, default: bool) -> bool:
        """Yes or no. Raises Unanswered at the end of a pipe, and WentBack."""
        while True:
            self.say(f"{sentence} ({'Enter: yes, n: no' if default else 'y: yes, Enter: no'})", "bold")
            answer = self.line()
            if answer is None:
                raise Unanswered(sentence)
            if answer == BACK:
                raise WentBack
            if answer == "" or flat(answer) in self._phrases.yes | self._phrases.no:
                return default if answer == "" else flat(answer) in self._phrases.yes
            self.say("Write y or n.", "yellow")


def _edit_lines() -> None:
    """Arrow keys work, and the one up brings back what was written before, where the system can."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    try:
        import readline  # noqa: F401 - to import it is to switch it on
    except ImportError:
        return


class Interview:
    """The questions one after another. `answers` grows; `before` holds what stood where somebody went back to."""

    def __init__(self, desk: Desk, paper: Paper, answers: dict[str, Answer]) -> None:
        self.desk = desk
        self.paper = paper
        self.answers = answers
        self.before: dict[str, Answer] = {}

    def run(self) -> None:
        """Ask until nothing is open. Raises Unanswered and KeyboardInterrupt; the answers so far stay."""
        while (step := open_step(self.answers, self.desk)) is not None:
            try:
                self._ask(asking_at(step, self.answers, self.desk))
            except WentBack:
                self.go_back()

    def go_back(self) -> None:
        """Open the last answered step again."""
        steps = answered(self.answers, self.desk)
        if steps:
            self.reopen(steps[-1])
        else:
            self.paper.say("This is the first question.", "yellow")

    def reopen(self, step: str) -> None:
        """Ask a step again; Enter then keeps what stood there."""
        if step in self.answers:
            self.before[step] = self.answers.pop(step)

    def _ask(self, asking: Asking) -> None:
        self._show_question(asking)
        offers = self._show_offers(asking)
        text = self._answer(asking, offers)
        if text == "" and self.before.get(asking.step):
            self._take(asking, Taken(answers={asking.step: self.before[asking.step]}, sure=True))
        else:
            self._settle(asking, read_answer(asking, "" if text == NOTHING else text))

    # -- what is shown

    def _show_question(self, asking: Asking) -> None:
        self.paper.say(f"\n{asking.question.ask}", "bold")
        self._list(options_of(asking))
        enter = self._enter(asking)
        self.paper.say(
            f"  For example: {asking.question.example}{f'  · Enter: {enter}' if enter else ''}", "dim"
        )

    def _list(self, options: Sequence[Option]) -> None:
        for number, option in enumerate(options, 1):
            self.paper.say(f"  {number}. {_line_of(option)}")

    def _enter(self, asking: Asking) -> str:
        """What Enter means here; nothing where an answer is needed."""
        before, default = text_of(self.before, asking.step), default_of(asking)
        if before:
            return f"{before}, as before{'' if asking.question.needed else f' ({NOTHING} takes it out)'}"
        if default or not asking.question.needed:
            return asking.question.empty or default or "not known"
        return ""

    def _show_offers(self, asking: Asking) -> tuple[Seen, ...]:
        """What the pasted text holds, with a letter before each."""
        offers = offers_at(asking)
        if offers:
            self.paper.say("  The text has this. Write a letter to take one, or write your answer:")
        for letter, seen in zip(OFFER_LETTERS, offers, strict=False):
            self.paper.say(f"  {letter}) {seen.value}  ({seen.around})")
        if len(offers) > MOST_OFFERED:
            left = len(offers) - MOST_OFFERED
            self.paper.say(f"  These are the first {MOST_OFFERED} of {len(offers)}; {left} are not shown.")
        return offers[:MOST_OFFERED]

    # -- what is written

    def _answer(self, asking: Asking, offers: Sequence[Seen]) -> str:
        """The line that answers, with letters of offers put in. Explains, and goes back, on the way."""
        while True:
            text = self.paper.line()
            if text is None:
                return self._at_the_end(asking)
            if text == BACK:
                raise WentBack
            if text != EXPLAIN:
                return _with_offers(text, offers, asking.question.reads in SEVERAL)
            self._explain(asking)

    def _at_the_end(self, asking: Asking) -> str:
        """A pipe has ended: what may be empty is empty."""
        is_needed = asking.question.needed and not default_of(asking)
        if is_needed or asking.step in self.before:
            raise Unanswered(asking.question.ask)
        return ""

    def _explain(self, asking: Asking) -> None:
        self.paper.say(f"  {asking.question.explained}")
        for option in all_of(asking):
            self.paper.say(f"  {_line_of(option)}")

    def _settle(self, asking: Asking, outcome: Outcome) -> None:
        match outcome:
            case Refused(sentence=sentence):
                self.paper.say(sentence, "yellow")
            case Confirm(sentence=sentence, taken=taken):
                if self.paper.agrees(sentence, default=True):
                    self._take(asking, taken)
            case Choose():
                self._choose(asking, outcome)
            case Taken():
                self._take(asking, outcome)

    def _choose(self, asking: Asking, choose: Choose) -> None:
        self.paper.say(choose.sentence, "bold")
        for number, option in enumerate(choose.options, 1):
            self.paper.say(f"  {number}. {option.name}")
        self.paper.say("  Write the number. Enter: answer again", "dim")
        text = self.paper.line()
        if text is None:
            raise Unanswered(choose.sentence)
        if text == BACK:
            raise WentBack
        picked = [choose.options[at - 1].value for at in _numbers_in(text, len(choose.options))]
        if text and not picked:
            self.paper.say(f"Write a number from 1 to {len(choose.options)}.", "yellow")
        if picked:
            self._settle(asking, read_answer(asking, ", ".join((*choose.kept, *picked))))

    def _take(self, asking: Asking, taken: Taken) -> None:
        """Keep an answer that the rules have nothing against, or only a hint that the person has read."""
        findings = judge_now({**self.answers, **taken.answers}, self.desk, tuple(taken.answers))
        for finding in sorted(findings, key=lambda f: f.hint):
            self.paper.say(said(finding), "yellow")
        if any(not finding.hint for finding in findings):
            return
        if findings and not taken.sure and not self.paper.agrees("Keep it as it is?", default=True):
            return
        if taken.shown:
            self.paper.say(f"  {taken.shown}", "green")
        self.answers.update(taken.answers)
        self.before.pop(asking.step, None)


def said(finding: Finding) -> str:
    """A finding as a sentence. The rules begin in the middle: an editor shows the line before it."""
    sentence = finding.sentence
    sentence = f"This {sentence}" if sentence.startswith(("is ", "has ", "says ")) else sentence
    return f"{'A hint: ' if finding.hint else ''}{sentence[:1].upper()}{sentence[1:]}."


def _with_offers(text: str, offers: Sequence[Seen], several: bool) -> str:
    """'a, c' as what stands behind these letters; anything else as it is."""
    words = text.casefold().replace(",", " ").split()
    places = [OFFER_LETTERS.find(word) if len(word) == 1 else -1 for word in words]
    are_letters = bool(places) and all(0 <= place < len(offers) for place in places)
    if not are_letters or (len(places) > 1 and not several):
        return text
    return ", ".join(offers[place].value for place in places)


def _numbers_in(text: str, most: int) -> list[int]:
    numbers = [int(word) for word in text.replace(",", " ").split() if word.isdecimal()]
    return [number for number in numbers if 1 <= number <= most]


def _line_of(option: Option) -> str:
    return f"{option.value}: {option.name}" if option.name else option.value
