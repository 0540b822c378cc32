"""A bare event-socket client for tests: what the other side of a call does, without any code of Ivory's."""

from __future__ import annotations

import json
import socket
import time
import uuid
from collections.abc import Iterator
from typing import Self
from urllib.parse import unquote

from tests.freeswitch.instance import Instance

LISTED = 5.0
"""Seconds in which FreeSWITCH lists a channel, which it does behind the calls' backs."""


class Client:
    """A login on a FreeSWITCH that runs API commands."""

    def __init__(self, freeswitch: Instance) -> None:
        self.sip_port = freeswitch.sip_port
        self._socket = socket.create_connection(("127.0.0.1", freeswitch.port), 10)
        self._socket.settimeout(30)
        self._file = self._socket.makefile("rb")
        self._read()
        self._send(f"auth {freeswitch.password}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()

    def end(self) -> None:
        """End the connection, and with it `events`, whoever reads them."""
        self._socket.shutdown(socket.SHUT_RDWR)

    def api(self, command: str) -> str:
        """What an API command prints."""
        return self._send(f"api {command}").strip()

    def call(self, number: str, ani: str = "13800000000", name: str = "Caller", *, sip: bool = False) -> str:
        """Place a call from a leg that is parked and hears everything, by loopback or by SIP; returns the
        leg's UUID."""
        leg = str(uuid.uuid4())
        variables = (
            f"origination_uuid={leg},loopback_bowout=false,"
            f"origination_caller_id_number={ani},origination_caller_id_name='{name}'"
        )
        to = f"sofia/internal/{number}@127.0.0.1:{self.sip_port}" if sip else f"loopback/{number}/public"
        answer = self.api(f"originate {{{variables}}}{to} &park()")
        assert answer.startswith("+OK"), answer
        return leg

    def far_end(self, leg: str) -> str:
        """The other end of a call by SIP that FreeSWITCH has with itself."""
        call = self.api(f"uuid_getvar {leg} sip_call_id")
        deadline = time.monotonic() + LISTED
        while time.monotonic() < deadline:
            for row in self.rows("channels"):
                other = row["uuid"]
                if other != leg and self.api(f"uuid_getvar {other} sip_call_id") == call:
                    return other
            time.sleep(0.05)
        raise AssertionError(f"nobody is at the other end of {leg}")

    def press(self, leg: str, keys: str) -> None:
        self.api(f"uuid_send_dtmf {leg} {keys}")

    def hang_up(self, leg: str) -> None:
        self.api(f"uuid_kill {leg}")

    def channels(self) -> int:
        """How many channels there are."""
        return int(self.api("show channels count").split()[0])

    def send(self, command: str) -> str:
        """Send any command; its Reply-Text."""
        return self._send(command)

    def events(self) -> Iterator[dict[str, str]]:
        """The events that `event plain` asked for, until the line goes."""
        self._socket.settimeout(None)
        while line := self._file.readline():
            if line.startswith(b"Content-Length:"):
                self._file.readline()
                body = self._file.read(int(line.split(b":")[1])).decode("utf-8", "replace")
                pairs = (part.partition(": ") for part in body.splitlines())
                yield {name: unquote(value) for name, _, value in pairs}

    def rows(self, what: str) -> list[dict[str, str]]:
        """The rows of `show channels` and the like."""
        return json.loads(self.api(f"show {what} as json")).get("rows", [])  # type: ignore[no-any-return]

    def _send(self, command: str) -> str:
        self._socket.sendall(f"{command}\n\n".encode())
        return self._read()

    def _read(self) -> str:
        length = 0
        while line := self._file.readline().strip():
            name, _, value = line.partition(b": ")
            if name == b"Content-Length":
                length = int(value)
        return self._file.read(length).decode(errors="replace")
