"""What a client sends on the event socket, cut into commands as mod_event_socket cuts it.

A block of lines ends with an empty line; line ends before a block are nothing. A body follows where a
Content-Length stands. Sizes are bounded as in FreeSWITCH 1.11.2: 10 MiB of headers, 16 MiB of body.
"""

from __future__ import annotations

import re
from typing import Protocol

from ivr.switch.private import Message
from ivr.switch.text import number, to_text

_MAX_BLOCK = 10 << 20
_MAX_BODY = 16 << 20
_MAX_HEADERS = 1000
_CHUNK = 65536
_END = re.compile(rb"\n\r*\n")


class Socket(Protocol):
    """As much of a socket as is needed to read from it."""

    def recv(self, size: int, /) -> bytes:
        """Up to so many bytes; none at the end."""


class RefusedError(Exception):
    """Something FreeSWITCH closes the connection for."""


class CommandReader:
    """Commands from one connection."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._buffer = bytearray()

    def read(self) -> Message | None:
        """The next command: its first header is `Command`, the others as they were sent. None: end of stream.

        Raises:
            RefusedError: a Content-Length below zero or above 16 MiB.
            OSError: the connection broke.
        """
        block = self._block()
        if block is None:
            return None
        first, *lines = block.split(b"\n", _MAX_HEADERS)
        headers = [("Command", to_text(first.rstrip(b"\r")))]
        body = b""
        for line in lines[:_MAX_HEADERS]:
            name, colon, value = line.strip(b"\r").partition(b":")
            if not colon:
                continue
            headers.append((to_text(name), to_text(value.lstrip(b" "))))
            if name.lower() == b"content-length":
                size = number(headers[-1][1])
                if not 0 <= size <= _MAX_BODY:
                    raise RefusedError(f"Content-Length {size}")
                taken = self._take(size)
                if taken is None:
                    return None
                body = taken or body
        return Message(headers, to_text(body))

    def _block(self) -> bytes | None:
        looked = 0
        while True:
            if not looked:
                blank = len(self._buffer) - len(self._buffer.lstrip(b"\r\n"))
                del self._buffer[:blank]
            found = _END.search(self._buffer, max(0, looked - 64))
            if found:
                block = bytes(self._buffer[: found.start()])
                del self._buffer[: found.end()]
                return block
            if len(self._buffer) >= _MAX_BLOCK:
                block = bytes(self._buffer[:_MAX_BLOCK])
                del self._buffer[:_MAX_BLOCK]
                return block
            looked = len(self._buffer)
            if not self._fill():
                return None

    def _take(self, size: int) -> bytes | None:
        while len(self._buffer) < size:
            if not self._fill():
                return None
        body = bytes(self._buffer[:size])
        del self._buffer[:size]
        return body

    def _fill(self) -> bool:
        data = self._socket.recv(_CHUNK)
        self._buffer += data
        return bool(data)
