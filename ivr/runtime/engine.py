"""Walks one call through its flow, node by node, until it ends.

Whatever a node does, the caller is not dropped for it: a node that fails leaves by `error`, and a caller
who hangs up ends the walk at once, after the flow's `on_hangup` nodes ran.
"""

from __future__ import annotations

import copy
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from greenlet import GreenletExit

from ivr import numbers
from ivr.call import Call
from ivr.errors import CallEnded, IvoryError
from ivr.flow.lint import confidential
from ivr.flow.model import Flow, LoadedFlow, Node
from ivr.flow.types import Target
from ivr.log import get
from ivr.runtime import given, signals
from ivr.runtime.input import Input
from ivr.runtime.journey import CallFinished, CallStarted, Journey, NodeEntered, NodeLeft
from ivr.runtime.ports import Services
from ivr.runtime.secrets import Secrets
from ivr.runtime.state import FRAME, State, check, pack, unpack
from ivr.runtime.visit import End, Enter, Runnable, Visit, language_of

log = get(__name__)

HANGUP_STEPS = 50  # nodes that may run after the caller left
MAX_ADOPTIONS = 4  # workers that may die during one visit before it is taken for the reason
KEPT_BACK = 20  # nodes that `back` remembers
MAX_FRAMES = 20  # subflows within each other
BREATH = 25  # nodes between two looks at whether the caller is still there, where none of them listens
_At = tuple[str, int, str, str, str, datetime]  # call, visit, flow, node, type, entered
Newest = Callable[[str], Mapping[str, LoadedFlow]]
FAILED = End("failed", "NORMAL_TEMPORARY_FAILURE")
LOOP = End("failed", "EXCHANGE_ROUTING_ERROR")


class Engine:
    """One call's walk.

    Args:
        call: the call, not answered yet, or with what an earlier worker kept of it: then the walk goes on at
            the node where it stood, as the same visit.
        flows: every flow it may meet, as they were when it arrived; later edits do not touch it.
        start: the flow it begins with.
        max_steps: nodes it may visit before it is ended as a loop.
        newest: a flow as it serves now, with those it leads to, for a call that somebody sends to one that is
            not among `flows`; none where there is no such flow.
    """

    def __init__(
        self,
        call: Call,
        flows: Mapping[str, LoadedFlow],
        start: str,
        services: Services,
        journey: Journey,
        max_steps: int = 1000,
        newest: Newest = lambda _name: {},
    ) -> None:
        self._newest = newest
        self.call = call
        self.flows = flows
        self.services = services
        self.journey = journey
        self.max_steps = max_steps
        self.secrets = Secrets()
        kept = _kept(call, flows)
        self.state = kept or _beginning(call, flows[start])
        self.input = Input(call, call.kept.keys if kept and call.kept else "")
        self._resumed = kept is not None and self.state.adopted > 0

    @property
    def flow(self) -> Flow:
        """The flow the call is in now."""
        return self.flows[self.state.flow].flow

    def run(self) -> End:
        """Walk to the end; raises nothing but what ends the process."""
        self._tell_start()
        decided: End | None = None
        try:
            decided = self._walk()
            self.call.hangup(decided.cause)
            end = decided
        except CallEnded as gone:
            end = End(decided.how if decided else self._left_as(), gone.cause)
        except Exception as error:
            self._report("walk failed", error)
            end = decided or FAILED
            self._hang_up(end.cause)
        self._after_hangup()
        self.journey.tell(
            CallFinished(
                self.call.id,
                self.call.started,
                end.how,
                end.cause,
                self.state.language,
                self.state.answered,
                tuple(self.state.goals),
                self.call.now(),
            )
        )
        return end

    # The walk -----------------------------------------------------------------------------------------

    def _walk(self) -> End:
        while True:
            if end := self._step():
                return end

    def _step(self, *, hung_up: bool = False) -> End | None:
        """Visit the present node and move on, or return how the call ends."""
        state = self.state
        if state.lost and not hung_up and (end := self._ask_again()):
            return end
        if state.visit >= self.max_steps:
            log.error("loop ended", call=self.call.id, flow=state.flow, node=state.node)
            return LOOP
        node = self.flow.nodes[state.node]
        if not hung_up:
            if node.needs_caller():
                self._pick_up()
            if state.visit % BREATH == BREATH - 1:
                self.input.wait(0)  # nodes that only compute must not hold other calls up
        if node.comes_back and state.back[-1:] != [state.node]:
            state.back = [*state.back, state.node][-KEPT_BACK:]
        return self._follow(node, *self._visit(node, hung_up))

    def _follow(self, node: Node, outcome: str, chosen: Target | Enter | End | None) -> End | None:
        """Go where a visit leads."""
        state = self.state
        match chosen:
            case End(how, cause):
                return End("transfer" if state.talked and how == "completed" else how, cause)
            case Enter():
                return self._call_flow(chosen.flow, chosen.inputs)
            case Target():
                return self._go(chosen)
        return self._leave(node, outcome)

    def _visit(self, node: Node, hung_up: bool) -> tuple[str, Target | Enter | End | None]:
        """Let a node serve the caller; its outcome, and where it leads if the outcome does not say so."""
        state = self.state
        resumed, self._resumed = self._resumed, False
        if not resumed:
            state.visit, state.adopted, state.progress = max(state.visit, state.last) + 1, 0, {}
        if node.lasts() and not hung_up:
            self._keep()
        entered = self.call.now()
        at = (self.call.id, state.visit, state.flow, state.node, node.type, entered)
        self.journey.tell(NodeEntered(*at, language=state.language))
        visit = Visit(
            self.call,
            self.input,
            self.flow,
            node,
            state,
            self.services,
            lambda: self._caller,
            self.secrets,
            hung_up=hung_up,
            resumed=resumed,
            keep=self._keep,
        )
        outcome, told = "hangup", True
        try:
            self._refuse_deadly()
            outcome = cast(Runnable, node).run(visit)
            self._refuse_nowhere(visit.chosen)
            if visit.reached and _done(outcome, visit.chosen):
                self._reach(node)
        except CallEnded:
            raise
        except GreenletExit:  # another worker goes on with this visit
            told = False
            raise
        except Exception as error:
            outcome = "error"
            visit.chosen = visit.chosen if isinstance(visit.chosen, End) else None
            if isinstance(error, IvoryError):
                visit.problem("node", error)
            else:
                self._report("node failed", error)
                visit.detail.setdefault("problems", []).append(f"{type(error).__name__} in {node.type}")
        finally:
            state.talked = state.talked or visit.talked
            if told:
                self._tell_left(at, outcome, visit)
        return outcome, visit.chosen

    def _refuse_deadly(self) -> None:
        """A visit during which one worker after the other died may be what kills them."""
        if self.state.adopted > MAX_ADOPTIONS and not self.call.going_on:
            raise IvoryError(f"{self.state.adopted} workers died at this node, one after the other")

    def _tell_left(self, at: _At, outcome: str, visit: Visit) -> None:
        heard, detail = self.secrets.mask(" ".join(visit.heard)), self.secrets.mask(visit.detail)
        self.journey.tell(NodeLeft(*at, at=self.call.now(), outcome=outcome, input=heard, detail=detail))

    def _leave(self, node: Node, outcome: str) -> End | None:
        """Go where an outcome leads."""
        target = self.flow.target(node, outcome)
        if target is None:
            where = {"flow": self.state.flow, "node": self.state.node}
            log.error("outcome leads nowhere", call=self.call.id, outcome=outcome, **where)
            return self._fail()
        return self._go(target)

    def _go(self, target: Target) -> End | None:
        """Move to where `target` says, or return how the call ends."""
        state = self.state
        match target.kind:
            case "node":
                state.node = target.name
            case "repeat":
                pass
            case "back":
                if len(state.back) > 1 and state.back[-1] == state.node:
                    state.back = state.back[:-1]
                state.node = state.back[-1] if state.back else self.flow.first
            case "flow":
                return self._enter(target.name, state.variables)
            case "return" | "end" if state.frames:
                return self._return(target.value)
            case _:
                return End("transfer" if state.talked else "completed", "NORMAL_CLEARING")
        return None

    def _reach(self, node: Node) -> None:
        if node.goal and node.goal not in self.state.goals:
            self.state.goals.append(node.goal)

    # What outlives a worker ---------------------------------------------------------------------------

    def _keep(self) -> None:
        """Keep the present visit with the call, so that another worker can begin it again. Keys typed ahead
        go with it, unless the flow asks for something in confidence: they might be that."""
        try:
            text = pack(self.state, self.secrets)
        except IvoryError as error:
            self._report("state not kept", error)
            return
        self.call.keep(text, self.input.remember(not self.flow.asks_in_confidence))

    def _ask_again(self) -> End | None:
        """Let the nodes that had asked for what was not kept ask again, and then go on where the call stood;
        how it ends, if one of them ends it."""
        state = self.state
        here, visit, resumed = state.node, state.visit, self._resumed
        again = dict.fromkeys(state.asked.get(name, "") for name in state.lost)
        state.lost = []
        for name in again:
            if name == here or name not in self.flow.nodes:
                continue
            state.node, self._resumed = name, False
            log.info("asking again", call=self.call.id, flow=state.flow, node=name)
            outcome, chosen = self._visit(self.flow.nodes[name], hung_up=False)
            if outcome != "next" or chosen is not None:
                return self._follow(self.flow.nodes[name], outcome, chosen)
        state.node = here
        if resumed:
            state.last, state.visit, self._resumed = state.visit, visit, True
        return None

    # What comes from outside --------------------------------------------------------------------------

    def assign(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Somebody outside sets variables of the flow the call is in, which sees them from its next
        expression on; returns what they were. Raises IvoryError for what may not be set."""
        state, loaded = self.state, {name: each.flow for name, each in self.flows.items()}
        secret = {*confidential.secrets(loaded).get(state.flow, ()), *state.asked, *state.lost}
        found = given.variables(self.flow, values, secret)
        before = {name: state.variables.get(name) for name in found}
        state.variables.update(found)
        self._amend()
        shown: dict[str, Any] = self.secrets.mask(before)
        return shown

    def signal(self, key: str, data: Any, id: str = "") -> bool:
        """A webhook has come for the flow; whether it had not before. Raises IvoryError when nobody can take
        it any more, or it is too large."""
        new = signals.put(self.state, key, given.written(data), id)
        if new:
            self._amend()
            self.call.wake()
        return new

    def _amend(self) -> None:
        """Keep what is known of the call now, in the midst of a visit."""
        try:
            self.call.amend(pack(self.state, self.secrets))
        except IvoryError as error:
            self._report("state not kept", error)

    # Other flows --------------------------------------------------------------------------------------

    def _call_flow(self, name: str, inputs: Mapping[str, Any]) -> End | None:
        """Begin a subflow; the present node is where it returns to."""
        state = self.state
        if len(state.frames) >= MAX_FRAMES:
            log.error("subflows too deep", call=self.call.id, flow=state.flow, node=state.node)
            return self._leave(self.flow.nodes[state.node], "error")
        frame = {name: getattr(state, name) for name in FRAME}
        state.frames = [*state.frames, frame]
        return self._enter(name, inputs)

    def _refuse_nowhere(self, chosen: Target | Enter | End | None) -> None:
        """Somebody may send the call to a flow there is none of."""
        match chosen:
            case Target("flow", name) if name not in self.flows and name not in self._newest(name):
                raise IvoryError(f'there is no flow "{name}"', hint="publish it")

    def _enter(self, name: str, inputs: Mapping[str, Any]) -> End | None:
        if name not in self.flows and not self._change_flows(name):
            log.error("no such flow", call=self.call.id, flow=self.state.flow, wish=name)
            return self._fail()
        flow, state = self.flows[name].flow, self.state
        given = {key: inputs[key] for key in flow.inputs if key in inputs}
        state.flow, state.node, state.back = name, flow.first, []
        state.asked, state.lost = {}, []
        state.variables = {**copy.deepcopy(flow.vars), **given}
        return None

    def _change_flows(self, name: str) -> bool:
        """Somebody sends the call to a flow that its own flows do not lead to: from here on it is in that one
        as it serves now, and in those that one leads to. Nobody waits for it to return."""
        flows = self._newest(name)
        if name not in flows:
            return False
        log.info("sent to another flow", call=self.call.id, flow=name, version=flows[name].version)
        self.flows, self.state.frames = flows, []
        self.state.others = f"{flows[name].version} {name}"
        return True

    def _return(self, value: str) -> End | None:
        """Come back from a subflow with `value`, or with nothing in particular."""
        node, inner = self._unwind()
        for name, taken in getattr(node, "save", {}).items():
            self.state.variables[name] = inner.get(taken)
        if not value:
            self._reach(node)
        return self._leave(node, value or "next")

    def _fail(self) -> End | None:
        """What went wrong here, whoever ran this flow takes as an error; nobody did: the call ends."""
        if not self.state.frames:
            return FAILED
        node, _ = self._unwind()
        return self._leave(node, "error")

    def _unwind(self) -> tuple[Node, dict[str, Any]]:
        """Go back to the flow that waits: the node it waits at, and the variables of the flow left."""
        state = self.state
        inner, frame = state.variables, state.frames[-1]
        state.frames = state.frames[:-1]
        for name in FRAME:
            setattr(state, name, frame[name])
        return self.flow.nodes[state.node], inner

    # The beginning and the end ------------------------------------------------------------------------

    def _tell_start(self) -> None:
        self.journey.tell(
            CallStarted(
                self.call.id,
                self.state.entry,
                self.state.version,
                self.call.ani,
                self.call.dnis,
                self.call.variables.get("Caller-Caller-ID-Name", ""),
                self.state.language,
                self.call.started,
            )
        )

    def _pick_up(self) -> None:
        """Open the way for sound before it is needed for the first time, as the flow says."""
        state = self.state
        if self.flow.answer == "first" and state.answered is None:
            self.call.answer()
            state.answered = self.call.now()
        elif self.flow.answer == "early" and state.answered is None and not state.early:
            self.call.pre_answer()
            state.early = True

    def _left_as(self) -> str:
        """How a call ended that the caller ended."""
        return "transfer" if self.state.talked else "completed" if self.state.goals else "abandoned"

    def _after_hangup(self) -> None:
        """Run the `on_hangup` nodes of the flow the call was in (of the outermost, not of its subflows)."""
        while self.state.frames:
            self._unwind()
        if self.flow.on_hangup is None:
            return
        self.state.node = self.flow.on_hangup
        self.max_steps = self.state.visit + HANGUP_STEPS
        try:
            while self._step(hung_up=True) is None:
                continue
        except CallEnded:
            log.warning("on_hangup needs the caller", call=self.call.id, node=self.state.node)
        except Exception as error:
            self._report("on_hangup failed", error)

    def _hang_up(self, cause: str) -> None:
        try:
            self.call.hangup(cause)
        except IvoryError as error:
            log.warning("hangup failed", call=self.call.id, error=str(error))

    def _report(self, event: str, error: Exception) -> None:
        """Log a fault with its trace, and without anything the caller typed in confidence."""
        trace = self.secrets.mask("".join(traceback.format_exception(error)))
        log.error(event, call=self.call.id, flow=self.state.flow, node=self.state.node, trace=trace)

    @property
    def _caller(self) -> dict[str, Any]:
        """Who calls: as the network says, as the directory knows them, as an operation told."""
        return {**self._known, **self.state.caller}

    @cached_property
    def _known(self) -> dict[str, Any]:
        known = self.services.directory.find(self.call.ani)
        return {
            **{name: getattr(known, name) for name in known.__slots__},
            "number": numbers.normalise(self.call.ani),
            "name": known.name or self.call.variables.get("Caller-Caller-ID-Name", ""),
            "tags": list(known.tags),
        }


def _beginning(call: Call, start: LoadedFlow) -> State:
    """The state of a call that is new."""
    return first_state(start, call.variables.get("variable_ivr_language", ""), {})


def first_state(start: LoadedFlow, language: str, values: Mapping[str, Any]) -> State:
    """The state with which a flow begins, where some variables have other values than the flow gives them."""
    flow = start.flow
    variables = {**copy.deepcopy(flow.vars), **values}
    spoken = language_of(flow, language)
    return State(start.id, flow.first, spoken, variables, entry=start.id, version=start.version)


def _kept(call: Call, flows: Mapping[str, LoadedFlow]) -> State | None:
    """Where an earlier worker left the call; None where there was none, or that place is no more."""
    try:
        if call.kept is None:
            return None
        state = unpack(call.kept.text)
        check(state, flows)
    except IvoryError as error:
        log.warning("call begins anew", call=call.id, reason=str(error))
        return None
    for frame in (vars(state), *state.frames):
        variables = flows[frame["flow"]].flow.vars
        frame["variables"] = {**dict.fromkeys(variables), **frame["variables"]}
    state.adopted += 1
    return state


def _done(outcome: str, chosen: Target | Enter | End | None) -> bool:
    """Whether a node did what it is for; a subflow has not before it returns."""
    return isinstance(chosen, Target | End) or (outcome == "next" and chosen is None)
