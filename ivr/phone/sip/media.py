"""The sound of a call by SIP: RTP with G.711 both ways, a packet every 20 ms, keys among them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import gevent
from gevent import socket

from ivr.log import get
from ivr.phone.sip.keypad import Keypad
from ivr.phone.sip.outgoing import Outgoing
from ivr.voip import g711, rtp, sdp
from ivr.voip.messages import FRAME, SECONDS, SILENCE, Key
from ivr.voip.reorder import Reorder
from ivr.voip.sdp import Audio

log = get(__name__)

LATE: Final = 0.2
"""Seconds by which the pace may be behind; a machine that stood still does not catch up."""
KINDS: Final = (g711.PCMU, g711.PCMA)
_TRIES: Final = 20
_SAMPLES: Final = 160


class Media:
    """One call's.

    Args:
        host: where sound is taken, and from where it is sent.
        trusted: the address of FreeSWITCH, which may send from there whatever it says.
        tell: is given frames that are heard, and keys.
    """

    def __init__(self, host: str, trusted: str, tell: Callable[[Key | bytes], None]) -> None:
        self._host, self._trusted, self._tell = host, trusted, tell
        self._socket: socket.socket | None = None
        self._remote: Audio | None = None
        self._greenlets: list[gevent.Greenlet[..., None]] = []
        self.outgoing, self.keypad = Outgoing(), Keypad()
        self._order = Reorder[rtp.Packet]()
        self._rest = b""
        self._last_key: int | None = None
        self._source = secrets.randbits(32)

    def offer(self) -> Audio:
        """Where sound is taken. Raises OSError when there is no port."""
        if self._socket is None:
            self._socket = _even(self._host)
        return Audio(self._host, int(self._socket.getsockname()[1]), KINDS, sdp.EVENTS)

    def aim(self, remote: Audio) -> None:
        """Send to the other side, from now on; or, from now on, elsewhere."""
        self._remote = remote
        if self._socket is not None and not self._greenlets:
            self._greenlets = [
                gevent.spawn(self._speak, self._socket),
                gevent.spawn(self._listen, self._socket),
            ]
            for greenlet in self._greenlets:
                greenlet.link_exception(_mourn)

    def close(self) -> None:
        """The call is over."""
        gevent.killall(self._greenlets, block=False)
        self._greenlets = []
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    # Mouth ----------------------------------------------------------------------------------------------

    def _speak(self, out: socket.socket) -> None:
        number, stamp, at = secrets.randbits(15), secrets.randbits(31), time.monotonic()
        marker = True
        while True:
            at = max(at + SECONDS, time.monotonic() - LATE)
            gevent.sleep(max(0.0, at - time.monotonic()))
            number, stamp = (number + 1) & 0xFFFF, (stamp + _SAMPLES) & 0xFFFFFFFF
            packet = self._packet(number, stamp, marker=marker)
            remote = self._remote
            if packet is None or remote is None or remote.held or not remote.port:
                continue
            marker = False
            with suppress(OSError):  # full, or nobody there yet: sound that is late is no sound
                out.sendto(packet.to_bytes(), (remote.host, remote.port))

    def _packet(self, number: int, stamp: int, *, marker: bool) -> rtp.Packet | None:
        remote = self._remote
        if remote is None:
            return None
        frame = self.outgoing.next()
        if remote.events is not None and (press := self.keypad.next(stamp)):
            if press.over:
                self._tell(Key(key=press.key, own=True))
            return rtp.Packet(remote.events, number, press.time, self._source, press.payload, press.first)
        kind = remote.kinds[0]
        return rtp.Packet(kind, number, stamp, self._source, g711.encode(frame, kind), marker)

    # Ear ------------------------------------------------------------------------------------------------

    def _listen(self, into: socket.socket) -> None:
        while True:
            try:
                data, address = into.recvfrom(2048)
            except ConnectionError:  # the other side has closed its port; it may come back
                gevent.sleep(SECONDS)
                continue
            except OSError:
                return
            packet = rtp.parse(data) if self._known(address[0]) else None
            if packet:
                for each in self._order.take(packet.number, packet):
                    self._hear(each)

    def _known(self, host: str) -> bool:
        return host == self._trusted or (self._remote is not None and host == self._remote.host)

    def _hear(self, packet: rtp.Packet | None) -> None:
        if packet is None:
            self._tell(SILENCE)
            return
        if packet.kind in KINDS:
            self._rest += g711.decode(packet.payload, packet.kind)
            while len(self._rest) >= FRAME:
                frame, self._rest = self._rest[:FRAME], self._rest[FRAME:]
                self._tell(frame)
        elif self._remote and packet.kind in (self._remote.events, sdp.EVENTS):
            found = rtp.pressed(packet.payload)
            if found and found[1] and packet.time != self._last_key:
                self._last_key = packet.time
                self._tell(Key(key=found[0], own=False))


def _even(host: str) -> socket.socket:
    """A port with an even number, as RTP has it; the next one would be RTCP's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_DGRAM)
    for _ in range(_TRIES):
        made.bind((host, 0))
        if made.getsockname()[1] % 2 == 0:
            break
        made.close()
        made = socket.socket(family, socket.SOCK_DGRAM)
    else:
        made.bind((host, 0))
    return made


def _mourn(greenlet: gevent.Greenlet[..., None]) -> None:
    log.error("the sound of a call broke off", error=repr(greenlet.exception))
