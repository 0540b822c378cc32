"""What a change would do: both plans meet the same callers, in a process of its own, and it says whose."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from ivr.errors import IvoryError
from ivr.routing import what_if
from ivr.routing.turns import Turns
from ivr.store.database import Store
from ivr.store.models import AgentEvents, Contacts
from ivr.web.routing import simulation
from ivr.web.site import Site
from tests.web.conftest import NOW, Browser
from tests.web.test_routing_plan import PLAN

QUICK = {"contacts": 300, "precision": 0.5, "seconds": 30}
LOADS = {"billing": {"rate": "30/h", "aht": "3m", "patience": "2m"}}


@pytest.fixture
def lead(site: Site, signed_in: Callable[[str], Browser]) -> Browser:
    site.ask(lambda store: Turns(store, "cli:li", lambda: NOW).put(PLAN, "routing.yaml"))
    return signed_in("supervisor")


def simulated(browser: Browser, **question: Any) -> Any:
    return browser.send("POST", "/api/v1/routing/simulate", {**QUICK, **question})


def test_two_plans_meet_the_same_callers(lead: Browser) -> None:
    found = simulated(lead, agents={"1002": {"skills": {"billing": 5}, "groups": []}}, loads=LOADS).json
    assert found["supposed"]["kind"] == "given"
    before, after = (plan["groups"]["billing"] for plan in found["plans"])
    assert before["contacts"] == after["contacts"] >= 300
    assert found["differences"]["billing"]["service_level"]["value"] < 0  # one agent less


def test_a_plan_that_is_not_changed_makes_no_difference(lead: Browser) -> None:
    found = simulated(lead, loads=LOADS).json
    assert found["differences"]["billing"]["asa"]["value"] == 0


def test_where_nothing_was_recorded_an_hour_is_made_up_and_it_says_so(lead: Browser) -> None:
    assert lead.get("/api/v1/routing/forecast").json["traffic"] == "made_up"
    found = simulated(lead, groups={"billing": {"require": {"billing": 7}}}).json
    assert found["supposed"]["kind"] == "made_up"
    assert found["supposed"]["loads"]["billing"]["aht"] == "180s"


@pytest.fixture
def yesterday(site: Site) -> None:
    def write(store: Store) -> None:
        for number in range(simulation.FEW):
            at = NOW - timedelta(days=1, minutes=-2 * number)
            Contacts.insert(
                id=f"c{number:02}", arrived=at, answered=at, group="billing", waited=5.0, talk=100.0,
                disposition="answered", agent="1001", wrap_up=10.0,
            ).execute(store.db)  # fmt: skip
        at = NOW - timedelta(days=1, minutes=5)
        AgentEvents.insert(agent="1001", at=at, state="available").execute(store.db)

    site.ask(write)


def test_days_of_which_enough_is_known_are_played_again(lead: Browser, yesterday: None) -> None:
    assert lead.get("/api/v1/routing/forecast").json["traffic"] == "yesterday"
    found = simulated(lead, groups={"billing": {"wrap_up": "60s"}}).json
    assert (found["supposed"]["kind"], found["supposed"]["contacts"]) == ("replay", simulation.FEW)
    agents = found["plans"][0]["agents"]
    assert agents["1001"]["answered_per_hour"] > 0
    assert agents["1002"]["answered_per_hour"] == 0  # nobody saw them yesterday


def test_it_is_told_as_it_goes(lead: Browser) -> None:
    answer = simulated(lead, loads=LOADS, stream=True)
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [next(iter(rows[0])), next(iter(rows[-1]))] == ["begun", "report"]


def test_a_change_with_errors_is_not_simulated(lead: Browser) -> None:
    answer = simulated(lead, groups={"billing": {"ring": "soon"}})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/ring")
    assert simulated(lead, text="groups: [").status_code == 422
    assert simulated(lead, loads={"billing": {"rate": "many", "aht": "3m"}}).status_code == 409


def test_days_in_which_nobody_came_cannot_be_played_again(lead: Browser) -> None:
    answer = simulated(lead, traffic="yesterday")
    assert (answer.status_code, answer.json["detail"]) == (409, "there are no contacts to replay")


def test_only_one_simulates_at_once(lead: Browser, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "PATIENCE", 0.01)
    with site.part(simulation.Room).room:
        assert simulated(lead, loads=LOADS).status_code == 409


def test_who_goes_away_ends_it(lead: Browser, site: Site) -> None:
    rows = simulation.lines(site, {"plans": [PLAN, PLAN], "loads": LOADS, "seconds": 30, "precision": 1e-9})
    assert "begun" in next(rows)
    rows.close()  # type: ignore[attr-defined]
    assert site.part(simulation.Room).room.acquire(blocking=False)


def test_when_the_time_is_over_what_was_found_until_then_is_told() -> None:
    told: list[dict[str, Any]] = []
    clock = iter(range(1_000_000))
    order = {"plans": [PLAN, PLAN], "loads": LOADS, "seconds": 3, "precision": 1e-9}
    what_if.answer(order, lambda row: told.append(dict(row)), lambda: float(next(clock)))
    assert told[-1]["report"]["ended"] == "time"


def test_a_made_up_hour_asks_no_group_that_nobody_can_serve() -> None:
    with pytest.raises(IvoryError, match="nobody serves any group"):
        what_if.answer({"plans": ["{}", "{}"], "seconds": 1}, lambda _row: None)
