"""PostgreSQL: all that Ivory knows about it, beside how to connect (`libpq`).

Many workers may write into one. Text is compared by code point, as in SQLite, whatever the database's locale:
the same questions find the same calls in the same order.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import peewee
import psycopg
from psycopg.conninfo import make_conninfo

from ivr.errors import StoreError
from ivr.store import libpq, models
from ivr.store.database import CONTENT_ERRORS, Store

TABLES = (*(table._meta.table_name for table in models.TABLES), "schema_migrations")
COLUMN_TYPES = {"MOMENT": "TIMESTAMPTZ", "DOCUMENT": "JSONB", "TEXT": 'TEXT COLLATE "C"'}
MIGRATING = 0x49564F5259  # the advisory lock of whoever migrates: "IVORY"

_SECURITY = "see docs/store.md for what the role needs"
# By SQLSTATE, or the class it begins with: https://www.postgresql.org/docs/current/errcodes-appendix.html
_WAYS_OUT = {
    "55P03": ("is locked by another session", "try again, or stop what holds it"),
    "57014": ("did not finish a statement in time", "look for what keeps the server busy: pg_stat_activity"),
    "25006": ("may not be written", "it is a stand-by or set read-only; name the primary"),
    "53100": ("has no room on its disk", "make room there"),
    "53300": ("takes no more connections", "raise max_connections, or close some"),
    "57P": ("is being stopped or started", "its own log tells why"),
    "42501": ("refuses its role this", _SECURITY),
    "58": ("cannot use its disk", "look into the server's log"),
    "XX": ("is damaged", "look into the server's log; put a backup in its place"),
    "40": ("gave another session precedence", "try again"),
}
# The server's refusals to connect carry no SQLSTATE; their words depend on its language, English being usual.
_REFUSALS = {
    "password authentication failed": "check user and password in store.url, PGPASSWORD or ~/.pgpass",
    "no password supplied": "put it into store.url, PGPASSWORD or ~/.pgpass",
    "no pg_hba.conf entry": "let this host and role in, in the server's pg_hba.conf",
    "database ": "make it: `createdb --encoding=UTF8 --template=template0 --owner=ROLE DATABASE`",
    "role ": "make it: `createuser --pwprompt ROLE`",
}
_INVALID = (
    "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indrelid"
    " WHERE NOT indisvalid AND relname = ANY(%s) AND relnamespace = current_schema()::regnamespace"
)
_ORPHANS = "SELECT call, COUNT(*) FROM steps WHERE call NOT IN (SELECT id FROM calls) GROUP BY call"
_CONTENT_STATES = ("22", "23", "42804", "42846", "54000")


class PostgresqlStore(Store):
    """One database, in it the schema that is current for the role."""

    driver_errors = (psycopg.Error,)

    def __init__(self, found: dict[str, str], patience: float, deadline: float | None) -> None:
        super().__init__(_Database(found, patience, deadline), libpq.named(found))
        self._found = found

    @classmethod
    def open(cls, url: str, *, patience: float, create: bool, deadline: float | None) -> Self:
        """See `ivr.store.connect.open_store`. Making the database itself is left to its admin."""
        store = cls(libpq.parameters(url), patience, deadline)
        with store.errors():
            store.db.connect()
        encoding = store._connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            store.close()
            raise StoreError(
                f"{store.name} is encoded in {encoding}, which has no room for every caller's name",
                hint="make the database anew: `createdb --encoding=UTF8 --template=template0 DATABASE`",
            )
        return store

    def explain(self, error: Exception) -> StoreError:
        cause = _cause(error)
        if cause is None:
            return StoreError(f"{self.name}: {_line(error)}")
        state = cause.sqlstate or ""
        for start, (what, way_out) in _WAYS_OUT.items():
            if state.startswith(start):
                return StoreError(f"{self.name} {what}: {_line(cause)}", hint=way_out)
        if state or self._alive:
            return StoreError(f"{self.name}: {_line(cause)}")
        words = _line(cause)
        hint = "check store.url, and that the server runs and can be reached"
        for phrase, way_out in _REFUSALS.items():
            if phrase in words.partition("FATAL:")[2] + words.partition("fe_sendauth:")[2]:
                hint = way_out
                break
        return StoreError(f"{self.name} cannot be reached: {words}", hint=hint)

    def refuses(self, error: Exception) -> bool:
        cause = _cause(error)
        if cause is None:
            return isinstance(error, CONTENT_ERRORS)
        return (cause.sqlstate or "").startswith(_CONTENT_STATES) or isinstance(cause, psycopg.DataError)

    def reason(self, error: Exception) -> str:
        # PostgreSQL adds the row itself as a detail: a caller's number in the log.
        return _line(_cause(error) or error)

    def verify(self) -> None:
        if not self._alive:
            raise StoreError(f"{self.name}: the connection is lost", hint="a new one is made when possible")

    @contextmanager
    def migrating(self) -> Iterator[None]:
        connection = self._connection
        before, connection.deadline = connection.deadline, None
        try:
            with self.db.atomic():
                self.db.execute_sql("SELECT pg_advisory_xact_lock(%s)", (MIGRATING,))
                self.db.execute_sql(
                    "SET LOCAL statement_timeout = 0"
                )  # rebuilding a large table takes its time
                yield
        finally:
            connection.deadline = before

    def size(self) -> int:
        sql = (
            "SELECT COALESCE(SUM(pg_total_relation_size(oid)), 0) FROM pg_class"
            " WHERE relnamespace = current_schema()::regnamespace AND relname = ANY(%s)"
        )
        with self.errors():
            return int(self.db.execute_sql(sql, (list(TABLES),)).fetchone()[0])

    def backup(self, target: Path) -> int:
        if target.exists():
            raise StoreError(f"{target} is there already", hint="name a new file")
        draft = target.with_name(target.name + ".part")
        try:
            draft.unlink(missing_ok=True)
            draft.touch(mode=0o600)
            self._dump(draft)
            draft.replace(target)
        except OSError as error:
            raise StoreError(f"no backup to {target}: {error}", hint="check room and rights there") from error
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        return target.stat().st_size

    def _dump(self, draft: Path) -> None:
        with self.errors():
            schema = self.db.execute_sql("SELECT quote_ident(current_schema())").fetchone()[0]
        found = dict(self._found)
        environment = dict(os.environ)
        if password := found.pop("password", ""):
            environment["PGPASSWORD"] = password  # an argument could be read by everybody on this machine
        tables = [f"--table={schema}.{table}" for table in TABLES]
        command = [
            "pg_dump",
            "--format=custom",
            f"--file={draft}",
            f"--dbname={make_conninfo(**found)}",
            *tables,
        ]
        try:
            done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
        except FileNotFoundError:
            raise StoreError(
                "a backup of PostgreSQL is made by its own pg_dump, which is not on PATH",
                hint="install PostgreSQL's client programs (Debian: postgresql-client)",
            ) from None
        if done.returncode:
            words = done.stderr.decode(errors="replace").strip().splitlines()
            raise StoreError(f"{self.name}: {words[0] if words else 'pg_dump failed'}", hint=_SECURITY)

    def check(self) -> list[str]:
        try:
            invalid = self.db.execute_sql(_INVALID, (list(TABLES),)).fetchall()
            with self.db.atomic():
                # Past the indexes, so that every page of the tables is read, and its checksum if it has one.
                self.db.execute_sql("SET LOCAL enable_indexscan = off")
                self.db.execute_sql("SET LOCAL enable_bitmapscan = off")
                held = [table for table in TABLES if table in self.db.get_tables()]
                for table in held:
                    self.db.execute_sql(f"SELECT COUNT({table}::text) FROM {table}")  # noqa: S608 - our own names
                orphans = self.db.execute_sql(_ORPHANS).fetchall() if "steps" in held else []
        except (peewee.PeeweeException, psycopg.Error) as error:
            return [self.explain(error).message]
        return [f"{name}: the index is not valid; REINDEX it" for (name,) in invalid] + [
            f"steps: {count} rows refer to a missing call {call}" for call, count in orphans
        ]

    def compact(self) -> None:
        with self.errors():
            for table in TABLES:
                self.db.execute_sql(f"VACUUM (FULL, ANALYZE) {table}")

    @property
    def _connection(self) -> libpq.Connection:
        connection: libpq.Connection = self.db.connection()
        return connection

    @property
    def _alive(self) -> bool:
        return not self.db.is_closed() and not self._connection.closed


class _Database(peewee.PostgresqlDatabase):
    """peewee's, with our connection."""

    def __init__(self, found: dict[str, str], patience: float, deadline: float | None) -> None:
        super().__init__(
            found.get("dbname", ""), autoconnect=False, prefer_psycopg3=True, field_types=COLUMN_TYPES
        )
        self._open = (found, patience, deadline)

    def _connect(self) -> libpq.Connection:
        found, patience, deadline = self._open
        return libpq.Connection.open(found, lock_timeout=patience, deadline=deadline)


def _cause(error: BaseException | None) -> psycopg.Error | None:
    """The driver's error that began it: a failing rollback hides the one it was for."""
    first = None
    while error is not None:
        inner = getattr(error, "orig", error)
        if isinstance(inner, psycopg.Error):
            first = inner
        error = error.__context__
    return first


def _line(error: Exception) -> str:
    """The first line of a message; libpq adds guesses, and the server the row in question."""
    lines = str(error).strip().splitlines()
    return lines[0].removeprefix("connection failed: ") if lines else type(error).__name__
