"""The applications the switch knows: each family of them is one file that registers its members here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.switch.channel import Channel

Run = Callable[["Channel", str], None]


@dataclass(frozen=True, slots=True)
class Application:
    """What `execute` runs: `run(channel, argument)`, in the channel's greenlet, argument expanded.

    `needs_media`: FreeSWITCH pre-answers an inbound call before it starts.
    """

    name: str
    run: Run
    needs_media: bool


APPLICATIONS: dict[str, Application] = {}


def application(name: str, *, needs_media: bool = False) -> Callable[[Run], Run]:
    """Register a function as an application."""

    def register(run: Run) -> Run:
        APPLICATIONS[name] = Application(name, run, needs_media)
        return run

    return register
