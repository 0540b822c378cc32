"""Recordings made on the FreeSWITCH host come to the worker, at once or when it is back.

FreeSWITCH records to its own disk, which needs no worker. When the recording is over it is told to deliver it
(`http_put`), and when the worker has it on disk the copy there is removed. Whatever fails is tried again, by
this worker or the next: what is expected stands in tickets.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

import gevent
from gevent.pool import Pool
from gevent.threadpool import ThreadPool

from ivr import log
from ivr.errors import CommandFailed, IvoryError, SettingsError, SwitchError
from ivr.esl import commands
from ivr.files.links import RECORDINGS, Link, Links
from ivr.files.prefetch import Switch
from ivr.files.scratch import scratch
from ivr.files.tickets import Ticket, Tickets
from ivr.flag import Flag

LOOK: Final = 5.0
"""Seconds between two looks at channels that were recorded and are perhaps gone."""

CHECK: Final = 60.0
"""Seconds after which it is seen again whether FreeSWITCH can write its folders."""

DELIVERY: Final = 300.0
"""Seconds a delivery is waited for. mod_http_cache sets none itself; the worker's server has a limit too."""

AT_ONCE: Final = 2
PAUSES: Final = (2.0, 10.0, 30.0, 60.0)
"""Seconds before the next try of a delivery that failed."""

_log = log.get(__name__)


class RemoteRecordings:
    """The recordings of a FreeSWITCH on another host.

    Attributes:
        totals: `delivered`, `failed`, `empty` (nothing was recorded), `left` (the copy could not be removed).

    Args:
        folder: where recordings belong, absolute.
        remote: likewise on the FreeSWITCH host.
        pool: disk work is done there.
        monotonic: seconds, for the pauses.
    """

    def __init__(
        self,
        switch: Switch,
        links: Links,
        tickets: Tickets,
        folder: Path,
        remote: str,
        pool: ThreadPool,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.totals: Counter[str] = Counter()
        self._folder = folder
        self._remote = remote.rstrip("/")
        try:
            commands.file_exists(f"{self._remote}/a.wav")
        except SwitchError as error:
            raise SettingsError(f"files.remote_recordings: {error.message}") from None
        self._switch = switch
        self._links = links
        self._tickets = tickets
        self._pool = pool
        self._now = monotonic
        self._core = ""
        self._writable: dict[str, float] = {}  # folder: when that was seen
        self._trouble = ""
        self._ended: set[str] = set()
        self._failures: dict[str, int] = {}
        self._next_try: dict[str, float] = {}
        self._deliveries = Pool(AT_ONCE)
        self._busy: set[str] = set()
        self._wake = Flag()
        self._watch: gevent.Greenlet[..., None] | None = None

    # For calls ----------------------------------------------------------------------------------------

    def begin(self, call: str, name: str) -> str:
        ticket = Ticket(f"{name}.wav", call, f"{self._remote}/{name}.wav")
        folder = ticket.file.rpartition("/")[0]
        if folder not in self._writable or self._core != self._switch.core_uuid:
            self._check(folder)
        try:
            self._pool.apply(self._tickets.issue, (ticket,))
        except OSError as error:
            raise IvoryError(
                f"no recording can be expected: {error.strerror}", hint="see calls.recordings"
            ) from None
        self._ended.discard(ticket.name)
        return ticket.file

    def ended(self, file: Path) -> None:
        self._ended.add(file.relative_to(self._folder).as_posix())
        self._wake.set()

    # All the time -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to bring recordings over. Raises IvoryError when the folder of recordings cannot be used."""
        try:
            self._tickets.load()
        except OSError as error:
            raise IvoryError(f"{error.filename}: {error.strerror}", hint="see calls.recordings") from None
        self._spawn(0.0)

    def stop(self) -> None:
        """Stop; what is under way is delivered by whoever comes next."""
        if self._watch is not None:
            self._watch.kill(timeout=5)
        self._deliveries.kill(timeout=5)

    def _spawn(self, after: float) -> None:
        self._watch = gevent.spawn_later(after, self._run)
        self._watch.link_exception(self._died)

    def _died(self, dead: gevent.Greenlet[..., None]) -> None:
        _log.error("deliveries failed", error=repr(dead.exception))
        self._spawn(LOOK)

    def _run(self) -> None:
        while True:
            if self._switch.wait_up(LOOK):
                try:
                    self.turn()
                except SwitchError as error:
                    _log.debug("deliveries wait", error=str(error))
            self._wake.wait(LOOK)
            self._wake.clear()

    def turn(self) -> None:
        """See to what is due: folders, and recordings that are over. Raises SwitchError."""
        self._look_at_folders()
        alive: dict[str, bool] = {}
        for ticket in self._tickets.all:
            if ticket.name in self._busy or self._next_try.get(ticket.name, 0.0) > self._now():
                continue
            if ticket.name not in self._ended:
                if ticket.call not in alive:
                    alive[ticket.call] = (
                        self._switch.api(commands.api("uuid_exists", ticket.call)).strip() == "true"
                    )
                if alive[ticket.call]:
                    continue
            if self._deliveries.full():
                break
            self._busy.add(ticket.name)
            self._deliveries.spawn(self._deliver, ticket)

    def join(self, timeout: float) -> bool:
        """Wait for the deliveries under way; whether they are done."""
        return bool(self._deliveries.join(timeout))

    # One delivery -------------------------------------------------------------------------------------

    def _deliver(self, ticket: Ticket) -> None:
        try:
            if self._switch.api(commands.file_exists(ticket.file)).strip() == "false":
                self.totals["empty"] += 1
                _log.warning("recording never was", call=ticket.call, file=ticket.file)
                self._pool.apply(self._tickets.redeem, (ticket.name,))
            else:
                self._bring(ticket)
                self.totals["delivered"] += 1
                _log.info("recording delivered", call=ticket.call, name=ticket.name)
                self._remove(ticket)
            for memory in (self._failures, self._next_try):
                memory.pop(ticket.name, None)
            self._ended.discard(ticket.name)
        except Exception as error:
            self._failed(ticket, error)
        finally:
            self._busy.discard(ticket.name)
            self._wake.set()

    def _bring(self, ticket: Ticket) -> None:
        url = self._links.url(Link(RECORDINGS, ticket.name))
        try:
            self._switch.bgapi(commands.deliver(url, ticket.file)).get(DELIVERY)
        except SwitchError:
            if self._tickets.expects(ticket.name):  # else only the answer to the delivery was lost
                raise
        if self._tickets.expects(ticket.name):
            raise CommandFailed("FreeSWITCH delivered elsewhere", hint="is files.url this worker's?")

    def _remove(self, ticket: Ticket) -> None:
        try:
            with scratch(self._switch) as channel:
                if not self._tickets.expects(ticket.name):  # it is not being recorded anew
                    channel.remove(ticket.file)
        except SwitchError as error:
            self.totals["left"] += 1
            _log.warning("recording left on the switch", file=ticket.file, error=str(error))

    def _failed(self, ticket: Ticket, error: Exception) -> None:
        failures = self._failures.get(ticket.name, 0)
        pause = PAUSES[min(failures, len(PAUSES) - 1)]
        self._failures[ticket.name] = failures + 1
        self._next_try[ticket.name] = self._now() + pause
        self.totals["failed"] += 1
        hint = {"hint": "see FreeSWITCH's log"} if isinstance(error, CommandFailed) else {}
        _log.warning(
            "recording not delivered", call=ticket.call, file=ticket.file, error=str(error), retry_in=pause,
            **hint,
        )  # fmt: skip

    # Folders ------------------------------------------------------------------------------------------

    def _look_at_folders(self) -> None:
        if self._core != self._switch.core_uuid:
            self._core = self._switch.core_uuid
            self._writable.clear()
        due = self._now() - CHECK
        for folder in {self._remote, *self._writable}:
            if self._writable.get(folder, due) <= due:
                try:
                    self._check(folder)
                except IvoryError as error:
                    if isinstance(error, SwitchError) and not isinstance(error, CommandFailed):
                        raise
                    if str(error) != self._trouble:
                        _log.error("recording is not possible", error=str(error))
                    self._trouble = str(error)
                else:
                    self._trouble = ""

    def _check(self, folder: str) -> None:
        self._writable.pop(folder, None)
        with scratch(self._switch) as channel:
            channel.check(folder)
        self._writable[folder] = self._now()
