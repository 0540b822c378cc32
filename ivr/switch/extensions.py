"""Virtual extensions: telephones that answer, are busy, do not answer, refuse, or are not there.

A table of them, address by address, is given to the switch; what is changed in it holds from the next call
on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.switch.callers import Caller
    from ivr.switch.switch import Switch

_BEHAVIOURS = ("answers", "busy", "no_answer", "rings_aloud", "refuses", "unregistered", "dies")
_REACTION = 1.0
_REFUSALS = {"busy": "USER_BUSY", "refuses": "CALL_REJECTED"}


@dataclass(frozen=True, slots=True)
class Extension:
    """How one telephone behaves when it is called. Times are seconds.

    Args:
        behaviour: `answers`; `busy` (USER_BUSY); `no_answer` (rings for ever);
            `rings_aloud` (the same, with a sound before the answer); `refuses` (CALL_REJECTED);
            `unregistered` (USER_NOT_REGISTERED); `dies` (hangs up while it is being connected).
        after: how long it rings before it answers, refuses or dies; 0: it does not even ring.
        talks: how long the talk lasts before it hangs up; None: until the caller hangs up.
        says: a WAV file that it speaks once it has answered.
        presses: keys that it presses one second after it has answered.
        rings: is given each call as it begins to ring, and the call can be spoken for through it.
        person: makes who takes a call; a virtual caller when there is none.

    Raises:
        ValueError: an unknown behaviour, or times below zero.
    """

    behaviour: str = "answers"
    after: float = 1.0
    talks: float | None = None
    says: Path | None = None
    presses: str = ""
    rings: Callable[[Caller], None] | None = None
    person: Callable[[Switch, Extension], Caller] | None = None

    def __post_init__(self) -> None:
        if self.behaviour not in _BEHAVIOURS:
            raise ValueError(
                f'"{self.behaviour}" is no behaviour of an extension; there is {", ".join(_BEHAVIOURS)}'
            )
        if self.after < 0 or (self.talks is not None and self.talks < 0):
            raise ValueError("an extension's times are not negative")

    @property
    def refusal(self) -> str:
        """The cause a call to it fails with before it even rings; "" when it can be reached."""
        return "USER_NOT_REGISTERED" if self.behaviour == "unregistered" else ""

    def ring(self, call: Caller) -> None:
        """A call has come."""
        channel = call.line
        if self.behaviour == "rings_aloud":
            channel.profile.callee_name = channel.profile.callee_number
            channel.pre_answer()
        elif self.after or self.behaviour == "no_answer":
            channel.ring_ready()
        if self.rings:
            self.rings(call)
        if self.behaviour not in {"no_answer", "rings_aloud"}:
            channel.switch.later(self.after, self._decide, call)

    def _decide(self, call: Caller) -> None:
        channel = call.line
        if channel.down or channel.answered:
            return
        if self.behaviour in _REFUSALS:
            channel.hangup(_REFUSALS[self.behaviour])
            return
        call.answer()
        if self.behaviour == "dies":
            channel.hangup("NORMAL_CLEARING")
            return
        if self.says:
            channel.hearing.say(self.says)
        if self.presses:
            channel.switch.later(_REACTION, call.press, self.presses)
        if self.talks is not None:
            channel.switch.later(self.talks, channel.hangup, "NORMAL_CLEARING")
