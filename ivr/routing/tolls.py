"""What agents, and orders, may dial outside: by the list of allowed numbers, and no more than an honest day
needs.

An account or a token that was stolen must not empty the house's: so legs to outside numbers are counted, by
the minute in the worker, and by the day in FreeSWITCH's own store, where a worker's death does not undo it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final

from ivr.errors import CommandFailed, RefusedInput, SwitchError
from ivr.esl import commands
from ivr.esl.commands import ApiCall
from ivr.log import get
from ivr.numbers import may_dial, normalise
from ivr.settings import Calls

log = get(__name__)

REALM: Final = "ivory-tolls"
"""The realm of mod_hash's store; the key is the day (UTC), the value how many legs there were."""

MINUTE: Final = 60.0


class Tolls:
    """Outward legs that agents and orders dial on one FreeSWITCH.

    Args:
        api: runs an API command; may wait, raises SwitchError.
        now: seconds since the epoch.
    """

    def __init__(
        self, options: Calls, api: Callable[[ApiCall], str], now: Callable[[], float] = time.time
    ) -> None:
        self._options, self._api, self._now = options, api, now
        self._recent: deque[float] = deque()

    def take(self, number: str) -> str:
        """One more leg to `number`, which is returned as it is to be dialled (E.164, or a short code).

        Raises:
            RefusedInput: it may not be dialled, or there were too many already.
        """
        options = self._options
        if not (options.number and may_dial(number, options.allow)):
            raise RefusedInput(
                f"{number[:40]} may not be dialled", hint="see the settings calls.number and calls.allow"
            )
        now = self._now()
        while self._recent and self._recent[0] <= now - MINUTE:
            self._recent.popleft()
        if len(self._recent) >= options.outward_per_minute:
            raise RefusedInput(
                f"{options.outward_per_minute} calls were dialled in the last minute",
                hint="wait, or raise calls.outward_per_minute",
            )
        day = time.strftime("%Y-%m-%d", time.gmtime(now))
        today = self._today(day)
        if today >= options.outward_per_day:
            raise RefusedInput(
                f"{options.outward_per_day} calls were dialled today", hint="see calls.outward_per_day"
            )
        self._recent.append(now)
        self._keep(day, today + 1)
        return normalise(number)

    def _today(self, day: str) -> int:
        try:
            said = self._api(commands.api("hash", f"select/{REALM}/{day}")).strip()
        except CommandFailed:
            said = ""
        except SwitchError as error:
            raise RefusedInput("what was dialled today cannot be counted", hint=str(error)) from None
        return int(said) if said.isdigit() else 0

    def _keep(self, day: str, count: int) -> None:
        try:
            self._api(commands.store(REALM, day, str(count)))
        except SwitchError as error:
            log.warning("outward call not counted", error=str(error))
