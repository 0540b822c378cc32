"""Recordings in progress: what the far end says, from a start to a stop, written as a WAV file.

FreeSWITCH writes while it records; here the file is written when the recording ends, and an empty one at
its start, so that a path that cannot be written is found out at once, as there.
"""

from __future__ import annotations

import time
import wave
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.switch.hearing import RATE

if TYPE_CHECKING:
    from array import array

    from ivr.switch.channel import Channel
    from ivr.switch.mediabugs import MediaBug


class Recording:
    """One recording of one channel.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, channel: Channel, path: str) -> None:
        self.path = path
        self.bug: MediaBug | None = None
        self._channel = channel
        self.began = time.monotonic()
        _write(path, b"")

    def finish(self) -> int:
        """Write the file; the number of samples in it."""
        samples: array[int] = self._channel.hearing.samples(self.began, time.monotonic())
        _write(self.path, samples.tobytes())
        return len(samples)


def _write(path: str, data: bytes) -> None:
    with Path(path).open("wb") as raw, wave.open(raw, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(data)


def start(channel: Channel, path: str, *, limit: int = 0) -> bool:
    """`uuid_record … start`: record beside whatever the call does, for `limit` seconds (0: until stopped).

    False when there is no sound yet, the path cannot be written, or is being recorded to already.
    """
    if not channel.media_ready or path in channel.recordings:
        return False
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        recording = channel.recordings[path] = Recording(channel, path)
    except OSError:
        return False
    channel.fire("RECORD_START", [("Record-File-Path", path)])
    recording.bug = channel.bugs.add("session_record", path)
    if limit:
        channel.switch.later(limit, stop, channel, path)
    return True


def stop(channel: Channel, path: str, cause: str = "success-maxtime") -> bool:
    """`uuid_record … stop`; False when there is no such recording."""
    recording = channel.recordings.pop(path, None)
    if recording is None:
        return False
    _finish(channel, recording, cause)
    if recording.bug:
        channel.bugs.remove(recording.bug)
    return True


def _finish(channel: Channel, recording: Recording, cause: str) -> None:
    samples = recording.finish()
    channel.variables.set("record_ms", str(samples * 1000 // RATE))
    channel.variables.set("record_samples", str(samples))
    about = [("Record-File-Path", recording.path), ("Record-Completion-Cause", cause)]
    channel.fire("RECORD_STOP", about)


def stop_all(channel: Channel) -> None:
    """End every recording of a channel that is going down; its media bugs go after that."""
    while channel.recordings:
        _finish(channel, channel.recordings.pop(next(iter(channel.recordings))), "success-silence")
