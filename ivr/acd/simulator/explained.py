"""What every code of a scenario means, why it matters, and how to write it right: see explained.md.

The examples are whole scenarios. A test reads each: the wrong one has that finding alone, the right one none.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ivr.acd.simulator.document import CODES
from ivr.flow.explained import Entry, stored
from ivr.flow.explained.families import Family

ABOUT = "What is wrong with a scenario of the [simulator](simulator.md), beside its YAML and options."
SCENARIO = Family("Scenario", ABOUT, CODES)


@cache
def entries(language: str = "en") -> Mapping[str, Entry]:
    """Every entry by its code, in a language as far as it is there in it."""
    return stored(__package__ or "", "explained", language)
