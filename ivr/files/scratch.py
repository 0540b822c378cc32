"""A channel nobody hears, by which FreeSWITCH is made to touch files on its own host.

There is no API to make a folder or to remove a file but `system`, which Ivory's FreeSWITCH does not have.
But `uuid_record` makes the folders of its file, says so when it cannot, instead of hanging up as `record`
does, and removes a recording that is shorter than RECORD_MIN_SEC. (Seen on 1.11; switch_ivr_async.c,
record_callback.)
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import Final

from ivr import log
from ivr.errors import CommandFailed, IvoryError, SwitchError
from ivr.esl import commands
from ivr.files.prefetch import Switch

ORIGINATE: Final = 10.0  # seconds
DAY: Final = 86_400

_log = log.get(__name__)


class Scratch:
    """The channel; see `scratch`."""

    def __init__(self, switch: Switch, channel: str) -> None:
        self._switch = switch
        self._channel = channel

    def remove(self, file: str) -> None:
        """Remove a file of FreeSWITCH's host, whatever is in it. Raises SwitchError."""
        self._switch.api(commands.record_start(self._channel, file))
        self._switch.api(commands.record_stop(self._channel, file))

    def check(self, folder: str) -> None:
        """Make a folder on FreeSWITCH's host if need be, and see whether a file can be written there.

        Raises IvoryError when it cannot, SwitchError when FreeSWITCH could not be asked."""
        try:
            self.remove(f"{folder}/ivory-check-{token_hex(4)}.wav")
        except CommandFailed:
            raise IvoryError(
                f"FreeSWITCH cannot write to {folder} on its host",
                hint="let its user own that folder, or name another by files.remote_recordings",
            ) from None


@contextmanager
def scratch(switch: Switch) -> Iterator[Scratch]:
    """The channel, for as long as the block runs. Raises SwitchError: no mod_loopback, no line."""
    channel = str(uuid.uuid4())
    variables: dict[str, str | int | bool] = {
        "origination_uuid": channel,
        "RECORD_MIN_SEC": DAY,
        "park_timeout": 60,  # should nobody come to hang it up
    }
    dial = commands.dial_string("null/{address}", "ivory", variables)
    switch.bgapi(commands.originate(dial)).get(ORIGINATE)
    try:
        yield Scratch(switch, channel)
    finally:
        try:
            switch.api(commands.kill(channel))
        except SwitchError as error:
            _log.debug("scratch channel left to its time-out", error=str(error))
