"""A line on a FreeSWITCH, by SIP: the sockets and the pace around `ivr.phone.sip.agent`."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Final

import gevent
from gevent import socket

from ivr.errors import PhoneError
from ivr.log import get
from ivr.phone.line import Account, Line, Phase, Told
from ivr.phone.sip.agent import Agent
from ivr.phone.sip.media import Media
from ivr.phone.sip.place import Place
from ivr.voip.messages import Ended, Event, Gone, Unregistered
from ivr.voip.sdp import Audio

log = get(__name__)

TICK: Final = 0.1
LAST_WORDS: Final = 1.0
"""Seconds that a line which is closed has for its goodbyes."""


class SipLine(Line):
    """One of them, with a port of its own.

    Args:
        server: FreeSWITCH's SIP, `host:port`.
        domain: of the account; the server's host when empty.

    Raises:
        PhoneError: there is no way to FreeSWITCH.
    """

    def __init__(self, account: Account, told: Told, server: str, domain: str = "") -> None:
        super().__init__(account, told)
        host, _, port = server.rpartition(":")
        try:
            self._socket = _towards(host.strip("[]"), int(port))
        except (OSError, ValueError) as error:
            raise PhoneError(f"there is no way to {server}: {error}", hint="see phone.sip") from None
        own, peer = self._socket.getsockname(), self._socket.getpeername()
        self._host, self._peer = str(own[0]), str(peer[0])
        user = account.user or account.number
        place = Place(self._host, int(own[1]), domain or host.strip("[]"), user, account.number, account.name)
        self._media: Media | None = None
        self._agent = Agent(
            place, account.number, account.password, self, self._say, self._happened, time.monotonic
        )
        self._open = True
        self._greenlets = [gevent.spawn(self._read), gevent.spawn(self._tick)]
        for greenlet in self._greenlets:
            greenlet.link_exception(self._died)

    # The sound of the call there is -----------------------------------------------------------------------

    def offer(self) -> Audio:
        """See `ivr.phone.sip.call.Sound`."""
        if self._media is None:
            self._media = Media(self._host, self._peer, self._tell)
        return self._media.offer()

    def aim(self, remote: Audio) -> None:
        """See `ivr.phone.sip.call.Sound`."""
        if self._media:
            self._media.aim(remote)

    # What may be done -------------------------------------------------------------------------------------

    def close(self) -> None:
        if not self._open:
            return
        self._open = False
        if call := self._agent.call:
            call.leave()
        self._agent.registration.end()
        self._tell(Gone(reason="closed"))
        gevent.spawn_later(LAST_WORDS, self._shut)

    def _register(self) -> None:
        self._agent.registration.begin()

    def _unregister(self) -> None:
        self._agent.registration.end()

    def _dial(self, number: str) -> None:
        try:
            self._agent.dial(number)
        except OSError as error:
            self._happened(Ended(cause="NORMAL_TEMPORARY_FAILURE"))
            raise PhoneError(f"there is no way for the sound of a call: {error}") from None

    def _answer(self) -> None:
        try:
            if call := self._agent.call:
                call.take()
        except OSError as error:
            raise PhoneError(f"there is no way for the sound of a call: {error}") from None

    def _reject(self) -> None:
        self._hangup()

    def _hangup(self) -> None:
        if call := self._agent.call:
            call.leave()

    def _press(self, keys: str) -> None:
        if self._media:
            self._media.keypad.press(keys)

    def _send(self, frame: bytes) -> None:
        if self._media:
            self._media.outgoing.put(frame)

    # Inside -----------------------------------------------------------------------------------------------

    def _happened(self, event: Event) -> None:
        if isinstance(event, Ended) and self._media:
            self._media.close()
            self._media = None
        if self._open or not isinstance(event, Unregistered):
            self._tell(event)

    def _say(self, data: bytes) -> None:
        with suppress(OSError):  # FreeSWITCH is not there: it is said again, or given up
            self._socket.send(data)

    def _read(self) -> None:
        while True:
            try:
                data = self._socket.recv(65_535)
            except ConnectionError:  # nobody listens there now; requests are given up in their time
                gevent.sleep(TICK)
                continue
            except OSError:
                return
            self._agent.take(data)

    def _tick(self) -> None:
        while True:
            gevent.sleep(TICK)
            self._agent.tick()

    def _shut(self) -> None:
        gevent.killall(self._greenlets, block=False)
        if self._media:
            self._media.close()
        self._socket.close()

    def _died(self, greenlet: gevent.Greenlet[..., None]) -> None:
        log.error("a line failed", number=self.account.number, error=repr(greenlet.exception))
        self._tell(Gone(reason="the line failed"))
        if self._open:
            self.close()

    def _tell(self, told: Event | bytes) -> None:
        if self.phase is not Phase.GONE:
            super()._tell(told)


def _towards(host: str, port: int) -> socket.socket:
    """A socket that speaks with one other only."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    made = socket.socket(family, kind, protocol)
    try:
        made.connect(address)
    except OSError:
        made.close()
        raise
    return made
