"""An agent's leg on its way from the offer to the talk, and what is needed of FreeSWITCH for that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import gevent

from ivr.acd.actions import Offer
from ivr.errors import SwitchError
from ivr.esl.background import BackgroundJob
from ivr.esl.commands import ApiCall, Argument, Sound
from ivr.routing.places import CallPlace

RINGING, CONFIRMING, WHISPERING = "ringing", "confirming", "whispering"
JOINING, SERVING = "joining", "serving"

Serve = Callable[[Offer, str], None]
"""Serves a contact nobody waits on the line for: given the offer and the agent's parked leg."""


class Line(Protocol):
    """What is needed of the connection to FreeSWITCH."""

    def bgapi(self, call: ApiCall) -> BackgroundJob: ...

    def api(self, call: ApiCall) -> str: ...

    def post(self, *calls: ApiCall, failed: Callable[[SwitchError], None] | None = None) -> None: ...

    def post_execute(
        self,
        channel: str,
        application: str,
        argument: Argument | None = None,
        *,
        event_uuid: str,
        failed: Callable[[SwitchError], None] | None = None,
    ) -> None: ...


Prepared = Callable[[], list[Sound]]
"""Waits for what an agent is to hear, and gives it."""


@dataclass(eq=False)
class Ringing:
    """One agent's leg, from the offer to the talk. `place` is the caller's; None: `serve` sees to it."""

    offer: Offer
    leg: str
    place: CallPlace | None
    serve: Serve | None
    confirm: str = ""
    """The key that takes it; none: whoever answers has taken it."""
    step: str = RINGING
    asked: bool = False
    job: BackgroundJob | None = field(default=None, repr=False)
    """What rings the telephone; over as soon as it is answered, or not."""
    whisper: str = ""
    """The UUID of the application that tells the agent whom they get."""
    told: Prepared | None = None
    deadline: gevent.Greenlet[..., None] | None = field(default=None, repr=False)
