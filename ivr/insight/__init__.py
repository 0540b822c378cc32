"""What journeys tell: where callers arrive, where they give up, and what would save them time.

Pure: plain data in, plain data out; no database, no clock. For the figures of a canary:

    figures(calls: Iterable[Ended]) -> Figures
    compare(old: Figures, new: Figures) -> Comparison

`Ended(end: str, goals: tuple[str, ...], seconds: float | None)` is a call; `Comparison.shares` are five
`Difference(name, old, new, change)`, and so is `.seconds`; a change is an `Estimate(value, low, high)`,
`.clear` when its 95 % interval leaves zero out. A flow's report is made by `report.report`, of what
`ivr.store.journeys` reads.
"""

from ivr.insight.canary import Comparison, Difference, Ended, Figures, compare, figures
from ivr.insight.intervals import Estimate

__all__ = ["Comparison", "Difference", "Ended", "Estimate", "Figures", "compare", "figures"]
