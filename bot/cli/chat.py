"""bot chat: the same conversation in the terminal. Reads lines from a pipe too."""

import sys
from collections.abc import Iterator

from bot.cli.knowing import knowledge_or_stop
from bot.cli.on_demand import one_command
from bot.cli.opening import Now, clock_from, settings_or_stop
from bot.conversation.speak import SpokenBubble, SpokenButton, plain, speak
from bot.conversation.turn import take_turn
from bot.model.events import Asked, Chose, Event, Said
from bot.model.profile import Profile

LEAVE = frozenset({"/quit", "/exit"})


def chat(now: Now = None) -> None:
    """Talk with the bot in the terminal. A number presses a button; /quit ends.

    Example: printf 'need lawyer no papers, Austin' | bot chat
    """
    clock = clock_from(now)
    knowledge = knowledge_or_stop(settings_or_stop(), clock)
    typing = sys.stdin.isatty()
    profile: Profile | None = None
    buttons: list[SpokenButton] = []
    if typing:
        turn = take_turn(Asked(command="start"), profile, knowledge, clock())
        profile, buttons = turn.profile, show(speak(turn.reply, knowledge.messages, turn.profile.language))
    for line in _lines(typing):
        event = read_line(line, buttons)
        if event is None:
            return
        turn = take_turn(event, profile, knowledge, clock())
        profile = None if turn.reply.effects else turn.profile
        buttons = show(speak(turn.reply, knowledge.messages, turn.profile.language))


def _lines(typing: bool) -> Iterator[str]:
    if not typing:
        yield from (line.rstrip("\n") for line in sys.stdin if line.strip())
        return
    while (line := _ask_line()) is not None:
        yield line


def _ask_line() -> str | None:
    try:
        return input("\n> ")
    except (EOFError, KeyboardInterrupt):
        return None


def read_line(line: str, buttons: list[SpokenButton]) -> Event | None:
    """A number presses a button, a slash is a command, everything else is said."""
    words = line.strip()
    if words in LEAVE:
        return None
    if words.isdigit() and 1 <= int(words) <= len(buttons) and len(words) < 3:
        return Chose(data=buttons[int(words) - 1].data or "")
    if words.startswith("/") and len(words) > 1:
        command, _, argument = words[1:].partition(" ")
        return Asked(command=command, argument=argument)
    return Said(text=line)


def show(bubbles: tuple[SpokenBubble, ...]) -> list[SpokenButton]:
    """Print the messages; number the buttons of the last one. Returns them."""
    for bubble in bubbles:
        print(f"\n{plain(bubble.html)}")
    pressable = [b for row in bubbles[-1].buttons for b in row if b.data] if bubbles else []
    if pressable:
        print()
    for number, button in enumerate(pressable, 1):
        print(f"  [{number}] {button.label}")
    return pressable


app = one_command(chat)
