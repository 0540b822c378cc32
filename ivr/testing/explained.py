"""Every error code with its explanation: those of flows, of routing plans and scenarios, and of tests.

Flows lie deeper and know nothing of the others, so whoever wants them all (`ivr flow explain`,
docs/errors.md) asks here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ivr.acd.plan import explained as plans
from ivr.acd.simulator import explained as scenarios
from ivr.flow import explained
from ivr.flow.explained import Entry, stored
from ivr.flow.explained.families import Family
from ivr.flow.explained.families import families as of_flows
from ivr.testing.codes import CODES

TESTS = Family(
    "Tests", "What is wrong with a file of [tests](flow-tests.md), beside its YAML and options.", CODES
)


@cache
def entries(language: str = "en") -> Mapping[str, Entry]:
    """Every entry by its code, in a language as far as it is there in it."""
    own = stored(__package__ or "", "explained", language)
    return {
        **explained.entries(language),
        **plans.entries(language),
        **scenarios.entries(language),
        **own,
    }


def families(language: str = "en") -> tuple[Family, ...]:
    """All codes, in the order of the reference, with their few words in a language."""
    *files, running = of_flows()
    all_of_them = (*files, TESTS, plans.PLAN, scenarios.SCENARIO, running)
    return tuple(family.told(language) for family in all_of_them)
