"""Sounds laid over whatever a channel plays: `uuid_displace`, as switch_ivr_displace_session does it.

Such a sound moves on only while something writes sound to the channel (a `playback`, silence among them, or a
talk); in between it stands still, and nobody hears it. It is mixed in, whether or not `mux` is asked for.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING

from ivr.switch.playback import find, open_items, sound_prefix
from ivr.switch.sounds import Piece, Sound

if TYPE_CHECKING:
    import gevent

    from ivr.switch.channel import Channel
    from ivr.switch.mediabugs import MediaBug

_FRAME = 0.02


class Displaced:
    """The sounds laid over one channel."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._writers = 0
        self._all: list[Displacement] = []
        self._named: dict[str, Displacement] = {}

    @contextmanager
    def carried(self) -> Iterator[None]:
        """Sound is written to the channel meanwhile: what is laid over it moves on."""
        self._writers += 1
        if self._writers == 1:
            for each in self._all:
                each.flow()
        try:
            yield
        finally:
            self._writers -= 1
            if not self._writers:
                for each in self._all:
                    each.freeze()

    def start(self, path: str, limit: int = 0, flags: str = "") -> bool:
        """`uuid_displace … start`: False when it cannot be heard, is not there, or sounds already.

        Args:
            path: as `playback` takes it, but for keys; relative to `sound_prefix`.
            limit: after how many seconds of the wall clock it ends; 0: when it is over.
            flags: letters: `l` begins again at its end, `f` puts it before recordings that run already.
                `r` (the caller's own sound is replaced) there is none.
        """
        channel = self._channel
        if not path or "r" in flags or not channel.pre_answer() or path in self._named:
            return False
        target = path if "://" in path or path.startswith("/") else f"{sound_prefix(channel)}/{path}"
        if "://" not in target and not PurePath(target).suffix:
            target = f"{target}.{channel.codec}"
        sound = find(channel, target)
        if sound is None:
            return False
        displacement = Displacement(self, channel, sound, target, loop="l" in flags)
        displacement.bug = channel.bugs.add("displace", target, first="f" in flags)
        self._all.append(displacement)
        # FreeSWITCH keeps it under the whole path: a relative one is not found again by its short name.
        self._named[target] = displacement
        if limit:
            channel.switch.later(math.floor(time.time()) + limit - time.time(), self._expire, displacement)
        if self._writers:
            displacement.flow()
        return True

    def stop(self, path: str) -> bool:
        """`uuid_displace … stop`; False when nothing of that name sounds."""
        displacement = self._named.get(path)
        if displacement is None:
            return False
        self._expire(displacement)
        return True

    def _expire(self, displacement: Displacement) -> None:
        if displacement in self._all:
            displacement.freeze()
            self.ended(displacement)

    def ended(self, displacement: Displacement) -> None:
        """One is over."""
        self._all.remove(displacement)
        self._named.pop(displacement.target, None)
        if displacement.bug:
            self._channel.bugs.remove(displacement.bug)

    def clear(self) -> None:
        """The channel is going down, and writes nothing any more."""
        self._all.clear()
        self._named.clear()


class Displacement:
    """One sound: which piece of it is next, and how much of that is left."""

    def __init__(
        self, owner: Displaced, channel: Channel, sound: Sound, target: str, *, loop: bool = False
    ) -> None:
        self.target = target
        self.bug: MediaBug | None = None
        self._owner, self._channel, self._sound, self._loop = owner, channel, sound, loop
        self._timer: gevent.Greenlet[..., object] | None = None
        self._since = 0.0
        self._begin()

    def _begin(self) -> None:
        items = open_items(self._channel, self._sound)
        self._pieces = chain([next(items)], items)  # the first is opened at once, the others in their turn
        self._piece: Piece | None = None
        self._left = self._sound.lead
        if not self._left:
            self._advance()

    def _advance(self) -> bool:
        self._piece = next(self._pieces, None)
        if self._piece:
            self._left = self._piece.seconds
        return self._piece is not None

    def flow(self) -> None:
        """The channel writes sound: go on."""
        self._since = time.monotonic()
        if self._piece:
            at = 0.0 if math.isinf(self._left) else self._piece.seconds - self._left
            self._channel.party.sound_began(self._channel, self._piece, at)
        if not math.isinf(self._left):
            self._timer = self._channel.switch.later(max(self._left, _FRAME), self._over)

    def freeze(self) -> None:
        """It does not any more: stand still."""
        if self._timer:
            self._timer.kill(block=False)
            self._timer = None
        self._left = max(0.0, self._left - (time.monotonic() - self._since))
        if self._piece:
            self._channel.party.sound_ended(self._channel, self._piece, complete=False)

    def _over(self) -> None:
        self._timer = None
        if self._piece:
            self._channel.party.sound_ended(self._channel, self._piece, complete=True)
        if self._advance():
            self.flow()
        elif self._loop:
            self._begin()
            self.flow()
        else:
            self._owner.ended(self)
