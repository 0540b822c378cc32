"""Who ended a talk, as FreeSWITCH's hangup causes tell it."""

from __future__ import annotations

from typing import Final

CALLER, SYSTEM, SUPERVISOR = "caller", "system", "supervisor"

_BY_HAND: Final = frozenset({"", "NORMAL_CLEARING", "NORMAL_UNSPECIFIED", "ORIGINATOR_CANCEL", "USER_BUSY"})
"""What a telephone gives when its user hangs up; `CALL_REJECTED` and the like cannot come in a talk."""
_BY_ORDER: Final = "MANAGER_REQUEST"


def ended_by(cause: str, side: str) -> str:
    """Who ended a talk of which the leg of a `side` (caller, agent) was hung up, for a cause."""
    if cause == _BY_ORDER:
        return SUPERVISOR
    return side if cause in _BY_HAND else SYSTEM
