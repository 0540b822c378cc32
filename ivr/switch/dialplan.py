"""What calls do at the embedded switch before anybody drives them: the actions of Ivory's own dialplan, which
arms the dead-man guard and parks the call, and those of the extensions the guard and others send it to.

Whoever drives a call arms the guard again while the call lives; the switch itself takes it off when a talk
begins and arms it when the talk is over. When it strikes, the caller hears three notes and is released.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

Steps = Sequence[tuple[str, str]]
"""Applications and their arguments, one after the other."""

GUARD_SECONDS = 15

_GROUP = "ivr-guard-${uuid}"
_STRIKE = f"+{GUARD_SECONDS} {_GROUP} uuid_transfer ${{uuid}} fallback XML ivory"
_ARM = ("set", f"ivr_guard=${{sched_api({_STRIKE})}}")
_TALKS = (
    "hangup_after_bridge=false|continue_on_fail=true"
    f"|api_before_bridge=sched_del {_GROUP}|api_after_bridge=sched_api {_STRIKE}"
    "|execute_on_blind_transfer_ivory=multiunset api_before_bridge api_after_bridge"
    f"|execute_on_blind_transfer_ivory_guard=sched_cancel {_GROUP}"
)
_ANEW = "ivr_state=|ivr_at=|ivr_keys=|ivr_doing=|playback_terminators=none"

DIALPLAN: Steps = (
    _ARM,
    ("set", "ivr_flow={flow}"),
    ("multiset", f"^^|{_ANEW}|{_TALKS}"),
    ("park", ""),
)
"""What a known number does; `{flow}` and `{number}` are filled in."""

CONTEXT = "ivory"
EXTENSIONS: Mapping[str, Steps] = {
    "fallback": (
        ("set", "ivr_state=fallback"),
        ("multiunset", "api_before_bridge api_after_bridge"),
        ("sched_cancel", _GROUP),
        ("set", "hangup_after_bridge=true"),
        ("set", "continue_on_fail=true"),
        ("answer", ""),
        ("sleep", "500"),
        ("gentones", "%(300,100,659)%(300,100,587)%(600,400,523)"),
        ("hangup", "NORMAL_TEMPORARY_FAILURE"),
    ),
    "return": (_ARM, ("multiset", f"^^|ivr_state=|{_TALKS}"), ("park", "")),
}
"""The extensions of the context `ivory`: where the guard sends a call, and where a call parks again."""

_SENT = re.compile(r"[0-9A-Za-z_.+*#-]{1,64}")


def sent(number: str) -> Steps:
    """Any other number of that context: a telephone sent the call there by its own transfer key."""
    back = ("transfer", f"return XML {CONTEXT}")
    return (("set", f"ivr_sent={number}"), back) if _SENT.fullmatch(number) else (back,)
