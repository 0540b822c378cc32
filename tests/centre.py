"""A centre without a switch, for tests: the real desk, router and orders behind a real UNIX socket."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ivr.acd.plan import LoadedPlan, load
from ivr.esl.resync import Snapshot
from ivr.flow.scripted import ScriptedCall
from ivr.routing.control import Control
from ivr.routing.desk import Desk
from ivr.routing.orders import Orders
from ivr.routing.places import CallPlace
from ivr.routing.staff import Staff
from ivr.routing.talks import Talk
from ivr.runtime.ports import Wish
from ivr.settings import Calls
from ivr.store.records import AuditRecord, ContactRecord

NOW = 1_800_000_000.0
PLAN = """
breaks: {lunch: Lunch, training: Training}
dispositions: {solved: Solved, sold: Sold}
skills: [billing]
groups:
  billing: {title: 账单组, require: {billing: 3}, agents: [1001, 1002], dispositions: [solved]}
  vip: {agents: [1002]}
agents:
  1001: {name: 王芳, skills: {billing: 8}}
  1002: {name: 李雷, skills: {billing: 2}}
"""


class Line:
    """A FreeSWITCH that takes everything and answers nothing; no agent's telephone ever rings."""

    def bgapi(self, call: Any) -> Any:
        class Job:
            def get(self, timeout: float) -> str:
                return "+OK"

        return Job()

    def api(self, call: Any) -> str:
        return ""

    def post(self, *calls: Any, failed: Any = None) -> None: ...

    def post_execute(self, *_: Any, **__: Any) -> None: ...


class Centre:
    """Two agents and two groups; `at` is where orders are taken, if it is given."""

    def __init__(self, at: Path | str = "", plan: str = PLAN) -> None:
        self.now = NOW
        self.plan: LoadedPlan = load(plan)
        self.names: dict[str, str] = {}
        self.audit: list[AuditRecord] = []
        self.records: list[ContactRecord] = []
        self.desk = Desk(self.plan.plan, Calls(), lambda _pieces: list, clock=lambda: self.now)
        self.desk.attach(Line())
        self.desk.up(Snapshot("core", ()), {}, restarted=False)
        staff = Staff(
            self.desk,
            lambda: self.plan,
            self.records.append,
            lambda customer: self.names.get(customer, ""),
        )
        self.orders = Orders(
            staff, audit=self.audit.append, now=lambda: datetime.fromtimestamp(self.now, UTC)
        )
        self.control = Control(at, self.orders)
        self.control.start()

    def stop(self) -> None:
        self.control.stop()
        self.desk.stop()

    def give(self, order: str, by: str = "cli:zhang", **given: Any) -> Any:
        return self.orders.give(order, by, given)

    def waits(self, call: str, group: str = "billing", **more: Any) -> CallPlace:
        """A caller comes into the queue."""
        return self.desk.enter(ScriptedCall(call_id=call), Wish(1, group, **more))

    def talks(self, place: CallPlace, agent: str) -> Talk:
        """An agent and a caller talk."""
        assert place.call is not None
        talk = Talk(place.call, f"leg-{agent}", agent, place.contact, self.now)
        self.desk.talks.begin(talk)
        return talk

    def states(self) -> dict[str, str]:
        agents = self.give("acd.status")["agents"]
        return {name: agent["state"] for name, agent in agents.items()}
