"""Who hears whom, now: the one question about talks that a test or a demo must be able to ask.

A bridge joins two; a hold, and an application that runs in the middle of the talk, part them; a spy hears
both and is heard by either or both; a mute takes away what is said or what is heard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.switch.channel import Channel


def heard_by(channel: Channel) -> frozenset[str]:
    """The UUIDs of the channels whose people the person at the far end of this one hears."""
    if channel.down or not channel.media_ready or "write" in channel.muted:
        return frozenset()
    voices = {spy.channel for spy in channel.spies if spy.to_target and "read" not in spy.channel.muted}
    peer, spying = channel.bridged_to, channel.spying
    if spying:
        if spying.hears_target:
            voices |= _said(spying.target)
        if spying.hears_peer:
            voices |= _given(spying.target)
    elif peer and _joined(channel, peer):
        voices |= _said(peer)
    return frozenset(voice.uuid for voice in voices if voice is not channel and not voice.down)


def _given(channel: Channel) -> set[Channel]:
    """Those whom a channel is given to hear by its bridge."""
    peer = channel.bridged_to
    return _said(peer) if peer and _joined(channel, peer) else set()


def _said(channel: Channel) -> set[Channel]:
    """Those who are heard where this channel is: itself, and spies who speak to its peer."""
    own = set() if "read" in channel.muted else {channel}
    return own | {spy.channel for spy in channel.spies if spy.to_peer and "read" not in spy.channel.muted}


def _joined(one: Channel, other: Channel) -> bool:
    """Whether a bridge carries sound: nobody holds, and nothing else runs in it."""
    return not any(channel.hold.asked or channel.hold.on or channel.suspended for channel in (one, other))
