"""The other end of `acd.control`: orders to a running worker, and what it tells of calls and queues.

For whatever runs beside the worker on its machine: commands, the web process. It needs neither gevent nor its
patches, and works with them; every wait has its time.
"""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

from ivr.errors import Invalid, IvoryError, NoWorker

PATIENCE: Final = 10.0
"""Seconds a worker may take over an order."""
SILENCE: Final = 10.0
"""Seconds without a line after which a stream is taken for dead; a worker says something every two."""
MAX_ANSWER: Final = 1 << 26
MAX_LINE: Final = 1 << 26


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a UNIX socket, by its path; `timeout` is in seconds, for each wait."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Control:
    """A worker, as its control socket has it. Safe to use from many threads and greenlets.

    Args:
        path: of the socket; empty: there is no worker to be asked.
        by: who orders (`cli:alice`, `user:zhang`), for the audit.
    """

    def __init__(self, path: Path | str, by: str) -> None:
        self._path = str(Path(path).expanduser().absolute()) if str(path) else ""
        self._by = by

    def give(self, order: str, **arguments: Any) -> dict[str, Any]:
        """Have an order done; returns what it gives back.

        Raises:
            NoWorker: nobody is there.
            Invalid: an argument names what there is not.
            IvoryError: it refuses, in its own words and with its own code.
        """
        asked = {"order": order, "by": self._by, "arguments": arguments}
        return self._asked("POST", "/orders", json.dumps(asked, ensure_ascii=False).encode())

    def get(self, path: str) -> dict[str, Any]:
        """What there is at `/calls`, `/acd` and the like, at this moment. Raises as `give`."""
        return self._asked("GET", path)

    def lines(self, path: str) -> Generator[dict[str, Any], None, None]:
        """A stream (`/calls/stream`, `/acd/stream`): a snapshot first, then each change. It ends when the
        worker does, or when it was read too slowly: then begin anew. Close the iterator to be done with it.

        Raises:
            NoWorker: nobody is there, or says nothing any more.
            IvoryError: it refuses.
        """
        connection = self._connection(SILENCE)
        try:
            answer = self._send(connection, "GET", path)
            while line := answer.readline(MAX_LINE):
                yield json.loads(line)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._nobody(error) from None
        finally:
            connection.close()

    def _asked(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        connection = self._connection(PATIENCE)
        try:
            content = json.loads(self._send(connection, method, path, body).read(MAX_ANSWER))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._nobody(error) from None
        finally:
            connection.close()
        return dict(content)

    def _connection(self, patience: float) -> UnixConnection:
        if not self._path:
            raise NoWorker("no orders can be given", hint="acd.control is empty: set it where Ivory serves")
        return UnixConnection(self._path, patience)

    def _send(
        self, connection: UnixConnection, method: str, path: str, body: bytes | None = None
    ) -> http.client.HTTPResponse:
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            raise _refusal(json.loads(answer.read(MAX_ANSWER)))
        return answer

    def _nobody(self, error: Exception) -> NoWorker:
        return NoWorker(
            f"no worker takes orders at {self._path}: {error or type(error).__name__}",
            hint="is `ivr serve` running? see acd.control",
        )


def _refusal(content: Any) -> IvoryError:
    told = content.get("error", {}) if isinstance(content, dict) else {}
    told = told if isinstance(told, dict) else {"message": told}
    message, hint = str(told.get("message", "it was refused")), str(told.get("hint", ""))
    refusal = IvoryError(message, hint=hint)
    if "field" in told:
        refusal = Invalid(message, hint=hint, field=str(told["field"]))
    refusal.code = str(told.get("code", refusal.code))
    return refusal
