"""What is different between two plans, option by option."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.acd.plan.pins import KEPT
from ivr.flow.diff import SHOWN, Change, leaves, text
from ivr.flow.types import shortened


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Every difference between the data of two plans, in their order; a PIN is not shown."""
    before, after = dict(leaves(old)), dict(leaves(new))
    return [
        Change(
            "option",
            ".".join(path),
            _shown(path, before[path]) if path in before else "",
            _shown(path, after[path]) if path in after else "",
        )
        for path in dict.fromkeys([*before, *after])
        if path and before.get(path) != after.get(path)
    ]


def _shown(path: tuple[str, ...], value: Any) -> str:
    return KEPT if path[0] == "agents" and path[-1] == "pin" else shortened(text(value), SHOWN)
