"""What an import has to tell: one line for each record and field, errors first to last."""

from typing import Protocol

from bot.model.record import record


@record
class Told:
    """One line. `record`: which one of the feed, for a person to find it; `field`: where in it.

    An error means the record cannot be trusted, and nothing is written. What is `left_out` is no error: the rest of
    the record is taken without it.
    """

    record: str
    field: str
    message: str
    left_out: bool = False

    def __str__(self) -> str:
        mark = "left out: " if self.left_out else ""
        return (
            f"{self.record}, {self.field}: {mark}{self.message}"
            if self.field
            else f"{self.record}: {self.message}"
        )


class Teller(Protocol):
    """Takes a line. There may be a million of them, so nobody keeps them in memory."""

    def __call__(self, told: Told, /) -> None:
        """Take one line."""
