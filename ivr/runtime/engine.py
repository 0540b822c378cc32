"""Walks one call through its flow, node by node, until it ends.

Whatever a node does, the caller is not dropped for it: a node that fails leaves by `error`, and a caller
who hangs up ends the walk at once, after the flow's `on_hangup` nodes ran.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from ivr import numbers
from ivr.call import Call
from ivr.errors import CallEnded, IvoryError
from ivr.flow.model import Flow, LoadedFlow, Node
from ivr.flow.types import Target
from ivr.log import get
from ivr.runtime.input import Input
from ivr.runtime.journey import CallFinished, CallStarted, Journey, NodeEntered, NodeLeft
from ivr.runtime.visit import End, Enter, Runnable, Services, State, Visit, language_of

log = get(__name__)

HANGUP_STEPS = 50  # nodes that may run after the caller left
KEPT_BACK = 20  # menus that `back` remembers


class Engine:
    """One call's walk.

    Args:
        call: the call, not answered yet.
        flows: every flow it may meet, as they were when it arrived; later edits do not touch it.
        start: the flow it begins with.
        max_steps: nodes it may visit before it is ended as a loop.
    """

    def __init__(
        self,
        call: Call,
        flows: Mapping[str, LoadedFlow],
        start: str,
        services: Services,
        journey: Journey,
        max_steps: int = 1000,
    ) -> None:
        self.call = call
        self.flows = flows
        self.services = services
        self.journey = journey
        self.max_steps = max_steps
        self.input = Input(call)
        self.end = End("failed", "NORMAL_TEMPORARY_FAILURE")
        self.answered: datetime | None = None
        flow = flows[start].flow
        wish = call.variables.get("variable_ivr_language", "")
        self.state = State(start, flow.first, language_of(flow, wish), copy.deepcopy(flow.vars))
        self._talked = False

    @property
    def flow(self) -> Flow:
        return self.flows[self.state.flow].flow

    def run(self) -> End:
        """Walk to the end; raises nothing but what ends the process."""
        loaded = self.flows[self.state.flow]
        name = self.call.variables.get("Caller-Caller-ID-Name", "")
        self.journey.tell(
            CallStarted(
                self.call.id,
                loaded.id,
                loaded.version,
                self.call.ani,
                self.call.dnis,
                name,
                self.state.language,
                self.call.started,
            )
        )
        first = loaded.flow
        try:
            self._greet(first)
            self.end = self._walk()
            self.call.hangup(self.end.cause)
        except CallEnded as gone:
            how = "transfer" if self._talked else "completed" if self.state.goals else "abandoned"
            self.end = End(how if self.end.how == "failed" else self.end.how, gone.cause)
        except Exception:
            log.exception("walk failed", call=self.call.id, node=self.state.node)
            self._hang_up()
        self._after_hangup(first)
        self.journey.tell(
            CallFinished(
                self.call.id,
                self.call.started,
                self.end.how,
                self.end.cause,
                self.state.language,
                self.answered,
                tuple(self.state.goals),
                self.call.now(),
            )
        )
        return self.end

    # The walk -----------------------------------------------------------------------------------------

    def _greet(self, flow: Flow) -> None:
        if flow.answer == "first" and flow.nodes[flow.first].type != "reject":
            self.call.answer()
            self.answered = self.call.now()
        elif flow.answer == "early":
            self.call.pre_answer()

    def _walk(self) -> End:
        while True:
            if self.state.visit >= self.max_steps:
                log.error("loop ended", call=self.call.id, flow=self.state.flow, node=self.state.node)
                return End("failed", "EXCHANGE_ROUTING_ERROR")
            node = self.flow.nodes[self.state.node]
            if node.listens and self.state.back[-1:] != [self.state.node]:
                self.state.back = [*self.state.back, self.state.node][-KEPT_BACK:]
            outcome, visit = self._visit(node)
            if node.final:
                return cast(End, visit.chosen)
            if isinstance(visit.chosen, Enter) and outcome == "next":
                self._call_flow(visit.chosen.flow, visit.chosen.inputs)
            elif end := self._go(self._target(node, outcome, visit)):
                return end

    def _visit(self, node: Node, hung_up: bool = False) -> tuple[str, Visit]:
        state = self.state
        state.visit += 1
        entered = self.call.now()
        at = {
            "call": self.call.id,
            "visit": state.visit,
            "flow": state.flow,
            "node": state.node,
            "type": node.type,
        }
        self.journey.tell(NodeEntered(**at, at=entered))  # type: ignore[arg-type]
        visit = Visit(
            self.call, self.input, self.flow, node, state, self.services, self._caller(), hung_up=hung_up
        )
        outcome = "hangup"
        try:
            outcome = cast(Runnable, node).run(visit)
            if node.goal and outcome == "next" and node.goal not in state.goals:
                state.goals.append(node.goal)
        except CallEnded:
            raise
        except IvoryError as error:
            outcome = "error"
            visit.problem("node", error)
        except Exception as error:
            outcome = "error"
            log.exception("node failed", call=self.call.id, flow=state.flow, node=at["node"])
            visit.note(problems=[f"{type(error).__name__} in {node.type}"])
        finally:
            self._talked = self._talked or bool(visit.detail.get("talked"))
            self.journey.tell(
                NodeLeft(
                    **at,  # type: ignore[arg-type]
                    entered=entered,
                    at=self.call.now(),
                    outcome=outcome,
                    input=" ".join(visit.heard),
                    detail=visit.detail,
                )
            )
        return outcome, visit

    def _target(self, node: Node, outcome: str, visit: Visit) -> Target:
        if isinstance(visit.chosen, Target) and outcome != "error":
            return visit.chosen
        target = self.flow.target(node, outcome)
        if target is None:
            log.error(
                "outcome leads nowhere",
                call=self.call.id,
                flow=self.state.flow,
                node=self.state.node,
                outcome=outcome,
            )
            return Target("end", value="failed")
        return target

    def _go(self, target: Target) -> End | None:
        """Move to where `target` says, or return how the call ends."""
        state = self.state
        match target.kind:
            case "node":
                state.node = target.name
            case "repeat":
                pass
            case "back":
                if len(state.back) > 1:
                    state.back = state.back[:-1]
                state.node = state.back[-1] if state.back else self.flow.first
            case "flow":
                self._enter(target.name, state.variables)
            case "return" if state.frames:
                return self._return(target.value)
            case _:
                if state.frames and target.kind == "end" and not target.value:
                    return self._return("")
                failed = target.value == "failed"
                return End(
                    "failed" if failed else "transfer" if self._talked else "completed",
                    "NORMAL_TEMPORARY_FAILURE" if failed else "NORMAL_CLEARING",
                )
        return None

    # Subflows -----------------------------------------------------------------------------------------

    def _call_flow(self, name: str, inputs: Mapping[str, Any]) -> None:
        """Begin a subflow; the present node is where it returns to."""
        state = self.state
        frame = {"flow": state.flow, "node": state.node, "variables": state.variables, "back": state.back}
        state.frames = [*state.frames, frame]
        self._enter(name, inputs)

    def _enter(self, name: str, inputs: Mapping[str, Any]) -> None:
        flow = self.flows[name].flow
        given = {key: inputs[key] for key in flow.inputs if key in inputs}
        state = self.state
        state.flow, state.node, state.back = name, flow.first, []
        state.variables = {**copy.deepcopy(flow.vars), **given}
        state.language = language_of(flow, state.language)

    def _return(self, value: str) -> End | None:
        state = self.state
        frame = state.frames[-1]
        inner = state.variables
        state.frames = state.frames[:-1]
        state.flow, state.node = frame["flow"], frame["node"]
        state.variables, state.back = frame["variables"], frame["back"]
        node = cast(Any, self.flow.nodes[state.node])
        for name, outer in node.save.items():
            state.variables[name] = inner.get(outer)
        target = self.flow.target(node, value) if value else node.next
        return self._go(target or Target("end", value="failed"))

    # The end ------------------------------------------------------------------------------------------

    def _after_hangup(self, first: Flow) -> None:
        if first.on_hangup is None:
            return
        outer = self.state.frames[0]["variables"] if self.state.frames else self.state.variables
        flow_id = self.state.frames[0]["flow"] if self.state.frames else self.state.flow
        self.state = replace(self.state, flow=flow_id, node=first.on_hangup, variables=outer, frames=[])
        if flow_id != first.id:
            return
        try:
            for _ in range(HANGUP_STEPS):
                node = self.flow.nodes[self.state.node]
                outcome, visit = self._visit(node, hung_up=True)
                if node.final or self._go(self._target(node, outcome, visit)):
                    return
        except CallEnded:
            log.warning("on_hangup needs the caller", call=self.call.id, node=self.state.node)
        except Exception:
            log.exception("on_hangup failed", call=self.call.id, node=self.state.node)

    def _hang_up(self) -> None:
        try:
            self.call.hangup(self.end.cause)
        except IvoryError as error:
            log.warning("hangup failed", call=self.call.id, error=str(error))

    def _caller(self) -> dict[str, Any]:
        number = numbers.normalise(self.call.ani)
        return {
            "number": number,
            "name": self.call.variables.get("Caller-Caller-ID-Name", ""),
            "vip": False,
            "tags": [],
        }
