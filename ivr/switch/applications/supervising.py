"""Applications of somebody who listens to a call, speaks into it or takes it over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.switch import meeting
from ivr.switch.applications.table import application
from ivr.switch.spying import spy
from ivr.switch.text import separate, true

if TYPE_CHECKING:
    from ivr.switch.channel import Channel


@application("eavesdrop", needs_media=True)
def eavesdrop(channel: Channel, argument: str) -> None:
    """Listen to a call by its UUID. Who hears the spy, and whom the spy hears, is in variables of the spy:
    see `ivr.switch.spying`. Keys switch it, unless `eavesdrop_enable_dtmf` is false."""
    if not argument:
        return
    wishes = channel.variables
    enable = wishes.get("eavesdrop_enable_dtmf")
    spy(
        channel,
        argument,
        keys=enable is None or true(enable),
        to_peer=true(wishes.get("eavesdrop_whisper_aleg")),
        to_target=true(wishes.get("eavesdrop_whisper_bleg")),
        hears_target=true(wishes.get("eavesdrop_bridge_aleg")),
        hears_peer=true(wishes.get("eavesdrop_bridge_bleg")),
    )


@application("three_way", needs_media=True)
def three_way(channel: Channel, argument: str) -> None:
    """Talk with a call and whoever it talks to; keys are no commands."""
    if argument:
        spy(channel, argument, keys=False, to_peer=True, to_target=True)


@application("intercept")
def intercept(channel: Channel, argument: str) -> None:
    """`[-bleg] <uuid>`: take over a call (with -bleg the one it talks to); its other party is hung up on."""
    words = separate(argument)
    bleg = words[:1] == ["-bleg"]
    uuid = next(iter(words[1:] if bleg else words), "")
    meeting.intercept(channel, uuid, bleg=bleg)
