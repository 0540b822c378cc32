"""A line on the embedded switch, which lives in another process: `ivr demo`'s, at a UNIX socket."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import gevent
from gevent import socket

from ivr.errors import PhoneError
from ivr.log import get
from ivr.phone.line import Account, Line, Phase, Told
from ivr.voip import messages
from ivr.voip.messages import FRAME, MAX_MESSAGE, SOUND, Gone

log = get(__name__)

PATIENCE: Final = 2.0
"""Seconds the switch may take to accept a connection, or a message."""


class EmbeddedLine(Line):
    """See `ivr.switch.lines` for the other end.

    Args:
        path: of the socket.

    Raises:
        PhoneError: nobody listens there.
    """

    def __init__(self, account: Account, told: Told, path: Path) -> None:
        super().__init__(account, told)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.settimeout(PATIENCE)
        try:
            self._socket.connect(str(path))
        except OSError as error:
            self._socket.close()
            raise PhoneError(
                f"the embedded switch cannot be reached: {error.strerror or error}",
                hint="it is there while `ivr demo` runs, at the socket of phone.embedded",
            ) from None
        self._socket.settimeout(None)
        self._say(messages.Open(number=account.number, name=account.name))
        self._reader = gevent.spawn(self._read)

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._tell(Gone(reason="closed"))

    def _register(self) -> None:
        self._say(messages.Register())

    def _unregister(self) -> None:
        self._say(messages.Unregister())

    def _dial(self, number: str) -> None:
        self._say(messages.Dial(number=number))

    def _answer(self) -> None:
        self._say(messages.Take())

    def _reject(self) -> None:
        self._say(messages.Reject())

    def _hangup(self) -> None:
        self._say(messages.HangUp())

    def _press(self, keys: str) -> None:
        self._say(messages.Press(keys=keys))

    def _send(self, frame: bytes) -> None:
        with suppress(OSError):  # the switch is busy, and would hear it too late
            os.write(self._socket.fileno(), SOUND + frame)

    def _say(self, order: messages.Order | messages.Open) -> None:
        try:
            with gevent.Timeout(PATIENCE, TimeoutError):
                self._socket.send(order.to_json().encode())
        except OSError:
            self.close()
            raise PhoneError("the embedded switch does not take orders any more") from None

    def _read(self) -> None:
        """Until the switch is gone, or the line is closed."""
        try:
            while data := self._socket.recv(MAX_MESSAGE):
                if data[:1] == SOUND:
                    if len(data) == 1 + FRAME:
                        self._tell(data[1:])
                else:
                    self._tell(messages.event(data))
        except (OSError, ValueError) as error:
            if self.phase is not Phase.GONE:
                log.warning("a line of the embedded switch failed", error=str(error)[:200])
        finally:
            self._socket.close()
            self._tell(Gone(reason="the embedded switch is gone"))
