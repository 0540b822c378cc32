"""A pushed contact on a whole worker: through the socket into queue and store, and on to the next worker."""

from __future__ import annotations

from pathlib import Path

from ivr.store.connect import open_store
from ivr.store.pushed import pushed
from tests.e2e.house import LIMIT, House, until

FLOW = """
id: menu
languages: [en-US]
nodes: {bye: {type: hangup}}
"""
PLAN = """
groups: {mail: {agents: [1001]}}
agents: {1001: {capacity: {voice: 1, email: 1}}}
"""


def test_it_is_served_by_the_next_worker_as_if_nothing_had_happened(tmp_path: Path) -> None:
    with House(tmp_path, FLOW, plan=PLAN) as house:
        until(lambda: "mail" in house.app.centre.desk.groups)
        house.give("agent.sign_in", agent="1001", channels=["email"])
        served = house.give("contact.add", channel="email", group="mail", subject="A")["contact"]
        waiting = house.give("contact.add", channel="email", group="mail", subject="B", key="b")["contact"]
        house.give("agent.accept", agent="1001")
        house.another_worker()
        until(lambda: set(house.give("acd.status")["contacts"]) == {served, waiting})
        contacts = house.give("acd.status")["contacts"]
        assert (contacts[served]["agent"], contacts[waiting]["subject"]) == ("1001", "B")
        assert house.give("contact.add", channel="email", group="mail", key="b")["contact"] == waiting
        house.give("agent.end_contact", agent="1001")
        house.give("agent.wrap_up_done", agent="1001")
        assert house.give("agent.accept", agent="1001") == {"contact": waiting}
        assert house.app.writer.flush(LIMIT)
        with open_store(house.settings.store.url) as store:
            states = [found.state for one in (served, waiting) if (found := pushed(store, one))]
        assert states == ["done", "serving"]
