"""`subflow`: run another flow and come back."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ivr.flow.model import Node
from ivr.flow.types import Expr, VariableName
from ivr.runtime.visit import Enter, Visit


class Subflow(Node):
    """Run another flow with inputs of its own, and take what it found. Its `return: value` is this node's
    outcome of that name; a plain `return`, or its end, is `next`."""

    type: Literal["subflow"]
    flow: VariableName = Field(description="The flow's name.")
    with_: dict[VariableName, Expr] = Field(
        {}, alias="with", description="Its inputs: variable to expression."
    )
    save: dict[VariableName, VariableName] = Field(
        {}, description="Variable here: variable there, on return."
    )

    def knows_outcome(self, name: str) -> bool:
        return True  # the other flow decides what it returns; lint compares

    def run(self, visit: Visit) -> str:
        visit.chosen = Enter(
            self.flow, {name: visit.eval(expression) for name, expression in self.with_.items()}
        )
        return "next"
