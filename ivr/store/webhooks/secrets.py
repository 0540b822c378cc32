"""The secrets of an endpoint or a source: the newest signs; the one before it counts for a while yet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ivr.store.fields import utc_text


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret, as Standard Webhooks writes it (`whsec_…`). `until`: it counts no longer after that; None:
    it is the present one."""

    text: str = field(repr=False)
    made: datetime
    until: datetime | None = None


def valid(secrets: Sequence[Secret], now: datetime) -> tuple[str, ...]:
    """Those that count, the newest first."""
    newest = sorted(secrets, key=lambda secret: secret.made, reverse=True)
    return tuple(secret.text for secret in newest if secret.until is None or now < secret.until)


def packed(secrets: Sequence[Secret]) -> str:
    """As the database keeps them."""
    texts = [(one.text, utc_text(one.made), utc_text(one.until) if one.until else None) for one in secrets]
    return json.dumps([dict(zip(("text", "made", "until"), each, strict=True)) for each in texts])


def unpacked(kept: Sequence[dict[str, Any]]) -> tuple[Secret, ...]:
    """From there."""
    return tuple(Secret(one["text"], _moment(one["made"]), _moment(one["until"])) for one in kept)  # type: ignore[arg-type]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(f"{text}+00:00") if text else None
