"""From what a flow wants heard to what FreeSWITCH can play, piece by piece, as soon as each is ready."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Protocol

from ivr.call import Audio, Music, Piece, Silence, Speech, Tone
from ivr.errors import IvoryError, SpeechError
from ivr.esl import commands
from ivr.esl.commands import Sound
from ivr.log import get

log = get(__name__)


class Rendering(Protocol):
    """A sentence on its way to becoming a file."""

    @property
    def ready(self) -> bool:
        """Whether `wait` returns, or raises, at once."""

    def wait(self, timeout: float) -> Path | None:
        """The file (None: there is nothing to say). Raises SpeechError."""


class Voice(Protocol):
    """Makes sentences into files that FreeSWITCH can read."""

    def request(self, speech: Speech) -> Rendering:
        """Begin, if it isn't there already; never blocks."""


class Reel:
    """The pieces of one `play`, handed out as sounds in order.

    What is ready is played while the rest is still being spoken, so a caller hears the beginning of a
    sentence before the amount in it is known to the engine. What cannot be had is logged, counted and left
    out: missing sound never ends a call.
    """

    failures: ClassVar[Counter[str]] = Counter()
    """Sounds that could not be had since the process began: `speech`, `audio`."""

    def __init__(
        self, pieces: Sequence[Piece], voice: Voice, sounds: Path, deadline: float, call: str
    ) -> None:
        self._left: deque[Rendering | Piece] = deque(
            voice.request(piece) if isinstance(piece, Speech) else piece for piece in pieces
        )
        self._sounds = sounds
        self._deadline = deadline
        self._call = call

    @property
    def finished(self) -> bool:
        """Whether everything has been taken."""
        return not self._left

    @property
    def ready(self) -> bool:
        """Whether `take` returns without waiting."""
        return not self._left or self._now(self._left[0])

    def take(self) -> list[Sound]:
        """The next sounds that belong together: all that are ready, after waiting for the first of them.

        Empty when there is nothing left."""
        taken: list[Sound] = []
        while self._left and len(taken) < commands.MAX_SOUNDS:
            if taken and not self._now(self._left[0]):
                break
            try:
                sound = self._sound(self._left.popleft())
            except IvoryError as error:
                kind = "speech" if isinstance(error, SpeechError) else "audio"
                Reel.failures[kind] += 1
                log.warning("sound missing", call=self._call, kind=kind, error=str(error))
                continue
            if sound is not None:
                taken.append(sound)
        return taken

    @staticmethod
    def _now(piece: Rendering | Piece) -> bool:
        return isinstance(piece, Audio | Silence | Tone | Music | Speech) or piece.ready

    def _sound(self, piece: Rendering | Piece) -> Sound | None:
        match piece:
            case Silence(seconds):
                return commands.silence(seconds)
            case Tone(spec):
                return commands.tone(spec)
            case Music(name):
                return commands.music(name)
            case Audio(file):
                path = self._sounds / file
                if not path.is_file():
                    raise IvoryError(f'there is no sound "{path}"')
                return commands.sound_file(path.resolve().as_posix())
            case Speech():
                raise TypeError("speech is requested before it is played")
            case rendering:
                spoken = rendering.wait(self._deadline)
                return commands.sound_file(spoken.as_posix()) if spoken else None
