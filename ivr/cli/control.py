"""Orders to a running worker, from a command: its end of `acd.control`."""

from __future__ import annotations

import getpass
import http.client
import json
from pathlib import Path
from typing import Any

from ivr.cli.sockets import UnixConnection
from ivr.errors import IvoryError

PATIENCE = 10.0
"""Seconds a worker may take over an order."""
MAX_ANSWER = 1 << 26


def user() -> str:
    """Who runs the command; empty where that has no name, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


class Control:
    """Gives orders to the worker of the settings.

    Args:
        path: of its socket.
        by: who orders; `cli:` and the user's name when left out.
    """

    def __init__(self, path: Path | str, by: str = "") -> None:
        self._path = str(Path(path).expanduser().absolute()) if str(path) else ""
        self._by = by or f"cli:{user() or 'somebody'}"

    def give(self, order: str, **arguments: Any) -> dict[str, Any]:
        """Have an order done; returns what it gives back.

        Raises:
            IvoryError: no worker is there, or it refuses, in its own words.
        """
        if not self._path:
            raise IvoryError("no orders can be given", hint="acd.control is empty: set it where Ivory serves")
        body = json.dumps({"order": order, "by": self._by, "arguments": arguments}, ensure_ascii=False)
        connection = UnixConnection(self._path, PATIENCE)
        try:
            connection.request("POST", "/orders", body.encode(), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            content = json.loads(answer.read(MAX_ANSWER))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise IvoryError(
                f"no worker takes orders at {self._path}: {error or type(error).__name__}",
                hint="is `ivr serve` running? see acd.control",
            ) from None
        finally:
            connection.close()
        if answer.status != 200:
            raise _refusal(content)
        return dict(content)


def control(by: str = "") -> Control:
    """The worker of this command line's settings."""
    from ivr.cli import common

    return Control(common.load().settings.acd.control, by)


def _refusal(content: Any) -> IvoryError:
    told = content.get("error", {}) if isinstance(content, dict) else {}
    refusal = IvoryError(str(told.get("message", "it was refused")), hint=str(told.get("hint", "")))
    refusal.code = str(told.get("code", refusal.code))
    return refusal
