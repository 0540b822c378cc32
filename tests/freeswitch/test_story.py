"""A day at a call centre, all of it ordered from the command line, on a real FreeSWITCH."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from ivr.routing.orders import TABLE
from tests.freeswitch.centre import Centre
from tests.freeswitch.conftest import Ivory, wait_for
from tests.freeswitch.instance import PROJECT, Instance
from tests.freeswitch.stage import PLAN, Stage, staffed

BOSS = "2020"


@pytest.fixture
def centre(talking: Ivory, freeswitch: Instance) -> Iterator[Centre]:
    with staffed(talking, freeswitch) as centre:
        groups = {"billing": {"wrap_up": "60s"}, "sales": {"wrap_up": "60s"}}
        more = {"breaks": {"lunch": "Lunch"}, "dispositions": {"solved": "Solved"}}
        centre.plan(yaml.safe_dump({**PLAN, "groups": groups, **more}))
        yield centre
    centre.plan(yaml.safe_dump(PLAN))


def test_every_order_of_agents_and_supervisors_does_what_it_says(centre: Centre, tmp_path: Path) -> None:
    ivr = Commands(centre)
    ivr("agent sign-in b1")
    ivr("agent break b1 lunch")
    assert centre.states()["b1"] == ("on_break", "lunch")
    ivr("agent ready b1")
    ivr("agent sign-in a1")
    stage = Stage(centre, tmp_path, "13950000001", sign_in=False)
    for order in ("record", "record-pause", "record-resume", "record-stop"):
        ivr(f"agent {order} a1")
    an_agent_asks_and_hands_over(ivr, stage)
    an_agent_makes_notes(ivr)
    a_supervisor_takes_over(ivr, stage)
    an_agent_sends_on_and_the_next_hangs_up(ivr, tmp_path)
    a_supervisor_ends_a_talk(ivr, tmp_path)
    an_agent_dials(ivr)
    a_supervisor_orders_states(ivr)
    spoken = [name for name in TABLE if name.startswith(("agent.", "supervisor.")) and name not in WRITTEN]
    ordered = {(name, "done") for name in spoken}
    wait_for(lambda: len(ivr.audited()) >= len(ordered), 5, "the orders written down")
    assert ivr.audited() == ordered


WRITTEN = ("agent.accept", "agent.decline", "agent.end_contact")
"""Orders about contacts without a telephone; tests/e2e tells their story."""


class Commands:
    """`ivr`, as somebody types it beside the worker."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre

    def __call__(self, command: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "ivr", *command.split(), "--by", "story"],
            env=self.centre.ivory.environment, cwd=PROJECT, capture_output=True, timeout=30, text=True,
        )  # fmt: skip
        assert done.returncode == 0, (command, done.stderr)

    def state(self, agent: str, state: str) -> None:
        wait_for(lambda: self.centre.state(agent) == state, 5, f"{agent} {state}")

    def audited(self) -> set[tuple[str, str]]:
        """What was written down of the story's orders, and what came of each."""
        with closing(sqlite3.connect(self.centre.ivory.folder / "ivory.db")) as database:
            return set(database.execute("select \"order\", result from audits where by like '%story'"))


def an_agent_asks_and_hands_over(ivr: Commands, stage: Stage) -> None:
    caller, agent = stage.caller, stage.agent
    ivr("agent hold a1")
    stage.expect([caller, agent], {"caller": {"music"}, "a1": set()})
    ivr("agent retrieve a1")
    ivr("agent consult a1 --extension 2009")
    asked = stage.dialled("ivr_asked_by", 760.0)
    stage.expect([caller, agent, asked], {"caller": {"music"}, "a1": {"third"}, "third": {"a1"}})
    ivr("agent cancel a1")
    ivr("agent consult a1 --group sales")
    third = stage.answered("b1", 880.0)
    ivr("agent conference a1")
    together = {"caller": {"a1", "b1"}, "a1": {"caller", "b1"}, "b1": {"caller", "a1"}}
    stage.expect([caller, agent, third], together)
    ivr("agent complete a1")
    ivr.state("a1", "wrap_up")
    stage.expect([caller, third], {"caller": {"b1"}, "b1": {"caller"}})
    stage.agent = third


def an_agent_makes_notes(ivr: Commands) -> None:
    ivr("agent extend a1 600")
    ivr("agent dispose a1 solved --note done")
    ivr("agent wrap-up-done a1")
    ivr.state("a1", "available")


def a_supervisor_takes_over(ivr: Commands, stage: Stage) -> None:
    caller, agent = stage.caller, stage.agent
    ivr(f"supervisor monitor b1 --at {BOSS}")
    chief = stage.dialled("ivr_watches", 1300.0, "boss")
    everybody = (caller, agent, chief)
    hears_both = {"boss": {"caller", "b1"}}
    stage.expect(everybody, {"caller": {"b1"}, "b1": {"caller"}, **hears_both})
    ivr(f"supervisor whisper b1 --at {BOSS}")
    stage.expect(everybody, {"caller": {"b1"}, "b1": {"caller", "boss"}, **hears_both})
    ivr(f"supervisor barge b1 --at {BOSS}")
    stage.expect(everybody, {"caller": {"b1", "boss"}, "b1": {"caller", "boss"}, **hears_both})
    ivr("supervisor stop b1")
    wait_for(lambda: not stage.there(chief), 3, "the supervisor gone")
    ivr(f"supervisor intercept b1 --at {BOSS}")
    ivr.state("b1", "wrap_up")
    wait_for(lambda: stage.beside(BOSS), 5, "the caller with the supervisor")
    ivr("agent wrap-up-done b1")
    ivr.centre.phone.hang_up(caller.phone)


def an_agent_sends_on_and_the_next_hangs_up(ivr: Commands, folder: Path) -> None:
    stage = Stage(ivr.centre, folder, "13950000002", sign_in=False)
    ivr("agent transfer a1 --group sales")
    ivr.state("b1", "busy")
    assert stage.there(stage.caller)
    ivr("agent hang-up b1")
    wait_for(lambda: ivr.centre.ivory.entered(stage.ani, "after"), 5, "the caller in the flow")
    ivr("agent wrap-up-done a1")
    ivr("agent wrap-up-done b1")


def a_supervisor_ends_a_talk(ivr: Commands, folder: Path) -> None:
    stage = Stage(ivr.centre, folder, "13950000003", sign_in=False)
    ivr("supervisor hang-up a1")
    wait_for(lambda: not stage.there(stage.caller), 3, "the caller gone")
    ivr("agent wrap-up-done a1")


def an_agent_dials(ivr: Commands) -> None:
    ivr("agent dial a1 +8613800000001")
    ivr.state("a1", "busy")
    wait_for(
        lambda: any("8613800000001" in row["b_name"] for row in ivr.centre.phone.rows("calls")), 5, "them"
    )
    ivr("agent hang-up a1")
    ivr.state("a1", "available")


def a_supervisor_orders_states(ivr: Commands) -> None:
    ivr("supervisor force-break a1 lunch")
    ivr.state("a1", "on_break")
    ivr("supervisor force-ready a1")
    ivr.state("a1", "available")
    ivr("supervisor force-logout a1")
    ivr.state("a1", "logged_out")
    ivr("agent sign-out b1")
    ivr.state("b1", "logged_out")
