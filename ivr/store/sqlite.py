"""SQLite: all that Ivory knows about it, in one file.

Write-ahead logging lets readers and the writer pass each other; `synchronous = NORMAL` means that a killed
process loses nothing committed, while a power cut may take back the last commits and never damages the file.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Self

import peewee

from ivr.errors import StoreError
from ivr.store.database import CONTENT_ERRORS, Store

COLUMN_TYPES = {"MOMENT": "DATETIME", "DOCUMENT": "TEXT"}
_WAYS_OUT = {
    "SQLITE_BUSY": ("is locked by another process", "try again, or stop what holds it"),
    "SQLITE_LOCKED": ("is locked by another process", "try again, or stop what holds it"),
    "SQLITE_FULL": ("is full, or its disk is", "make room: `ivr db prune` and the disk itself"),
    "SQLITE_NOTADB": ("is not a database", "move the file away, or put a backup in its place"),
    "SQLITE_CORRUPT": ("is damaged", "move the file away, or put a backup in its place"),
    "SQLITE_READONLY": ("may not be written", "check the owner and mode of the file and its folder"),
    "SQLITE_CANTOPEN": ("cannot be opened", "check that its folder is there and may be written"),
}


class SqliteStore(Store):
    """One file, and beside it `-wal` and `-shm`."""

    driver_errors = (sqlite3.Error,)

    def __init__(self, db: peewee.SqliteDatabase, path: Path) -> None:
        super().__init__(db, str(path))
        self.db: peewee.SqliteDatabase = db
        self._path = path
        self._file = (0, 0)

    @classmethod
    def open(cls, url: str, *, patience: float, create: bool, deadline: float | None) -> Self:
        """See `ivr.store.connect.open_store`."""
        name = url.removeprefix("sqlite:///")
        if name == url or name in ("", ":memory:"):
            raise StoreError(
                "store.url names no file", hint="write `sqlite:///PATH`, four slashes if absolute"
            )
        path = Path(name).expanduser()
        if not create and not path.exists():
            raise StoreError(f"there is no database at {path}", hint="`ivr db migrate` makes it")
        pragmas = {
            "journal_mode": "wal",
            "synchronous": "normal",
            "foreign_keys": 1,
            "journal_size_limit": 1 << 26,
        }
        # A change takes the right to write when it begins: what has read first, and would write after
        # somebody else has, SQLite refuses at once, however patient one is.
        db = peewee.SqliteDatabase(
            str(path), pragmas=pragmas, timeout=patience, autoconnect=False, field_types=COLUMN_TYPES,
            lock_type="IMMEDIATE",
        )  # fmt: skip
        store = cls(db, path)
        with store.errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            if (
                not path.exists()
            ):  # callers' numbers are nobody else's; SQLite gives its other files the same mode
                path.touch(mode=0o600)
            store.db.connect()
            store._file = _identity(path.stat())
        return store

    def explain(self, error: Exception) -> StoreError:
        # On a full disk SQLite rolls back by itself, and then peewee's attempt fails and hides the reason.
        link: BaseException | None = error
        while link is not None:
            name = getattr(getattr(link, "orig", link), "sqlite_errorname", "")
            for start, (what, way_out) in _WAYS_OUT.items():
                if name.startswith(start):
                    return StoreError(f"{self.name} {what}", hint=way_out)
            link = link.__context__
        return StoreError(f"{self.name}: {error}")

    def refuses(self, error: Exception) -> bool:
        return isinstance(error, (*CONTENT_ERRORS, sqlite3.IntegrityError, sqlite3.DataError))

    def verify(self) -> None:
        # SQLite goes on writing into a file that was removed, or put out of place by a rename: nobody would
        # ever read it. A size that is no whole number of pages tells of a file overwritten in place.
        try:
            now = self._path.stat()
        except OSError as error:
            raise StoreError(
                f"{self.name} is gone: {error.strerror}", hint="a new one is made when possible"
            ) from None
        if _identity(now) != self._file or now.st_size == 0 or now.st_size % 512:
            raise StoreError(
                f"{self.name} was replaced while in use", hint="stop Ivory before putting a backup back"
            )

    @contextmanager
    def migrating(self) -> Iterator[None]:
        # Rebuilding a table would cascade into the tables that refer to it; the switch only works outside.
        self.db.pragma("foreign_keys", 0)
        try:
            with self.db.atomic("IMMEDIATE"):
                yield
        finally:
            self.db.pragma("foreign_keys", 1)

    def size(self) -> int:
        parts = (self._path, self._path.with_name(self._path.name + "-wal"))
        return sum(part.stat().st_size for part in parts if part.exists())

    def backup(self, target: Path) -> int:
        if target.exists():
            raise StoreError(f"{target} is there already", hint="name a new file")
        draft = target.with_name(target.name + ".part")
        try:
            draft.unlink(missing_ok=True)
            draft.touch(mode=0o600)
            with closing(sqlite3.connect(draft)) as copy:
                # In one go: WAL readers hold nobody up, and in steps it would start anew at every write.
                self.db.connection().backup(copy)
                copy.execute("PRAGMA journal_mode = delete")
            draft.replace(target)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"no backup to {target}: {error}", hint="check room and rights there") from error
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        return target.stat().st_size

    def check(self) -> list[str]:
        try:
            rows = [str(row[0]) for row in self.db.execute_sql("PRAGMA integrity_check")]
            orphans = self.db.execute_sql("PRAGMA foreign_key_check").fetchall()
        except (peewee.DatabaseError, sqlite3.DatabaseError) as error:
            return [self.explain(error).message]
        problems = [] if rows == ["ok"] else rows
        return problems + [
            f"{table}: row {row} refers to a missing row of {parent}" for table, row, parent, _ in orphans
        ]

    def compact(self) -> None:
        with self.errors():
            self.db.execute_sql("VACUUM")
            self.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
