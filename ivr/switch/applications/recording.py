"""The application that records the caller: record."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from ivr.switch.applications.playing import terminates
from ivr.switch.applications.table import application
from ivr.switch.recordings import Recording
from ivr.switch.samples import RATE
from ivr.switch.text import number, separate

if TYPE_CHECKING:
    from ivr.switch.channel import Channel

_DEFAULT_SILENCE_HITS = 3


@application("record", needs_media=True)
def record(channel: Channel, argument: str) -> None:
    """`path [limit_seconds [silence_threshold [silence_seconds]]]`; a terminator key ends it.

    The limit is counted in whole seconds of the wall clock and must be exceeded: 1 records between one and
    two seconds. A path that cannot be written hangs the call up. Keys in the queue are lost at the end.
    """
    path, *rest = separate(argument, limit=4) or [""]
    if not path:
        return
    limit, threshold, hits = (number(part.lstrip("+")) for part in (rest + ["0"] * 3)[:3])
    if not path.startswith("/"):
        path = f"{channel.variable('sound_prefix')}/{path}"
    channel.variables.set("playback_terminator_used", None)
    try:
        recording = Recording(channel, path)
    except OSError:
        channel.hangup("DESTINATION_OUT_OF_ORDER")
        channel.reset()
        return
    channel.variables.set("silence_hits_exhausted", "false")
    _take_codec(channel)
    channel.fire("RECORD_START", [("Record-File-Path", path)])
    end = _listen(channel, recording, limit, threshold, hits or _DEFAULT_SILENCE_HITS)
    _account(channel, recording.finish())
    channel.fire("RECORD_STOP", [("Record-File-Path", path)])
    _take_codec(channel)
    channel.reset()
    if end == "gone":
        # Also when it is sent elsewhere: a recording does not survive a transfer, and takes the call with it.
        channel.hangup("DESTINATION_OUT_OF_ORDER")


def _listen(channel: Channel, recording: Recording, limit: int, threshold: int, hits: int) -> str:
    over = math.floor(time.time()) + limit + 1 if limit else math.inf
    while True:
        left = over - time.time()
        quiet = math.inf
        if threshold:
            quiet = channel.hearing.quiet_at(recording.began, threshold, hits) - time.monotonic()
            if quiet <= 0:
                channel.variables.set("silence_hits_exhausted", "true")
                return "done"
        if left <= 0:
            return "done"
        # Speech that begins meanwhile moves the end of the silence: look again when it would be reached.
        end = channel.idle(min(left, quiet), lambda digit: terminates(channel, digit))
        if end != "done":
            return end


def _account(channel: Channel, samples: int) -> None:
    size = 44 + 2 * samples
    for name, value in (
        ("record_record_file_size", size),
        ("record_file_size", size),
        ("record_seconds", samples // RATE),
        ("record_ms", samples * 1000 // RATE),
        ("record_samples", samples),
    ):
        channel.variables.set(name, str(value))


def _take_codec(channel: Channel) -> None:
    """Recording changes the read codec and changes it back: its variables move to the end."""
    for name in ("read_codec", "read_rate"):
        channel.variables.set(name, channel.variables.get(name))
