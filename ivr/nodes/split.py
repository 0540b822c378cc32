"""`split`: share callers out by percent; the same caller always goes the same way."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field, model_validator

from ivr.flow.model import Node
from ivr.flow.types import Model, Name, To, refuse
from ivr.runtime.visit import Visit


class Share(Model):
    """A branch and its share of callers."""

    percent: Annotated[float, Field(ge=0, le=100)] = Field(description="Share of callers, 0 to 100.")
    next: To = Field(description="Where it leads.")


class Split(Node):
    """Share callers out among branches. Who calls from the same number meets the same branch.

    For example:

        trial:
          type: split
          branches:
            usual: {percent: 90, next: main}
            shorter: {percent: 10, next: short_menu}
    """

    steady = True

    type: Literal["split"]
    branches: dict[Name, Share] = Field(
        min_length=2, description="Branches by name; their shares are 100 percent together."
    )

    @model_validator(mode="after")
    def _whole(self) -> Split:
        total = sum(share.percent for share in self.branches.values())
        if abs(total - 100) > 0.01:
            raise refuse("F132", f"the shares add up to {total:g} percent", "make them 100 together")
        return self

    def needs_next(self) -> bool:
        return False

    def run(self, visit: Visit) -> str:
        who = visit.call.ani or visit.call.id
        point, reached = _point(visit.flow.id, visit.state.node, who), 0.0
        for name, share in self.branches.items():
            reached += share.percent
            if point < reached:
                visit.chosen = share.next
                return name
        visit.chosen = share.next  # shares of 33.33 leave a sliver: it goes with the last
        return name


def _point(*parts: str) -> float:
    """A number in [0, 100) that is always the same for the same parts."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48 * 100
