"""The languages in which callers are understood. In any other, phrases are, and values that engines write in
figures."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ivr import i18n
from ivr.flow.spoken.en import ENGLISH
from ivr.flow.spoken.language import BIGGEST, Language
from ivr.flow.spoken.rules import Figures
from ivr.flow.spoken.zh import CHINESE

_KNOWN: Mapping[str, Language] = {"zh": CHINESE, "en": ENGLISH}

_OTHER = Language(
    rules={
        "number": Figures(0, BIGGEST),
        "money": Figures(0, BIGGEST, decimals=True, act=Decimal),
        "month": Figures(1, 12),
    }
)


def language_of(tag: str) -> Language:
    """What is known of the language with this tag (`zh-CN`)."""
    return _KNOWN.get(i18n.base(tag), _OTHER)
