"""The systems behind the starter flows: what they know, what they keep, and what they refuse."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from ivr.lab.crm import Crm
from ivr.lab.starters import CUSTOMERS, PIN, WRONG_PINS, Answer, Starters

CARD = "6222020000000008888"


@pytest.fixture
def systems() -> Starters:
    return Starters(lambda: date(2026, 11, 21))  # a Saturday


def post(systems: Starters, path: str, key: str = "", **body: Any) -> Answer:
    return systems.answer("POST", path, json.dumps(body).encode(), key)


def test_a_subscriber_has_the_same_balance_each_time(systems: Starters) -> None:
    status, answer = systems.answer("GET", "/subscribers/13800000001")
    assert (status, sorted(answer)) == (200, ["balance", "spent"])
    assert systems.answer("GET", "/subscribers/13800000001") == (status, answer)
    assert systems.answer("GET", "/subscribers/13800000000")[1]["balance"] < 0
    assert systems.answer("GET", "/subscribers/13800000001/usage")[1]["until"] == "2026-12-01"


def test_a_card_that_was_used_tops_nothing_up(systems: Starters) -> None:
    before = systems.answer("GET", "/subscribers/13800000001")[1]["balance"]
    status, answer = post(systems, "/subscribers/13800000001/topups", card="1" * 18)
    assert (status, answer["balance"]) == (200, round(before + answer["amount"], 2))
    assert post(systems, "/subscribers/13800000001/topups", card="0" * 18)[0] == 409
    assert post(systems, "/subscribers/13800000001/statements", month="2026-10")[0] == 202


def test_a_card_takes_three_wrong_pins_and_no_more(systems: Starters) -> None:
    assert post(systems, "/cards/find", card=CARD) == (200, {"tail": "8888"})
    assert post(systems, "/cards/lock", card=CARD)[0] == 200
    assert post(systems, "/cards/balance", card=CARD, pin=PIN)[1]["tail"] == "8888"
    wrong = [post(systems, "/cards/balance", card=CARD, pin="000000")[0] for _ in range(WRONG_PINS + 1)]
    assert wrong == [401] * WRONG_PINS + [423]
    assert post(systems, "/cards/balance", card=CARD, pin=PIN)[0] == 423
    assert post(systems, "/cards/find", card="0" + CARD)[0] == 404


def test_a_time_is_given_once_and_given_back(systems: Starters) -> None:
    days = systems.answer("GET", "/slots")[1]["days"]
    assert [day["date"] for day in days] == ["2026-11-23", "2026-11-24", "2026-11-25"]  # no Sunday
    wish = {"date": "2026-11-23", "time": "09:00", "phone": "+8613800000000"}
    status, answer = post(systems, "/appointments", key="call:7", **wish)
    assert status == 201
    assert post(systems, "/appointments", key="call:7", **wish) == (201, answer)
    assert post(systems, "/appointments", key="call:8", **wish)[0] == 409
    assert "09:00" not in systems.answer("GET", "/slots")[1]["days"][0]["times"]
    code = answer["code"]
    assert systems.answer("GET", f"/appointments/{code}")[1]["time"] == "09:00"
    assert systems.answer("DELETE", f"/appointments/{code}")[0] == 200
    assert systems.answer("DELETE", f"/appointments/{code}")[0] == 404
    assert "09:00" in systems.answer("GET", "/slots")[1]["days"][0]["times"]


def test_customers_are_known_by_their_number(systems: Starters) -> None:
    for number, known in CUSTOMERS.items():
        assert systems.answer("GET", f"/customers/{number}") == (200, known)
    assert systems.answer("GET", "/customers/")[0] == 404


@pytest.mark.parametrize("path", ["/surveys", "/messages", "/callbacks"])
def test_what_is_only_told_is_taken(systems: Starters, path: str) -> None:
    assert post(systems, path, rating=5)[0] == 201


@pytest.mark.parametrize("body", [b"[1]", b"{", b"\xff"])
def test_what_is_no_object_is_refused(systems: Starters, body: bytes) -> None:
    assert systems.answer("POST", "/surveys", body)[0] == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("DELETE", "/subscribers/13800000001"),
        ("GET", "/subscribers/1"),
        ("POST", "/cards/melt"),
    ],
)
def test_anything_else_is_not_found(systems: Starters, method: str, path: str) -> None:
    assert systems.answer(method, path, b'{"card": "1"}')[0] == 404


def test_the_demos_customer_system_has_them_all() -> None:
    assert Crm(today=lambda: date(2026, 11, 21)).answer("GET", "/slots")[0] == 200
