"""The database's half of the writer: one connection, in a thread of its own that may be held up by it.

Nothing here logs or raises: what happened goes back as an answer; the calls' thread decides and speaks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ivr.errors import StoreError
from ivr.store.database import Store
from ivr.store.rows import Misfit, Row, to_line
from ivr.store.upsert import Upsert


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a batch.

    Args:
        written: records that are in the database now.
        refused: records that the database will not have.
        error: why it failed; then nothing was written that is known of, and all of it is to be tried again.
    """

    written: int = 0
    refused: tuple[Misfit, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question brought to light, or the `error` because of which it did not."""

    value: Any = None
    error: str = ""


class Sink:
    """Made anywhere, then used by one thread only."""

    def __init__(self, open_database: Callable[[], Store]) -> None:
        self._open_database = open_database
        self._connection: tuple[Store, Upsert] | None = None

    def deliver(self, rows: Sequence[Row]) -> Delivery:
        """Write `rows` into the database; none: see whether it is there."""
        try:
            store, upsert = self._connected()
            with store.errors():
                refused = upsert(rows)
            store.verify()
        except Exception as error:  # whatever a database comes up with: calls go on and the records are kept
            self.close()
            return Delivery(error=words(error))
        misfits = tuple(Misfit(to_line(one.row), one.reason) for one in refused)
        return Delivery(len(rows) - len(refused), misfits)

    def ask(self, question: Callable[[Store], Any]) -> Answer:
        """Put a question to the database."""
        try:
            store, _ = self._connected()
            return Answer(question(store))
        except Exception as error:  # as above
            self.close()
            return Answer(error=words(error))

    def close(self) -> None:
        """Let go of the connection; the next delivery makes a new one."""
        connection, self._connection = self._connection, None
        if connection:
            with suppress(Exception):  # it is given up because it failed, which has been told
                connection[0].close()

    def _connected(self) -> tuple[Store, Upsert]:
        if self._connection is None:
            store = self._open_database()
            self._connection = store, Upsert(store)
        self._connection[0].verify()
        return self._connection


def words(error: Exception) -> str:
    """An error in a few words."""
    return error.message if isinstance(error, StoreError) else f"{type(error).__name__}: {error}"
