"""What a text in a flow file means, and which characters it may hold."""

from __future__ import annotations

import re

UNPRINTABLE = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""What nobody can see: controls, the separators YAML 1.1 took for line ends, half characters."""

MAX_DIGITS = 15
"""A longer number is an account or a card; as a float it would lose its last digits."""

_WORDS: dict[str, bool | None] = dict.fromkeys(["", "~", "null", "Null", "NULL"])
_WORDS |= dict.fromkeys(["true", "True", "TRUE"], True) | dict.fromkeys(["false", "False", "FALSE"], False)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?")


def resolve(text: str) -> str | int | float | bool | None:
    """The value of an unquoted text."""
    if text in _WORDS:
        return _WORDS[text]
    match = _NUMBER.fullmatch(text) if text[0] in "-0123456789" else None
    if match is None or sum(map(str.isdigit, text)) > MAX_DIGITS:
        return text
    return float(text) if match[1] else int(text)
