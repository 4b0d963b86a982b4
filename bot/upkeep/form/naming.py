"""A new organization's file: what it is called, where it stands, what it begins with."""

import re
import unicodedata
from typing import Any

from bot.model.directory import EUROPEAN_UNION, WORLDWIDE
from bot.model.record import record

PART = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
DEEPEST_PATH = 4
WITHOUT_COUNTRY = {WORLDWIDE: "world", EUROPEAN_UNION: "eu"}
LONGEST_KEY = 60


class WrongPath(Exception):
    """A path that no file of the directory may have. The sentence says what to write instead."""


@record
class NewEntry:
    """What is asked before the form opens. `region`: the ISO code after the dash; empty for the whole country."""

    country: str
    region: str
    name: str
    service: str

    @property
    def path(self) -> str:
        """Where the file should stand: us/tx/example-legal-center."""
        country = WITHOUT_COUNTRY.get(
            self.country, f"{self.country.lower()}/{self.region.lower() or 'national'}"
        )
        return f"{country}/{short_word(self.name)}"

    @property
    def missing(self) -> str:
        """What has to be said before the form can open."""
        for value, sentence in (
            (self.country, "Choose a country."),
            (self.name.strip(), "Write the organization's name."),
            (self.service.strip(), "Write the name of its first service."),
        ):
            if not value:
                return sentence
        return ""

    @property
    def data(self) -> dict[str, Any]:
        """The file as it begins."""
        area: dict[str, Any] = {"country": self.country}
        if self.region:
            area["regions"] = [self.region]
        service = {"name": self.service, "area": area}
        return {"name": self.name, "services": {short_word(self.service) or "service": service}}


def path_of(text: str) -> str:
    """A path as it may stand under organizations/. Raises WrongPath."""
    parts = text.split("/")
    if not 1 < len(parts) <= DEEPEST_PATH or not all(PART.fullmatch(part) for part in parts):
        raise WrongPath("Write small letters, digits and - , like us/tx/example-legal-center.")
    return text


def short_word(name: str) -> str:
    """A name in small letters, digits and dashes.

    >>> short_word("Écoute & Aide, Women's House")
    'ecoute-aide-womens-house'
    """
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c) and c not in "'’"
    )
    return re.sub(r"[^a-z0-9]+", "-", bare.casefold()).strip("-")[:LONGEST_KEY].strip("-")
