"""The demo's customer system: the same answers every time, and none that a stranger could abuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
import requests

from ivr.lab.crm import MAX_BODY, Crm


@pytest.fixture
def crm() -> Iterator[Crm]:
    system = Crm(today=lambda: date(2026, 1, 31))
    system.start()
    yield system
    system.stop()


def test_an_account_has_a_balance_a_date_and_two_bills(crm: Crm) -> None:
    status, bill = crm.answer("GET", "/accounts/1234567890")
    assert status == 200
    assert bill["due_date"] == "2026-02-10"
    assert [item["month"] for item in bill["items"]] == [12, 11]
    assert bill["balance"] == bill["items"][0]["amount"] > 0


def test_the_same_account_has_the_same_bill(crm: Crm) -> None:
    assert crm.answer("GET", "/accounts/1234567890") == crm.answer("GET", "/accounts/1234567890")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/accounts/0234567890", 404),
        ("GET", "/accounts/12345", 404),
        ("GET", "/../etc/passwd", 404),
        ("DELETE", "/accounts/1234567890", 405),
        ("GET", "/outages", 405),
        ("POST", "/outages", 400),
    ],
)
def test_what_is_asked_wrongly_has_its_status(crm: Crm, method: str, path: str, status: int) -> None:
    assert crm.answer(method, path, b"[not json")[0] == status


def test_some_accounts_owe_nothing(crm: Crm) -> None:
    assert crm.answer("GET", "/accounts/1234567800")[1]["balance"] == 0


def test_one_report_sent_twice_is_one_report(crm: Crm) -> None:
    first = crm.answer("POST", "/outages", b'{"caller": "1"}', key="call:3")
    assert first == crm.answer("POST", "/outages", b'{"caller": "1"}', key="call:3")
    assert list(crm.reports.values()) == [{"caller": "1"}]
    assert crm.answer("POST", "/outages", b'{"caller": "1"}', key="call:4") != first


def test_it_speaks_http(crm: Crm) -> None:
    answer = requests.post(f"{crm.url}/outages", json={"caller": "1"}, timeout=5)
    assert (answer.status_code, list(answer.json())) == (201, ["ticket"])
    assert json.loads(requests.get(f"{crm.url}/accounts/1234567890", timeout=5).text)["items"]


def test_a_body_that_is_too_large_is_not_read(crm: Crm) -> None:
    assert requests.post(f"{crm.url}/outages", data=b"x" * (MAX_BODY + 1), timeout=5).status_code == 413
