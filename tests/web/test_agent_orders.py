"""Agents and supervisors by the API: who may order what, how it reaches the worker, and what was done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from ivr.errors import IvoryError
from ivr.store.database import Store
from ivr.store.models import AgentEvents, Contacts, Offers
from ivr.web.site import Site
from tests.web.conftest import NOW, Browser
from tests.web.worker import Worker


def test_an_agent_orders_for_the_agent_they_are(signed_in: Callable[[str], Browser], worker: Worker) -> None:
    assert (
        signed_in("agent").send("POST", "/api/v1/agents/1001/break", {"reason": "lunch"}).status_code == 200
    )
    assert worker.orders == [("agent.break", "user:agent", {"agent": "1001", "reason": "lunch"})]


def test_an_agent_orders_nothing_for_others(signed_in: Callable[[str], Browser], worker: Worker) -> None:
    answer = signed_in("agent").send("POST", "/api/v1/agents/1002/ready")
    assert (answer.status_code, answer.json["code"]) == (403, "A006")
    assert worker.orders == []


def test_a_supervisor_orders_for_anybody_and_leads(
    signed_in: Callable[[str], Browser], worker: Worker
) -> None:
    lead = signed_in("supervisor")
    lead.send("POST", "/api/v1/agents/1002/sign-in", {"ready": False})
    lead.send("POST", "/api/v1/agents/1002/whisper", {"at": "9001"})
    lead.send("POST", "/api/v1/agents/1002/transfer", {"to": {"group": "billing"}})
    assert [(name, given) for name, _, given in worker.orders] == [
        ("agent.sign_in", {"agent": "1002", "ready": False}),
        ("supervisor.whisper", {"agent": "1002", "at": "9001"}),
        ("agent.transfer", {"agent": "1002", "to": {"group": "billing"}}),
    ]


@pytest.mark.parametrize(
    ("scope", "path", "status"),
    [
        ("agents:drive", "ready", 200),
        ("agents:self", "ready", 403),
        ("agents:drive", "force-ready", 403),
        ("supervise", "force-ready", 200),
    ],
)
def test_a_program_orders_what_its_scope_says(
    bearer: Callable[..., Any], worker: Worker, scope: str, path: str, status: int
) -> None:
    assert bearer(scope)("POST", f"/api/v1/agents/1002/{path}").status_code == status


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("transfer", {}),
        ("transfer", {"to": {"group": "a", "agent": "b"}}),
        ("extend", {"seconds": -1}),
        ("break", {"why": "x"}),
    ],
)
def test_an_order_that_does_not_fit_does_not_reach_the_worker(
    signed_in: Callable[[str], Browser], worker: Worker, path: str, body: dict[str, Any]
) -> None:
    assert signed_in("admin").send("POST", f"/api/v1/agents/1002/{path}", body).status_code == 422
    assert worker.orders == []


def test_what_the_worker_refuses_is_told_in_its_words(
    signed_in: Callable[[str], Browser], worker: Worker
) -> None:
    def refuse(_given: dict[str, Any]) -> dict[str, Any]:
        raise IvoryError("1002 is not signed in", hint="sign in first")

    worker.answers["agent.ready"] = refuse
    answer = signed_in("admin").send("POST", "/api/v1/agents/1002/ready")
    assert (answer.status_code, answer.json["detail"]) == (409, "1002 is not signed in")


def test_without_a_worker_it_is_said(signed_in: Callable[[str], Browser]) -> None:
    assert signed_in("admin").send("POST", "/api/v1/agents/1002/ready").status_code == 503
    assert signed_in("admin").get("/api/v1/routing/live").status_code == 503


def test_many_who_look_are_one_question_until_something_is_ordered(
    signed_in: Callable[[str], Browser], worker: Worker
) -> None:
    agent = {"state": "busy", "name": "Ann"}
    contacts = {"c1": {"agent": "1001"}, "c2": {"offers": {"o": "1001"}}, "c3": {"agent": "1002"}}
    worker.answers["acd.status"] = lambda _: {
        "now": 5.0, "held": False, "turn": 3, "groups": {}, "agents": {"1001": agent}, "contacts": contacts,
    }  # fmt: skip
    browser = signed_in("admin")
    assert browser.get("/api/v1/routing/live").json["turn"] == 3
    seen = browser.get("/api/v1/agents/1001/live").json
    assert (seen["state"], list(seen["contacts"])) == ("busy", ["c1", "c2"])
    assert browser.get("/api/v1/agents/1009/live").status_code == 404
    assert len(worker.orders) == 1
    browser.send("POST", "/api/v1/agents/1001/ready")
    browser.get("/api/v1/routing/live")
    assert [name for name, _, _ in worker.orders] == ["acd.status", "agent.ready", "acd.status"]


@pytest.fixture
def day(site: Site) -> None:
    """Signed in for an hour: half of it ready, twenty minutes talking, ten on break."""

    def write(store: Store) -> None:
        for minutes, state in ((0, "available"), (30, "busy"), (50, "on_break"), (60, "logged_out")):
            at = NOW - timedelta(hours=2) + timedelta(minutes=minutes)
            AgentEvents.insert(agent="1001", at=at, state=state, by="1001").execute(store.db)
        arrived = NOW - timedelta(minutes=91)
        Contacts.insert(
            id="c1", arrived=arrived, agent="1001", answered=arrived, talk=1100.0, hold=100.0
        ).execute(store.db)
        for second, result in enumerate(("no_answer", "connected")):
            at = arrived + timedelta(seconds=second)
            Offers.insert(contact="c1", agent="1001", at=at, result=result).execute(store.db)

    site.ask(write)


def test_what_an_agent_did_adds_up(day: None, signed_in: Callable[[str], Browser]) -> None:
    found = signed_in("viewer").get("/api/v1/agents/1001/figures").json
    assert found["states"] == {"available": 1800.0, "busy": 1200.0, "on_break": 600.0}
    assert (found["answered"], found["talk"], found["offered"], found["missed"]) == (1, 1100.0, 2, 1)
    assert found["occupancy"] == pytest.approx(0.4)


def test_a_time_that_begins_in_the_middle_knows_the_state_it_began_in(
    day: None, signed_in: Callable[[str], Browser]
) -> None:
    since = (NOW - timedelta(minutes=75)).isoformat().replace("+", "%2B")
    found = signed_in("viewer").get(f"/api/v1/agents/1001/figures?since={since}").json
    assert found["states"] == {"busy": 300.0, "on_break": 600.0}


def test_history_comes_in_pages(day: None, signed_in: Callable[[str], Browser]) -> None:
    browser = signed_in("viewer")
    first = browser.get("/api/v1/agents/1001/history?limit=3").json
    rest = browser.get(f"/api/v1/agents/1001/history?limit=3&before={first['next']}").json
    states = [one["state"] for one in first["events"] + rest["events"]]
    assert states == ["logged_out", "on_break", "busy", "available"]
    assert rest["next"] == ""


def test_who_was_never_there_has_figures_of_nothing(signed_in: Callable[[str], Browser]) -> None:
    found = signed_in("viewer").get("/api/v1/agents/1009/figures").json
    assert (found["answered"], found["states"], found["occupancy"]) == (0, {}, None)
