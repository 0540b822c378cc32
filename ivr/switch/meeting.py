"""Two channels are taken out of whatever they do, to talk: `uuid_bridge` and `intercept`.

(switch_ivr_uuid_bridge, switch_ivr_intercept_session.) Either may die on the way to the other. What becomes
of the one that is left depends on how far they had come.
"""

from __future__ import annotations

import math
from functools import partial

from gevent import sleep

from ivr.switch import display, session
from ivr.switch.apis.table import locate
from ivr.switch.bridge import after, talk
from ivr.switch.channel import FRAME, Channel
from ivr.switch.text import true
from ivr.switch.transfer import step

_SETTLE_FRAMES = 500


def uuid_bridge(originator: Channel, peer: Channel) -> bool:
    """Take two channels out of whatever they do and let them talk.

    False when neither has sound, or the originator is gone. A peer that dies before they meet takes the
    originator with it, unless `park_after_bridge`, `transfer_after_bridge` (it died early) or
    `uuid_bridge_park_on_cancel` (it died late) is set. An originator that dies leaves the peer in nowhere:
    neither hung up nor parked.
    """
    for channel in (originator, peer):
        if channel.hold.asked:
            channel.hold.end()
    if not originator.inbound and not originator.hit_dialplan:
        display.sort(originator)
    if originator.down:
        return False
    if not originator.media_ready:
        if not peer.media_ready:
            return False
        originator, peer = peer, originator
    display.meet(originator, peer)
    ends = ((originator, peer, "originatee"), (peer, originator, "originator"))
    for channel, other, _ in ends:
        channel.variables.set("bridge_to", None)
        for name, value in (
            ("bridge_channel", other.name),
            ("bridge_uuid", other.uuid),
            ("signal_bond", other.uuid),
            ("original_destination_number", channel.profile.destination),
            ("original_caller_id_name", channel.profile.name),
            ("original_caller_id_number", channel.profile.number),
        ):
            channel.variables.set(name, value)
        step(channel, f"uuid_br:{other.uuid}")
    for channel, other, role in ends:
        channel.other_leg = (role, other.profile.seen())
    display.share(originator, peer)
    for channel in (originator, peer):
        channel.commands.stop_broadcast()
    peer.redirect(partial(_meet_as_peer, peer), "CS_HIBERNATE")
    originator.redirect(partial(_meet, originator, peer), "CS_HIBERNATE")
    return True


def intercept(channel: Channel, uuid: str, *, bleg: bool = False) -> bool:
    """Take over a call, or with `bleg` the one it talks to; whoever it talked to is hung up on (PICKED_OFF).

    False when there is nobody of that kind; `intercept_unbridged_only` and `intercept_unanswered_only` may
    spare those who talk, or have been answered.
    """
    target = locate(channel.switch, uuid)
    if bleg and target:
        target = target.bridged_to
    if target is None or target.down:
        return False
    wishes = channel.variables
    if true(wishes.get("intercept_unbridged_only")) and target.bridged_to:
        return False
    if true(wishes.get("intercept_unanswered_only")) and target.answered:
        return False
    other = target.bridged_to if target.bridged_to is not channel else None
    channel.answer()
    target.answer()
    target.hold.lift()
    if other:
        other.variables.set("park_after_bridge", "true")
    taken = uuid_bridge(channel, target)
    if other:
        other.hangup("PICKED_OFF")
    return taken


def _soften(channel: Channel) -> None:
    for state in ("CS_HIBERNATE", "CS_RESET", "CS_SOFT_EXECUTE"):
        channel.enter(state)


def _meet(originator: Channel, peer: Channel) -> None:
    sleep(FRAME)  # a frame that is being read is read to its end
    _soften(originator)
    if peer.down:
        after(originator, "DESTINATION_OUT_OF_ORDER", otherwise="DESTINATION_OUT_OF_ORDER")
        return
    with peer.pins.held():
        _talk(originator, peer)


def _talk(originator: Channel, peer: Channel) -> None:
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
