"""Closes the records of calls that ended while nobody drove them: their worker had died, or the call was in
the dialplan's fallback.

First the records are read, then the switch is asked for each call that is not driven here. A call whose
record is there and whose channel is not has ended, whatever the clocks of the machines say.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Sequence
from typing import Protocol

from ivr.errors import RefusedInput, StoreError
from ivr.log import get

log = get(__name__)

SOON = 3.0
"""Seconds after the worker came to its switch: calls it takes over, and the spool, come first."""
AGAIN = 300.0
"""Seconds between two looks."""
MOST = 500
"""Calls that the switch is asked for at a time."""


class Records(Protocol):
    """Records without an end. Raises StoreError when they cannot be had now."""

    def calls(self) -> Sequence[str]: ...

    def close(self, calls: Sequence[str]) -> int: ...


class Settler:
    """Closes records now and then.

    Args:
        there: whether the switch has such a channel. Raises SwitchError, and RefusedInput for what is no
            channel's name.
        driven: the calls that are driven here.
    """

    def __init__(
        self,
        records: Records,
        there: Callable[[str], bool],
        driven: Container[str],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._records, self._there, self._driven, self._now = records, there, driven, now
        self._due = float("inf")
        self._failed = False

    def soon(self) -> None:
        """The worker has come to its switch."""
        self._due = self._now() + SOON

    def tend(self) -> None:
        """Close what there is to close, if it is time to look. May wait. Raises SwitchError."""
        if self._now() < self._due:
            return
        self._due = self._now() + AGAIN
        try:
            left = [call for call in self._records.calls() if call not in self._driven]
            gone = [call for call in left[:MOST] if self._gone(call)]
            closed = self._records.close(gone) if gone else 0
        except StoreError as error:
            if not self._failed:  # once: a database may be away for a night
                log.warning("records not closed", error=str(error))
            self._failed = True
            self.soon()
            return
        self._failed = False
        if closed:
            log.warning("calls ended while nobody drove them", calls=closed)
        if gone and len(left) > MOST:
            self.soon()

    def _gone(self, call: str) -> bool:
        try:
            return not self._there(call) and call not in self._driven
        except RefusedInput:
            return False
