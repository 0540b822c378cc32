"""Two channels talk: the bridge, from CHANNEL_BRIDGE to CHANNEL_UNBRIDGE, and what becomes of them after.

(switch_ivr_multi_threaded_bridge.) The originator's greenlet runs the bridge; the other channel's lives in
CS_EXCHANGE_MEDIA meanwhile.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from ivr.switch import session
from ivr.switch.channel import FRAME, Channel, microseconds
from ivr.switch.execute import run_apis
from ivr.switch.sounds import Piece
from ivr.switch.text import separate, true
from ivr.switch.transfer import transfer

if TYPE_CHECKING:
    from ivr.switch.digits import Digit

_LEAD_SECONDS = 10 * FRAME


def talk(originator: Channel, peer: Channel) -> None:
    """Let two channels talk until either leaves; to be called in the originator's greenlet.

    Afterwards the originator is hung up, parked or sent elsewhere as its `hangup_after_bridge`,
    `park_after_bridge` and `transfer_after_bridge` say; without them it goes on with what it did before.
    """
    if peer.answered and not originator.answered:
        originator.answer()
    elif not originator.media_ready:
        originator.pre_answer()
    originator.variables.set("originate_causes", f"{peer.uuid};NONE")
    originator.variables.set("signal_bond", peer.uuid)
    originator.profile.times.bridged = peer.profile.times.bridged = microseconds()
    originator.bridged_to, peer.bridged_to = peer, originator
    originator.bridge_role = "originator"
    ends = [("Bridge-A-Unique-ID", originator.uuid), ("Bridge-B-Unique-ID", peer.uuid)]
    originator.fire("CHANNEL_BRIDGE", first=ends)
    for channel, other in ((originator, peer), (peer, originator)):
        channel.variables.set("bridge_to", other.uuid)
        channel.variables.set("last_bridge_to", other.uuid)
        channel.variables.set("bridge_channel", other.name)
        channel.variables.set("bridge_uuid", other.uuid)
        channel.variables.set("signal_bond", other.uuid)
    # What was sent before they met comes first; nobody hears anybody until it is over.
    for channel in (peer, originator):
        channel.commands.take_all()
    if not peer.down:
        _converse(originator, peer)
    originator.bridged_to = None
    if peer.bridged_to is originator:
        peer.bridged_to = None
    originator.reset()
    originator.fire("CHANNEL_UNBRIDGE", first=ends)
    if originator.ready:
        after(originator, peer.cause or "NORMAL_CLEARING")


def _converse(originator: Channel, peer: Channel) -> None:
    over: list[bool] = []
    peer.bridge_role = "originatee"
    peer.redirect(partial(_exchange_media, peer, originator, over), "CS_EXCHANGE_MEDIA")
    originator.watch(peer)
    peer.watch(originator)
    person = Piece("person", peer.profile.destination, math.inf)
    originator.party.sound_began(originator, person)
    originator.given.begin(peer.hearing)
    peer.given.begin(originator.hearing)
    _begin(originator, over)

    with originator.displaced.carried(), peer.displaced.carried():
        while originator.ready and not peer.down and peer.bridged_to is originator:
            _pass_on(originator, peer)

    over.append(True)
    originator.party.sound_ended(originator, person, complete=True)
    _part(originator)
    originator.hold.talk_over(peer, left=peer.redirected is not None)
    if peer.down:
        peer.hold.talk_over(originator, left=originator.redirected is not None)
    peer.commands.stop_broadcast()
    peer.wake()
    while peer.state == "CS_EXCHANGE_MEDIA":
        originator.rest()
    originator.unwatch(peer)
    peer.unwatch(originator)
    originator.given.end(peer.hearing)
    peer.given.end(originator.hearing)
    for channel, other in ((originator, peer), (peer, originator)):
        if other.cause:
            channel.variables.set("bridge_hangup_cause", other.cause)


def _part(channel: Channel) -> None:
    """One of the two is out of the talk."""
    run_apis(channel, "api_after_bridge")
    channel.variables.set("bridge_to", None)
    channel.bridge_role = ""


def _begin(channel: Channel, over: list[bool]) -> None:
    """Run `api_before_bridge` once ten frames have come from the channel, unless the talk is over then."""

    def begin() -> None:
        if not over:
            run_apis(channel, "api_before_bridge")

    channel.switch.later(_LEAD_SECONDS, begin)


def after(channel: Channel, cause: str, otherwise: str = "") -> None:
    """What a channel does when its bridge is over.

    Args:
        cause: why it is hung up if `hangup_after_bridge` asks for that.
        otherwise: why it is hung up if it is neither parked nor sent elsewhere; "": it is not.
    """
    variables = channel.variables
    if true(variables.get("park_after_bridge")):
        channel.redirect(partial(session.park_state, channel), "CS_PARK")
    elif (where := variables.get("transfer_after_bridge")) is not None:
        variables.set("transfer_after_bridge", None)
        transfer(channel, *separate(where, ":")[:3])
    elif otherwise:
        channel.hangup(otherwise)
    elif true(variables.get("hangup_after_bridge")):
        channel.hangup(cause)


def _pass_on(channel: Channel, other: Channel) -> None:
    """One turn of a bridged channel: commands, and keys to the other side."""

    def key(digit: Digit) -> bool:
        if not true(channel.variables.get("bridge_filter_dtmf")):
            other.party.digit(other, digit)
        return False

    channel.turn(key)


def _exchange_media(channel: Channel, originator: Channel, over: list[bool]) -> None:
    channel.enter("CS_EXCHANGE_MEDIA")
    _begin(channel, over)
    while channel.ready and not over:
        _pass_on(channel, originator)
    _part(channel)
    if not channel.down:
        channel.hold.talk_over(originator, left=originator.redirected is not None)
    if channel.redirected and not over:
        channel.bridged_to = None
        originator.wake()
    if channel.ready:
        after(channel, "NORMAL_CLEARING", otherwise="NORMAL_CLEARING")
