"""Telephone numbers: from whatever a network, a header or a designer wrote to one form, E.164.

Each country's numbering plan is libphonenumber's (package phonenumbers). Short service codes and
extensions (95598, 110, 1001) have no E.164 form and stay as they are. Nothing here raises for what comes
from outside: what is not a number is the empty string.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeVar
from urllib.parse import unquote

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

T = TypeVar("T")

LONGEST = 256
"""Characters of a number or SIP URI that are looked at; a longer text is no number."""

SHORT = 6
"""Digits of a service code or extension at most: it stays as it is."""

LOCAL = 8
"""Digits of a subscriber's number without its area code at most: it stays as it is, too."""

# What networks and telephones send for a caller who withholds the number. 266696687 is ANONYMOUS typed on
# a telephone's keypad, for networks that can send nothing but digits.
WITHHELD = {
    "anonymous",
    "blocked",
    "private",
    "restricted",
    "unavailable",
    "unknown",
    "withheld",
    "266696687",
}

_COSTLY = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.PERSONAL_NUMBER, PhoneNumberType.UNKNOWN})
_SEPARATORS = str.maketrans("", "", " -.()/\N{NO-BREAK SPACE}")
_URI = re.compile(r"(?:.*<)?\s*(sips?|tel):([^@;>?]*)([^>?]*)", re.IGNORECASE)
_CONTEXT = re.compile(r";phone-context=(\+[0-9]+)", re.IGNORECASE)


def normalise(text: str, region: str = "CN") -> str:
    """A number in E.164 (`+8613800000000`), a short code as it is, or "" when it is none.

    Args:
        text: a number in national or international spelling, with separators or full-width digits; or a
            `sip:`, `sips:` or `tel:` URI, also in angle brackets after a display name.
        region: two capital letters; the country whose spelling a number without its country code has.
    """
    return _normalise(text, region) if len(text) <= LONGEST else ""


@lru_cache(maxsize=8192)  # matching a call against a thousand wishes must not parse a thousand numbers
def _normalise(text: str, region: str) -> str:
    number = _bare(text)
    if number.lstrip("+").lower() in WITHHELD or not re.fullmatch(r"\+?[0-9]{1,20}|[0-9*#]{1,6}", number):
        return ""
    if len(number) <= SHORT and not number.startswith("+"):
        return number
    parsed = _parse(number, region)
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        abroad = None if number.startswith("+") else _parse(f"+{number}", "")
        if abroad is not None and phonenumbers.is_valid_number(abroad):
            parsed = abroad
    national = phonenumbers.national_significant_number(parsed) if parsed is not None else ""
    if parsed is not None and len(national) <= SHORT:
        home = phonenumbers.country_code_for_region(region) == parsed.country_code
        return national if home else ""
    if parsed is not None and (len(number) > LOCAL or phonenumbers.is_valid_number(parsed)):
        possible = phonenumbers.is_possible_number(parsed)
        return phonenumbers.format_number(parsed, PhoneNumberFormat.E164) if possible else ""
    return number if len(number) <= LOCAL and not number.startswith("+") else ""


def same(one: str, other: str, region: str = "CN") -> bool:
    """Whether two spellings are the same number; nothing is the same as no number."""
    number = normalise(one, region)
    return number != "" and number == normalise(other, region)


def customer_key(ani: str, region: str = "CN") -> str:
    """What a caller is known by: their number as `normalise` writes it; "" when it says nothing of who calls.

    That is a withheld one in any of its spellings, nothing but zeros, and a service code with `*` or `#`:
    people who have that in common have nothing else in common, least of all an agent.
    """
    number = normalise(ani, region)
    digits = number.lstrip("+")
    return number if digits.isdecimal() and digits.strip("0") else ""


def match(dnis: str, wishes: Mapping[str, T], region: str = "CN") -> T | None:
    """What `wishes` holds for a called number, however either side spells it; None when nothing.

    A literal match comes first, so that a name (`hotline`) that an internal extension dials works as well.
    """
    if dnis in wishes:
        return wishes[dnis]
    number = normalise(dnis, region)
    return next(
        (value for wish, value in wishes.items() if number and number == normalise(wish, region)), None
    )


def may_dial(number: str, allow: Sequence[str], region: str = "CN") -> bool:
    """Whether a flow may call an outside number; what the list does not allow is refused.

    An entry is the beginning of an E.164 number (`+86`, `+86 10`), a country (`GB`; for `+1`, which covers
    the Caribbean's costly numbers as well, rather write `US`), or one whole number. Emergency numbers,
    premium-rate and personal numbers, and those no numbering plan knows, need their whole number in the list.
    """
    wish = normalise(number, region)
    if not wish:
        return False
    for entry in allow:
        whole = normalise(entry, region)
        # The prefix +86110 is not the emergency number 110: a short code is allowed only when written as one.
        if whole == wish and (wish.startswith("+") or not _bare(entry).startswith("+")):
            return True
    parsed = _parse(wish, "") if wish.startswith("+") else None
    if parsed is None or phonenumbers.number_type(parsed) in _COSTLY:
        return False
    country = phonenumbers.region_code_for_number(parsed)
    return any(
        entry == country or (re.fullmatch(r"\+[0-9]+", entry) is not None and wish.startswith(entry))
        for entry in map(_bare, allow)
    )


def mask(number: str) -> str:
    """A number as logs show it: `13800000000` → `138****0000`, `+8613800000000` → `+86138****0000`.

    At least four digits are hidden. Short codes and extensions, which are nobody's private number, stay.
    """
    text = _bare(number)
    if not re.fullmatch(r"\+?[0-9*#]+", text):
        return f"{text[:1]}****" if text else ""
    parsed = _parse(text, "") if text.startswith("+") else None
    code = f"+{parsed.country_code}" if parsed is not None else ""
    digits = text[len(code) :]
    if len(digits) <= SHORT:
        return text
    seen = max(0, len(digits) - 4)
    head, tail = min(3, seen // 2), min(4, (seen + 1) // 2)
    return code + digits[:head] + "*" * (len(digits) - head - tail) + digits[len(digits) - tail :]


def groups(number: str, region: str = "CN") -> list[str]:
    """A number cut as people say it: `13800138000` → `138 0013 8000`. No digit is ever lost.

    A number of another country than `region` begins with its code (`+1 650 …`). Empty when there is no digit
    in it, or something beside digits, `+` and separators.
    """
    text = unicodedata.normalize("NFKC", number[:LONGEST]).translate(_SEPARATORS)
    if not re.fullmatch(r"\+?[0-9]{1,20}", text):
        return []
    parsed = _parse(text, region)
    if parsed is not None and phonenumbers.is_valid_number(parsed):
        home = phonenumbers.country_code_for_region(region) == parsed.country_code
        form = PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL
        cut: list[str] = re.findall(r"\+?[0-9]+", phonenumbers.format_number(parsed, form))
        if text.startswith("+") or "".join(cut) == text:
            return cut
    sizes = {8: (4, 4), 10: (3, 3, 4), 11: (3, 4, 4)}.get(len(text), (len(text),))
    return [text[sum(sizes[:index]) :][:size] for index, size in enumerate(sizes)]


def _bare(text: str) -> str:
    """The number in a URI or text, without separators; of a text too long to be one, its beginning."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).strip()
    if uri := _URI.match(plain):
        number = unquote(uri[2])
        context = _CONTEXT.search(uri[3])
        if context and not number.startswith("+"):
            number = context[1] + number
    else:
        number = plain
    return number.translate(_SEPARATORS)


def _parse(number: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(number, region or None)
    except NumberParseException:
        return None
