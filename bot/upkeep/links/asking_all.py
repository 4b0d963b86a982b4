"""Asks every web address of the directory once, politely, and remembers what it found while it goes.

Silence is believed only when somebody answers after it: until then the network that is gone may be our own, and a
week of wrong findings would be kept.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping

from bot.model.record import record
from bot.upkeep.links.addresses import Address, polite_host
from bot.upkeep.links.asking import Asker
from bot.upkeep.links.findings import Finding
from bot.upkeep.links.state import LinkState, Plan

Tell = Callable[[Address, Finding], None]


@record
class Outcome:
    """What is known at the end, by address key. `lost` were asked when the network had gone: nothing is known."""

    found: Mapping[str, Finding]
    asked: int
    lost: int
    is_network_there: bool


async def ask_all(plan: Plan, state: LinkState, asker: Asker, tell: Tell) -> Outcome:
    """Ask what is planned, keeping each finding as it comes. Raises StateUnusable when it cannot be kept."""
    run = _Run(state, tell)
    hosts = deque(_by_host(plan.to_ask))
    await asyncio.gather(*(run.work(hosts, asker) for _ in range(asker.manners.hosts_at_once)))
    is_there = await run.settle(asker, plan.known)
    return Outcome(
        found={**plan.known, **run.found},
        asked=len(plan.to_ask),
        lost=len(plan.to_ask) - len(run.found),
        is_network_there=is_there,
    )


def _by_host(addresses: Iterable[Address]) -> list[list[Address]]:
    """The addresses of each host together, hosts with most of them first: they take longest."""
    hosts: dict[str, list[Address]] = {}
    for address in addresses:
        hosts.setdefault(polite_host(address.url), []).append(address)
    return sorted(hosts.values(), key=len, reverse=True)


class _Run:
    """One run while it goes. `unsure` are silences that nobody's answer has followed yet."""

    def __init__(self, state: LinkState, tell: Tell) -> None:
        self.found: dict[str, Finding] = {}
        self._state = state
        self._tell = tell
        self._unsure: list[tuple[Address, Finding]] = []
        self._is_there = False
        self._heard_from: str | None = None

    async def work(self, hosts: deque[list[Address]], asker: Asker) -> None:
        """Take one host after the other until none is left."""
        while hosts:
            for address in hosts.popleft():
                self._take(address, await asker.ask(address.url))

    async def settle(self, asker: Asker, known: Mapping[str, Finding]) -> bool:
        """Is the network there? If only silence came last, ask again where somebody answered before."""
        if not self._unsure:
            return True
        before = self._heard_from or next((key for key, f in known.items() if f.is_an_answer), None)
        if before and (await asker.ask(before)).is_an_answer:
            self._believe()
        return self._is_there

    def _take(self, address: Address, finding: Finding) -> None:
        self._tell(address, finding)
        if finding.is_silence:
            self._unsure.append((address, finding))
            return
        self._keep(address, finding)
        if finding.is_an_answer:
            self._heard_from = address.url if finding.can_be_kept else self._heard_from
            self._believe()

    def _believe(self) -> None:
        self._is_there = True
        for address, finding in self._unsure:
            self._keep(address, finding)
        self._unsure.clear()

    def _keep(self, address: Address, finding: Finding) -> None:
        self.found[address.key] = finding
        if finding.can_be_kept:
            self._state.keep(address.key, finding)
