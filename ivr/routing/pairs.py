"""Connects two legs that no flow drives, when whom they talked with has gone.

FreeSWITCH parks a leg that is to survive its partner, and only then it can be connected anew: before that the
two would race. Nobody is left alone on a silent line: what does not come about is hung up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import gevent

from ivr.errors import SwitchError
from ivr.esl import commands, talking
from ivr.esl.wire import Event
from ivr.log import get

log = get(__name__)

PATIENCE: Final = 5.0
"""Seconds in which two legs are connected, or hung up."""


@dataclass(eq=False)
class Pair:
    one: str
    other: str
    asked: bool = False
    deadline: gevent.Greenlet[..., None] | None = field(default=None, repr=False)


class Pairs:
    """Those that are being connected."""

    def __init__(self, line: Callable[[], talking.Line]) -> None:
        self._line = line
        self._by_leg: dict[str, Pair] = {}

    def make(self, one: str, other: str, *, parted: bool) -> None:
        """Connect `one`, which is to survive its partner, with `other`.

        Args:
            parted: the partner of `one` has gone, or is about to: it will be parked, and is waited for.
        """
        pair = Pair(one, other)
        self._by_leg[one] = self._by_leg[other] = pair
        pair.deadline = gevent.spawn_later(PATIENCE, self._late, pair)
        if not parted:
            self._connect(pair)

    def handle(self, event: Event) -> None:
        """An event of any leg; never waits."""
        pair = self._by_leg.get(event.uuid)
        if pair is None:
            return
        if event.name == "CHANNEL_PARK" and event.uuid == pair.one and not pair.asked:
            self._connect(pair)
        elif event.name == "CHANNEL_BRIDGE" and pair.asked:
            self._forget(pair)
            self._post(talking.survive(pair.one, False))
        elif event.name == "CHANNEL_HANGUP":
            self._forget(pair)
            self._post(commands.kill(pair.other if event.uuid == pair.one else pair.one))

    def _connect(self, pair: Pair) -> None:
        pair.asked = True
        try:
            talking.connect(self._line(), pair.one, pair.other)
        except SwitchError as error:
            log.warning("legs not connected", leg=pair.one, other=pair.other, error=str(error))

    def _late(self, pair: Pair) -> None:
        pair.deadline = None
        if self._by_leg.get(pair.one) is pair:
            log.warning("legs were not connected in time", leg=pair.one, other=pair.other)
            self._forget(pair)
            self._post(commands.kill(pair.one), commands.kill(pair.other))

    def _forget(self, pair: Pair) -> None:
        for leg in (pair.one, pair.other):
            if self._by_leg.get(leg) is pair:
                del self._by_leg[leg]
        if pair.deadline is not None:
            pair.deadline.kill(block=False)

    def _post(self, *calls: commands.ApiCall) -> None:
        try:
            self._line().post(*calls, failed=lambda error: log.debug("leg not told", error=str(error)))
        except SwitchError as error:
            log.debug("legs not told", error=str(error))
