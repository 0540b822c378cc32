"""Records of calls taken off the calls' path and written behind it.

`put` costs microseconds and never fails; a greenlet gathers what was put and has a native thread write it, a
batch in one transaction, while a second one stands by to put on disk what the first is held up with. The
threads are gevent's own, because after monkey-patching every other is a greenlet and would block the hub.

What is promised: a record that was put more than a second before the process is killed is in the database or
in the spool, and each reaches the database in the order it was put, at least once (twice does no harm). That
holds while the database is locked, full, damaged, gone or silent. It does not hold if the spool cannot be
written either, if its disk has stopped answering, or if the hub itself stood still for that second; and a
power cut takes back what SQLite had committed since its last checkpoint. When neither takes a record, the
newest `QUEUE` records stay in memory and older ones are dropped, counted and logged.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from threading import get_native_id
from typing import Any, TypeVar, cast

import gevent
from gevent.event import AsyncResult
from gevent.threadpool import ThreadPool

from ivr import log
from ivr.clock import Clock
from ivr.errors import StoreError
from ivr.flag import Flag
from ivr.store.cells import DETAIL_LIMIT
from ivr.store.database import Store
from ivr.store.health import Health
from ivr.store.records import Record
from ivr.store.rows import Misfit, Row, pack
from ivr.store.shelf import Holding, Item, Shelf
from ivr.store.sink import Answer, Delivery, Sink

QUEUE = 20_000
"""Records kept in memory at most."""
BATCH = 200
"""Records written in one transaction at most."""
GATHER = 0.2
"""Seconds a record may wait for others to be written with: calls feel it each time the thread works."""
SPILL_AFTER = 0.5
"""Seconds after which a record that could not be written goes to the spool."""
SPILL_BATCH = 2000
FIRST_RETRY, LAST_RETRY = 0.1, 2.0
"""Seconds between tries of a database that does not work: doubled from the first to the last."""
REPLAY_PAUSE = 0.02
"""Seconds between batches out of the spool, so that a long one leaves the interpreter to the calls."""
GLANCE = 0.1
"""Seconds between looks at what gathers while the database is busy."""
LOOK_EVERY = 60.0
"""Seconds between looks at an idle database, and for what other processes left in the spool."""
PATIENCE = 10.0
"""Seconds after which a database or a disk that does not answer is spoken of."""
REPORT_EVERY = 60.0
"""Seconds between log lines about records that are being dropped."""

QUESTIONS = 8
"""Questions that may wait for the database."""
UNANSWERED = "the database did not answer before the end"

_log = log.get("ivr.store")
_T = TypeVar("_T")


class Writer:
    """The write-behind of one worker. Every method belongs to the hub's thread.

    Attributes:
        threads: the system's numbers of its threads, once started.

    Args:
        open_database: opens the store and brings it up to date (`open_current`); called in the native thread,
            and again after each failure.
        spool: folder for what could not be written yet; one on another disk than the database survives more.
        clock: for ages and retries.
        queue: records kept in memory at most.
    """

    def __init__(
        self, open_database: Callable[[], Store], spool: Path, clock: Clock, *, queue: int = QUEUE
    ) -> None:
        self.threads: list[int] = []
        self._sink = Sink(open_database)
        self._shelf = Shelf(spool)
        self._clock = clock
        self._bound = queue
        self._queue: deque[tuple[float, Item]] = deque()
        self._in_hand: list[tuple[float, Item]] = []
        self._questions: deque[tuple[Callable[[Store], Any], AsyncResult[Answer]]] = deque()
        self._total = Health()
        self._wake = Flag()
        self._idle = Flag()
        self._database: ThreadPool | None = None
        self._disk: ThreadPool | None = None
        self._greenlet: gevent.Greenlet[[], None] | None = None
        self._stop_by: float | None = None
        self._down_since: float | None = None
        self._asked_at: float | None = None
        self._retry_at = self._look_at = self._spill_at = self._report_at = 0.0
        self._delay = FIRST_RETRY
        self._spool_fails = False
        self._dropped_told = 0

    def start(self) -> None:
        """Begin to write, with what an earlier process left in the spool."""
        self._look_at = self._report_at = self._clock.monotonic()
        self._database, self._disk = ThreadPool(1), ThreadPool(1)
        self.threads = [thread.apply(get_native_id) for thread in (self._database, self._disk)]
        self._spawn()

    def put(self, record: Record) -> None:
        """Take a record over. Never blocks, never raises; after `stop` it only counts what is lost."""
        item: Item
        try:
            item = pack(record)
        except Exception as error:  # a record that cannot be one must not cost its call anything
            item = Misfit(_described(record), f"{type(error).__name__}: {error}")
        if self._stop_by is not None:
            self._count(dropped=1)
            return
        self._queue.append((self._clock.monotonic(), item))
        self._idle.clear()
        waiting = len(self._queue)
        if waiting in (1, BATCH):
            self._wake.set()
        elif waiting > self._bound:
            self._bound_queue()

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until everything put so far, and the spool, is in the database; False: it took too long."""
        return bool(self._idle.wait(timeout))

    def ask(self, question: Callable[[Store], _T], timeout: float = PATIENCE) -> _T:
        """Have `question` answered by the database, on its own thread, when nothing waits in the spool.

        Raises:
            StoreError: the database failed, or gave no answer within `timeout` seconds; it may yet find one.
        """
        if len(self._questions) >= QUESTIONS:
            raise StoreError(
                f"{QUESTIONS} questions wait for the database already", hint="see `ivr db status`"
            )
        result: AsyncResult[Answer] = AsyncResult()
        asked = (question, result)
        self._questions.append(asked)
        self._wake.set()
        answer = result.wait(timeout)
        if answer is None:
            with suppress(ValueError):
                self._questions.remove(asked)
            raise StoreError(f"no answer from the database within {timeout:g} s", hint="see `ivr db status`")
        if answer.error:
            raise StoreError(answer.error)
        return cast(_T, answer.value)

    @property
    def alive(self) -> bool:
        """Whether somebody sees to what is put."""
        return self._greenlet is not None and not self._greenlet.dead

    def stop(self, timeout: float = 5.0) -> None:
        """Write what is left, spill it when half the time is gone; what neither takes in `timeout` seconds is
        lost, counted and logged."""
        if self._greenlet is None or self._database is None or self._disk is None:
            return
        self._stop_by = self._clock.monotonic() + timeout / 2
        self._wake.set()
        self._greenlet.join(timeout)
        self._greenlet.kill(block=False)
        if lost := len(self._queue) + len(self._in_hand):
            self._count(dropped=lost)
            _log.error("records of calls were lost", count=lost, error=self._total.last_error)
            self._queue.clear()
            self._in_hand.clear()
        for thread, close in ((self._database, self._sink.close), (self._disk, self._shelf.close)):
            # One that is held up is left alone; the process ends anyway.
            with suppress(gevent.Timeout), gevent.Timeout(1.0):
                thread.spawn(close).get()
            thread.kill()

    def health(self) -> Health:
        """Where things stand; for metrics and readiness."""
        now = self._clock.monotonic()
        put_at = self._oldest()
        oldest = 0.0 if put_at is None else now - put_at
        state = "behind" if self._total.backlog else "ok"
        silent = self._asked_at is not None and now - self._asked_at > PATIENCE
        if self._down_since is not None or silent or oldest > PATIENCE:
            state = "losing" if self._spool_fails else "down"
        return replace(self._total, state=state, pending=len(self._in_hand) + len(self._queue), oldest=oldest)

    # The writer's greenlet ------------------------------------------------------------------------------

    def _spawn(self, after: float = 0.0) -> None:
        self._greenlet = gevent.spawn_later(after, self._run)
        self._greenlet.link_exception(self._died)

    def _died(self, greenlet: gevent.Greenlet[[], None]) -> None:
        self._put_back()
        self._spawn(after=1.0)
        _log.critical("the writer of records died; it starts again", error=repr(greenlet.exception))

    def _run(self) -> None:
        while self._stop_by is None or self._queue:
            now = self._clock.monotonic()
            look = now >= self._look_at
            if look:
                self._look_at = now + LOOK_EVERY
                self._heard(self._shelve(self._shelf.look))
            if self._down_since is None or now >= self._retry_at:
                self._write(probe=look or self._down_since is not None)
            if self._must_spill():
                self._spill()
            self._ask()
            if not self._queue and not self._total.backlog and self._down_since is None:
                self._idle.set()
            self._report_drops()
            self._wait()

    def _write(self, probe: bool) -> None:
        if self._total.backlog:
            delivery = self._replay()
        elif self._queue or probe:
            delivery = self._write_new()
        else:
            return
        now = self._clock.monotonic()
        if not delivery.error:
            if self._down_since is not None:
                _log.info("the store takes records again", seconds=round(now - self._down_since, 1))
            self._down_since, self._delay, self._spool_fails = None, FIRST_RETRY, False
            return
        self._total = replace(self._total, last_error=delivery.error)
        if self._down_since is None:
            self._down_since = now
            _log.warning("the store takes no records; they are kept", error=delivery.error)
        self._retry_at = now + self._delay
        self._delay = min(self._delay * 2, LAST_RETRY)

    def _replay(self) -> Delivery:
        oldest = self._shelve(self._shelf.oldest, BATCH)
        self._heard(oldest)
        delivery = self._deliver(oldest.rows)
        if not delivery.error and (oldest.rows or oldest.misfits):
            self._count(written=delivery.written, replayed=delivery.written)
            self._heard(self._shelve(self._shelf.done, oldest.misfits + delivery.refused))
        return delivery

    def _write_new(self) -> Delivery:
        rows, misfits = _sorted(self._take(BATCH))
        delivery = self._deliver(rows)
        if delivery.error:
            self._put_back()
        elif self._in_hand:
            self._in_hand = []
            self._count(written=delivery.written)
            self._heard(self._shelve(self._shelf.set_aside, (*misfits, *delivery.refused)))
        # Else it took so long that they are in the spool by now, and come again out of that.
        return delivery

    def _ask(self) -> None:
        """Put a question to the database, unless what is in the spool comes first."""
        if self._questions and not self._total.backlog and self._down_since is None:
            question, result = self._questions.popleft()
            result.set(self._attend(self._sink.ask, question) or Answer(error=UNANSWERED))

    def _deliver(self, rows: Sequence[Row]) -> Delivery:
        """Have the database write."""
        return self._attend(self._sink.deliver, rows) or Delivery(error=UNANSWERED)

    def _attend(self, work: Callable[..., _T], *arguments: object) -> _T | None:
        """Have the database's thread work; what gathers in memory while it takes its time goes to the spool.
        None: it took longer than there is time for before the end."""
        if self._database is None:
            raise RuntimeError("the writer was not started")
        self._asked_at = begun = self._clock.monotonic()
        complain_at = begun + PATIENCE
        result: AsyncResult[_T] = self._database.spawn(work, *arguments)
        try:
            while not result.wait(GLANCE) and not result.ready():
                now = self._clock.monotonic()
                if now >= begun + SPILL_AFTER and self._must_spill():
                    self._spill()
                if now >= complain_at:
                    _log.error("the database does not answer", seconds=round(now - begun, 1))
                    complain_at = now + PATIENCE
                if self._stop_by is not None and now >= self._stop_by and self._oldest() is None:
                    return None
            return cast(_T, result.get())
        finally:
            self._asked_at = None

    def _oldest(self) -> float | None:
        """When the oldest record in memory was put."""
        return next((put_at for put_at, _ in (*self._in_hand[:1], *islice(self._queue, 1))), None)

    def _must_spill(self) -> bool:
        now, oldest = self._clock.monotonic(), self._oldest()
        if oldest is None or now < self._spill_at:
            return False
        stuck = self._asked_at is not None or self._down_since is not None or self._total.backlog > 0
        if self._stop_by is not None:
            return stuck or now >= self._stop_by
        return stuck and now >= oldest + SPILL_AFTER

    def _spill(self) -> None:
        rows, misfits = _sorted([item for _, item in self._in_hand] or self._take(SPILL_BATCH))
        kept = self._shelve(self._shelf.keep, rows)
        self._heard(kept)
        if kept.error:
            self._put_back()
            self._spill_at = self._clock.monotonic() + SPILL_AFTER
            if not self._spool_fails:
                _log.error("the spool takes no records either; they stay in memory", error=kept.error)
        else:
            self._in_hand = []
            self._count(spilled=len(rows))
            self._heard(self._shelve(self._shelf.set_aside, misfits))
        self._spool_fails = bool(kept.error)

    def _wait(self) -> None:
        """Until there is something to do; what is put meanwhile gathers for a moment."""
        if self._down_since is None:
            if self._stop_by is not None or len(self._queue) >= BATCH:
                return
            if self._total.backlog:
                gevent.sleep(REPLAY_PAUSE)
                return
            if self._questions:
                return
            if not self._queue:
                self._wake.clear()
                self._wake.wait(LOOK_EVERY)
            self._wake.clear()
            if len(self._queue) < BATCH and self._stop_by is None:
                self._wake.wait(GATHER)
            return
        now, until = self._clock.monotonic(), self._retry_at
        if self._queue:
            oldest = now if self._stop_by is not None else self._queue[0][0] + SPILL_AFTER
            until = min(until, max(oldest, self._spill_at))
        self._wake.clear()
        if self._queue or self._stop_by is None:
            self._wake.wait(max(until - now, 0.01))

    def _shelve(self, function: Callable[..., Holding], *args: object) -> Holding:
        if self._disk is None:
            raise RuntimeError("the writer was not started")
        result = self._disk.spawn(function, *args)
        result.wait(PATIENCE)
        while not result.ready():
            _log.error("the disk of the spool does not answer", seconds=PATIENCE)
            result.wait(PATIENCE)
        return cast(Holding, result.get())

    def _take(self, count: int) -> list[Item]:
        self._in_hand = [self._queue.popleft() for _ in range(min(count, len(self._queue)))]
        return [item for _, item in self._in_hand]

    def _put_back(self) -> None:
        self._queue.extendleft(reversed(self._in_hand))
        self._in_hand = []
        self._bound_queue()

    def _bound_queue(self) -> None:
        while len(self._queue) > self._bound:
            self._queue.popleft()
            self._count(dropped=1)

    def _heard(self, held: Holding) -> None:
        self._count(rejected=held.rejected)
        error = held.error or held.note or self._total.last_error
        self._total = replace(self._total, backlog=held.backlog, last_error=error)
        if held.note:
            _log.warning("some records need a look", note=held.note)

    def _count(self, **more: int) -> None:
        counted = {name: getattr(self._total, name) + by for name, by in more.items()}
        self._total = replace(self._total, **counted)

    def _report_drops(self) -> None:
        now = self._clock.monotonic()
        if self._total.dropped > self._dropped_told and now >= self._report_at:
            _log.error("records of calls were dropped", count=self._total.dropped - self._dropped_told)
            self._dropped_told, self._report_at = self._total.dropped, now + REPORT_EVERY


def _sorted(items: Sequence[Item]) -> tuple[list[Row], list[Misfit]]:
    rows = [item for item in items if isinstance(item, Row)]
    return rows, [item for item in items if isinstance(item, Misfit)]


def _described(record: object) -> str:
    try:
        return repr(record)[:DETAIL_LIMIT]
    except Exception:  # its own repr is part of what is wrong with it
        return type(record).__name__
