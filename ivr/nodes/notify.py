"""`notify`: other systems are told that the caller has come here, and the flow goes on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final, Literal

from pydantic import Field, field_validator

from ivr.errors import IvoryError
from ivr.flow import values
from ivr.flow.checks import Around, Problem
from ivr.flow.model import Node
from ivr.flow.types import Expr, Name, refuse
from ivr.runtime.ports import Notification
from ivr.runtime.visit import Visit

EVENT: Final = "flow.notify"
OURS: Final = (
    "agent", "call", "callback", "contact", "flow", "message", "recording", "survey", "webhook",
)  # fmt: skip
"""What the names of Ivory's own events begin with."""
MOST: Final = 3000
"""Characters that all values may have together, as JSON."""
_EVENT: Final = r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+"


class Notify(Node):
    """Tell other systems: an event with some values goes to every webhook that listens to it.

    It takes no time: the event is written down, and posted afterwards, as often as it takes. What the other
    side answers, the flow never learns; `operation` asks.

    For example:

        ordered:
          type: notify
          event: order.placed
          data: {order: order, amount: amount, vip: caller.vip}
          next: goodbye
    """

    type: Literal["notify"]
    event: str = Field(
        EVENT,
        max_length=100,
        description="The event's type, by which webhooks choose: two words or more with points between.",
        examples=["order.placed"],
        json_schema_extra={"pattern": f"^(flow\\.notify|(?!({'|'.join(OURS)})\\.){_EVENT})$"},
    )
    data: dict[Name, Expr] = Field(
        {},
        description="What is told: names to expressions; 3,000 characters in all.",
        examples=[{"order": "order", "amount": "amount * 100"}],
    )

    @field_validator("event")
    @classmethod
    def _a_name_of_its_own(cls, event: str) -> str:
        if not re.fullmatch(_EVENT, event):
            raise refuse(
                "F150", f'"{event}" cannot be an event', "write two words in small letters: order.placed"
            )
        family = event.partition(".")[0]
        if event != EVENT and family in OURS:
            message = f'events that begin with "{family}." are Ivory\'s own'
            raise refuse("F150", message, "name it after your business: order.placed")
        return event

    def problems(self, around: Around) -> Iterator[Problem]:
        for name, expression in self.data.items():
            for secret in sorted(around.secret & expression.names):
                message = f'"{secret}" is confidential, and events are kept and go to several systems'
                yield Problem(("data", name), "F222", message, "leave it out, or say only that it was right")

    def run(self, visit: Visit) -> str:
        given = {name: visit.eval(expression) for name, expression in self.data.items()}
        text = json.dumps(visit.hidden(given), ensure_ascii=False, default=values.json_value)
        if len(text) > MOST:
            raise IvoryError(f"the values have {len(text)} characters, {MOST} may be", hint="tell less of it")
        told = Notification(
            self.event,
            visit.key,
            visit.call.id,
            visit.flow.id,
            visit.state.node,
            visit.call.now(),
            json.loads(text),
        )
        visit.services.notify(told)
        visit.note(event=self.event, data=told.values)
        return "next"
