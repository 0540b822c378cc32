"""A caller's place survives on the channel: what is packed there comes back as it was."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.acd.model import Contact, Destination, Step
from ivr.errors import IvoryError
from ivr.routing.kept import Stay, pack, unpack

FULL = Contact(
    "call:3.2",
    "billing",
    1_795_339_034.625,
    customer="+8613800000000",
    priority=2.5,
    require={"billing": 3, "zh-CN": 1},
    relax=(Step(30.0, {"billing": 1}, ("sales",)),),
    preferred="1001",
    prefer_for=20.0,
    excluded=frozenset({"1002", "1003"}),
    max_wait=300.0,
    entered=1_795_339_050.0,
    passed=("vip",),
)


@pytest.mark.parametrize(
    "stay",
    [
        Stay(Contact("call:1", "billing", 1_795_339_034.5)),
        Stay(FULL),
        Stay(FULL, agent="1001", since=1_795_339_060.25),
        Stay(FULL, agent="1001", since=1_795_339_060.25, held=True),
        Stay(FULL, sent=Destination("number", "+861012345678")),
    ],
)
def test_a_place_comes_back_as_it_was(stay: Stay) -> None:
    assert unpack(pack(stay)) == stay


@given(st.text(st.characters(codec="utf-8"), max_size=60), st.text(max_size=30))
def test_what_is_written_means_nothing_to_freeswitch(customer: str, group: str) -> None:
    text = pack(Stay(Contact("call:1", group, 1.0, customer=customer)))
    assert re.fullmatch(r"[0-9A-Za-z_()/~!.*=-]+", text)
    assert unpack(text).contact.customer == customer


@pytest.mark.parametrize("text", ["", "t", "tx", "t(~c~!1)", "j????", "z" + "A" * 40, "t(~x~!())"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(IvoryError):
        unpack(text)
