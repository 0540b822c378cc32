"""All that somebody hears, as one sound: what is played to them, and the people whom they hear."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ivr.switch.audible import heard_by
from ivr.switch.callers import Caller
from ivr.switch.samples import RATE
from ivr.switch.spoken import FRAME

if TYPE_CHECKING:
    from ivr.switch.channel import Channel
    from ivr.switch.earpiece import Mixed

SECONDS = FRAME / RATE


def sound(channel: Channel, begin: float) -> bytes:
    """20 ms of what the person at the far end of a channel hears, from `begin` on (monotonic seconds): 16-bit
    little-endian samples. They must be over by now, or not all of what sounds in them is known yet."""
    mixed = np.zeros(FRAME, np.int32)
    if "write" not in channel.muted and not channel.down:
        _played(channel, mixed, begin)
        if channel.spying and channel.spying.hears_peer:
            _played(channel.spying.target, mixed, begin)
        for uuid in heard_by(channel):
            if voice := channel.switch.channels.get(uuid):
                mixed += np.frombuffer(voice.hearing.samples(begin, begin + SECONDS), np.int16)[:FRAME]
    return np.clip(mixed, -32768, 32767).astype("<i2").tobytes()


def _played(channel: Channel, into: Mixed, begin: float) -> None:
    if isinstance(channel.party, Caller):
        channel.party.earpiece.mix(into, begin)
