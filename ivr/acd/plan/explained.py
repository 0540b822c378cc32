"""What every code of a routing plan means, why it matters, and how to write it right: see explained.md.

The examples are whole plans. A test lints each: the wrong one has that finding alone, the right one none.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from ivr.acd.plan.codes import CODES
from ivr.flow.explained import Entry, read
from ivr.flow.explained.families import Family

ABOUT = "What is wrong with a [routing plan](skill-groups.md), beside its YAML and options."
PLAN = Family("Routing plan", ABOUT, CODES)


@cache
def entries() -> Mapping[str, Entry]:
    """Every entry by its code."""
    text = (resources.files(__package__ or "") / "explained.md").read_text(encoding="utf-8")
    return read(text)
