"""What every code of a scenario means, why it matters, and how to write it right: see explained.md.

The examples are whole scenarios. A test reads each: the wrong one has that finding alone, the right one none.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from ivr.acd.simulator.document import CODES
from ivr.flow.explained import Entry, read
from ivr.flow.explained.families import Family

ABOUT = "What is wrong with a scenario of the [simulator](simulator.md), beside its YAML and options."
SCENARIO = Family("Scenario", ABOUT, CODES)


@cache
def entries() -> Mapping[str, Entry]:
    """Every entry by its code."""
    text = (resources.files(__package__ or "") / "explained.md").read_text(encoding="utf-8")
    return read(text)
