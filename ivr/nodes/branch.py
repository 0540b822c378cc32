"""`branch`: go different ways under different conditions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ivr.flow.model import Node
from ivr.flow.types import Expr, Model, To
from ivr.runtime.visit import Visit


class Case(Model):
    """One condition and where it leads."""

    when: Expr = Field(description="The condition.")
    next: To = Field(description="Where it leads.")


class Branch(Node):
    """Take the first case that is true, or `else`.

    For example:

        which:
          type: branch
          cases:
            - {when: caller.vip, next: vip_desk}
            - {when: "starts_with(call.ani, '+86')", next: main}
          else: abroad
    """

    steady = True

    type: Literal["branch"]
    cases: tuple[Case, ...] = Field(
        min_length=1, description="Conditions with where they lead, tried in order."
    )
    else_: To = Field(alias="else", description="Where to go when none is true.")

    def needs_next(self) -> bool:
        return False

    def run(self, visit: Visit) -> str:
        for number, case in enumerate(self.cases, 1):
            if visit.eval(case.when):
                visit.chosen = case.next
                return f"case {number}"
        visit.chosen = self.else_
        return "else"
