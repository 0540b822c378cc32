"""What of a caller's place in the queue is kept on the call itself, so that no worker's death costs it.

One channel variable: the contact, who serves it, and where an agent has sent it. It lives as long as the
call, on the machine that carries it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from ivr.acd.model import Contact, Destination, Step
from ivr.errors import IvoryError
from ivr.esl import keeping

CONTACT: Final = "ivr_contact"
"""The channel variable of a caller who waits, or is served."""

_DEFAULTS: Final[Mapping[str, Any]] = {each.name: each.default for each in fields(Contact)}
_LISTS: Final = ("passed", "excluded")


@dataclass(frozen=True, slots=True)
class Stay:
    """A caller's stay in the queue: `agent` serves them since `since` (both empty while they wait); `sent`:
    where they are to go from here. `held`: the caller is with music while the agent is with somebody else."""

    contact: Contact
    agent: str = ""
    since: float = 0.0
    held: bool = False
    sent: Destination | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """What other systems say of the contact, for the agent."""


def pack(stay: Stay) -> str:
    """`stay` in characters that mean nothing to FreeSWITCH, without what is as ever."""
    contact = {
        name: value
        for name, value in asdict(stay.contact).items()
        if value != _DEFAULTS[name] and value not in ({}, ())
    }
    for name in _LISTS:
        if name in contact:
            contact[name] = sorted(contact[name]) if name == "excluded" else list(contact[name])
    contact["arrived"] = round(stay.contact.arrived, 6)
    if stay.contact.relax:
        contact["relax"] = [
            [step.after, dict(step.require), list(step.groups)] for step in stay.contact.relax
        ]
    whole: dict[str, Any] = {"c": contact}
    if stay.agent:
        whole |= {"a": stay.agent, "s": round(stay.since, 3)}
    if stay.held:
        whole["h"] = 1
    if stay.sent:
        whole["t"] = [stay.sent.kind, stay.sent.name]
    if stay.attributes:
        whole["x"] = dict(stay.attributes)
    return keeping.pack(json.dumps(whole, ensure_ascii=False, separators=(",", ":")))


def unpack(text: str) -> Stay:
    """What `pack` made. Raises IvoryError for anything else."""
    try:
        whole = json.loads(keeping.unpack(text))
        contact = dict(whole["c"])
        contact["passed"] = tuple(contact.get("passed", ()))
        contact["excluded"] = frozenset(contact.get("excluded", ()))
        contact["relax"] = tuple(
            Step(float(after), require, tuple(groups)) for after, require, groups in contact.get("relax", ())
        )
        sent = whole.get("t")
        return Stay(
            Contact(**contact),
            whole.get("a", ""),
            float(whole.get("s", 0.0)),
            bool(whole.get("h")),
            Destination(*sent) if sent else None,
            dict(whole.get("x", {})),
        )
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise IvoryError(f"a kept place cannot be read: {type(error).__name__}") from None
