"""Which version of a flow serves whom: a log that only grows, and what follows from it.

Nothing about a flow in service is ever overwritten: each publishing, rollback or canary is one more release,
and what serves now is read off them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

Kind = Literal["publish", "canary", "promote", "rollback", "retire"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Release:
    """One decision about a flow.

    Args:
        turn: counts the flow's releases from 1.
        kind: publish, promote and rollback put `version` in service for all; canary for `percent` of the
            callers (0: for nobody any more); retire takes the flow out of service.
        at: aware.
        by: who decided.
        tests: what the flow's tests said, in words.
    """

    flow: str
    turn: int
    kind: Kind
    version: str
    at: datetime
    percent: int = 100
    by: str = ""
    message: str = ""
    tests: str = ""


@dataclass(frozen=True, slots=True)
class Serving:
    """What serves a flow's callers: `version` all of them, but `percent` of them `canary`. Nothing serves a
    flow that is retired."""

    version: str = ""
    canary: str = ""
    percent: int = 0

    def choose(self, flow: str, caller: str) -> str:
        """The version for a caller, the same at each call; one who came to a canary stays there when its
        share grows."""
        return self.canary if self.canary and lot(flow, self.canary, caller) < self.percent else self.version

    @property
    def versions(self) -> tuple[str, ...]:
        """All that serve somebody."""
        return tuple(filter(None, (self.version, self.canary)))


def lot(flow: str, version: str, caller: str) -> float:
    """Where a caller stands between 0 and 100; evenly, and for each version anew, so that nobody is always
    among the first."""
    drawn = hashlib.sha256(f"{flow}\n{version}\n{caller}".encode()).digest()
    return int.from_bytes(drawn[:6]) / (1 << 48) * 100


def fold(releases: Iterable[Release]) -> dict[str, Serving]:
    """What serves each flow after all these releases."""
    serving: dict[str, Serving] = {}
    for release in sorted(releases, key=lambda one: (one.flow, one.turn)):
        serving[release.flow] = _after(serving.get(release.flow, Serving()), release)
    return serving


def _after(serving: Serving, release: Release) -> Serving:
    match release.kind:
        case "canary":
            canary = release.version if release.percent else ""
            return replace(serving, canary=canary, percent=release.percent)
        case "retire":
            return Serving()
        case _:
            return Serving(release.version)


def together(releases: Sequence[Release]) -> datetime | None:
    """Since when the canary and the version beside it both serve; None where there is no canary.

    Args:
        releases: those of one flow, in order.
    """
    canary = fold(releases)[releases[-1].flow].canary if releases else ""
    began = None
    for release in reversed(releases):
        if not canary or (release.kind, release.version) != ("canary", canary):
            break
        began = release.at
    return began


def former(releases: Sequence[Release]) -> str:
    """The version that served all callers of a flow before the present one did; empty where there was none.

    Args:
        releases: those of one flow, in order.
    """
    served: list[str] = []
    for release in releases:
        if release.kind in ("publish", "promote", "rollback") and release.version not in served[-1:]:
            if release.kind == "rollback" and release.version in served:
                served = served[: served.index(release.version)]  # a second rollback goes further back
            served.append(release.version)
    present = fold(releases).get(releases[-1].flow, Serving()).version if releases else ""
    earlier = served[:-1] if present else served
    return earlier[-1] if earlier else ""
