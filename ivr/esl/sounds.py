"""From what a flow wants heard to what FreeSWITCH can play, piece by piece, as soon as each is ready."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, Protocol

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


class Arrival(Protocol):
    """A file on its way to where FreeSWITCH can play it."""

    @property
    def ready(self) -> bool:
        """Whether `wait` returns, or raises, at once."""

    def wait(self, timeout: float) -> Sound | None:
        """What FreeSWITCH plays (None: there is nothing to hear). Raises IvoryError."""


class Carrier(Protocol):
    """Brings files to FreeSWITCH."""

    def bring(self, source: Rendering) -> Arrival:
        """Begin, as soon as the file is there; never blocks."""


class SharedDisk:
    """The carrier where FreeSWITCH reads the disk we write: there is nothing to do."""

    def bring(self, source: Rendering) -> Arrival:
        return _Here(source)


@dataclass(frozen=True, slots=True)
class _Here:
    """A file that is where FreeSWITCH can play it."""

    source: Rendering

    @property
    def ready(self) -> bool:
        return self.source.ready

    def wait(self, timeout: float) -> Sound | None:
        path = self.source.wait(timeout)
        return commands.sound_file(path.as_posix()) if path else None


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A sound file of a flow, as something that is rendered already."""

    path: Path
    ready: ClassVar[bool] = True

    def wait(self, timeout: float) -> Path:
        if not self.path.is_file():
            raise IvoryError(f'there is no sound "{self.path}"')
        return self.path.absolute()


@dataclass(frozen=True, slots=True)
class _Again:
    """A sound that was handed out before."""

    sound: Sound
    ready: ClassVar[bool] = True

    def wait(self, timeout: float) -> Sound:
        return self.sound


SHARED_DISK: Final = SharedDisk()


class Reel:
    """The pieces of one `play`, handed out as sounds in order.

    What is ready is played while the rest is still being spoken, so a caller hears the beginning of a
    sentence before the amount in it is known to the engine. What cannot be had is logged, counted and left
    out: missing sound never ends a call.
    """

    failures: ClassVar[Counter[str]] = Counter()
    """Sounds that could not be had since the process began: `speech`, `audio`."""

    def __init__(
        self,
        pieces: Sequence[Piece],
        voice: Voice,
        sounds: Path,
        deadline: float,
        call: str,
        carrier: Carrier = SHARED_DISK,
    ) -> None:
        self._left: deque[Arrival | Piece] = deque()
        for piece in pieces:
            match piece:
                case Speech():
                    self._left.append(carrier.bring(voice.request(piece)))
                case Audio(file):
                    self._left.append(carrier.bring(_Recorded(sounds / file)))
                case _:
                    self._left.append(piece)
        self._deadline = deadline
        self._call = call

    @property
    def finished(self) -> bool:
        """Whether everything has been taken."""
        return not self._left

    @property
    def ready(self) -> bool:
        """Whether `next` returns without waiting."""
        return not self._left or self._now(self._left[0])

    def next(self) -> Sound | None:
        """The next sound, after waiting for it; None when there is nothing left."""
        while self._left:
            sound = self._taken(self._left.popleft())
            if sound is not None:
                return sound
        return None

    def put_back(self, sound: Sound) -> None:
        """Hand out a sound once more, before the others."""
        self._left.appendleft(_Again(sound))

    def _taken(self, piece: Arrival | Piece) -> Sound | None:
        """A piece's sound; None where there is none to be had."""
        try:
            return self._sound(piece)
        except IvoryError as error:
            kind = "speech" if isinstance(error, SpeechError) else "audio"
            Reel.failures[kind] += 1
            log.warning("sound missing", call=self._call, kind=kind, error=str(error))
            return None

    @staticmethod
    def _now(piece: Arrival | Piece) -> bool:
        return isinstance(piece, Audio | Silence | Tone | Music | Speech) or piece.ready

    def _sound(self, piece: Arrival | Piece) -> Sound | None:
        match piece:
            case Silence(seconds):
                return commands.silence(seconds)
            case Tone(spec):
                return commands.tone(spec)
            case Music(name):
                return commands.music(name)
            case Audio() | Speech():
                raise TypeError("speech and audio are brought before they are played")
            case arrival:
                return arrival.wait(self._deadline)
