"""People with a real telephone: they hear with their own ears, and are told what happens as it happens."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import gevent

from ivr.switch.callers import Caller
from ivr.switch.sounding import SECONDS, sound
from ivr.voip.messages import Answered, Early, Ended, Event, Key, Ringing

if TYPE_CHECKING:
    from ivr.switch.channel import Channel
    from ivr.switch.digits import Digit
    from ivr.switch.extensions import Extension
    from ivr.switch.switch import Switch

LATE = 0.2
"""Seconds by which sound may be behind; a machine that stood still does not catch up."""

Tell = Callable[["Person", Event | bytes], None]


class Person(Caller):
    """Somebody in one call, who called or was called.

    Args:
        tell: is given what they notice, and every 20 ms what they hear. It must not wait.
    """

    def __init__(self, switch: Switch, tell: Tell, extension: Extension | None = None) -> None:
        super().__init__(switch, extension)
        self._tell_line = tell
        self._hears = False

    def speak(self, frame: bytes) -> None:
        """Say 20 ms. Raises OSError when there is no place to keep what is said."""
        if self.channel and self.channel.media_ready and not self.channel.down:
            self.channel.hearing.speak(frame)

    def ringing(self, channel: Channel) -> None:
        if channel.inbound:
            self._tell_line(self, Ringing())

    def media(self, channel: Channel) -> None:
        if channel.inbound:
            self._tell_line(self, Early())
        self._listen(channel)

    def answered(self, channel: Channel) -> None:
        super().answered(channel)
        self._tell_line(self, Answered())
        self._listen(channel)

    def digit(self, channel: Channel, digit: Digit) -> None:
        super().digit(channel, digit)
        self._tell_line(self, Key(key=digit.key, own=False))

    def gone(self, channel: Channel, cause: str) -> None:
        super().gone(channel, cause)
        self._tell_line(self, Ended(cause=cause))

    def _press(self, key: str) -> None:
        super()._press(key)
        if self.line.media_ready and not self.line.down:
            self._tell_line(self, Key(key=key, own=True))

    def _listen(self, channel: Channel) -> None:
        if not self._hears:
            self._hears = True
            self._switch.spawn(self._hear, channel)

    def _hear(self, channel: Channel) -> None:
        """Every 20 ms by the clock, whatever it takes: those of 20 ms ago."""
        at = time.monotonic()
        while not self.ended and not channel.down:
            gevent.sleep(max(0.0, at + SECONDS - time.monotonic()))
            at = max(at, time.monotonic() - LATE)
            self._tell_line(self, sound(channel, at))
            at += SECONDS
