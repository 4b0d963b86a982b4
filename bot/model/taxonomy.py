"""Codes and their names. The codes are a contract (other programs read them); new ones may be added."""

from collections.abc import Mapping
from dataclasses import field

from bot.model.record import record


@record
class Term:
    """One code with its place in packed buttons and its names.

    Invariant: `number` is never reused and never changed; buttons on people's screens hold it.
    """

    code: str
    number: int
    names: Mapping[str, str]  # language -> name as it stands in "You are looking for: …"
    short: Mapping[str, str] = field(default_factory=dict)  # language -> name on a button, where it differs

    def name(self, language: str) -> str:
        """The name in `language`, else in English."""
        return self.names.get(language) or self.names["en"]


@record
class Inference:
    """What follows from what: events, contexts, people, dangers and needs that together point to a need.

    `given`: kind ("events") -> codes of which one must have been said. `unless`: contexts in which it does not
    follow.
    """

    given: tuple[tuple[str, frozenset[str]], ...]
    unless: frozenset[str] = frozenset()
    then_needs: tuple[str, ...] = ()
    then_people: tuple[str, ...] = ()
    confidence: float = 0.7


@record
class Taxonomy:
    """All vocabularies by code, in the order of their files (the order of menus)."""

    needs: Mapping[str, Term]
    people: Mapping[str, Term]
    contexts: Mapping[str, Term]
    refusals: Mapping[str, Term]
    inferences: tuple[Inference, ...] = ()
