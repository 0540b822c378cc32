"""What arrives at a receiver, for who has none yet: made by the code that makes the real ones."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.webhooks.bodies import Envelope
from ivr.webhooks.payloads.common import Call, Contact, Customer, Step
from ivr.webhooks.payloads.contacts import ScreenPop

_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def screen_pop() -> str:
    """The body of a `contact.offered`, without what is null in it."""
    data = ScreenPop(
        contact=Contact(id="c-81", channel="voice", group="billing", ani="+8613800138000", waited=12.4),
        call=Call(id="0b6e1c5a", flow="hotline", dnis="95598"),
        customer=Customer(id="C-1001", name="Li Lei", vip=True),
        agent="1001",
        url="https://crm.example/customer/C-1001",
        shown={"invoice": "2026-02"},
        journey=(Step(visit=3, node="main", type="menu", outcome="1", input="1"),),
        at=_AT,
    )
    whole = Envelope(id="evt_9f2c41d7", type="contact.offered", timestamp=_AT, data=data)
    return whole.model_dump_json(exclude_none=True, exclude_unset=True, indent=2)
