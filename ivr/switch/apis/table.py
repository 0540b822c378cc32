"""The API commands the switch knows: each family of them is one file that registers its members here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.switch.channel import Channel
    from ivr.switch.switch import Switch

Run = Callable[["Switch", str], str]
NO_CHANNEL = "-ERR No such channel!\n"

APIS: dict[str, Run] = {}


def api(name: str) -> Callable[[Run], Run]:
    """Register a function: it gets the switch and the text after the command's name, and returns the answer
    with the line end FreeSWITCH gives it. It may wait (the connection that asked waits with it)."""

    def register(run: Run) -> Run:
        APIS[name] = run
        return run

    return register


def usage(syntax: str) -> str:
    """The answer to a command that lacks something."""
    return f"-USAGE: {syntax}\n"


def locate(switch: Switch, uuid: str) -> Channel | None:
    """The channel of that id, unless it is hung up (switch_core_session_locate)."""
    channel = switch.channels.get(uuid)
    return None if channel is None or channel.down else channel
