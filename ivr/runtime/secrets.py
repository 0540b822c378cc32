"""What a caller typed in confidence, and how it stays out of everything that is written down.

The values live here, in the worker's memory, and nowhere else. They are hidden by value, not by the name of
a variable: a PIN that a flow hands to a subflow under another name is as secret there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ivr.flow import values

MASK = "••••"
SHORT = 3
"""Signs up to which a value turns up by chance within others: it is hidden where it stands alone only."""


class Secrets:
    """The confidential values of one call."""

    def __init__(self) -> None:
        self._texts: set[str] = set()

    def add(self, value: str) -> None:
        """Hide `value` from now on, also as it stands in a URL."""
        if value:
            self._texts |= {value, quote(value, safe="")}

    def __bool__(self) -> bool:
        """Whether anything was typed in confidence."""
        return bool(self._texts)

    def mask(self, value: Any) -> Any:
        """`value`, and all that is in it, without what is secret."""
        if not self._texts:
            return value
        if isinstance(value, str):
            for secret in sorted(self._texts, key=len, reverse=True):
                if len(secret) > SHORT:
                    value = value.replace(secret, MASK)
                elif secret in value:
                    value = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", MASK, value)
            return value
        if isinstance(value, Mapping):
            return {self.mask(key): self.mask(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.mask(inner) for inner in value]
        if values.is_number(value) and values.text(value) in self._texts:
            return MASK
        return value

    def holds(self, value: Any) -> bool:
        """Whether there is anything secret in `value`."""
        return bool(self._texts) and self.mask(value) != value
