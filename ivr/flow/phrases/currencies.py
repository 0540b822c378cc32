"""Currencies that can be spoken: how many decimal places each has, and which one a region means.

Decimal places are ISO 4217's minor units. The words for each currency stand in its language's file.
"""

from __future__ import annotations

from collections.abc import Mapping

from ivr.flow.phrases.values import refuse
from ivr.registry import did_you_mean

PLACES: Mapping[str, int] = {
    "AUD": 2,
    "CAD": 2,
    "CNY": 2,
    "EUR": 2,
    "GBP": 2,
    "HKD": 2,
    "JPY": 0,
    "KRW": 0,
    "MOP": 2,
    "SGD": 2,
    "TWD": 2,
    "USD": 2,
}

OF_REGION: Mapping[str, str] = {
    "AU": "AUD",
    "CA": "CAD",
    "CN": "CNY",
    "GB": "GBP",
    "HK": "HKD",
    "IE": "EUR",
    "JP": "JPY",
    "KR": "KRW",
    "MO": "MOP",
    "SG": "SGD",
    "TW": "TWD",
    "US": "USD",
}


def known(code: object) -> str:
    """A currency's code in capitals, or an Unspeakable that says which ones there are."""
    wish = code.strip().upper() if isinstance(code, str) else ""
    if wish not in PLACES:
        raise refuse(code, "a currency that can be spoken", did_you_mean(wish, list(PLACES)))
    return wish
