"""Who drives the calls of a FreeSWITCH: one worker, by a claim that lies on the switch itself.

A lock file tells the workers of one user on one machine apart; this tells all of them apart, by what
mod_hash does atomically. The owner beats on the switch. Whoever finds the claim taken, and no beat for a
while, takes it over; by then the parent of a worker that stood still has killed it, or the worker itself has
noticed and asks again before it does anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ivr.errors import CommandFailed, SwitchError
from ivr.esl import commands
from ivr.esl.commands import ApiCall
from ivr.log import get

log = get(__name__)

REALM = "ivory"
SILENCE = 5.0
"""Seconds without a beat after which a claim is void: more than a parent gives its worker."""


class _NoStore(SwitchError):
    """The switch keeps no claims."""


class Claim:
    """One worker's side of it.

    Args:
        api: runs an API command. Raises SwitchError.
        me: the worker's name; the same for one that its parent started anew, which takes over at once.
    """

    def __init__(
        self, api: Callable[[ApiCall], str], me: str, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.me = me
        self.mine = False
        self._api = api
        self._kept = True  # whether the switch keeps claims
        self._leaving = False
        self._beats = 0
        self._owner_beat, self._leaver_beat = _Pulse(now), _Pulse(now)

    def take(self) -> bool:
        """Claim the switch, once; whether it is ours now. One that keeps no claims is everybody's.

        Raises:
            SwitchError: the switch does not answer; then it is not ours.
        """
        self.mine, self._kept = False, True
        try:
            mine = self._do(f"insert_ifempty/{REALM}/worker/{self.me}") or self._owner() == self.me
        except _NoStore as error:
            log.error("switch is not claimed", error=str(error))  # noqa: TRY400 - a trace tells no more
            self.mine, self._kept = True, False
            return True
        if not mine and self._owner_beat.stopped(self._read("beat")):
            mine = self._replace()
        self.mine = mine
        if mine:
            self.beat()
        return mine

    def beat(self) -> None:
        """Say that the owner lives, or that who leaves still does. Raises SwitchError."""
        if not self._kept:
            return
        self._beats += 1
        key = "leaving" if self._leaving else "beat"
        self._do(f"insert/{REALM}/{key}/{self.me}:{self._beats}")

    def lost(self) -> bool:
        """Whether somebody else has taken it since. Raises SwitchError."""
        return self.mine and self._kept and self._owner() != self.me

    def leave(self) -> None:
        """Let somebody else take it, but for the calls that go on here until `end`. Raises SwitchError."""
        if self.mine:
            self.mine, self._leaving = False, self._kept
        if self._leaving:
            self.beat()
            self._do(f"delete_ifmatch/{REALM}/worker/{self.me}")

    def end(self) -> None:
        """Let go of everything. Raises SwitchError."""
        self.mine = self._leaving = False
        if not self._kept:
            return
        self._do(f"delete_ifmatch/{REALM}/worker/{self.me}")
        if self._read("leaving").startswith(f"{self.me}:"):
            self._do(f"delete/{REALM}/leaving")

    def succeeded(self) -> bool:
        """Whether this worker leaves and another has the switch by now. Raises SwitchError."""
        return self._leaving and self._owner() not in ("", self.me)

    def leaver(self) -> str:
        """The worker that leaves and still drives its calls; empty when there is none. Raises SwitchError."""
        beat = self._read("leaving")
        if not beat or self._leaver_beat.stopped(beat):
            return ""
        name = beat.rpartition(":")[0]
        return "" if name == self.me else name

    def _replace(self) -> bool:
        owner = self._owner()
        log.warning("worker is silent, its calls are taken over", worker=owner, seconds=SILENCE)
        self._do(f"delete_ifmatch/{REALM}/worker/{owner or self.me}")
        return self._do(f"insert_ifempty/{REALM}/worker/{self.me}")

    def _owner(self) -> str:
        return self._read("worker")

    def _read(self, key: str) -> str:
        try:
            return self._api(commands.api("hash", f"select/{REALM}/{key}")).strip()
        except CommandFailed:
            return ""

    def _do(self, words: str) -> bool:
        try:
            self._api(commands.api("hash", words))
        except CommandFailed as error:
            if "Command not found" in error.message:
                raise _NoStore("FreeSWITCH has no mod_hash", hint="load mod_hash") from None
            return False
        return True


class _Pulse:
    """Somebody's beats, as they are looked at from time to time."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._last: str | None = None
        self._since = 0.0

    def stopped(self, beat: str) -> bool:
        """Whether it has been the same for `SILENCE` seconds."""
        if beat != self._last:
            self._last, self._since = beat, self._now()
        return self._now() - self._since >= SILENCE
