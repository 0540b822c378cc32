"""`set`: variables get new values."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ivr.flow.model import Node
from ivr.flow.types import Expr, VariableName
from ivr.runtime.visit import Visit


class Set(Node):
    """Assign variables, one after the other; a later one sees the earlier.

    For example:

        count:
          type: set
          vars: {attempts: attempts + 1, too_many: attempts > 2}
          next: main
    """

    assigns = ("vars",)

    type: Literal["set"]
    vars: dict[VariableName, Expr] = Field(
        min_length=1,
        description="Variable to expression.",
        examples=[{"count": "count + 1"}, {"name": "'guest'"}],
    )

    def run(self, visit: Visit) -> str:
        for name, expression in self.vars.items():
            visit.vars[name] = visit.eval(expression)
        return "next"
