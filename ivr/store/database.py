"""An open database: what every kind of it must offer beside queries.

A kind is one file that subclasses `Store` and one row in `connect.py`; nothing else knows which kind it works
with.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import peewee

from ivr.errors import StoreError

# Errors that a record's own content brings about, as peewee and Python name them.
CONTENT_ERRORS = (peewee.IntegrityError, peewee.DataError, OverflowError, ValueError, TypeError)


class Store(ABC):
    """A connection, used by the thread (or greenlet) that opened it. `with` closes it."""

    driver_errors: tuple[type[Exception], ...] = ()
    """What the driver itself raises: peewee dresses errors of statements, but not those of fetching rows."""

    def __init__(self, db: peewee.Database, name: str) -> None:
        self.db = db
        self.name = name
        """What to call it in messages; no password in it."""

    def close(self) -> None:
        """Close the connection; harmless when it is closed."""
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn the driver's errors into `StoreError` with a way out."""
        try:
            yield
        except (peewee.PeeweeException, OSError) as error:
            raise self.explain(error) from error
        except self.driver_errors as error:
            raise self.explain(error) from error

    @abstractmethod
    def explain(self, error: Exception) -> StoreError:
        """What a driver's error means, and the way out."""

    @abstractmethod
    def refuses(self, error: Exception) -> bool:
        """Whether a record's own content brought the error about, so that it would fail again. All others are
        the database's, and pass."""

    def reason(self, error: Exception) -> str:
        """What to say of a refused record."""
        return str(error)

    @abstractmethod
    def verify(self) -> None:
        """Raise `StoreError` if what is written here would no longer be found under the store's URL."""

    @abstractmethod
    def migrating(self) -> AbstractContextManager[None]:
        """A transaction in which no other process migrates and tables may be rebuilt."""

    @abstractmethod
    def size(self) -> int:
        """Bytes it takes."""

    @abstractmethod
    def backup(self, target: Path) -> int:
        """Copy everything, consistently, into the new file `target` while others go on writing.

        Returns its size in bytes. Raises `StoreError`: the file is there already, or cannot be written."""

    @abstractmethod
    def check(self) -> list[str]:
        """What is wrong with the database's inner order; empty when it is whole."""

    @abstractmethod
    def compact(self) -> None:
        """Give space that deleted rows left back to the disk; others wait meanwhile."""
