"""How an agent's telephone is rung: what it is shown, and what a dial string may be."""

from __future__ import annotations

import pytest

from ivr.acd.actions import Offer
from ivr.acd.model import Contact
from ivr.errors import RefusedInput
from ivr.routing import legs
from ivr.settings import Calls

CALLS = Calls(extension="user/{address}@ivory.test")


def dialled(dial: str, options: Calls = CALLS, **shown: str) -> str:
    offer = Offer("o1", Contact("call:1", "billing", 100.0), "1001", 120.0, dial)
    return legs.dial(offer, "leg", 105.5, options, shown)


@pytest.mark.parametrize(
    ("dial", "leg"),
    [
        ("1001", "user/1001@ivory.test"),
        ("user/1001@example.com", "user/1001@example.com"),
        ("sofia/internal/1001@10.0.0.5:5060", "sofia/internal/1001@10.0.0.5:5060"),
        ("null/agent1", "null/agent1"),
    ],
)
def test_an_extension_goes_by_the_house_a_dial_string_as_it_stands(dial: str, leg: str) -> None:
    assert dialled(dial).endswith("}" + leg)


@pytest.mark.parametrize(
    "dial",
    [
        "1001,user/1002", "user/1001|user/1002", "[a=b]user/1001", "{a=b}user/1001", "${system(x)}/1",
        "user/1001:_:user/1002", "user/1001 x", "user/", "", "+8613800000000",
    ],
)  # fmt: skip
def test_what_would_ring_somebody_else_is_refused(dial: str) -> None:
    with pytest.raises(RefusedInput):
        dialled(dial)


def test_an_agent_outside_is_rung_where_the_settings_allow_it() -> None:
    outside = Calls(number="sofia/gateway/trunk/{address}", allow=["+86"])
    assert dialled("+8613800000000", outside).endswith("}sofia/gateway/trunk/+8613800000000")


def test_the_agent_sees_who_calls_and_what_the_flow_says() -> None:
    text = dialled("1001", number="13800000000", name="Billing desk", caller="A", account="4711")
    for part in (
        "origination_caller_id_number=13800000000", "origination_caller_id_name='Billing desk'",
        "ivr_contact_of=A", "ivr_show_account=4711", "sip_h_X-Ivory-account=4711",
        "sip_h_X-Ivory-Contact=call:1", "originate_timeout=17", "ignore_early_media=true",
    ):  # fmt: skip
        assert part in text


@pytest.mark.parametrize("value", ["a,b", "x}y", "${caller}", "a'b", "1\n2", "a|b", "^^:a"])
def test_a_value_that_is_syntax_is_left_out_and_the_call_is_made(value: str) -> None:
    assert "account" not in dialled("1001", account=value)
    assert "odd name" not in dialled("1001", CALLS, **{"odd name": "x"})


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        ("USER_BUSY", "busy"), ("NO_ANSWER", "no_answer"), ("CALL_REJECTED", "rejected"),
        ("USER_NOT_REGISTERED", "unregistered"), ("NETWORK_OUT_OF_ORDER", "failed"), ("?", "failed"),
    ],
)  # fmt: skip
def test_a_cause_says_why(cause: str, why: str) -> None:
    assert legs.why(cause) == why
