"""Phone numbers, judged by Google's libphonenumber: full numbers, and short numbers of a country."""

import re

import phonenumbers
from phonenumbers import PhoneNumberFormat, shortnumberinfo

LETTERS = re.compile(r"[^\W\d_]")
EXTENSION = re.compile(r"\s*(?:ext\.?|x)\s*\d+$", re.IGNORECASE)
SHORT_MOST = 6  # digits; longer numbers are written in full


def what_is_wrong_with(number: str, country: str) -> str | None:
    """Why a number cannot be dialled for a service in `country`, and what to write; None if it can."""
    if not number.startswith("+"):
        return _short_problem(number, country)
    if LETTERS.search(EXTENSION.sub("", number)):
        return f"`{number}` holds letters; write the digits, as on a telephone's keys"
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return f"`{number}` is not a phone number; write it like +1 512-555-0100"
    if not phonenumbers.is_possible_number(parsed):
        return f"`{number}` has too few or too many digits; compare it with the source"
    here = phonenumbers.country_code_for_region(country)
    if here and parsed.country_code != here:
        there = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
        return f"`{number}` is a number of {there}, and the service is in {country}: mend one of the two"
    return None


def is_doubtful(number: str, country: str) -> bool:
    """A number that libphonenumber does not know: perhaps new, perhaps a slip of the finger."""
    if number.startswith("+"):
        return not phonenumbers.is_valid_number(phonenumbers.parse(number, None))
    digits = _digits(number)
    return len(digits) > 2 and not _is_known_short_number(digits, country)  # the library knows no 17 and 15


def _short_problem(number: str, country: str) -> str | None:
    digits = _digits(number)
    if not digits or any(c not in "0123456789 -*#" for c in number):
        return f"`{number}` is not a phone number; write it like +1 512-555-0100, or a short number like 988"
    cut_off = digits.startswith("0") and not _is_known_short_number(digits, country)  # 0117, but not 016
    if len(digits) > SHORT_MOST or cut_off:
        code = phonenumbers.country_code_for_region(country)
        start = f"+{code} " if code else "+ and the country code, "
        return f"`{number}` lacks its country code; write it with {start}in front"
    return None


def _is_known_short_number(digits: str, country: str) -> bool:
    """Whether the country may have such a short number. Where there is no single country, it may."""
    if not phonenumbers.country_code_for_region(country):
        return True
    try:
        parsed = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:  # 0117 begins like a call abroad
        return False
    return bool(shortnumberinfo.is_possible_short_number_for_region(parsed, country))


def _digits(number: str) -> str:
    return "".join(c for c in number if c.isdigit())


def same_number(number: str) -> str:
    """Digits that two spellings of one number share."""
    if not number.startswith("+"):
        return _digits(number)
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    bare = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return f"{bare}x{parsed.extension}" if parsed.extension else bare
