"""What other systems may be told of: an event, as the worker that saw it puts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class EventRecord:
    """Something happened. Small on purpose: what is known of its call and contact is read when it is posted.
    Put again under the same `id` it changes nothing."""

    id: str
    """The same for the same thing, whoever tells of it: receivers know repetitions by it."""
    seq: int
    """Microseconds since the epoch, at least one more than the one before it from the same process."""
    type: str
    at: datetime
    stream: str
    """`call:…`, `agent:…`: events of one stream reach a receiver in the order of `seq`."""
    call: str = ""
    contact: str = ""
    flow: str = ""
    group: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    """What only this event knows; 4 KB at most."""
    taken: datetime | None = None
    """When deliveries were made of it."""
    body: str = field(default="", metadata={"limit": 1 << 20})
    """What is posted of it; whoever makes the deliveries writes that."""
