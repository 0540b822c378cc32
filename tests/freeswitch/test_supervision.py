"""Supervisors who listen, speak, join and take over, and agents who dial, on a real FreeSWITCH."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.freeswitch.centre import Centre
from tests.freeswitch.conftest import Ivory, wait_for
from tests.freeswitch.instance import Instance
from tests.freeswitch.people import Person, hears
from tests.freeswitch.stage import Stage, person, staffed

BOSS = "2020"


@pytest.fixture
def centre(talking: Ivory, freeswitch: Instance) -> Iterator[Centre]:
    with staffed(talking, freeswitch) as centre:
        yield centre


def boss(stage: Stage, order: str) -> Person:
    """A supervisor whom an order has rung."""
    stage.centre.order(f"supervisor.{order}", agent="a1", at=BOSS)
    person = stage.dialled("ivr_watches", 1300.0, "boss")
    time.sleep(0.3)
    return person


def audited(centre: Centre) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(centre.ivory.folder / "ivory.db")) as database:
        return database.execute('select by, "order" from audits').fetchall()


def test_a_supervisor_listens_whispers_and_joins_without_a_new_call(centre: Centre, tmp_path: Path) -> None:
    stage = Stage(centre, tmp_path, "13930000001")
    chief = boss(stage, "monitor")
    people = (stage.caller, stage.agent, chief)
    stage.expect(people, {"caller": {"a1"}, "a1": {"caller"}, "boss": {"a1", "caller"}})
    centre.order("supervisor.whisper", agent="a1", at=BOSS)
    stage.expect(people, {"caller": {"a1"}, "a1": {"caller", "boss"}, "boss": {"a1", "caller"}})
    centre.order("supervisor.barge", agent="a1", at=BOSS)
    stage.expect(
        people,
        {
            "caller": {"a1", "boss"},
            "a1": {"caller", "boss"},
            "boss": {"a1", "caller"},
        },
    )
    centre.order("supervisor.monitor", agent="a1", at=BOSS)
    stage.expect(people, {"caller": {"a1"}, "a1": {"caller"}, "boss": {"a1", "caller"}})
    centre.order("supervisor.stop", agent="a1")
    wait_for(lambda: not stage.there(chief), 2, "the supervisor gone")
    stage.expect(people[:2], {"caller": {"a1"}, "a1": {"caller"}})


def test_a_supervisor_changes_by_keys_what_is_heard_and_it_is_written_down(
    centre: Centre, tmp_path: Path
) -> None:
    stage = Stage(centre, tmp_path, "13930000002")
    chief = boss(stage, "monitor")
    centre.phone.press(chief.phone, "2")
    people = (stage.caller, stage.agent, chief)
    stage.expect(people, {"caller": {"a1"}, "a1": {"caller", "boss"}, "boss": {"a1", "caller"}})
    wait_for(lambda: ("phone:2020", "supervisor.whisper") in audited(centre), 5, "the key written down")


def test_a_supervisor_who_hangs_up_changes_nothing(centre: Centre, tmp_path: Path) -> None:
    stage = Stage(centre, tmp_path, "13930000003")
    chief = boss(stage, "barge")
    centre.phone.hang_up(chief.phone)
    stage.expect([stage.caller, stage.agent], {"caller": {"a1"}, "a1": {"caller"}})


def test_a_talk_that_ends_hangs_the_supervisor_up(centre: Centre, tmp_path: Path) -> None:
    stage = Stage(centre, tmp_path, "13930000004")
    chief = boss(stage, "monitor")
    centre.phone.hang_up(stage.caller.phone)
    wait_for(lambda: not stage.there(chief), 3, "the supervisor gone")


def test_a_supervisor_takes_the_caller_over(centre: Centre, tmp_path: Path) -> None:
    stage = Stage(centre, tmp_path, "13930000005")
    chief = boss(stage, "monitor")
    centre.order("supervisor.intercept", agent="a1", at=BOSS)
    stage.expect([stage.caller, chief], {"caller": {"boss"}, "boss": {"caller"}})
    assert not stage.there(stage.agent)
    wait_for(lambda: centre.state("a1") == "available", 3, "the agent free")
    centre.phone.hang_up(chief.phone)
    assert centre.ivory.journey(stage.ani).steps[-1].node == "after"


def test_a_supervisor_who_did_not_listen_is_rung_and_takes_the_caller_over(
    centre: Centre, tmp_path: Path
) -> None:
    stage = Stage(centre, tmp_path, "13930000006")
    centre.sign_in("a2")
    centre.order("agent.break", agent="a2")
    centre.order("supervisor.intercept", agent="a1", at="2002")
    wait_for(lambda: not stage.there(stage.agent), 5, "the agent gone")
    second = stage.answered("a2", 880.0)
    stage.expect([stage.caller, second], {"caller": {"a2"}, "a2": {"caller"}})
    assert centre.state("a2") == "busy"


def test_a_supervisor_ends_a_talk_for_both(centre: Centre, tmp_path: Path) -> None:
    stage = Stage(centre, tmp_path, "13930000007")
    centre.order("supervisor.hang_up", agent="a1")
    wait_for(lambda: not stage.there(stage.caller) and not stage.there(stage.agent), 3, "both gone")


def test_a_supervisor_orders_agents_states(centre: Centre) -> None:
    centre.sign_in("a1")
    centre.order("supervisor.force_break", agent="a1", reason="training")
    wait_for(lambda: centre.state("a1") == "on_break", 2, "the break")
    centre.order("supervisor.force_ready", agent="a1")
    wait_for(lambda: centre.state("a1") == "available", 2, "ready")
    centre.order("supervisor.force_logout", agent="a1")
    wait_for(lambda: centre.state("a1") == "logged_out", 2, "signed out")
    orders = {("test", f"supervisor.force_{what}") for what in ("break", "ready", "logout")}
    wait_for(lambda: orders <= set(audited(centre)), 5, "the orders written down")


def test_an_agent_calls_a_colleague_and_both_are_busy(centre: Centre, tmp_path: Path) -> None:
    centre.sign_in("a1", "a2")
    centre.order("agent.dial", agent="a1", number="a2")
    wait_for(lambda: len(centre.phone.rows("calls")) >= 1 and centre.state("a2") == "busy", 5, "the talk")
    assert centre.state("a1") == "busy"
    centre.phone.hang_up(dialled(centre, "2002"))
    wait_for(lambda: centre.state("a1") == centre.state("a2") == "available", 5, "both free")


def test_an_agent_calls_outside_holds_and_hands_over(centre: Centre, tmp_path: Path) -> None:
    centre.sign_in("a1")
    centre.order("agent.dial", agent="a1", number="+8613800000001")
    wait_for(lambda: centre.state("a1") == "busy" and len(centre.phone.rows("calls")) >= 1, 5, "the talk")
    people = [
        person(centre.phone, tmp_path, name, hz, dialled(centre, number))
        for name, hz, number in (("a1", 620.0, "2001"), ("customer", 440.0, "%2B8613800000001"))
    ]
    stage = Stage.__new__(Stage)
    stage.centre, stage.folder = centre, tmp_path
    stage.expect(people, {"a1": {"customer"}, "customer": {"a1"}})
    stage.order("hold")
    stage.expect(people, {"a1": set(), "customer": {"music"}})
    stage.order("retrieve")
    stage.order("consult", to={"extension": "2009"})
    third = stage.dialled("ivr_asked_by", 880.0)
    time.sleep(0.3)
    stage.order("complete")
    stage.expect([people[1], third], {"customer": {"third"}, "third": {"customer"}})
    wait_for(lambda: centre.state("a1") == "available", 3, "the agent free")
    centre.phone.hang_up(third.phone)
    wait_for(lambda: centre.phone.channels() == 0, 3, "nobody left alone")


def dialled(centre: Centre, number: str) -> str:
    """The leg by which Ivory has dialled a number."""
    found: list[str] = []

    def look() -> bool:
        rows = [row for row in centre.phone.rows("channels") if row["direction"] == "outbound"]
        found.extend(row["uuid"] for row in rows if f"/{number}@" in row["name"])
        return bool(found)

    wait_for(look, 5, f"{number} rung")
    return found[0]


def test_a_supervisor_listens_on_when_the_worker_is_killed(centre: Centre, tmp_path: Path) -> None:
    stage = Stage(centre, tmp_path, "13930000008")
    chief = boss(stage, "monitor")
    people = (stage.caller, stage.agent, chief)
    centre.ivory.kill_worker()
    stage.expect(people, {"caller": {"a1"}, "a1": {"caller"}, "boss": {"a1", "caller"}})
    centre.order("supervisor.whisper", agent="a1", at=BOSS)
    stage.expect(people, {"caller": {"a1"}, "a1": {"caller", "boss"}, "boss": {"a1", "caller"}})
    centre.order("supervisor.intercept", agent="a1", at=BOSS)
    stage.expect([stage.caller, chief], {"caller": {"boss"}, "boss": {"caller"}})
    wait_for(lambda: centre.state("a1") == "available", 3, "the agent free")


def test_calls_that_agents_dialled_go_on_when_the_worker_is_killed(centre: Centre, tmp_path: Path) -> None:
    centre.sign_in("a1", "a2", "b1")
    centre.order("agent.dial", agent="a1", number="+8613800000001")
    centre.order("agent.dial", agent="b1", number="a2")
    wait_for(lambda: centre.talking() == {"a1", "a2", "b1"}, 8, "the talks")
    wait_for(
        lambda: len([row for row in centre.phone.rows("calls") if row["b_uuid"]]) == 2, 5, "both bridged"
    )
    agent = person(centre.phone, tmp_path, "a1", 620.0, dialled(centre, "2001"))
    customer = person(centre.phone, tmp_path, "customer", 440.0, dialled(centre, "%2B8613800000001"))
    centre.ivory.kill_worker()
    wait_for(centre.reachable, 5, "orders taken")
    assert centre.talking() == {"a1", "a2", "b1"}
    with pytest.raises(AssertionError, match="consult, then complete"):
        centre.order("agent.transfer", agent="a1", to={"extension": "2009"})
    centre.order("agent.hold", agent="a1")
    time.sleep(0.3)
    assert hears(centre.phone, [agent, customer]) == {"a1": set(), "customer": {"music"}}
    centre.phone.hang_up(customer.phone)
    centre.phone.hang_up(dialled(centre, "2002"))
    wait_for(lambda: centre.talking() == set(), 5, "all free")
    wait_for(lambda: centre.phone.channels() == 0, 3, "nobody left alone")


def test_outward_calls_are_allowed_by_prefix_and_counted(centre: Centre) -> None:
    centre.sign_in("a1")
    with pytest.raises(AssertionError, match="may not be dialled"):
        centre.order("agent.dial", agent="a1", number="+19005551234")
    with pytest.raises(AssertionError, match="in the last minute"):
        dial_often(centre, 7)  # six a minute are allowed


def dial_often(centre: Centre, times: int) -> None:
    for _ in range(times):
        centre.order("agent.dial", agent="a1", number="+8613800000001")
        time.sleep(0.5)
        centre.phone.api("hupall")
        wait_for(lambda: centre.state("a1") == "available", 5, "free again")
