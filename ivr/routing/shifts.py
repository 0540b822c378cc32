"""Agents come and go: what they, or somebody for them, may ask of the desk."""

from __future__ import annotations

from collections.abc import Collection

from ivr.acd import events
from ivr.acd.model import VOICE
from ivr.errors import IvoryError
from ivr.registry import did_you_mean
from ivr.routing.teller import Teller


class Shifts(Teller):
    """The agents' states. Everything raises IvoryError for an agent the plan does not have; all but signing
    in, for one who is not signed in."""

    def sign_in(
        self,
        agent: str,
        dial: str = "",
        state: str = "available",
        reason: str = "",
        channels: Collection[str] = (VOICE,),
    ) -> None:
        """An agent is there for these channels, and is rung at `dial` (else as the plan says)."""
        self._known(agent)
        able = self._plan.agents[agent].capacity
        for channel in channels:
            if not able.get(channel):
                hint = f"give them a `capacity` of it, beside {', '.join(able) or 'nothing'}"
                raise IvoryError(f'{agent} takes no contacts of the channel "{channel}"', hint=hint)
        self.tell(events.AgentSignedIn(agent, frozenset(channels), dial, state, reason))

    def sign_out(self, agent: str) -> None:
        """An agent goes; a talk is let finish."""
        self._signed_in(agent)
        self.tell(events.AgentSignedOut(agent))

    def ready(self, agent: str) -> None:
        """An agent takes contacts (again)."""
        self._signed_in(agent)
        self.tell(events.AgentReady(agent))

    def pause(self, agent: str, reason: str = "") -> None:
        """An agent takes no contacts; while talking: afterwards."""
        self._signed_in(agent)
        self.tell(events.AgentBreak(agent, reason))

    def finish_wrap_up(self, agent: str) -> None:
        """An agent is done with what is to be done after a talk; in no wrap-up: nothing. A break that was
        asked for during the talk comes now."""
        self._signed_in(agent)
        self.tell(events.WrapUpDone(agent))

    def extend_wrap_up(self, agent: str, seconds: float | None) -> None:
        """An agent needs so many seconds more; None: until they say that they are done."""
        self._signed_in(agent)
        self.tell(events.WrapUpExtended(agent, seconds))

    def occupied(self, agent: str, occupied: bool) -> None:
        """An agent is in a call that was not routed (an outward one, a colleague's), or no longer."""
        self._known(agent)
        self.tell(events.AgentOccupied(agent, occupied))

    def _known(self, agent: str) -> None:
        if agent not in self._plan.agents:
            hint = did_you_mean(agent, sorted(self._plan.agents))
            raise IvoryError(f'there is no agent "{agent}"', hint=hint)

    def _signed_in(self, agent: str) -> str:
        self._known(agent)
        state = self.states.get(agent)
        if state is None or state.state == "logged_out":
            raise IvoryError(f"{agent} is not signed in", hint=f"ivr agent sign-in {agent}")
        return state.state
