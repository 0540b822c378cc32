"""Virtual people on the telephone: those who call the switch from code, and those whom it calls.

They press keys, speak, hang up, and note what they hear. A flow's author talks to a flow through one, and so
do tests; to the switch it is a SIP call from outside, or one to an extension.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ivr import log
from ivr.flag import Flag
from ivr.switch.audible import heard_by
from ivr.switch.digits import KEYS, Digit
from ivr.switch.earpiece import Earpiece
from ivr.switch.party import Party
from ivr.switch.samples import load_speech
from ivr.switch.sounds import Piece

if TYPE_CHECKING:
    from ivr.switch.channel import Channel
    from ivr.switch.extensions import Extension
    from ivr.switch.switch import Switch

_log = log.get(__name__)
_KEY_SAMPLES = 800
_SPACING = 0.1
_MAX_HEARD = 10_000


@dataclass(slots=True)
class Heard:
    """One stretch of sound a caller heard.

    `kind` is `file`, `silence`, `tone`, `music` or `person`; `name` the file's path, the tone's spelling, the
    stream's name, the extension's address. `text` is what a file says, where the switch can tell. `at` and
    `until` are seconds since the call was placed; `until` is None while it lasts. `complete`: to its end.
    """

    kind: str
    name: str
    text: str
    at: float
    until: float | None = None
    complete: bool = False


class Caller(Party):
    """Somebody in one call: placed by `Switch.dial`, or received at an extension.

    `heard` is everything so far, in order; `earpiece` how it sounds; `cause` the hangup cause in the end.

    Args:
        extension: how a telephone that is called behaves; None: this one calls.
    """

    def __init__(self, switch: Switch, extension: Extension | None = None) -> None:
        self._switch = switch
        self._extension = extension
        self._began = time.monotonic()
        self._sounding: list[tuple[Piece, Heard]] = []
        self._callbacks: list[Callable[[Heard], None]] = []
        self._answered = Flag()
        self._over = Flag()
        self._noise = Flag()
        self.channel: Channel | None = None
        self.heard: list[Heard] = []
        self.earpiece = Earpiece()
        self.keys: list[tuple[float, str]] = []
        self.cause = ""

    @property
    def uuid(self) -> str:
        """The call's id."""
        return self.line.uuid

    @property
    def is_answered(self) -> bool:
        """The switch has answered."""
        return self.line.answered

    @property
    def ended(self) -> bool:
        """The call is over."""
        return self._over.is_set()

    @property
    def line(self) -> Channel:
        """The channel this one is at the far end of."""
        if self.channel is None:
            raise RuntimeError("nobody is on this telephone")
        return self.channel

    @property
    def hears(self) -> frozenset[str]:
        """The UUIDs of those whose voices this one hears now."""
        return heard_by(self.line)

    # What the caller does -----------------------------------------------------------------------------

    def press(self, keys: str, *, spacing: float = _SPACING) -> None:
        """Press keys, one every `spacing` seconds, beginning now; does not wait for the last.

        A telephone sends nothing before sound can pass, nor after the call: such keys are lost.

        Raises:
            ValueError: something that is no key of a telephone.
        """
        keys = keys.upper()
        if bad := [key for key in keys if key not in KEYS]:
            raise ValueError(f'"{bad[0]}" is no key of a telephone')
        for index, key in enumerate(keys):
            if index * spacing > 0:
                self._switch.later(index * spacing, self._press, key)
            else:
                self._press(key)

    def _press(self, key: str) -> None:
        if self.line.media_ready and not self.line.down:
            self.line.queue_digit(Digit(key, _KEY_SAMPLES, "RTP"))

    def say(self, wav: str | Path) -> float:
        """Speak a WAV file (16-bit PCM), beginning now; how many seconds it takes. Does not wait.

        Raises:
            ValueError: no such sound.
        """
        load_speech(str(wav))
        seconds = self.line.hearing.say(wav)
        self.line.wake()
        return seconds

    def fall_silent(self) -> None:
        """Stop speaking."""
        self.line.hearing.cut()
        self.line.wake()

    def answer(self) -> None:
        """Take the call; a telephone that gives no name of its own is called by its number from then on."""
        if not self.line.down:
            self.line.profile.callee_name = self.line.profile.callee_number
            self.line.answer()
            self._answered.set()

    def hangup(self, cause: str = "") -> None:
        """Hang up: a call that was not answered yet is cancelled, unless another cause is named."""
        self.line.hangup(cause or ("NORMAL_CLEARING" if self.is_answered else "ORIGINATOR_CANCEL"))

    # What the caller notices --------------------------------------------------------------------------

    def on_sound(self, callback: Callable[[Heard], None]) -> None:
        """Be told of every sound twice: when it begins (`until` is None) and when it is over.

        The callback must not wait; what it raises is logged.
        """
        self._callbacks.append(callback)

    def wait_answer(self, timeout: float) -> bool:
        """Wait until the switch answers; False: not in time, or the call ended first."""
        self._answered.wait(timeout)
        return self.is_answered

    def wait_sound(self, matches: Callable[[Heard], bool], timeout: float, *, after: int = 0) -> Heard | None:
        """Wait for a sound that matches, among `heard[after:]` and what follows; None: not in time."""
        deadline = time.monotonic() + timeout
        while True:
            self._noise.clear()
            found = next((heard for heard in self.heard[after:] if matches(heard)), None)
            left = deadline - time.monotonic()
            if found or left <= 0 or self.ended:
                return found
            self._noise.wait(left)

    def wait_end(self, timeout: float) -> bool:
        """Wait until the call is over; False: not in time."""
        self._over.wait(timeout)
        return self._over.is_set()

    # What the channel tells ---------------------------------------------------------------------------

    def called(self, channel: Channel) -> None:
        self.channel = channel
        if self._extension:
            self._switch.later(0.0, self._extension.ring, self)

    def answered(self, channel: Channel) -> None:
        self._answered.set()

    def sound_began(self, channel: Channel, piece: Piece, at: float = 0.0) -> None:
        self.earpiece.began(piece, at)
        heard = Heard(piece.kind, piece.name, self._text(piece), self._now())
        self.heard.append(heard)
        del self.heard[:-_MAX_HEARD]
        self._sounding.append((piece, heard))
        self._tell(heard)

    def sound_ended(self, channel: Channel, piece: Piece, *, complete: bool) -> None:
        self.earpiece.ended(piece)
        for entry in self._sounding:
            if entry[0] is piece:
                self._sounding.remove(entry)
                heard = entry[1]
                heard.until, heard.complete = self._now(), complete
                self._tell(heard)
                return

    def digit(self, channel: Channel, digit: Digit) -> None:
        self.keys.append((self._now(), digit.key))

    def gone(self, channel: Channel, cause: str) -> None:
        self.cause = cause
        self._over.set()
        self._answered.set()
        self._noise.set()

    def _now(self) -> float:
        return time.monotonic() - self._began

    def _text(self, piece: Piece) -> str:
        if piece.kind != "file" or self._switch.transcribe is None:
            return ""
        try:
            return self._switch.transcribe(piece.name)
        except Exception:
            _log.exception("a sound could not be turned into text", file=piece.name)
            return ""

    def _tell(self, heard: Heard) -> None:
        self._noise.set()
        for callback in self._callbacks:
            try:
                callback(heard)
            except Exception:
                _log.exception("a listener of a virtual caller failed", call=self.uuid)
