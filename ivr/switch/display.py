"""Who a channel says is calling, and whom: the two change places as legs are bridged this way and that.

(switch_channel_sort_cid, switch_channel_flip_cid, switch_channel_invert_cid.) A called leg shows who called
it as its caller until it does something of its own; from then on whoever answered is the caller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.switch.channel import Channel

_NOBODY = "Unknown"


def sort(channel: Channel) -> None:
    """The channel begins to run applications of its own."""
    if channel.inbound and channel.display_turned:
        _flip(channel)
        channel.display_turned = False
    elif not channel.inbound and not channel.hit_dialplan:
        _flip(channel)
    channel.hit_dialplan = True


def meet(originator: Channel, peer: Channel) -> None:
    """Two channels are about to be bridged by `uuid_bridge`."""
    if not peer.inbound:
        peer.hit_dialplan = False
    if originator.inbound and originator.display_turned:
        _invert(originator)
        peer.display_turned = False
    if peer.inbound and not peer.display_turned:
        _invert(peer)
        peer.display_turned = True


def share(originator: Channel, peer: Channel) -> None:
    """Each of the two is told who the other is."""
    caller, called = originator.profile, peer.profile
    caller.callee_name, caller.callee_number = called.callee_name, called.callee_number
    called.name, called.number = caller.name, caller.number


def _flip(channel: Channel) -> None:
    profile = channel.profile
    name, number = ("", "") if channel.bridged_to else (profile.name, profile.number)
    channel.variables.set("pre_transfer_caller_id_name", profile.name, check=False)
    channel.variables.set("pre_transfer_caller_id_number", profile.number, check=False)
    profile.name, profile.number = profile.callee_name, profile.callee_number
    profile.callee_name, profile.callee_number = name, number
    channel.variables.set("channel_cid_flipped", "yes")


def _invert(channel: Channel) -> None:
    profile = channel.profile
    profile.name, profile.callee_name = profile.callee_name or _NOBODY, profile.name
    profile.number, profile.callee_number = profile.callee_number or _NOBODY, profile.number
