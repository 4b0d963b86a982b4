"""Strings that exist nowhere else, and every form in which one could be lying about."""

import base64
import json
import secrets
from collections.abc import Callable, Iterator
from urllib.parse import quote

LETTERS = "bcdfghjkmnpqrstvwxyz"


class Plants:
    """Canaries by what they stand for: 'text', 'first name', 'chat number', …"""

    def __init__(self) -> None:
        self.by_kind: dict[str, str] = {}

    def word(self, kind: str) -> str:
        """A made-up word for `kind`; the same one each time."""
        return self._planted(kind, lambda: "zq" + "".join(secrets.choice(LETTERS) for _ in range(14)))

    def number(self, kind: str, digits: int = 10) -> int:
        """A number for `kind`, such as a chat's."""
        return int(
            self._planted(kind, lambda: "7" + "".join(secrets.choice("123456789") for _ in range(digits - 1)))
        )

    def given(self, kind: str, text: str) -> str:
        """A string whose form is not ours to choose, such as a token."""
        return self.by_kind.setdefault(kind, text)

    def _planted(self, kind: str, make: Callable[[], str]) -> str:
        """A new one shares no form with those before it: six digits of two numbers can be alike by chance."""
        if kind not in self.by_kind:
            made, taken = make(), {form for _, form in self.forms()}
            while not taken.isdisjoint(forms_of(made)):
                made = make()
            self.by_kind[kind] = made
        return self.by_kind[kind]

    def forms(self) -> Iterator[tuple[str, bytes]]:
        """(kind, bytes) of each canary in each encoding a file or a log could hold it in."""
        for kind, text in self.by_kind.items():
            for form in set(forms_of(text)):
                yield kind, form


def forms_of(text: str) -> Iterator[bytes]:
    """The bytes of `text` as text, escaped, encoded, and, for a number, as SQLite or a struct holds it."""
    plain = text.encode()
    yield plain
    yield text.upper().encode()
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")
    yield json.dumps(text)[1:-1].encode()
    yield quote(text).encode()
    yield plain.hex().encode()
    for lead in range(3):  # base64 depends on where in a group of three the text begins
        encoded = base64.b64encode(b"\0" * lead + plain)
        yield encoded[4 if lead else 0 :][: (len(plain) - 3) // 3 * 4]
    if text.isdecimal():
        number = int(text)
        yield number.to_bytes(8, "big")
        yield number.to_bytes(8, "little")
        yield number.to_bytes(6, "big")  # how SQLite stores it
