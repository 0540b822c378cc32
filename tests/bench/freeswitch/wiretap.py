"""Listens on the loopback interface to what a worker and FreeSWITCH say to each other, without touching it.

Needs root, for the raw socket. Times are the kernel's, in nanoseconds of the real-time clock.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from ivr.esl.wire import Event, Parser
from tests.bench.freeswitch.phone import SO_TIMESTAMPNS, stamp

ETH_IP, PACKET_HOST = 0x0800, 0  # linux/if_ether.h, linux/if_packet.h
BUFFER = 64 << 20


@dataclass(frozen=True, slots=True)
class Said:
    """A command, a bare newline (its `text` is empty), or an event by its name; `size` is in bytes, an
    event's as if it were not URL-encoded."""

    at: int
    text: str
    size: int
    event: Event | None = None


class Tap(threading.Thread):
    """Records everything to and from one TCP port until `stop`."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._segments: list[tuple[int, bool, int, int, bytes]] = []
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_IP))
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self._socket.bind(("lo", 0))
        self._socket.settimeout(0.2)
        self._end = threading.Event()

    def run(self) -> None:
        while not self._end.is_set():
            try:
                frame, extra, _, address = self._socket.recvmsg(1 << 17, 64)
            except TimeoutError:
                continue
            # Loopback shows each frame twice, going out and coming in: one is enough.
            if address[2] != PACKET_HOST or len(frame) < 54 or frame[23] != socket.IPPROTO_TCP:
                continue
            source, target, sequence = struct.unpack_from("!HHI", frame, 34)
            if self._port in (source, target):
                payload = frame[34 + (frame[46] >> 4) * 4 :]
                to_switch = target == self._port
                other = source if to_switch else target
                if payload:
                    self._segments.append((stamp(extra), to_switch, other, sequence, payload))
        self._socket.close()

    def stop(self) -> None:
        """End; then `commands` and `events` tell what was said."""
        self._end.set()
        self.join(5)

    @property
    def _peer(self) -> int:
        """The worker's port: of several clients, the one that said most."""
        sizes: dict[int, int] = {}
        for _, _, other, _, payload in self._segments:
            sizes[other] = sizes.get(other, 0) + len(payload)
        return max(sizes, key=lambda port: sizes[port])

    def _stream(self, *, to_switch: bool) -> Iterator[tuple[int, bytes]]:
        peer = self._peer
        for at, towards, other, _, payload in self._segments:
            if towards == to_switch and other == peer:
                yield at, payload

    def commands(self) -> Iterator[Said]:
        """What the worker wrote, command by command."""
        data = b""
        for at, payload in self._stream(to_switch=True):
            data += payload
            while data:
                if data.startswith(b"\n"):
                    data = data[1:]
                    yield Said(at, "", 1)
                    continue
                head, found, rest = data.partition(b"\n\n")
                if not found:
                    break
                length = next(
                    (
                        int(line.partition(b":")[2])
                        for line in head.split(b"\n")
                        if line.lower().startswith(b"content-length:")
                    ),
                    0,
                )
                if len(rest) < length:
                    break
                data = rest[length:]
                yield Said(at, _title(head.decode()), len(head) + 2 + length)

    def events(self) -> Iterator[Said]:
        """What FreeSWITCH reported, event by event."""
        parser = Parser()
        for at, payload in self._stream(to_switch=False):
            for message in parser.feed(payload):
                if message.event is not None:
                    headers = message.event.headers()
                    size = sum(len(name) + len(value) + 3 for name, value in headers.items())
                    yield Said(at, message.event.name, size, message.event)


def _title(head: str) -> str:
    """What a command does: `api uuid_break`, `execute playback`."""
    lines = dict(line.partition(": ")[::2] for line in head.split("\n")[1:])
    if application := lines.get("execute-app-name"):
        return f"execute {application}"
    return " ".join(head.split("\n")[0].split()[:2])
