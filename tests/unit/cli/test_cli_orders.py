"""Commands about calls and contacts: what of a command line becomes which order, and what is said of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ivr.cli import run
from ivr.cli.call.list import COLUMNS

Given = tuple[str, dict[str, Any]]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[Given]:
    """The orders that commands gave; the worker answers what `call.show` would."""
    orders: list[Given] = []

    def give(_self: object, order: str, **arguments: Any) -> dict[str, Any]:
        orders.append((order, arguments))
        if order == "calls.live":
            return {"calls": {"c1": dict.fromkeys(COLUMNS, "") | {"id": "c1", "node": "ask"}}}
        if order == "call.show":
            return {"id": "c1", "node": "ask", "agent": "", "variables": {"sum": "12.5"}, "awaited": ["paid"]}
        return {"says": "it rings", "call": "c1", "new": True}

    monkeypatch.setattr("ivr.control_client.Control.give", give)
    return orders


@pytest.mark.parametrize(
    ("line", "order", "arguments"),
    [
        (
            'call start +8613800000000 remind --var name=A --var n=12.5 --var code="007" --key i-7 --ring 20',
            "call.start",
            {
                "number": "+8613800000000",
                "flow": "remind",
                "variables": {"name": "A", "n": 12.5, "code": "007"},
                "key": "i-7",
                "ring": 20,
            },
        ),
        ("call hang-up c1 --cause USER_BUSY", "call.hang_up", {"call": "c1", "cause": "USER_BUSY"}),
        (
            "call set c1 vip=true name=Li",
            "call.set",
            {"call": "c1", "variables": {"vip": True, "name": "Li"}},
        ),
        (
            'call signal c1 --key paid --data {"sum":3} --id m1',
            "call.signal",
            {"call": "c1", "key": "paid", "data": {"sum": 3}, "id": "m1"},
        ),
        ("call signal c1:7", "call.signal", {"call": "c1:7"}),
        (
            "contact add email --group mail --require billing=3 --attribute order=7 --subject A --expires 60",
            "contact.add",
            {
                "channel": "email",
                "group": "mail",
                "require": {"billing": 3},
                "attributes": {"order": 7},
                "subject": "A",
                "expires": 60.0,
            },
        ),
        (
            "contact add task --agent 1001",
            "contact.add",
            {"channel": "task", "agent": "1001", "require": {}, "attributes": {}},
        ),
        ("contact cancel x --abandoned", "contact.cancel", {"contact": "x", "abandoned": True}),
        (
            "contact describe x --attribute order=null",
            "contact.attributes",
            {"contact": "x", "attributes": {"order": None}},
        ),
        ("agent accept 1001 --contact x", "agent.accept", {"agent": "1001", "contact": "x"}),
        ("agent decline 1001", "agent.decline", {"agent": "1001"}),
        ("agent end-contact 1001", "agent.end_contact", {"agent": "1001"}),
        (
            "agent sign-in 1001 --channel voice --channel email",
            "agent.sign_in",
            {"agent": "1001", "dial": "", "ready": True, "reason": "", "channels": ("voice", "email")},
        ),
    ],
)
def test_a_command_line_is_an_order(
    given: list[Given], line: str, order: str, arguments: dict[str, Any]
) -> None:
    assert run(line.split(" ")) == 0
    assert given == [(order, arguments)]


def test_what_came_of_it_is_said(given: list[Given], capsys: pytest.CaptureFixture[str]) -> None:
    run(["call", "start", "8001", "remind"])
    assert capsys.readouterr().err == "it rings\n"
    run(["call", "start", "8001", "remind", "--json"])
    assert json.loads(capsys.readouterr().out)["call"] == "c1"


def test_a_call_is_shown_with_its_variables(given: list[Given], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["call", "show", "c1"]) == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["id", "c1"],
        ["node", "ask"],
        ["webhooks", "paid"],
        ["sum", "=", "12.5"],
    ]


def test_calls_under_way_are_listed(given: list[Given], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["call", "list"]) == 0
    assert ["c1", "ask"] in [line.split() for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("wrong", ["name", "=x"])
def test_what_is_no_pair_is_said(given: list[Given], wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["call", "set", "c1", wrong]) == 2
    assert "is not NAME=VALUE" in capsys.readouterr().err
    assert given == []


def test_a_number_alone_is_a_test_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["call", "95598", "--limit", "no"]) == 2
    assert "Usage: ivr call place" in capsys.readouterr().err
