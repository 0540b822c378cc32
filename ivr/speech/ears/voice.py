"""Whether a frame of a caller's audio is the caller's voice: not noise, not a key, not the prompt's echo.

webrtcvad tells speech from noise. It cannot tell whose speech it is, and there is no echo cancellation on a
telephone line: a prompt comes back through the caller's loudspeaker, some 20 dB weaker. So while something
sounds a frame must also be louder than what came back of it so far.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

import numpy as np
import webrtcvad

from ivr.speech.ears.tones import RATE, dual_tone

FRAME: Final = 320
"""Bytes of a frame: 20 ms of 8 kHz, 16 bit, mono."""

SECONDS: Final = 0.02

FULL: Final = 32768.0**2
"""The energy that 0 dBFS is."""

FAINT: Final = -52.0
"""dBFS of a frame below which nobody speaks."""

OVER_NOISE: Final = 6.0
"""dB by which a voice is louder than the line's noise."""

ECHO: Final = -36.0
"""dBFS of a frame up to which an echo is expected before any was heard: of a prompt of -23 dBFS few frames
go over -16, and they come back 20 dB weaker."""

LOUDEST_ECHO: Final = -30.0
"""dBFS up to which an echo is learned."""

PROMPT: Final = 25
"""Frames within which an echo is heard where there is one: by then a prompt has begun to speak, and has come
back."""

LEARN_AFTER: Final = 60
LEARN_WITHIN: Final = 150
"""Frames of voice too soft to be the caller's, among so many, after which they are taken for an echo: a
prompt talks on and on, and what a soft caller says is shorter. A caller whose first words were learned would
have to be louder than them ever after."""

BEGINNING: Final = 10
"""Frames that tell how loud what has just begun is."""

OVER_ECHO: Final = 5.0
"""dB by which a caller is louder than the loudest that came back of what sounds."""

TAIL: Final = 20
"""Frames that an echo may come later than what it is of."""

STEADY: Final = 40
SPREAD: Final = 6.0
"""Frames whose levels differ by less than so many dB are no voice, whatever webrtcvad says: a hum, a street,
a fax. Syllables go up and down by more than that."""

SETTLING: Final = 5
"""Frames after which webrtcvad knows the line."""

_RISE = 0.05  # dB a frame by which the floor follows noise that has grown louder: 2.5 dB a second
_FADE = 0.002  # dB a frame by which an echo that was heard is forgotten: 6 dB a minute
_DOUBT = 0.4  # dB a frame by which one is expected less that should have been heard by now
_PROOF = 3  # frames of voice, not loud enough to be the caller's, that prove an echo
_SILENT = -96.0  # dBFS of nothing at all


class Voice:
    """One call's. Frames are to be given one by one, without gaps.

    Args:
        mode: webrtcvad's: 0 finds every voice, 3 lets the least noise through.
    """

    def __init__(self, mode: int = 2) -> None:
        self._vad = webrtcvad.Vad(mode)
        self._frames = 0
        self._floor = -60.0
        self._echo, self._echoes = ECHO, 0
        self._sounds, self._sounding, self._tail = False, 0, 0
        self._levels: deque[float] = deque(maxlen=STEADY)
        self._soft: deque[float] = deque(maxlen=LEARN_WITHIN)

    def sounds(self, on: bool) -> None:
        """Something sounds to the caller from now on, or no longer."""
        if self._sounds and not on:
            self._tail = TAIL
        elif on and not self._sounds:
            self._sounding = 0
        self._sounds = on

    def began(self) -> float | None:
        """An utterance has begun: its level if it may be an echo, as something sounds; None otherwise."""
        self._soft.clear()
        if not self._sounds and not self._tail:
            return None
        return max(list(self._levels)[-BEGINNING:])

    def echoed(self, level: float) -> None:
        """What began with this level had no words: it was an echo."""
        self._echo = max(self._echo, min(level, LOUDEST_ECHO))
        self._echoes += 1

    def heard(self, frame: bytes) -> bool:
        """Whether the caller speaks in this frame (`FRAME` bytes)."""
        speech = self._vad.is_speech(frame, RATE)
        samples = np.frombuffer(frame, "<i2").astype(np.float32)
        energy = float(np.dot(samples, samples)) / len(samples)
        level = 10 * math.log10(energy / FULL) if energy > 0 else _SILENT
        self._frames += 1
        gate = self._gate()
        self._levels.append(level)
        self._soft.append(_SILENT)
        if not speech:
            self._floor = min(max(level, -80.0), self._floor + _RISE)
            return False
        loudest = max(self._levels)
        if len(self._levels) == STEADY and loudest - min(self._levels) < SPREAD:
            self._floor = loudest
        if self._frames <= SETTLING or level < max(FAINT, self._floor + OVER_NOISE) or dual_tone(samples):
            return False
        if level > gate:
            return True
        self._soft[-1] = level
        self._learn()
        return False

    def _learn(self) -> None:
        self._echoes += 1
        soft = [level for level in self._soft if level > _SILENT]
        if len(soft) >= LEARN_AFTER:
            self._echo = min(max(self._echo, *soft), LOUDEST_ECHO)

    def _gate(self) -> float:
        """The dBFS a caller must be louder than because of what sounds."""
        if self._sounds:
            self._sounding += 1
            if self._echoes >= _PROOF:
                self._echo -= _FADE
            elif self._sounding > PROMPT:
                self._echo -= _DOUBT
        elif self._tail:
            self._tail -= 1
        else:
            return _SILENT
        return self._echo + OVER_ECHO
