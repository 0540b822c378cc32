"""The routing plan: skills, groups and agents as one YAML document, checked, and made into what the router
works with."""

from __future__ import annotations

from ivr.acd.plan.loader import EMPTY, LoadedPlan, load

__all__ = ["EMPTY", "LoadedPlan", "load"]
