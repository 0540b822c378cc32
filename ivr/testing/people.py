"""Who is known, agents at their own telephones, and callbacks, as a case has them: what a flow wanted of
them is kept, to be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ivr import numbers
from ivr.acd.router import Estimate
from ivr.call import Call
from ivr.errors import IvoryError, RefusedInput
from ivr.runtime.people import keyed
from ivr.runtime.ports import Code, Known, Promise, Recall
from ivr.testing.model import CallerModel, CodesModel, StaffModel
from ivr.testing.queues import ScriptedQueues

_STATES = {
    "agent.sign_in": "available",
    "agent.sign_out": "logged_out",
    "agent.ready": "available",
    "agent.break": "on_break",
    "agent.wrap_up_done": "available",
}


class ScriptedDirectory:
    """What is known of the caller of a case."""

    def __init__(self, caller: CallerModel) -> None:
        self._caller = caller

    def find(self, number: str) -> Known:
        """The caller, as the case has them."""
        caller = self._caller
        return Known(
            numbers.normalise(number),
            caller.name,
            caller.vip,
            caller.tags,
            caller.agent,
            last_agent=caller.last_agent,
        )

    def remember(self, number: str, values: Mapping[str, Any]) -> None:
        """Nothing outlives the case."""


class ScriptedAgents:
    """The agents of a case. Where it names none, an extension is the telephone of the agent of that name."""

    def __init__(self, staff: Mapping[str, StaffModel], codes: CodesModel | None = None) -> None:
        self._staff, self._codes = staff, codes or CodesModel()
        self._states: dict[str, str] = {}
        self.orders: list[str] = []
        """What was ordered: `break 1001 lunch`."""

    def by_number(self, number: str) -> str:
        """Whose telephone it is."""
        if not self._staff:
            return number if 0 < len(number) <= numbers.SHORT else ""
        return next((name for name, one in self._staff.items() if (one.telephone or name) == number), "")

    def reasons(self, language: str) -> Sequence[Code]:
        """The reasons the case has."""
        return keyed(self._codes.breaks, language)

    def dispositions(self, agent: str, language: str) -> Sequence[Code]:
        """The codes the case has."""
        return keyed(self._codes.dispositions, language)

    def check(self, agent: str, pin: str) -> bool:
        """Whether it is their PIN."""
        one = self._staff.get(agent)
        return one is not None and one.pin != "" and one.pin == pin

    def state(self, agent: str) -> str:
        """The state the case gives them, or the flow's orders have."""
        one = self._staff.get(agent, None if self._staff else StaffModel())
        return self._states.get(agent, one.state) if one else ""

    def order(self, name: str, agent: str, **given: Any) -> None:
        """Keep an order. Raises IvoryError for what the agent's state, or the case, does not let them do."""
        state = self.state(agent)
        if agent in self._staff and self._staff[agent].refused:
            raise IvoryError(f"{name} cannot be done now")
        if state in ("", "logged_out") and name != "agent.sign_in":
            raise IvoryError(f"agent {agent} is not signed in")
        values = [f"{value:g}" if isinstance(value, float) else value for value in given.values() if value]
        self.orders.append(" ".join([name.removeprefix("agent."), agent, *values]))
        self._states[agent] = _STATES.get(name, state)


class ScriptedCallbacks:
    """Callbacks that are promised; nobody is called."""

    def __init__(self, allow: Sequence[str], queues: ScriptedQueues) -> None:
        self._allow, self._queues = allow, queues
        self.promised: list[Recall] = []

    def dialled(self, number: str) -> str:
        """Its E.164 form. Raises RefusedInput where the case, or no line, allows it."""
        form = numbers.normalise(number)
        if not form.startswith("+") or (self._allow and not numbers.may_dial(form, self._allow)):
            raise RefusedInput(f"{numbers.mask(number)} may not be dialled")
        return form

    def ask(self, call: Call, recall: Recall) -> Promise:
        """Keep it; what is said of it is what the case says of the queue."""
        self.promised.append(recall)
        group = recall.wish.group
        seconds = self._queues.expected_wait(group)
        estimate = Estimate(seconds, seconds) if seconds else None
        return Promise(self._queues.waiting(group) + 1, estimate)
