"""Somebody listens to a channel, and may be heard: `eavesdrop` and `three_way`.

(switch_ivr_eavesdrop_session.) What a spy says can be mixed into what the target says, which the target's
peer hears, and into what the target is given to hear. Both are switched while it goes on, by keys or by an
event with `eavesdrop-command`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gevent import sleep

from ivr.switch.apis.table import locate
from ivr.switch.channel import FRAME

if TYPE_CHECKING:
    from ivr.switch.channel import Channel
    from ivr.switch.digits import Digit

_MEDIA_SECONDS = 6.0
_MODES = {"0": (False, False), "1": (True, False), "2": (False, True), "3": (True, True)}


class Spy:
    """One who listens to `target`.

    Attributes:
        to_peer: what the spy says is heard by whoever the target talks to (`eavesdrop_whisper_aleg`).
        to_target: it is heard by the target (`eavesdrop_whisper_bleg`).
        hears_target, hears_peer: what the spy hears; both unless one of `eavesdrop_bridge_aleg` and
            `eavesdrop_bridge_bleg` is asked for.
    """

    def __init__(
        self,
        channel: Channel,
        target: Channel,
        *,
        to_peer: bool,
        to_target: bool,
        hears_target: bool = True,
        hears_peer: bool = True,
    ) -> None:
        self.channel, self.target = channel, target
        self.to_peer, self.to_target = to_peer, to_target
        both = hears_target == hears_peer
        self.hears_target, self.hears_peer = hears_target or both, hears_peer or both
        self.left = False

    def command(self, keys: str) -> None:
        """`0` listens, `1` speaks to the target's peer, `2` to the target, `3` to both; `*` leaves."""
        for key in keys:
            if key == "*":
                self.left = True
                self.channel.wake()
                return
            self.to_peer, self.to_target = _MODES.get(key, (self.to_peer, self.to_target))


def spy(channel: Channel, uuid: str, *, keys: bool, **modes: bool) -> None:
    """Listen until either leaves; to be called in the spy's greenlet.

    Args:
        keys: whether the spy's keys are commands.
        modes: as `Spy` takes them.
    """
    target = locate(channel.switch, uuid)
    if target is None:
        return
    with target.pins.held():
        if channel.media_ready and target is not channel and _has_sound(target) and _may(channel, target):
            _listen(Spy(channel, target, **modes), keys=keys)
    channel.reset()


def _listen(listener: Spy, *, keys: bool) -> None:
    channel, target = listener.channel, listener.target
    channel.pre_answer()
    bug = target.bugs.add("eavesdrop", target.uuid)
    target.spies.append(listener)
    channel.spying = listener
    channel.watch(target)

    def pressed(digit: Digit) -> bool:
        listener.command(digit.key)
        return False

    while channel.ready and not target.down and not listener.left:
        channel.look(pressed if keys else None)
    while target.down and target.running_state != "CS_REPORTING":
        sleep(FRAME)  # a spy looks once a frame, and by then the target's call has been accounted for
    channel.unwatch(target)
    channel.spying = None
    target.spies.remove(listener)
    target.bugs.remove(bug)


def _has_sound(target: Channel) -> bool:
    deadline = time.monotonic() + _MEDIA_SECONDS
    while not target.media_ready and not target.down and time.monotonic() < deadline:
        sleep(FRAME)
    return target.media_ready


def _may(channel: Channel, target: Channel) -> bool:
    """`eavesdrop_require_group` must be one of the target's `eavesdrop_group`."""
    group = channel.variables.get("eavesdrop_require_group")
    return not group or group in (target.variables.get("eavesdrop_group") or "").split(",")
