"""The two that are compared: a real FreeSWITCH and the embedded switch.

Callers reach either one in two ways: by SIP, as in real life, and by a loopback leg that the switch places.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol
from uuid import uuid4

from ivr.switch import Extension, Switch
from ivr.switch.callers import Caller
from tests.freeswitch.conformance.line import Line
from tests.freeswitch.instance import Instance

Way = Literal["sip", "loopback"]

NUMBER = "95598"
KEY_SECONDS = 0.25
"""How long FreeSWITCH itself presses a key."""


def embedded() -> Switch:
    """An embedded switch with the number and the extensions of the test FreeSWITCH."""
    extensions = {
        "1001": Extension(after=0, talks=2),
        "1002": Extension("busy", after=0),
        "1003": Extension("no_answer"),
        "1004": Extension("refuses", after=0),
        "1007": Extension("rings_aloud", after=0),
        "1010": Extension("unregistered"),
        "1005": Extension(after=0),
    }
    return Switch({NUMBER: "by_number"}, extensions)


class Phone(Protocol):
    """What a caller has in hand."""

    def press(self, keys: str) -> None: ...
    def hang_up(self) -> None: ...


@dataclass(frozen=True)
class Leg:
    """A telephone that is a leg of the switch itself."""

    line: Line
    uuid: str

    def press(self, keys: str) -> None:
        self.line.send(f"api uuid_send_dtmf {self.uuid} {keys}")

    def hang_up(self) -> None:
        self.line.send(f"api uuid_kill {self.uuid}")


@dataclass(frozen=True)
class Peer:
    """One of the two.

    Args:
        folder: where its calls may record to.
        sip_port: of the SIP profile that extensions are called at.
        dial: how a caller reaches it by SIP, given the caller's number.
    """

    line: Line
    folder: Path
    sip_port: int
    dial: Callable[[str], Phone]

    def call(self, way: Way, ani: str) -> Phone:
        """Have somebody call."""
        return self.dial(ani) if way == "sip" else place(self.line, f"loopback/{NUMBER}/public", ani)

    def extension(self, number: str) -> str:
        """The dial string of an extension."""
        return f"sofia/internal/{number}@127.0.0.1:{self.sip_port}"


def place(line: Line, target: str, ani: str) -> Leg:
    """Have the switch itself call: the leg, which sends silence when it is answered."""
    uuid = str(uuid4())
    variables = f"origination_uuid={uuid},loopback_bowout=false,origination_caller_id_number={ani}"
    line.begin(f"originate {{{variables}}}{target} &playback(silence_stream://-1)")
    return Leg(line, uuid)


def real(line: Line, instance: Instance, folder: Path) -> Peer:
    def dial(ani: str) -> Phone:
        return place(line, f"sofia/internal/{NUMBER}@127.0.0.1:{instance.sip_port}", ani)

    return Peer(line, folder, instance.sip_port, dial)


@dataclass(frozen=True)
class Handset:
    """The telephone of a virtual caller."""

    caller: Caller

    def press(self, keys: str) -> None:
        self.caller.press(keys, spacing=KEY_SECONDS)

    def hang_up(self) -> None:
        self.caller.hangup()


def imitation(line: Line, switch: Switch, folder: Path) -> Peer:
    return Peer(line, folder, 5060, lambda ani: Handset(switch.dial(NUMBER, ani=ani)))
