"""How a supervisor listens to an agent: a leg of their own with FreeSWITCH's `eavesdrop` on the agent's leg.

That leg hears both; who hears it can be changed at any moment by a key, which the supervisor's telephone may
press as well. When the agent's leg ends, FreeSWITCH hangs the supervisor's up, whether a worker lives or not.
"""

from __future__ import annotations

from typing import Final

from ivr.esl import commands
from ivr.esl.commands import ApiCall

MONITOR, WHISPER, BARGE = "monitor", "whisper", "barge"

KEYS: Final = {MONITOR: "0", WHISPER: "2", BARGE: "3"}
"""The keys of `eavesdrop`: heard by nobody, by the agent alone, by both. (`1`: by the partner alone.)"""

MODES: Final = {key: mode for mode, key in KEYS.items()}

_HEARD: Final[dict[str, tuple[str, ...]]] = {
    MONITOR: (),
    WHISPER: ("eavesdrop_whisper_bleg",),
    BARGE: ("eavesdrop_whisper_aleg", "eavesdrop_whisper_bleg"),
}


def variables(mode: str) -> dict[str, str | int | bool]:
    """The variables of a leg that begins to listen in `mode`."""
    return dict.fromkeys(_HEARD[mode], True)


def switch(leg: str, mode: str) -> ApiCall:
    """The command that puts a leg that listens into another mode."""
    return commands.api("uuid_recv_dtmf", leg, KEYS[mode])
