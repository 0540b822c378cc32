"""Rows into tables: what is new is inserted, what is there is filled in, what is poison is set apart.

The statements are built once per connection: peewee's query builder would cost more per row than SQLite does,
and the interpreter's lock that it holds meanwhile is the calls'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import peewee

from ivr.store.database import Store
from ivr.store.models import Calls, Steps
from ivr.store.rows import COLUMNS, KEYS, STEP_COLUMNS, Row

# Errors that a record's own content brings about. All others are the database's, and pass.
CONTENT_ERRORS = (peewee.IntegrityError, peewee.DataError, OverflowError, ValueError, TypeError)

_ENTERED, _FLOW = STEP_COLUMNS.index("entered"), STEP_COLUMNS.index("flow")


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that the database will not have, and what it said."""

    row: Row
    reason: str


class Upsert:
    """Writes rows through one open store; a later row of the same key fills in what the earlier one left."""

    def __init__(self, store: Store) -> None:
        self._db = store.db
        self._statements = {"call": self._filling(Calls, "call"), "step": self._filling(Steps, "step")}
        stub = Calls.insert_many(
            [("", "", "")], fields=[Calls.id, Calls.started, Calls.flow]
        ).on_conflict_ignore()
        self._stub: str = self._db.get_sql_context().sql(stub).query()[0]

    def __call__(self, rows: Sequence[Row]) -> list[Refused]:
        """Write `rows` in order, in one transaction. Returns those that were refused for their content.

        Raises:
            peewee.PeeweeException: the database could not take them; none was written.
        """
        try:
            with self._db.atomic():
                for row in rows:
                    self._write(row)
        except CONTENT_ERRORS:
            return self._one_by_one(rows)
        return []

    def _one_by_one(self, rows: Sequence[Row]) -> list[Refused]:
        refused = []
        with self._db.atomic():
            for row in rows:
                try:
                    with self._db.atomic():
                        self._write(row)
                except CONTENT_ERRORS as error:
                    refused.append(Refused(row, str(error)))
        return refused

    def _write(self, row: Row) -> None:
        if row.kind == "step":
            # A journey is not lost with its call's own record: this row is filled in when that comes.
            values = row.values
            self._db.execute_sql(self._stub, (values[0], values[_ENTERED], values[_FLOW]))
        self._db.execute_sql(self._statements[row.kind], row.values)

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
