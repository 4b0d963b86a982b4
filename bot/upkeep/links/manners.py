"""How the link check behaves as a guest on other people's machines, and what it says of itself before it starts."""

from collections.abc import Collection
from pathlib import Path

from bot.model.record import record
from bot.upkeep.links.addresses import Address, polite_host

NAME = "Marigold directory link check"
STANDARD_PORT = 443


@record
class Manners:
    """How a guest behaves. Times in seconds."""

    pause: float = 1.0  # between two requests to one host
    hosts_at_once: int = 8
    connect: float = 10.0
    total: float = 30.0
    most_bytes: int = 65_536  # of one page
    most_moves: int = 5
    longest_wait: float = 60.0  # that a host may ask for; a host that asks for more is left alone in this run
    most_tries: int = 3  # of one request to a host that asks to wait
    https_port: int = STANDARD_PORT


def announcement(addresses: Collection[Address], manners: Manners, kept_in: Path) -> str:
    """What is about to happen, who will see what, and how to stop."""
    if not addresses:
        return "Nothing to ask now. What was asked in the last seven days is not asked again; --fresh starts over."
    hosts = {polite_host(a.url) for a in addresses}
    return (
        f"This needs the network. {len(addresses)} web address(es) on {len(hosts)} host(s) are asked for their page: "
        f"one request at a time on each host, {manners.pause:g} s apart, {manners.hosts_at_once} hosts at once.\n"
        f"Each host sees your internet address and the name “{NAME}”. Nothing else is sent: no cookies, "
        "no login, nothing about the people who use the bot.\n"
        "Whoever can watch your network can see which sites are asked. If that could harm you, stop here and let "
        "somebody else do it.\n"
        f"What is found is kept in {kept_in}. To stop, press Ctrl+C; the next run goes on from there."
    )
