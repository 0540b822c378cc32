"""A telephone whose caller speaks, and whose microphone may hear its own loudspeaker."""

from __future__ import annotations

import random
import time
from collections import deque

from tests.bench.freeswitch.phone import FRAME_NS, SILENCE, Phone
from tests.bench.freeswitch.sounds import FIRST, Sound, heard
from tests.bench.freeswitch.speech.said import Utterance, mixed, weaker

ECHO_FRAMES = 5  # 100 ms from the loudspeaker back to the switch


class Talking(Phone):
    """Times are those of `Phone`: when the packet that holds a moment was sent, or arrived.

    Args:
        echo: dB by which what is heard comes back weaker; None: it does not.

    Attributes:
        speaks_from, speaks_until: when the packets left that hold the first and the last of what was said;
            0: not yet.
        answer: the first prompt that sounded since `say` but `FIRST`, or `FIRST` when it sounds anew.
        stopped: when the last packet of `FIRST` before the answer arrived.
        voiced: when frames arrived that were a voice, not silence and not one of the known sounds.
    """

    def __init__(self, sip_port: int, chance: random.Random, echo: float | None = None) -> None:
        super().__init__(sip_port, chance)
        self.speaks_from = self.speaks_until = 0
        self.answer: tuple[Sound, int] | None = None
        self.stopped: int | None = None
        self.voiced: list[int] = []
        self._echo = echo
        self._echoes: deque[bytes] = deque([SILENCE] * ECHO_FRAMES)
        self._frames: deque[tuple[int, bytes]] = deque()
        self._edges = (0, 0)

    def say(self, utterance: Utterance) -> None:
        """Begin to say something with the next frame."""
        self.speaks_from = self.speaks_until = 0
        self.answer = None
        self._edges = (utterance.first, utterance.last)
        self._frames = deque(enumerate(utterance.frames))

    def voice(self) -> bytes:
        number, frame = self._frames.popleft() if self._frames else (-1, SILENCE)
        if number == self._edges[0] and not self.speaks_from:
            self.speaks_from = time.time_ns()
        if number == self._edges[1]:
            self.speaks_until = time.time_ns()
        if self._echo is None:
            return frame
        back = self._echoes.popleft() if len(self._echoes) >= ECHO_FRAMES else SILENCE
        return mixed(frame, weaker(back, self._echo))

    def listen(self, payload: bytes, at: int) -> None:
        sound, before = heard(payload), self.last_heard.get(FIRST)
        again = sound is FIRST and before is not None and at - before > 5 * FRAME_NS
        super().listen(payload, at)
        if self._echo is not None and len(self._echoes) < 3 * ECHO_FRAMES:
            self._echoes.append(payload)
        if sound is None:
            if max(payload.count(0xFF), payload.count(0x7F)) < len(payload) // 2:
                self.voiced.append(at)
        elif self.speaks_from and self.answer is None and (sound is not FIRST or again):
            self.answer, self.stopped = (sound, at), before
