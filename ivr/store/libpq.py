"""A connection to PostgreSQL: what its URL says, what is set where that is silent, and an end to every wait.

The URL is libpq's own, so what libpq knows works: sockets, several hosts, `sslmode`, PGPASSWORD, ~/.pgpass.
psycopg has no deadline for an answer; without one a server that hangs would hold its user for ever.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from typing import Any, Self

import psycopg
from psycopg import waiting
from psycopg.conninfo import conninfo_to_dict

from ivr.errors import StoreError

FORM = "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
CONNECT_TIMEOUT = 5
"""Seconds a host may take to let us in."""

_DEFAULTS = {
    "fallback_application_name": "ivory",
    "client_encoding": "utf8",
    # A peer that vanished without a word is noticed: after a minute at most, after 15 s when it was asked.
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}

# psycopg's own wait is gevent's after patching: a record costs its thread 130 µs with it, 35 µs without.
# Where there are no greenlets to serve, it may be without.
_wait_in_thread = getattr(waiting, "wait_c", waiting.wait)


def parameters(url: str) -> dict[str, str]:
    """What `url` tells libpq, percent-decoded, with our defaults where it is silent.

    Raises:
        StoreError: it is no URL of PostgreSQL's. The message holds nothing of it: it may be all password.
    """
    hint = f"write `{FORM}`, and %40 for an @ within the password, %2F for a /"
    try:
        found = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except (psycopg.Error, ValueError) as error:
        reason = str(error).split('"')[0].splitlines()[0].strip(" :")
        raise StoreError(f"store.url cannot be read: {reason}", hint=hint) from None
    if not all(port.isdecimal() for port in found.get("port", "").split(",") if port):
        # A / or ? in the password that is not percent-encoded ends it, and makes a port of its beginning.
        raise StoreError("store.url cannot be read: its port is not a number", hint=hint)
    if "connect_timeout" not in found and "PGCONNECT_TIMEOUT" not in os.environ:
        found["connect_timeout"] = str(CONNECT_TIMEOUT)
    return {**_DEFAULTS, **found}


def named(found: dict[str, str]) -> str:
    """What to call the database in messages: no password, nothing of the query."""
    user = f"{found['user']}@" if "user" in found else ""
    hosts = found.get("host", found.get("hostaddr", "")).split(",")
    ports = found.get("port", "").split(",")
    ports = ports * len(hosts) if len(ports) == 1 else ports
    where = ",".join(f"{host}:{port}" if port else host for host, port in zip(hosts, ports, strict=False))
    return f"postgresql://{user}{where}/{found.get('dbname', '')}"


class Connection(psycopg.Connection[Any]):
    """A connection whose answers may have a deadline."""

    deadline: float | None = None
    """Seconds an answer may take. With one, it belongs to a thread of its own, and waiting blocks that."""

    @classmethod
    def open(cls, found: dict[str, str], *, lock_timeout: float, deadline: float | None) -> Self:
        """Connect.

        Args:
            found: of `parameters`.
            lock_timeout: seconds a statement may wait for others' locks.
            deadline: seconds an answer may take; the server itself gives a statement up a little before.
        """
        options: dict[str, Any] = {**found, "autocommit": True}
        connection = cls.connect(**options)
        try:
            connection.deadline = deadline
            # Not as start-up options, which poolers refuse.
            connection.execute(
                "SELECT set_config('TimeZone', 'UTC', false), set_config('lock_timeout', %s, false),"
                " set_config('statement_timeout', %s, false)",
                (f"{lock_timeout * 1000:.0f}", f"{(deadline or 0) * 800:.0f}"),
            )
        except BaseException:
            connection.close()
            raise
        return connection

    def wait(self, gen: Any, *args: Any, **options: Any) -> Any:
        """psycopg's, with our deadline."""
        if self.deadline is None:
            return super().wait(gen, *args, **options)
        return _wait_in_thread(self._bounded(gen, self.deadline), self.pgconn.socket, 0.1)

    def _bounded(self, gen: Any, seconds: float) -> Generator[Any, Any, Any]:
        until = time.monotonic() + seconds
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > until:
                    # In the midst of an exchange it is good for nothing more, least of all a rollback.
                    self.close()
                    raise psycopg.OperationalError(f"no answer within {seconds:g} s")
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value
