"""`split`: share callers out by percent; the same caller always goes the same way."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ivr.flow.model import Node
from ivr.flow.types import Model, To, VariableName, refuse
from ivr.runtime.visit import Visit, sticky_share


class Share(Model):
    """A branch and its share of callers."""

    percent: Annotated[float, Field(ge=0, le=100)] = Field(description="Share of callers, 0 to 100.")
    next: To = Field(description="Where it leads.")


class Split(Node):
    """Share callers out among branches. Who calls from the same number meets the same branch."""

    type: Literal["split"]
    branches: dict[VariableName, Share] = Field(min_length=2, description="Branches by name.")

    @model_validator(mode="after")
    def _whole(self) -> Split:
        total = sum(share.percent for share in self.branches.values())
        if abs(total - 100) > 0.01:
            raise refuse("F132", f"the shares add up to {total:g} percent", "make them 100 together")
        return self

    def run(self, visit: Visit) -> str:
        who = visit.call.ani or visit.call.id
        point, reached = sticky_share(visit.flow.id, visit.state.node, who), 0.0
        for name, share in self.branches.items():
            reached += share.percent
            if point < reached:
                break
        visit.chosen = share.next
        return name
