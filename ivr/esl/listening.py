"""What a call hears of its caller: an ear elsewhere, and a tap that brings it the audio.

The tap is begun with the first `listen` and kept between questions, as beginning one takes FreeSWITCH some
20 ms; it is ended when nobody has listened for a while, and whenever the caller speaks to somebody else or
enters what nobody may hear.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

import gevent

from ivr.call import Deaf, Event, Hearing, SpeechBegan, SpeechEnded
from ivr.errors import CommandFailed, ConnectionLost, SwitchError
from ivr.esl import commands
from ivr.esl.channel import RECONNECT_PATIENCE, Link
from ivr.esl.taps import AudioTap, FifoTap, SipTap
from ivr.flag import Flag
from ivr.log import get

log = get(__name__)

KEPT: Final = 10.0
"""Seconds a tap is kept while nobody listens."""

MOST_TAPS: Final = 20
"""Taps that may be lost in one call; then something is wrong, and it is deaf."""


class Ear(Protocol):
    """What hears one call; audio is to be brought to `path`, or by SIP to `address` if there is one. None of
    it waits."""

    @property
    def path(self) -> Path: ...
    @property
    def address(self) -> str: ...
    def listen(self, listening: int, hearing: Hearing) -> None: ...
    def stop(self) -> None: ...
    def sounds(self, on: bool) -> None: ...
    def close(self) -> None: ...


class Ears(Protocol):
    """Where ears are to be had, such as `ivr.speech.ears.client`."""

    @property
    def folder(self) -> Path:
        """Where their pipes are."""

    @property
    def dial(self) -> str:
        """How an ear is called by SIP, with `{address}` in it."""

    def serves(self, language: str) -> bool:
        """Whether somebody understands this language."""

    def open(self, hearer: Listening) -> Ear | None:
        """An ear for one call, which tells its `hearer`; None: there is none. Never waits."""


class Listening:
    """One call's. `put` is told what is heard."""

    def __init__(self, call: str, link: Link, ears: Ears | None, put: Callable[[Event], None]) -> None:
        self._call, self._link, self._ears, self._put = call, link, ears, put
        self._ear: Ear | None = None
        self._tapping: Flag | None = None
        self._number = 0
        self._hearing: Hearing | None = None
        self._sounding = False
        self._lost = 0
        self._idle: gevent.Greenlet[..., None] | None = None

    # For the call -------------------------------------------------------------------------------------

    def listen(self, hearing: Hearing) -> int:
        """As `ivr.call.Call.listen`."""
        self._number += 1
        self._hearing = hearing
        self._stay()
        if self._ear is None:
            self._open()
        else:
            self._ear.listen(self._number, hearing)
        return self._number

    def stop(self) -> None:
        """As `ivr.call.Call.stop_listening`."""
        if self._hearing is not None:
            self._hearing = None
            if self._ear is not None:
                self._ear.stop()
                self._stay()
                self._idle = gevent.spawn_later(KEPT, self._fall_idle)

    def sounds(self, on: bool) -> None:
        """Something sounds to the caller, or no longer."""
        self._sounding = on
        if self._ear is not None:
            self._ear.sounds(on)

    def end(self) -> None:
        """Hear nothing more, and end the tap; never waits."""
        self._stay()
        self._hearing = None
        self._drop()

    def end_left(self, buglist: str) -> None:
        """End the taps of an earlier worker, which nobody listens to; may wait for the switch.

        Args:
            buglist: what `uuid_buglist` printed of the call."""
        if self._ears is not None:
            for path in map(Path, commands.recorded(buglist)):
                if path.parent == self._ears.folder:
                    self._untap(FifoTap(self._link, self._call, path))

    # From the ear -------------------------------------------------------------------------------------

    def tapped(self) -> None:
        """Somebody is there to read: have FreeSWITCH write."""
        if self._ear is not None and self._tapping is None:
            over = self._tapping = Flag()
            gevent.spawn(self._tap, self._way(self._ear), over)

    def heard(self, event: SpeechBegan | SpeechEnded | Deaf) -> None:
        """Something was heard."""
        if self._hearing is not None and event.listening == self._number:
            if isinstance(event, Deaf):
                self._hearing = None
            self._put(event)

    def lost(self) -> None:
        """The ear is of no use any more."""
        self._ear = None
        self._drop()
        if self._hearing is not None:
            self._lost += 1
            self._open()

    # Taps ---------------------------------------------------------------------------------------------

    def _open(self) -> None:
        language = self._hearing.language if self._hearing is not None else ""
        if self._ears is None or not self._ears.serves(language):
            self._deaf(f"no engine of asr.engines knows {language}", failed=False)
            return
        ear = self._ears.open(self) if self._lost < MOST_TAPS else None
        if ear is None:
            self._deaf("callers cannot be heard at the moment")
            return
        self._ear = ear
        ear.sounds(self._sounding)
        if self._hearing is not None:
            ear.listen(self._number, self._hearing)

    def _way(self, ear: Ear) -> AudioTap:
        if ear.address and self._ears is not None:
            return SipTap(self._link, self._call, self._ears.dial, ear.address)
        return FifoTap(self._link, self._call, ear.path)

    def _deaf(self, why: str, *, failed: bool = True) -> None:
        if self._hearing is not None:
            self._hearing = None
            self._put(Deaf(self._number, why, failed))

    def _drop(self) -> None:
        ear, self._ear = self._ear, None
        over, self._tapping = self._tapping, None
        if over is not None:
            over.set()
        if ear is not None:
            ear.close()

    def _fall_idle(self) -> None:
        self._idle = None
        self._drop()

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.kill(block=False)
            self._idle = None

    def _tap(self, tap: AudioTap, over: Flag) -> None:
        """Have FreeSWITCH write until it is `over`: one who began a tap is who ends it."""
        try:
            tap.begin()
        except CommandFailed as error:  # the caller has gone, or there is no sound yet
            if not over.is_set():
                self._drop()
                self._deaf(f"FreeSWITCH does not let the caller be heard: {error.message}")
            return
        except SwitchError as error:  # it may have begun, or not
            log.warning("tap in doubt", call=self._call, error=str(error))
            if not over.is_set():
                gevent.spawn(self.lost)
        over.wait()
        self._untap(tap)

    def _untap(self, tap: AudioTap) -> None:
        try:
            try:
                tap.end()
            except ConnectionLost:
                if self._link.wait_up(RECONNECT_PATIENCE):
                    tap.end()
        except CommandFailed:
            log.debug("tap had ended", call=self._call)
        except SwitchError as error:
            log.warning("tap not ended", call=self._call, error=str(error))
