"""Every error code with its explanation: those of flows, of routing plans and scenarios, and of tests.

Flows lie deeper and know nothing of the others, so whoever wants them all (`ivr flow explain`,
docs/errors.md) asks here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from ivr.acd.plan import explained as plans
from ivr.acd.simulator import explained as scenarios
from ivr.flow import explained
from ivr.flow.explained import Entry
from ivr.flow.explained.families import Family
from ivr.flow.explained.families import families as of_flows
from ivr.testing.codes import CODES

TESTS = Family(
    "Tests", "What is wrong with a file of [tests](flow-tests.md), beside its YAML and options.", CODES
)


@cache
def entries() -> Mapping[str, Entry]:
    """Every entry by its code."""
    text = (resources.files(__package__ or "") / "explained.md").read_text(encoding="utf-8")
    return {**explained.entries(), **plans.entries(), **scenarios.entries(), **explained.read(text)}


def families() -> tuple[Family, ...]:
    """All codes, in the order of the reference."""
    *files, running = of_flows()
    return (*files, TESTS, plans.PLAN, scenarios.SCENARIO, running)
