"""Rows into tables: what is new is inserted, what is there is filled in, what is poison is set apart.

The statements are built once per connection and run by the driver for many rows at a time. peewee would cost
more per row than SQLite does, and holds the interpreter's lock meanwhile, which is the calls'. A batch for a
server takes some nine round trips, however many rows there are in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import peewee

from ivr.store.database import Store
from ivr.store.models import Calls, Steps
from ivr.store.rows import COLUMNS, KEYS, STEP_COLUMNS, Row, Value

_ENTERED, _FLOW = STEP_COLUMNS.index("entered"), STEP_COLUMNS.index("flow")


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that the database will not have, and what it said."""

    row: Row
    reason: str


class Upsert:
    """Writes rows through one open store; a later row of the same key fills in what the earlier one left."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._db = store.db
        self._statements = {"call": self._filling(Calls, "call"), "step": self._filling(Steps, "step")}
        stub = Calls.insert_many(
            [("", "", "")], fields=[Calls.id, Calls.started, Calls.flow]
        ).on_conflict_ignore()
        self._stub: str = self._db.get_sql_context().sql(stub).query()[0]

    def __call__(self, rows: Sequence[Row]) -> list[Refused]:
        """Write `rows`, in one transaction, as if one after the other. Returns those that were refused for
        their content.

        Raises:
            peewee.PeeweeException, or the driver's: the database could not take them; none was written.
        """
        try:
            with self._db.atomic():
                self._write(rows)
        except Exception as error:
            if not self._store.refuses(error):
                raise
        else:
            return []
        return self._one_by_one(rows)

    def _one_by_one(self, rows: Sequence[Row]) -> list[Refused]:
        refused = []
        with self._db.atomic():
            for row in rows:
                try:
                    with self._db.atomic():
                        self._write([row])
                except Exception as error:
                    if not self._store.refuses(error):
                        raise
                    refused.append(Refused(row, self._store.reason(error)))
        return refused

    def _write(self, rows: Sequence[Row]) -> None:
        # A journey is not lost with its call's own record: a stub is filled in when that comes. Where it came
        # before, none is needed, so that stubs may go first, and all rows of a table in one go.
        known: set[Value] = set()
        stubs: dict[Value, tuple[Value, ...]] = {}
        for row in rows:
            call = row.values[0]
            if row.kind == "call":
                known.add(call)
            elif call not in known:
                stubs.setdefault(call, (call, row.values[_ENTERED], row.values[_FLOW]))
        self._many(self._stub, list(stubs.values()))
        for kind, statement in self._statements.items():
            self._many(statement, [row.values for row in rows if row.kind == kind])

    def _many(self, statement: str, values: Sequence[tuple[Value, ...]]) -> None:
        if values:
            self._db.cursor().executemany(statement, values)

    def _filling(self, model: type[peewee.Model], kind: str) -> str:
        columns = COLUMNS[kind]
        keys = KEYS[kind]
        field = partial(getattr, model)
        blank = [("",) * len(columns)]
        query = model.insert_many(blank, fields=[field(name) for name in columns]).on_conflict(
            conflict_target=[field(name) for name in keys],
            update={
                field(name): peewee.fn.COALESCE(peewee.EXCLUDED[name], field(name))
                for name in columns
                if name not in keys
            },
        )
        return str(self._db.get_sql_context().sql(query).query()[0])
