"""Who is at the far end of a channel: a virtual caller, a virtual extension, the other half of a loopback.

The channel tells its party what a person with a telephone would notice; what the person does in return
(press, speak, answer, hang up) comes back as calls on the channel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.switch.digits import Digit
from ivr.switch.sounds import Piece

if TYPE_CHECKING:
    from ivr.switch.channel import Channel


class Party:
    """Somebody who notices nothing; members override what they care about. Nothing here may wait."""

    def called(self, channel: Channel) -> None:
        """An outgoing channel reached this party: its telephone may ring now."""

    def ringing(self, channel: Channel) -> None:
        """The switch told the caller that it rings (180)."""

    def media(self, channel: Channel) -> None:
        """Sound can be heard before an answer (183)."""

    def answered(self, channel: Channel) -> None:
        """The switch answered the caller."""

    def sound_began(self, channel: Channel, piece: Piece, at: float = 0.0) -> None:
        """A piece of sound began, or goes on `at` seconds after its beginning."""

    def sound_ended(self, channel: Channel, piece: Piece, *, complete: bool) -> None:
        """It is over; `complete` when it was not stopped."""

    def digit(self, channel: Channel, digit: Digit) -> None:
        """The switch sent a key towards this party."""

    def gone(self, channel: Channel, cause: str) -> None:
        """The channel is down."""
