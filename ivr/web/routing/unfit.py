"""What is wrong with a group or an agent, told by its options: a form shows it where it was written."""

from __future__ import annotations

from collections.abc import Sequence

from ivr.acd.plan.pointing import pointer
from ivr.errors import Finding, FlowError
from ivr.flow.checks import Path


class Unfit(FlowError):
    """Findings about a thing that was to be put into the plan. `misfits` are JSON pointers into the thing,
    with what is wrong there; what is wrong elsewhere is under the empty pointer."""

    def __init__(self, findings: Sequence[Finding], text: str, base: Path) -> None:
        super().__init__(tuple(findings))
        self.misfits = [(pointer(text, base, one), one) for one in findings]
