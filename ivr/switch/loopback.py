"""Loopback calls (mod_loopback): two channels back to back, so that a call placed by the switch reaches a
number of its own. Half A is the caller, half B is the call that arrives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.switch.digits import Digit
from ivr.switch.party import Party
from ivr.switch.sounds import Piece

if TYPE_CHECKING:
    from ivr.switch.channel import Channel


class LoopbackParty(Party):
    """What happens to one half reaches the other: it answers when B is answered, hears what is played, and
    goes when the other has gone."""

    def __init__(self) -> None:
        self.other: Channel | None = None

    def called(self, channel: Channel) -> None:
        if self.other:
            self.other.switch.arrive(self.other)

    def ringing(self, channel: Channel) -> None:
        if self.other and channel.inbound:
            self.other.ring_ready()

    def media(self, channel: Channel) -> None:
        if self.other and channel.inbound:
            self.other.pre_answer()

    def answered(self, channel: Channel) -> None:
        if self.other and channel.inbound:
            self.other.answer()

    def sound_began(self, channel: Channel, piece: Piece, at: float = 0.0) -> None:
        if self.other and piece.kind == "file":
            self.other.hearing.say(piece.name)
            self.other.wake()

    def sound_ended(self, channel: Channel, piece: Piece, *, complete: bool) -> None:
        if self.other and piece.kind == "file" and not complete:
            self.other.hearing.cut()

    def digit(self, channel: Channel, digit: Digit) -> None:
        if self.other:
            self.other.queue_digit(digit)

    def gone(self, channel: Channel, cause: str) -> None:
        if self.other:
            self.other.hangup(cause)


def join(first: Channel, second: Channel) -> None:
    """Put two channels back to back: `first` is half A, `second` half B. Both parties are LoopbackParty."""
    for channel, other, leg in ((first, second, "A"), (second, first, "B")):
        if isinstance(channel.party, LoopbackParty):
            channel.party.other = other
        channel.variables.set("other_loopback_leg_uuid", other.uuid)
        channel.variables.set("loopback_leg", leg)
