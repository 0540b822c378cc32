"""One leg of a talk is put on hold: `uuid_hold`, as switch_ivr_hold and a telephone's re-INVITE have it.

Neither side hears the other meanwhile; the other side hears the `hold_music` of the one who holds, if there
is any. A hold ends with the talk, and with the call of either.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ivr.switch.private import broadcast

if TYPE_CHECKING:
    from ivr.switch.channel import Channel


class Hold:
    """Whether a channel holds the one it talks to. `asked`: by command; `on`: its telephone agreed."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.asked = False
        self.on = False
        self.cut_off = False
        """It was hung up while it held somebody."""

    def begin(self) -> bool:
        """Hold; False when it does already."""
        channel = self._channel
        if channel.call_state == "HELD":
            return False
        self.asked = True
        if channel.profile.source == "mod_sofia":
            self._set(on=True)
        music, other = channel.variable("hold_music"), channel.bridged_to
        if music and other:
            other.commands.put(broadcast("playback", music, loops=-1))
        channel.fire("CHANNEL_HOLD")
        return True

    def end(self) -> bool:
        """Talk again; False when it does not hold."""
        channel = self._channel
        if channel.call_state != "HELD":
            return False
        self.asked = False
        self._set(on=False)
        if channel.bridged_to:
            channel.bridged_to.commands.stop_broadcast()
        channel.fire("CHANNEL_UNHOLD")
        return True

    def toggle(self) -> bool:
        """The other of the two; nothing, but True, in a call that is not answered."""
        if self._channel.call_state in {"ACTIVE", "UNHELD"}:
            return self.begin()
        return self.end() if self._channel.call_state == "HELD" else True

    def hung_up(self) -> None:
        """The channel is being hung up."""
        self.cut_off = self.on
        self.lift()

    def talk_over(self, other: Channel, *, left: bool) -> None:
        """The talk with `other` is over; `left`: the other one was sent elsewhere.

        Whoever was held by somebody who has hung up goes with them, unless the holder's leg says where to.
        """
        if (self.on or self.cut_off) and other.ready and not left:
            where = self._channel.variables.get("hold_hangup_xfer_exten")
            if where:
                other.variables.set("transfer_after_bridge", where)
            else:
                other.hangup("NORMAL_CLEARING")
        self.lift()
        self.asked = self.asked and not left

    def lift(self) -> None:
        """The telephone holds nobody any more."""
        if self.on:
            self._set(on=False)
            self._channel.fire("CHANNEL_UNHOLD")

    def _set(self, *, on: bool) -> None:
        if self.on == on:
            return
        self.on = on
        now, times = int(time.time() * 1_000_000), self._channel.profile.times
        self._channel.set_call_state("HELD" if on else "UNHELD")
        if on:
            times.last_hold = now
        elif times.last_hold:
            times.hold_accum += now - times.last_hold
