"""What is different between two plans, option by option."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.acd.plan.pins import KEPT, is_hash, is_kept, verify
from ivr.flow.diff import SHOWN, Change, leaves, text
from ivr.flow.types import shortened


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Every difference in meaning between the data of two plans, in their order.

    A PIN is not shown; digits that fit a hash are the same PIN, and `kept` is any. That takes some 25 ms for
    each agent of whom one plan has the digits and the other the hash.
    """
    before, after = dict(leaves(old)), dict(leaves(new))
    return [
        Change(
            "option",
            ".".join(path),
            _shown(path, before[path], KEPT) if path in before else "",
            _shown(path, after[path], "another" if path in before else "new") if path in after else "",
        )
        for path in dict.fromkeys([*before, *after])
        if path and not _same(path, before.get(path), after.get(path))
    ]


def undone(earlier: Mapping[str, Any], present: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[Change]:
    """What `wanted` would do to options that were changed since an earlier plan."""
    since = {change.where for change in compare(earlier, present)}
    return [change for change in compare(present, wanted) if change.where in since]


def _same(path: tuple[str, ...], old: Any, new: Any) -> bool:
    if old == new or not _is_pin(path) or old is None or new is None:
        return bool(old == new)
    one, other = str(old), str(new)
    if is_kept(one) or is_kept(other):
        return True
    return is_hash(one) != is_hash(other) and (verify(one, other) or verify(other, one))


def _shown(path: tuple[str, ...], value: Any, pin: str) -> str:
    return pin if _is_pin(path) else shortened(text(value), SHOWN)


def _is_pin(path: tuple[str, ...]) -> bool:
    return path[0] == "agents" and path[-1] == "pin"
