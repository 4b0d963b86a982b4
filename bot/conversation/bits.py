"""Small facts as bits, and bits as letters that may stand in a button or a web address.

What comes back is treated as forged until its length and its checksum are right.
"""

import base64
import binascii
from collections.abc import Mapping
from functools import lru_cache
from zlib import crc32

CHECKSUM_BITS = 16
CHECKSUM = (1 << CHECKSUM_BITS) - 1

LETTERS = " abcdefghijklmnopqrstuvwxyz"
SIGNS = " ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class Layout:
    """Which fields there are and how many bits each has, in the order they are packed."""

    def __init__(self, *fields: tuple[str, int]) -> None:
        self._fields = tuple((name, width, (1 << width) - 1) for name, width in fields)
        self._bits = sum(width for _, width in fields)
        self._length = (self._bits + CHECKSUM_BITS + 7) // 8

    def pack(self, fields: Mapping[str, int]) -> str:
        """The fields and a checksum as URL-safe letters (A-Z a-z 0-9 _ -)."""
        bits = 0
        for name, width, most in self._fields:
            bits = bits << width | fields[name] & most
        whole = bits << CHECKSUM_BITS | self._checksum(bits)
        return base64.urlsafe_b64encode(whole.to_bytes(self._length)).decode().rstrip("=")

    def unpack(self, text: str) -> dict[str, int] | None:
        """The fields behind some letters, or None for letters that are forged, cut, or of another layout."""
        if not text.isascii() or len(text) > 2 * self._length:
            return None
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        if len(raw) != self._length:
            return None
        whole = int.from_bytes(raw)
        bits = whole >> CHECKSUM_BITS
        if bits >> self._bits or self._checksum(bits) != whole & CHECKSUM:
            return None
        fields: dict[str, int] = {}
        for name, width, most in reversed(self._fields):
            fields[name] = bits & most
            bits >>= width
        return fields

    def _checksum(self, bits: int) -> int:
        return crc32(bits.to_bytes(self._length)) & CHECKSUM


@lru_cache(maxsize=2048)  # codes of languages, countries and regions: there are not many
def number_of(word: str, length: int, alphabet: str) -> int:
    """The first `length` signs of a word as a number in the base of its alphabet; the first sign of that is none."""
    value = 0
    for sign in word[:length].ljust(length):
        value = value * len(alphabet) + max(alphabet.find(sign), 0)
    return value


def word_of(number: int, length: int, alphabet: str) -> str:
    """The word behind such a number."""
    found = []
    for _ in range(length):
        number, digit = divmod(number, len(alphabet))
        found.append(alphabet[digit])
    return "".join(reversed(found)).strip()
