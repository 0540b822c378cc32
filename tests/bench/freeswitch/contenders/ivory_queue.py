"""Ivory's queue as its users have it: a flow that transfers to a group, a plan, orders by its socket."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ivr.control_client import Control
from tests.bench.freeswitch.contenders.ivory import Ivory
from tests.bench.freeswitch.contenders.queue import Queue

FLOWS = Path(__file__).parent.parent / "flows_queue"
GROUP = "bench"


@dataclass
class IvoryQueue(Ivory, Queue):
    """One skill group, longest idle agent first, without wrap-up."""

    name = "ivory"
    number = "95803"
    flow = "queue"

    def settings(self, folder: Path) -> dict[str, str]:
        plan = folder / "routing.yaml"
        rows = "".join(f'  {one}: {{dial: "{self.dial(one)}", groups: [{GROUP}]}}\n' for one in self.agents)
        plan.write_text(f"groups:\n  {GROUP}: {{ring: 20s, wrap_up: 0s}}\nagents:\n{rows}", encoding="utf-8")
        return {
            "IVR_FLOWS_DIR": str(FLOWS),
            "IVR_ACD_PLAN": str(plan),
            "IVR_ACD_CONTROL": str(folder / "control.sock"),
        }

    def start(self) -> None:
        Queue.start(self)
        Ivory.start(self)
        self._control = Control(self.place.folder / self.name / "control.sock", "bench")

    def ready(self, agent: str) -> None:
        self._control.give("agent.sign_in", agent=agent)

    def away(self, agent: str) -> None:
        self._control.give("agent.sign_out", agent=agent)
