"""`subflow`: run another flow and come back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from ivr.flow.checks import Around, Problem, unknown
from ivr.flow.model import Flow, Node
from ivr.flow.types import Expr, Name, VariableName
from ivr.registry import did_you_mean
from ivr.runtime.visit import Enter, Visit


class Subflow(Node):
    """Run another flow with inputs of its own, and take what it found. Its `return: value` is this node's
    outcome of that name; a plain `return`, or its end, is `next`.

    For example:

        login:
          type: subflow
          flow: authenticate
          with: {account: account}
          save: {name: customer}
          next: welcome
          outcomes: {denied: goodbye, error: sorry}
    """

    listens = True  # the other flow may, and lint judges that one by itself
    assigns = ("save",)

    type: Literal["subflow"]
    flow: Name = Field(description="The other flow's name.", examples=["authenticate"])
    with_: dict[VariableName, Expr] = Field(
        {},
        alias="with",
        description="Its inputs: a variable of its own to an expression here.",
        examples=[{"account": "account"}],
    )
    save: dict[VariableName, VariableName] = Field(
        {},
        description="What is taken on return: a variable here to one of its own.",
        examples=[{"name": "customer"}],
    )

    def needs_caller(self) -> bool:
        return False  # its nodes say so themselves

    def subflows(self) -> tuple[str, ...]:
        return (self.flow,)

    def ways(self, flows: Mapping[str, Flow]) -> tuple[str, ...]:
        return returned(self.flow, flows)

    def knows_outcome(self, name: str) -> bool:
        return True  # the other flow decides; `problems` compares

    def problems(self, around: Around) -> Iterator[Problem]:
        other = around.flows.get(self.flow)
        if other is None:
            yield unknown(("flow",), "F202", "flow", self.flow, around.flows)
            return
        for given in self.with_:
            if given not in other.inputs:
                hint = did_you_mean(given, other.inputs) or f"add it to `inputs:` of {self.flow}"
                yield Problem(
                    ("with", given), "F218", f'"{self.flow}" takes no input "{given}"', hint, key=True
                )
        for name, taken in self.save.items():
            if taken not in other.vars:
                hint = did_you_mean(taken, other.vars)
                yield Problem(("save", name), "F218", f'"{self.flow}" has no variable "{taken}"', hint)
        values = returned(self.flow, around.flows)
        for outcome in self.outcomes:
            if outcome not in (*values, "error"):
                message = f'"{self.flow}" never returns "{outcome}"'
                hint = did_you_mean(outcome, ["error", *values])
                yield Problem(("outcomes", outcome), "F206", message, hint, key=True)

    def run(self, visit: Visit) -> str:
        inputs = {name: visit.eval(expression) for name, expression in self.with_.items()}
        visit.chosen = Enter(self.flow, inputs)
        return "next"


def returned(flow: str, flows: Mapping[str, Flow]) -> tuple[str, ...]:
    """What a flow may return, itself or by a flow it goes over to."""
    values: set[str] = set()
    seen: set[str] = set()
    todo = [flow]
    while todo:
        name = todo.pop()
        if name in seen or name not in flows:
            continue
        seen.add(name)
        for target in flows[name].targets:
            if target.kind == "return" and target.value:
                values.add(target.value)
            elif target.kind == "flow":
                todo.append(target.name)
    return tuple(sorted(values))
