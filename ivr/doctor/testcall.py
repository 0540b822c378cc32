"""A channel of the doctor's own, on which FreeSWITCH itself proves what it can read and write.

It is one of the endpoint `null`: it comes from nowhere, leads nowhere and nobody hears it, so it may be made
while callers are served. Ivory's worker leaves it alone, as it carries no `ivr_flow`.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from gevent.queue import Empty, Queue

from ivr.doctor.line import Line
from ivr.doctor.patient import Patient
from ivr.errors import CommandTimeout, SwitchError
from ivr.esl import commands
from ivr.esl.wire import Event

SECONDS: Final = 5.0
"""What FreeSWITCH may take to make the channel, to open a file, or to end a recording of one second."""

_MOST = 100  # events that are kept: a channel of ours has a handful


class TestCall:
    """The channel, once it is parked."""

    __test__ = False  # pytest: this is no test

    def __init__(self, line: Line, channel: str, events: Queue[Event]) -> None:
        self._line, self._channel, self._events = line, channel, events

    def plays(self, path: Path) -> bool:
        """Whether FreeSWITCH opens a sound file, seen by its beginning to play it.

        Raises:
            RefusedInput: a path that no command can carry.
            SwitchError: the line, or FreeSWITCH, has gone; it does neither within `SECONDS`.
        """
        argument = commands.playback([commands.sound_file(path.as_posix())])
        return self._does("playback", argument, "PLAYBACK_START")

    def records(self, path: Path) -> bool:
        """Whether FreeSWITCH records a second into a file; it hangs up if it cannot. Raises as `plays`."""
        argument = commands.recording(path.as_posix(), max_seconds=1)
        return self._does("record", argument, "RECORD_START")

    def _does(self, application: str, argument: commands.Argument, sign: str) -> bool:
        """Whether `sign` of its beginning comes before an application ends. What plays is broken off then."""
        name, began = str(uuid.uuid4()), False
        until = time.monotonic() + SECONDS
        self._line.execute(self._channel, application, argument, name)
        while True:
            try:
                event = self._events.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                raise CommandTimeout(f"FreeSWITCH did not end `{application}` in {SECONDS:g} s") from None
            if event.name == sign:
                began = True
                if application == "playback":
                    self._line.api(commands.api("uuid_break", self._channel))
            elif event.name == "CHANNEL_HANGUP_COMPLETE" or event.get("Application-UUID") == name:
                return began


def hindrance(patient: Patient) -> str:
    """Why nothing can be tried on a channel, if so; the check `modules` says how to mend it.

    Raises SwitchError."""
    missing = [name for name in ("mod_loopback", "mod_sndfile") if not patient.has_module(name)]
    return (
        f"not tried, as {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
        if missing
        else ""
    )


@contextmanager
def test_call(line: Line) -> Iterator[TestCall]:
    """A channel that is there while inside.

    Raises:
        CommandFailed: FreeSWITCH makes none: it is full, paused, or has no mod_loopback.
        SwitchError: it does not answer.
    """
    channel = str(uuid.uuid4())
    events: Queue[Event] = Queue(_MOST)
    variables = {"origination_uuid": channel, "origination_caller_id_name": "ivr doctor"}
    dial = commands.dial_string("null/{address}", "ivr-doctor", variables)

    def told(event: Event) -> None:
        if not events.full():
            events.put_nowait(event)

    with line.following(channel, told):
        try:
            line.background(commands.originate(dial), SECONDS)
            yield TestCall(line, channel, events)
        finally:
            with suppress(SwitchError):  # it has gone, as after a recording that could not be written
                line.api(commands.kill(channel))
