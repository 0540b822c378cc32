"""Two channels talk: the bridge, from CHANNEL_BRIDGE to CHANNEL_UNBRIDGE, and what becomes of them after.

(switch_ivr_multi_threaded_bridge, switch_ivr_uuid_bridge.) The originator's greenlet runs the bridge; the
other channel's lives in CS_EXCHANGE_MEDIA meanwhile.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from gevent import sleep

from ivr.switch import session
from ivr.switch.channel import FRAME, Channel, microseconds
from ivr.switch.execute import run_apis
from ivr.switch.sounds import Piece
from ivr.switch.text import separate, true
from ivr.switch.transfer import step, transfer

if TYPE_CHECKING:
    from ivr.switch.digits import Digit

_SETTLE_FRAMES = 500
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
    originator.bridge_role, peer.bridge_role = "originator", "originatee"
    ends = [("Bridge-A-Unique-ID", originator.uuid), ("Bridge-B-Unique-ID", peer.uuid)]
    originator.fire("CHANNEL_BRIDGE", first=ends)
    for channel, other in ((originator, peer), (peer, originator)):
        channel.variables.set("last_bridge_to", other.uuid)
        channel.variables.set("bridge_channel", other.name)
        channel.variables.set("bridge_uuid", other.uuid)
        channel.variables.set("signal_bond", other.uuid)
    over: list[bool] = []
    peer.redirect(partial(_exchange_media, peer, originator, over), "CS_EXCHANGE_MEDIA")
    originator.watch(peer)
    peer.watch(originator)
    person = Piece("person", peer.profile.destination, math.inf)
    originator.party.sound_began(originator, person)
    _begin(originator, over)

    with originator.displaced.carried(), peer.displaced.carried():
        while originator.ready and not peer.down and peer.bridged_to is originator:
            _pass_on(originator, peer)

    over.append(True)
    originator.party.sound_ended(originator, person, complete=True)
    originator.unwatch(peer)
    peer.unwatch(originator)
    originator.bridged_to = peer.bridged_to = None
    run_apis(originator, "api_after_bridge")
    peer_cause = peer.cause or "NORMAL_CLEARING"
    originator.variables.set("bridge_hangup_cause", peer_cause)
    peer.wake()
    originator.reset()
    originator.fire("CHANNEL_UNBRIDGE", first=ends)
    if originator.ready:
        after(originator, peer_cause)


def _begin(channel: Channel, over: list[bool]) -> None:
    """Run `api_before_bridge` once ten frames have come from the channel, unless the talk is over then."""

    def begin() -> None:
        if not over:
            run_apis(channel, "api_before_bridge")

    channel.switch.later(_LEAD_SECONDS, begin)


def after(channel: Channel, cause: str) -> None:
    """What a channel does when its bridge is over."""
    variables = channel.variables
    if true(variables.get("park_after_bridge")):
        channel.redirect(partial(session.park_state, channel), "CS_PARK")
    elif (where := variables.get("transfer_after_bridge")) is not None:
        transfer(channel, *separate(where, ":")[:3])
    elif true(variables.get("hangup_after_bridge")):
        channel.hangup(cause)


def _pass_on(channel: Channel, other: Channel) -> None:
    """One turn of a bridged channel: commands, and keys to the other side."""

    def key(digit: Digit) -> bool:
        other.party.digit(other, digit)
        return False

    channel.turn(key)


def _exchange_media(channel: Channel, originator: Channel, over: list[bool]) -> None:
    channel.enter("CS_EXCHANGE_MEDIA")
    _begin(channel, over)
    while channel.ready and not over:
        _pass_on(channel, originator)
    run_apis(channel, "api_after_bridge")
    if channel.redirected and not over:
        channel.bridged_to = None
        originator.wake()
    if channel.ready:
        if true(channel.variables.get("park_after_bridge")) or channel.variables.get("transfer_after_bridge"):
            after(channel, "NORMAL_CLEARING")
        else:
            channel.hangup("NORMAL_CLEARING")


def uuid_bridge(originator: Channel, peer: Channel) -> bool:
    """Take two channels out of whatever they do and let them talk.

    False when neither has sound, or the originator is gone. If the peer dies before they meet, the originator
    is hung up, unless `uuid_bridge_park_on_cancel` is set.
    """
    if originator.down:
        return False
    if not originator.media_ready:
        if not peer.media_ready:
            return False
        originator, peer = peer, originator
    ends = ((originator, peer, "originatee"), (peer, originator, "originator"))
    for channel, other, _ in ends:
        step(channel, f"uuid_br:{other.uuid}")
    for channel, other, role in ends:
        channel.variables.set("bridge_channel", other.name)
        channel.variables.set("bridge_uuid", other.uuid)
        channel.variables.set("signal_bond", other.uuid)
        channel.other_leg = (role, other.profile.seen())
    if not peer.inbound:
        caller, called = originator.profile, peer.profile
        called.name, called.number = caller.name, caller.number
        caller.callee_name, caller.callee_number = called.callee_name, called.callee_number
    peer.redirect(partial(_meet_as_peer, peer), "CS_HIBERNATE")
    originator.redirect(partial(_meet, originator, peer), "CS_HIBERNATE")
    return True


def _soften(channel: Channel) -> None:
    for state in ("CS_HIBERNATE", "CS_RESET", "CS_SOFT_EXECUTE"):
        channel.enter(state)


def _meet(originator: Channel, peer: Channel) -> None:
    _soften(originator)
    for _ in range(_SETTLE_FRAMES):
        if peer.down or originator.down or peer.running_state == "CS_SOFT_EXECUTE":
            break
        sleep(FRAME)
    originator.reset()
    if not originator.ready:
        peer.hangup("DESTINATION_OUT_OF_ORDER")
        return
    if peer.down or not peer.media_ready:
        if true(originator.variables.get("uuid_bridge_park_on_cancel")):
            originator.redirect(partial(session.park_state, originator), "CS_PARK")
        else:
            originator.hangup("ORIGINATOR_CANCEL")
        return
    for channel, other in ((originator, peer), (peer, originator)):
        channel.fire("CHANNEL_EXECUTE", [("Application", "uuid_bridge"), ("Application-Data", other.uuid)])
    talk(originator, peer)
    if originator.ready:
        originator.enter("CS_EXECUTE")


def _meet_as_peer(peer: Channel) -> None:
    _soften(peer)
    while peer.ready:
        peer.idle(math.inf, breakable=False)
