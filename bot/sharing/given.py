"""What an organization gives: its name and a link. Checked once, before anything is laid out."""

import re
import unicodedata
from urllib.parse import urlsplit

LONGEST_NAME = 200
LONGEST_LINK = 300
JOINERS = "\u200c\u200d"  # without them some names of Persian or Indian writing are misspelled
USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
LINK = re.compile(r"[!-~]+")


class NotUsable(Exception):
    """A name or a link that cannot be used. The sentence says why and what to do."""


def organization_name(given: str) -> str:
    """The name on one line, without signs that turn the text around it. Raises NotUsable for one that is too long."""
    composed = unicodedata.normalize("NFC", given)
    seen = "".join(c for c in composed if c in JOINERS or unicodedata.category(c) != "Cf")
    name = " ".join(seen.split())
    if len(name) > LONGEST_NAME:
        raise NotUsable(
            f"The name has {len(name)} characters; {LONGEST_NAME} is the most. Give a shorter one."
        )
    return name


def link_of_bot(username: str) -> str:
    """https://t.me/… of a bot's username, with or without its @. Raises NotUsable."""
    name = username.removeprefix("@")
    if not USERNAME.fullmatch(name):
        raise NotUsable(f"{_shown(username)} is no username of Telegram. Write it like marigold_bot.")
    return f"https://t.me/{name}"


def web_link(given: str) -> str:
    """A link that can be printed and opened. Raises NotUsable."""
    link = given.strip()
    if len(link) > LONGEST_LINK:
        raise NotUsable(f"The link has {len(link)} characters; {LONGEST_LINK} is the most that prints well.")
    if not LINK.fullmatch(link) or not _is_web(link):
        raise NotUsable(f"{_shown(given)} is no link. Write it like https://t.me/marigold_bot.")
    return link


def readable(link: str) -> str:
    """The link as people type it."""
    return link.removeprefix("https://").removesuffix("/")


def _is_web(link: str) -> bool:
    try:
        parts = urlsplit(link)
        return parts.scheme == "https" and "." in (parts.hostname or "") and "@" not in parts.netloc
    except ValueError:
        return False


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 60 else text[:59] + "…")
