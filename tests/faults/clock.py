"""Somebody sets the machine's clock while people talk to the bot."""

import tempfile
from pathlib import Path

from bot.sandbox.server import StandIn

from tests.end_to_end.process import TOKEN, a_bot
from tests.faults.disk import clears
from tests.faults.finding import Finding, broken_promises, within
from tests.faults.people import MORE, Person, people
from tests.faults.updates import ADDED
from tests.faults.valkey_loss import last_list

HOUR, DAY = 3600, 86_400
JUMPS = {
    "an hour back": -HOUR,
    "two days on": 2 * DAY,
    "three days back": -3 * DAY,
    "ten years on": 3653 * DAY,
    "to 1970": -56 * 365 * DAY,
}


async def set_while_running(jumps: tuple[str, ...] = tuple(JUMPS)) -> list[Finding]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        off = folder / "off"
        off.write_text("0", "utf-8")
        async with (
            StandIn(token=TOKEN) as stand_in,
            a_bot(
                stand_in,
                folder / "state",
                command=("-m", "tests.faults.bot_with_a_clock", "run"),
                JUMPING_CLOCK=str(off),
            ) as bot,
        ):
            await bot.until(lambda: b"polling" in bot.errors, 90)
            kept = []
            timed = Person(stand_in.telegram, 770_000_000)
            await timed.asks()
            await sets_a_timer(timed)
            messages = len(stand_in.telegram.screen(timed.chat))
            for person, jump in zip(people(stand_in.telegram, len(jumps)), jumps, strict=True):
                await person.asks()
                off.write_text(str(JUMPS[jump]), "utf-8")
                answered = await person.asks(MORE)
                known = "lawyer" in last_list(person) and ADDED in last_list(person)
                pressed = await person.taps("Change the place")
                cleared = await clears(person)
                off.write_text("0", "utf-8")
                if None not in (answered, pressed) and known and cleared:
                    kept.append(jump)
            stands = len(stand_in.telegram.screen(timed.chat)) == messages
            bad = broken_promises(bytes(bot.errors), TOKEN, "lawyer")
            ended = await bot.end()
        asked = (folder / "seen").read_text("utf-8").split()
    missed = [jump for jump in jumps if jump not in kept or str(JUMPS[jump]) not in asked]
    return [
        Finding(
            fault="clock jumps",
            done=f"the clock is set in the middle of a conversation: {', '.join(jumps)}",
            promised="what was said is still known, buttons work, the chat can be cleared, no timer runs out early",
            came_out=f"{within(len(kept), len(jumps))} went so"
            + (f"; not: {', '.join(missed)}" if missed else "")
            + f"; the chat with a timer of an hour stands: {'yes' if stands else 'NO'}",
            holds=not missed and stands and not bad and ended == 0,
        )
    ]


async def sets_a_timer(person: Person) -> None:
    person.says("/privacy")
    await person.waits(lambda: "More private" in str([m.rows for m in person.from_bot]), 20)
    await person.taps("More private")
    await person.taps("Clear after 1 hour")
