"""Virtual extensions: telephones that answer, are busy, do not answer, refuse, or are not there.

A table of them, address by address, is given to the switch. Each call to one is a party that behaves as told.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.switch.party import Party

if TYPE_CHECKING:
    from ivr.switch.channel import Channel

_BEHAVIOURS = ("answers", "busy", "no_answer", "refuses", "unregistered", "dies")
_REFUSALS = {"busy": "USER_BUSY", "refuses": "CALL_REJECTED"}


@dataclass(frozen=True, slots=True)
class Extension:
    """How one telephone behaves when it is called. Times are seconds.

    Args:
        behaviour: `answers`; `busy` (USER_BUSY); `no_answer` (rings for ever); `refuses` (CALL_REJECTED);
            `unregistered` (USER_NOT_REGISTERED); `dies` (hangs up while it is being connected).
        after: how long it rings before it answers, refuses or dies; 0: it does not even ring.
        talks: how long the talk lasts before it hangs up; None: until the caller hangs up.
        says: a WAV file that it speaks once it has answered.

    Raises:
        ValueError: an unknown behaviour, or times below zero.
    """

    behaviour: str = "answers"
    after: float = 1.0
    talks: float | None = None
    says: Path | None = None

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


class ExtensionParty(Party):
    """The extension, for one call to it."""

    def __init__(self, extension: Extension) -> None:
        self._extension = extension

    def called(self, channel: Channel) -> None:
        channel.switch.later(0.0, self._pick_up, channel)

    def _pick_up(self, channel: Channel) -> None:
        extension = self._extension
        if extension.behaviour == "no_answer":
            channel.ring_ready()
        elif extension.after == 0:
            self._decide(channel)
        else:
            channel.ring_ready()
            channel.switch.later(extension.after, self._decide, channel)

    def _decide(self, channel: Channel) -> None:
        extension = self._extension
        if channel.down:
            return
        if extension.behaviour in _REFUSALS:
            channel.hangup(_REFUSALS[extension.behaviour])
            return
        # A telephone that gives no name of its own when it answers is called by its number from then on.
        channel.profile.callee_name = channel.profile.callee_number
        channel.answer()
        if extension.behaviour == "dies":
            channel.hangup("NORMAL_CLEARING")
            return
        if extension.says:
            channel.hearing.say(extension.says)
        if extension.talks is not None:
            channel.switch.later(extension.talks, channel.hangup, "NORMAL_CLEARING")
