"""Recordings in progress: what the far end says and whom it talks to, from a start to a stop, as a WAV file.

FreeSWITCH writes while it records; here the file is written when the recording ends, and an empty one at
its start, so that a path that cannot be written is found out at once, as there; a pipe is written live, see
`live`. Of what is played to the far end nothing is in it: nothing is decoded here.
"""

from __future__ import annotations

import math
import time
import wave
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.switch.hearing import mix
from ivr.switch.live import LiveRecording, is_pipe
from ivr.switch.samples import RATE
from ivr.switch.text import true

if TYPE_CHECKING:
    from ivr.switch.channel import Channel
    from ivr.switch.mediabugs import MediaBug


class Recording:
    """One recording of one channel.

    Args:
        sides: `read` is what the far end says, `write` what it hears of others; `both` mixes the two, and
            `stereo` has the first on the left and the second on the right.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, channel: Channel, path: str, sides: str = "read") -> None:
        self.path = path
        self.bug: MediaBug | None = None
        self._channel, self._sides = channel, sides
        self.began = time.monotonic()
        self._masked: list[_Gap] = []
        self._paused: list[_Gap] = []
        _write(path, [array("h")])

    def mask(self, *, on: bool) -> None:
        """From now on there is silence in it; or no longer."""
        _switch(self._masked, on=on)

    def pause(self, *, on: bool) -> None:
        """From now on nothing is written; or again."""
        _switch(self._paused, on=on)

    def finish(self) -> int:
        """Write the file; the number of samples in it, of each side."""
        now = time.monotonic()
        read = self._cut(self._channel.hearing.samples(self.began, now), now)
        write = self._cut(self._channel.given.samples(self.began, now), now)
        if self._sides == "both":
            mix(read, write)
        tracks = {"write": [write], "stereo": [read, write]}.get(self._sides, [read])
        _write(self.path, tracks)
        return len(read)

    def _cut(self, samples: array[int], now: float) -> array[int]:
        for gap in self._masked:
            first, last = self._span(gap, now)
            samples[first:last] = array("h", bytes(2 * len(samples[first:last])))
        for gap in reversed(self._paused):
            first, last = self._span(gap, now)
            del samples[first:last]
        return samples

    def _span(self, gap: _Gap, now: float) -> tuple[int, int]:
        return round((gap.begin - self.began) * RATE), round((min(gap.end, now) - self.began) * RATE)


@dataclass(slots=True)
class _Gap:
    begin: float
    end: float = math.inf


def _switch(gaps: list[_Gap], *, on: bool) -> None:
    now = time.monotonic()
    if gaps:
        gaps[-1].end = min(gaps[-1].end, now)
    if on:
        gaps.append(_Gap(now))


def _write(path: str, tracks: list[array[int]]) -> None:
    woven = array("h", bytes(2 * sum(map(len, tracks))))
    for number, track in enumerate(tracks):
        woven[number :: len(tracks)] = track
    with Path(path).open("wb") as raw, wave.open(raw, "wb") as file:
        file.setnchannels(len(tracks))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(woven.tobytes())


def start(channel: Channel, path: str, *, limit: int = 0, wishes: Mapping[str, str] | None = None) -> bool:
    """`uuid_record … start`: record beside whatever the call does, for `limit` seconds (0: until stopped).

    `wishes` go before the channel's variables: RECORD_STEREO, RECORD_READ_ONLY, RECORD_WRITE_ONLY.
    False when there is no sound yet, the path cannot be written, or is being recorded to already.
    """
    if not channel.media_ready or path in channel.recordings:
        return False
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        make = LiveRecording if is_pipe(path) else Recording
        recording = channel.recordings[path] = make(channel, path, _sides(channel, wishes or {}))
    except OSError:
        return False
    channel.fire("RECORD_START", [("Record-File-Path", path)])
    recording.bug = channel.bugs.add("session_record", path)
    if limit:
        channel.switch.later(limit, stop, channel, path)
    return True


def _sides(channel: Channel, wishes: Mapping[str, str]) -> str:
    def wish(name: str) -> bool:
        return true(wishes.get(name, channel.variables.get(name)))

    if wish("RECORD_READ_ONLY"):
        return "read"
    if wish("RECORD_WRITE_ONLY"):
        return "write"
    return "stereo" if wish("RECORD_STEREO") else "both"


def stop(channel: Channel, path: str, cause: str = "success-maxtime") -> bool:
    """`uuid_record … stop`; False when there is no such recording."""
    recording = channel.recordings.pop(path, None)
    if recording is None:
        return False
    _finish(channel, recording, cause)
    if recording.bug:
        channel.bugs.remove(recording.bug)
    return True


def _finish(channel: Channel, recording: Recording | LiveRecording, cause: str) -> None:
    samples = recording.finish()
    if not is_pipe(recording.path):
        channel.variables.set("record_file_size", str(Path(recording.path).stat().st_size))
    for name, value in (
        ("record_samples", samples),
        ("record_seconds", samples // RATE),
        ("record_ms", samples * 1000 // RATE),
        ("record_completion_cause", cause),
    ):
        channel.variables.set(name, str(value))
    about = [("Record-File-Path", recording.path), ("Record-Completion-Cause", cause)]
    channel.fire("RECORD_STOP", about)


def stop_all(channel: Channel) -> None:
    """End every recording of a channel that is going down; its media bugs go after that."""
    while channel.recordings:
        _finish(channel, channel.recordings.pop(next(iter(channel.recordings))), "success-silence")
