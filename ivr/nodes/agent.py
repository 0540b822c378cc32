"""`agent`: an agent's own telephone signs them in and out, and says when they take calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from ivr.call import Piece
from ivr.errors import IvoryError
from ivr.flow.checks import Around, Problem, unknown
from ivr.flow.model import Flow, Node
from ivr.flow.prompts import Prompt, Reprompt
from ivr.flow.types import BargeIn, Duration, Model, Name, VariableName, refuse
from ivr.runtime.confidence import ask_in_confidence
from ivr.runtime.keys import Choice, Entry
from ivr.runtime.visit import Visit

LONGEST_ID = 16
SHORTEST_PIN, LONGEST_PIN = 4, 12
TAKES = {
    "reason": ("break", "toggle"),
    "code": ("dispose",),
    "choose": ("break", "toggle", "dispose"),
    "more": ("extend",),
    "here": ("sign_in",),
}
"""Options that go with some deeds only."""

Deed = Literal["sign_in", "sign_out", "ready", "break", "wrap_up_done", "extend", "dispose", "toggle"]


class Ask(Model):
    """Asking an agent who they are."""

    id: Prompt = Field(description="Asks for the id.")
    pin: Prompt = Field(description="Asks for the PIN.")
    invalid: Reprompt | None = Field(None, description="Said after an id and a PIN that do not go together.")
    always: bool = Field(False, description="Whether they are asked on their own telephone as well.")


class Agent(Node):
    """Do for an agent what they would do on a screen: sign in and out, be ready, on break, done with wrap-up.

    Who calls is known by the telephone: it is the extension of an agent in the plan. With `ask`, an id and a
    PIN are asked for where it is nobody's.

    For example:

        sign_in:
          type: agent
          do: sign_in
          ask:
            id: {zh-CN: 请输入工号，按井号键结束。, en-US: "Your agent id, please, then pound."}
            pin: {zh-CN: 请输入密码，按井号键结束。, en-US: "Your PIN, please, then pound."}
          next: signed_in
          outcomes: {wrong_pin: sorry, refused: sorry, exhausted: sorry}
    """

    own_outcomes: ClassVar[Mapping[str, str]] = {
        "unknown": "The telephone is no agent's, and `ask` is left out.",
        "wrong_pin": "All `tries` are used up by ids and PINs that do not go together.",
        "refused": "It cannot be done now; they are not signed in, say.",
        "exhausted": "All `tries` are used up by silence, and by keys that choose nothing.",
    }
    confidential = True
    listens = True
    assigns = ("into", "state")
    provides: ClassVar[Mapping[str, tuple[str, ...]]] = {"choose": ("title", "key")}

    type: Literal["agent"]
    do: Deed = Field(
        description="What is done. `extend` gives more time for wrap-up, `dispose` says what became of the"
        " last contact; `toggle` makes them ready if they are not, and else puts them on break."
    )
    ask: Ask | None = Field(None, description="Ask for an id and a PIN where the telephone is nobody's.")
    reason: Name | None = Field(
        None, description="For `break` and `toggle`: why, by its name in the plan.", examples=["lunch"]
    )
    code: Name | None = Field(
        None, description="For `dispose`: what became of it, by its name in the plan.", examples=["solved"]
    )
    choose: Prompt | None = Field(
        None,
        description="For `break`, `toggle` and `dispose`: said of each reason, or disposition, of the plan"
        " that has a key, and the agent takes one. It knows its `title` and `key`. Nothing is asked where"
        " there are none.",
        examples=[{"zh-CN": "{{ title }}请按{{ key }}。", "en-US": "For {{ title }} press {{ key }}."}],
    )
    invalid: Reprompt | None = Field(None, description="Said after a key that chooses nothing.")
    more: Annotated[Duration, Field(ge=1, le=86_400)] | None = Field(
        None, description="For `extend`: so much longer; when left out, until they say that they are done."
    )
    here: bool = Field(
        False, description="For `sign_in`: whether they are rung at the telephone they call from."
    )
    into: VariableName | None = Field(None, description="Variable that takes the agent's id.")
    state: VariableName | None = Field(
        None, description="Variable that takes the state they are in afterwards, such as `on_break`."
    )
    tries: int | None = Field(None, ge=1, le=20, description="Attempts, silence and wrong PINs together.")
    noinput_after: Duration | None = Field(None, description="Silence that counts as no input.")
    digit_timeout: Duration | None = Field(None, description="Wait for another digit.")
    barge_in: BargeIn | None = Field(None, description="What stops a prompt.")

    @model_validator(mode="after")
    def _goes_together(self) -> Agent:
        for option, deeds in TAKES.items():
            if getattr(self, option) and self.do not in deeds:
                message = f'"{option}" says nothing about `do: {self.do}`'
                raise refuse("F138", message, f"it is for {' and '.join(deeds)}; leave it out")
        if self.choose is not None and (self.reason or self.code):
            raise refuse("F138", "`choose` asks for what is said already", "leave one of the two out")
        if self.invalid is not None and self.choose is None:
            raise refuse("F138", '"invalid" says nothing without `choose`', "leave it out")
        if self.do == "dispose" and self.code is None and self.choose is None:
            message = "`do: dispose` does not say what became of it"
            raise refuse("F138", message, "add `code: solved`, say, or `choose:`")
        return self

    def needs_caller(self) -> bool:
        return self.ask is not None or self.choose is not None

    def lasts(self) -> bool:
        return True

    def ways(self, flows: Mapping[str, Flow]) -> tuple[str, ...]:
        ways = ("wrong_pin", "refused", "exhausted") if self.ask else ("unknown", "refused")
        return ways if self.choose is None else tuple(dict.fromkeys((*ways, "exhausted")))

    def problems(self, around: Around) -> Iterator[Problem]:
        if (people := around.people) is None:
            return
        known = {"reason": ("reason for a break", people.breaks), "code": ("code", people.dispositions)}
        for option, (kind, names) in known.items():
            name = getattr(self, option)
            if name and names and name not in names:
                yield unknown((option,), "F237", kind, name, names, "add it to the plan")

    def run(self, visit: Visit) -> str:
        agents = visit.services.agents
        agent = "" if self.ask and self.ask.always else agents.by_number(visit.call.ani)
        if not agent:
            if self.ask is None:
                return "unknown"
            agent, outcome = self._asked(visit, self.ask)
            if outcome:
                return outcome
        visit.note(agent=agent)
        if self.into:
            visit.vars[self.into] = agent
        do = visit.progress.get("do") or self._deed(agents.state(agent))
        visit.progressed(do=do)  # what a toggle means is settled once, also for whoever goes on after a crash
        given = self._given(do, visit.call.ani)
        if self.choose is not None and do in ("break", "dispose"):
            code = self._chosen(visit, self.choose, do, agent)
            if code is None:
                return "exhausted"
            given = {"reason" if do == "break" else "code": code} if code else {}
        try:
            agents.order(f"agent.{do}", agent, **given)
        except IvoryError as error:
            visit.problem("agent", error)
            return "refused"
        finally:
            if self.state:
                visit.vars[self.state] = agents.state(agent)
        visit.note(did=do)
        return "next"

    def _deed(self, state: str) -> str:
        if self.do != "toggle":
            return self.do
        return {"logged_out": "sign_in", "": "sign_in", "on_break": "ready"}.get(state, "break")

    def _given(self, do: str, telephone: str) -> dict[str, Any]:
        """What an order takes beside the agent."""
        match do:
            case "sign_in" if self.here:
                return {"dial": telephone}
            case "break" if self.reason:
                return {"reason": self.reason}
            case "dispose":
                return {"code": self.code}
            case "extend":
                return {"seconds": self.more}
        return {}

    def _chosen(self, visit: Visit, choose: Prompt, do: str, agent: str) -> str | None:
        """The name of what the agent takes by key; empty where there is nothing to take, None for nothing."""
        agents, language = visit.services.agents, visit.language
        codes = agents.reasons(language) if do == "break" else agents.dispositions(agent, language)
        if not codes:
            return ""
        attempts = visit.attempts()
        taken = {each.key: each.name for each in codes}
        offer = [piece for each in codes for piece in visit.pieces(choose, title=each.title, key=each.key)]
        said = offer
        while True:
            heard = visit.ask(said, Choice(taken))
            if heard.kind == "entry":
                return taken[heard.keys]
            again = attempts.failed(heard.kind, None if heard.kind == "noinput" else self.invalid)
            if again is None:
                return None
            said = again + offer

    def _asked(self, visit: Visit, ask: Ask) -> tuple[str, str]:
        """The agent who has proven to be one, or how it ended instead."""
        if visit.goes_on("secret"):  # of an id that is not known any more: both are asked for again
            ask_in_confidence(visit, [], SHORTEST_PIN, LONGEST_PIN, "#")
        attempts = visit.attempts()
        wrong = False
        again: list[Piece] = []
        while True:
            entered = visit.ask(again + visit.pieces(ask.id), Entry(1, LONGEST_ID))
            heard = entered
            if entered.kind == "entry":
                heard = ask_in_confidence(visit, visit.pieces(ask.pin), SHORTEST_PIN, LONGEST_PIN, "#")
                visit.confide(heard.keys)
                visit.hear(heard)
                # An id there is none of is asked for its PIN, too, so that nobody learns which there are.
                if heard.kind == "entry" and visit.services.agents.check(entered.keys, heard.keys):
                    return entered.keys, ""
            wrong = wrong or heard.kind != "noinput"
            silent = heard.kind == "noinput"
            said = attempts.failed("noinput" if silent else "nomatch", None if silent else ask.invalid)
            if said is None:
                return "", "wrong_pin" if wrong else "exhausted"
            again = said
