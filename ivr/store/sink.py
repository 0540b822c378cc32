"""The blocking half of the writer: one database connection and one spool, in a thread of their own.

Nothing here logs or raises: what happened goes back as an `Outcome`, so that the calls' thread decides and
speaks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ivr.errors import StoreError
from ivr.store.database import Store
from ivr.store.rows import Misfit, Row, from_line, to_line
from ivr.store.spool import Spool
from ivr.store.upsert import Upsert

BATCH = 200

Item = Row | Misfit


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one turn did.

    Args:
        backlog: lines that wait in the spool now.
        written: records that are in the database now.
        spilled: records that are in the spool now.
        rejected: records that the database will not have.
        error: why the turn failed; then nothing was written or spilled, and all of it is to be tried again.
        note: what a person should hear of, although the turn did not fail.
    """

    backlog: int
    written: int = 0
    spilled: int = 0
    rejected: int = 0
    error: str = ""
    note: str = ""


class Sink:
    """Made anywhere, then used by one thread only."""

    def __init__(self, open_database: Callable[[], Store], spool: Path) -> None:
        self._open_database = open_database
        self._spool = Spool(spool)
        self._connection: tuple[Store, Upsert] | None = None

    def look(self) -> Outcome:
        """Take over what processes that are no more left in the spool."""
        try:
            self._spool.adopt()
        except OSError as error:
            return self._outcome(note=f"spool: {_words(error)}")
        return self._outcome()

    def deliver(self, items: Sequence[Item]) -> Outcome:
        """Write `items` into the database."""
        misfits = [item for item in items if isinstance(item, Misfit)]
        return self._write([item for item in items if isinstance(item, Row)], misfits)

    def replay(self) -> Outcome:
        """Write the oldest records of the spool into the database."""
        rows: list[Row] = []
        misfits: list[Misfit] = []
        try:
            lines = self._spool.peek(BATCH)
        except OSError as error:
            return self._outcome(note=f"spool: {_words(error)}")
        for line in lines:
            try:
                rows.append(from_line(line))
            except (ValueError, RecursionError) as error:
                misfits.append(Misfit(line[:8192].decode("utf-8", "backslashreplace"), str(error)))
        outcome = self._write(rows, misfits)
        if outcome.error or not lines:
            return outcome
        self._spool.advance()
        return self._outcome(written=outcome.written, rejected=outcome.rejected, note=outcome.note)

    def keep(self, items: Sequence[Item]) -> Outcome:
        """Put `items` into the spool, behind what is there."""
        lines = [to_line(item) for item in items if isinstance(item, Row)]
        try:
            if lines:
                self._spool.append(lines)
        except OSError as error:
            return self._outcome(error=f"spool: {_words(error)}")
        misfits = [item for item in items if isinstance(item, Misfit)]
        return self._outcome(spilled=len(lines), rejected=len(misfits), note=self._set_aside(misfits))

    def close(self) -> Outcome:
        """Close connection and spool; what is in the spool stays for the next start."""
        outcome = self._outcome()
        self._disconnect()
        self._spool.close()
        return outcome

    def _write(self, rows: Sequence[Row], misfits: list[Misfit]) -> Outcome:
        try:
            store, upsert = self._connected()
            with store.errors():
                refused = upsert(rows)
            store.verify()
        except Exception as error:  # whatever a database comes up with: calls go on and the records are kept
            self._disconnect()
            return self._outcome(error=_words(error))
        misfits = misfits + [Misfit(to_line(one.row), one.reason) for one in refused]
        return self._outcome(
            written=len(rows) - len(refused), rejected=len(misfits), note=self._set_aside(misfits)
        )

    def _connected(self) -> tuple[Store, Upsert]:
        if self._connection is None:
            store = self._open_database()
            self._connection = store, Upsert(store)
        self._connection[0].verify()
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            with suppress(Exception):  # it is given up because it failed, which has been told
                connection[0].close()

    def _set_aside(self, misfits: Sequence[Misfit]) -> str:
        if not misfits:
            return ""
        told = f"{len(misfits)} records refused: {misfits[0].reason}"
        try:
            self._spool.reject([(misfit.text, misfit.reason) for misfit in misfits])
        except OSError as error:
            return f"{told}; not set aside: {_words(error)}"
        return told

    def _outcome(
        self, *, written: int = 0, spilled: int = 0, rejected: int = 0, error: str = "", note: str = ""
    ) -> Outcome:
        return Outcome(self._spool.backlog, written, spilled, rejected, error, note)


def _words(error: Exception) -> str:
    return error.message if isinstance(error, StoreError) else f"{type(error).__name__}: {error}"
