"""Whom agents see behind a contact."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import pytest

from ivr.acd.model import Contact
from ivr.acd.plan import load
from ivr.call import Call
from ivr.esl.resync import Snapshot
from ivr.routing.desk import Desk
from ivr.routing.staff import Staff
from ivr.routing.talks import Talk
from ivr.settings import Calls

PLAN = load("{skills: [billing], groups: {billing: {require: [billing]}}, agents: {}}")


@dataclass
class Caller:
    """As much of a call as is asked for."""

    ani: str
    variables: dict[str, str]
    id: str = field(default="c1")


@pytest.mark.parametrize(
    ("ani", "sent", "customer", "seen"),
    [
        ("web-li", "Li Lei", "", "Li Lei"),
        ("web-li", "", "", ""),
        ("13800000000", "Your bank", "", ""),
        ("", "Anonymous", "", ""),
        ("13800000000", "Your bank", "+8613800000000", "Wang Fang"),
    ],
)
def test_a_name_that_came_with_the_call_is_told_only_where_the_number_is_none(
    ani: str, sent: str, customer: str, seen: str
) -> None:
    desk = Desk(PLAN.plan, Calls(), lambda _pieces: list)
    desk.up(Snapshot("core", ()), {}, restarted=False)
    staff = Staff(desk, lambda: PLAN, lambda _record: None, name=lambda _customer: "Wang Fang")
    contact = Contact("c1:1", "billing", 0.0, customer=customer)
    caller = cast(Call, Caller(ani, {"Caller-Caller-ID-Name": sent}))
    desk.talks.begin(Talk(caller, "leg", "1001", contact, 0.0), found=True)
    assert staff.caller("c1:1", customer) == {"number": ani, "name": seen}
    desk.stop()
