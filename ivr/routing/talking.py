"""What agents and supervisors do with talks, put together: hold, consult, transfer, dial, listen in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ivr.clock import Clock
from ivr.routing.consult import TalkControl
from ivr.routing.conversations import Conversations
from ivr.routing.desk import Desk
from ivr.routing.dialling import Dialling
from ivr.routing.phone_keys import Give, PhoneKeys
from ivr.routing.planning import Planning
from ivr.routing.supervision import Supervision
from ivr.routing.tolls import Tolls
from ivr.routing.transfers import Transfers
from ivr.settings import Settings
from ivr.store.records import AuditRecord, Record


class Talking:
    """The parts that do orders about talks.

    Args:
        put: keeps a record; must not wait.
        give: gives an order, as keys of a telephone do.
    """

    def __init__(
        self,
        desk: Desk,
        planning: Planning,
        settings: Settings,
        put: Callable[[Record], None],
        clock: Clock,
        give: Give,
    ) -> None:
        options = settings.calls
        self._planning, self._put, self._clock = planning, put, clock
        self.tolls = tolls = Tolls(options, lambda call: desk.line.api(call))
        self.conversations = Conversations(desk.talks)
        # Calls that agents dialled are found again before what was laid over them.
        self.dialling = Dialling(
            desk, self.conversations, options, tolls, lambda: dict(planning.now.plan.agents), put
        )
        self.control = TalkControl(desk, self.conversations, options, tolls)
        self.transfers = Transfers(desk, self.conversations, self.control, tolls)
        self.supervision = Supervision(
            desk, self.conversations, self.control, options, self._agent_at, self._by_keys
        )

        self.keys = PhoneKeys(
            desk, self.conversations, self.control, settings.acd.keys, lambda: planning.now.plan.agents, give
        )

    @property
    def parts(self) -> tuple[object, ...]:
        """Those that have handlers of orders."""
        return (self.dialling, self.control, self.transfers, self.supervision)

    def of(self, agent: str) -> dict[str, Any]:
        """What an agent does on the telephone beside serving contacts: whom they `calls`, whether the other
        one is `on_hold`, whom they `asks` and whether those have answered, which `listeners` there are, at
        which extension and in which mode."""
        now = self.conversations.find(agent)
        third = now.third if now is not None else None
        return {
            "calls": self.dialling.called(agent),
            "on_hold": now is not None and now.held,
            "asks": None
            if third is None
            else {"kind": third.to.kind, "name": third.to.name, "there": third.there},
            "listeners": [
                {"at": watch.at, "mode": watch.mode, "there": watch.there}
                for watch in self.supervision.watches(agent)
            ],
        }

    def _agent_at(self, extension: str) -> str:
        """The agent whose telephone an extension is."""
        agents = self._planning.now.plan.agents
        return next((name for name, agent in agents.items() if extension in (agent.dial, name)), "")

    def _by_keys(self, at: str, mode: str, agent: str, before: str) -> None:
        """A supervisor changed by keys of their telephone how they listen."""
        changed = {"at": at, "mode": mode}
        self._put(
            AuditRecord(
                self._clock.now(),
                f"phone:{at}",
                f"supervisor.{mode}",
                agent,
                {"mode": before},
                changed,
                "done",
            )
        )
