"""What a contender is: a way to give a caller three prompts and take two digits, on a FreeSWITCH.

All have the same dialogue: a long first prompt that digit 1 barges into, a short second one, digit 1 again,
a third prompt, and the switch hangs up. What a contender needs of FreeSWITCH's configuration it brings along.
"""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.freeswitch.instance import Instance

STOP_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Place:
    """Where a contender works: a folder of its own, the prompts, and the switch (not started yet when the
    configuration is asked for)."""

    folder: Path
    sounds: Path
    switch: Instance


@dataclass
class Contender:
    """A contender; `number` is what callers dial to reach it.

    Attributes:
        process: what runs beside FreeSWITCH, if anything does.
    """

    place: Place
    name: str = field(init=False)
    number: str = field(init=False)
    modules: tuple[str, ...] = field(init=False, default=())
    process: subprocess.Popen[bytes] | None = field(init=False, default=None)

    def configuration(self) -> str:
        """XML for the section `configuration`."""
        return ""

    def extension(self) -> str:
        """What the dialplan does with the contender's number."""
        return ""

    def start(self) -> None:
        """Begin to serve; FreeSWITCH is there. Returns when calls may come."""

    def stop(self) -> None:
        """End what `start` began."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)
        self.process = None


def extension(number: str, *actions: tuple[str, str]) -> str:
    """A dialplan extension; actions are an application and its data each."""
    rows = "".join(f'<action application="{name}" data="{data}"/>' for name, data in actions)
    condition = f'<condition field="destination_number" expression="^{number}$">{rows}</condition>'
    return f'<extension name="bench_{number}">{condition}</extension>'
