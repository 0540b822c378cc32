"""Webhooks that came for a call, in its state: kept with it until the node that waits for one takes it.

One that comes before the node waits is not lost, nor is one that came just before a worker's death. A webhook
is for a `key`: a name that the flow chose, or a token (`<call>:<visit>`) that only one visit of one call has.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

from ivr.errors import IvoryError
from ivr.runtime.state import State

MOST: Final = 8
"""Webhooks that may wait for a call's flow."""
REMEMBERED: Final = 16
"""Webhooks whose ids are remembered, so that one that is sent twice counts once."""


def token(call: str, visit: int) -> str:
    """What tells one wait of one call from all others."""
    return f"{call}:{visit}"


def of_visit(visit: int) -> str:
    """The key of what was sent to a token."""
    return f"#{visit}"


def put(state: State, key: str, data: str, id: str = "") -> bool:
    """Keep what a webhook brought (JSON text); a later one of the same key takes its place. False: it was
    here already, by its `id`.

    Raises:
        IvoryError: the visit that its token names is over, or too many wait.
    """
    if id and id in state.heard:
        return False
    if key.startswith("#") and int(key[1:]) < state.visit:
        raise IvoryError("nobody waits for this any more", hint="the call has gone on meanwhile")
    if key not in state.signals and len(state.signals) >= MOST:
        raise IvoryError(f"{MOST} webhooks wait for this call's flow already", hint="it takes none of them")
    state.signals = {**state.signals, key: data}
    if id:
        state.heard = [*state.heard, id][-REMEMBERED:]
    return True


def take(state: State, *keys: str) -> tuple[Any] | None:
    """What a webhook of one of `keys` brought, once; None: there was none yet."""
    for key in keys:
        if key in state.signals:
            rest = dict(state.signals)
            data = rest.pop(key)
            state.signals = rest
            return (json.loads(data, parse_float=Decimal),)
    return None
