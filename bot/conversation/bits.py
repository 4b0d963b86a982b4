"""Small facts as bits, and bits as letters that may stand in a button or a web address.

What comes back is treated as forged until its length and its checksum are right.
"""

import base64
import binascii
from collections.abc import Mapping
from zlib import crc32

Layout = tuple[tuple[str, int], ...]  # (name, bits) in the order they are packed

ALPHABET = " ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def packed(fields: Mapping[str, int], layout: Layout, checksum_bits: int) -> str:
    """The fields and a checksum as URL-safe letters (A-Z a-z 0-9 _ -)."""
    bits = 0
    for name, width in layout:
        bits = (bits << width) | (fields[name] & ((1 << width) - 1))
    length = _bytes(layout, checksum_bits)
    whole = (bits << checksum_bits) | _checksum(bits, length, checksum_bits)
    return base64.urlsafe_b64encode(whole.to_bytes(length, "big")).decode().rstrip("=")


def unpacked(text: str, layout: Layout, checksum_bits: int) -> dict[str, int] | None:
    """The fields behind some letters, or None for letters that are forged, cut, or of another layout."""
    length = _bytes(layout, checksum_bits)
    if not text.isascii() or len(text) > 2 * length:
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != length:
        return None
    whole = int.from_bytes(raw, "big")
    bits = whole >> checksum_bits
    checksum = whole & ((1 << checksum_bits) - 1)
    if bits >> sum(width for _, width in layout) or _checksum(bits, length, checksum_bits) != checksum:
        return None
    fields: dict[str, int] = {}
    for name, width in reversed(layout):
        fields[name] = bits & ((1 << width) - 1)
        bits >>= width
    return fields


def _bytes(layout: Layout, checksum_bits: int) -> int:
    return (sum(width for _, width in layout) + checksum_bits + 7) // 8


def _checksum(bits: int, length: int, checksum_bits: int) -> int:
    return crc32(bits.to_bytes(length, "big")) & ((1 << checksum_bits) - 1)


def letters(word: str, length: int) -> int:
    """Up to `length` letters a to z as a number in base 27 (0: no letter)."""
    value = 0
    for letter in word.ljust(length)[:length]:
        value = value * 27 + (ord(letter) - 96 if "a" <= letter <= "z" else 0)
    return value


def word(value: int, length: int) -> str:
    """The letters behind such a number."""
    found = []
    for _ in range(length):
        value, digit = divmod(value, 27)
        found.append(chr(96 + digit) if digit else " ")
    return "".join(reversed(found)).strip()


def signs(word: str) -> int:
    """Up to three letters or digits as a number in base 37."""
    value = 0
    for sign in word[:3].ljust(3):
        value = value * 37 + max(ALPHABET.find(sign), 0)
    return value


def sign_word(value: int) -> str:
    """The letters and digits behind such a number."""
    found = []
    for _ in range(3):
        value, digit = divmod(value, 37)
        found.append(ALPHABET[digit])
    return "".join(reversed(found)).strip()
