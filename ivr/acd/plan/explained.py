"""What every code of a routing plan means, why it matters, and how to write it right: see explained.md.

The examples are whole plans. A test lints each: the wrong one has that finding alone, the right one none.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ivr.acd.plan.codes import CODES
from ivr.flow.explained import Entry, stored
from ivr.flow.explained.families import Family

ABOUT = "What is wrong with a [routing plan](skill-groups.md), beside its YAML and options."
PLAN = Family("Routing plan", ABOUT, CODES)


@cache
def entries(language: str = "en") -> Mapping[str, Entry]:
    """Every entry by its code, in a language as far as it is there in it."""
    return stored(__package__ or "", "explained", language)
