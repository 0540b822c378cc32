"""A canary beside the version that serves the others: what became of their callers."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from ivr.errors import IvoryError
from ivr.flow.releases import together
from ivr.insight import Ended, compare, figures
from ivr.insight.canary import Difference
from ivr.store.calls import ended
from ivr.store.database import Store
from ivr.versions.publish import Desk


class Share(BaseModel):
    """One figure of both: a share from 0 to 1, or seconds. `low` and `high` bound the change (95 %)."""

    name: str
    old: float | None
    new: float | None
    change: float | None
    low: float | None
    high: float | None
    clear: bool = Field(description="Whether the difference is no accident.")


class Compared(BaseModel):
    """How a canary does."""

    version: str
    canary: str
    percent: int
    since: datetime = Field(description="When both began to serve beside each other.")
    old_calls: int = Field(description="That ended.")
    new_calls: int
    shares: list[Share]
    seconds: Share = Field(description="Of the median call.")


def compared(store: Store, flow: str) -> Compared:
    """The canary of a flow, compared. Raises IvoryError where it has none, StoreError."""
    desk = Desk(store, flow, "")
    serving, since = desk.serving(), together(desk.log)
    if since is None:
        raise IvoryError(f"{flow} has no canary", hint="publish one for some of the callers")

    def of(version: str) -> list[Ended]:
        return [Ended(*row) for row in ended(store, flow, version, since)]

    found = compare(figures(of(serving.version)), figures(of(serving.canary)))
    return Compared(
        version=serving.version,
        canary=serving.canary,
        percent=serving.percent,
        since=since,
        old_calls=found.old_calls,
        new_calls=found.new_calls,
        shares=[_share(one) for one in found.shares],
        seconds=_share(found.seconds),
    )


def _share(one: Difference) -> Share:
    change = one.change
    return Share(
        name=one.name, old=one.old, new=one.new, change=change.value, low=change.low, high=change.high,
        clear=change.clear,
    )  # fmt: skip
