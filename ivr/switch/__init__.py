"""The embedded switch: a stand-in for FreeSWITCH with virtual callers and extensions.

    with Switch({"95598": "hotline"}, {"1001": Extension(after=2, talks=10)}) as switch:
        caller = switch.dial("95598", ani="13800000000")
        caller.press("1#")

To a worker connected to `switch.listen_port` it is FreeSWITCH 1.11, byte for byte as far as the worker looks.
"""

from __future__ import annotations

from ivr.switch.agents import Agent
from ivr.switch.callers import Caller, Heard
from ivr.switch.extensions import Extension
from ivr.switch.switch import Switch

__all__ = ["Agent", "Caller", "Extension", "Heard", "Switch"]
