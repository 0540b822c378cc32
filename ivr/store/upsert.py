"""Rows into tables: what is new is inserted, what is there is filled in, what is poison is set apart.

The statements are built once per connection and run by the driver for many rows at a time. peewee would cost
more per row than SQLite does, and holds the interpreter's lock meanwhile, which is the calls'. A batch for a
server takes some nine round trips, however many rows there are in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

import peewee

from ivr.store.cells import Value
from ivr.store.database import Store
from ivr.store.kinds import FILL, KINDS, REPLACE, Kind
from ivr.store.models import Calls
from ivr.store.rows import Row

_STEP = tuple(KINDS["step"].columns)
_ENTERED, _FLOW = _STEP.index("entered"), _STEP.index("flow")
_ORDER = {name: place for place, name in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that the database will not have, and what it said."""

    row: Row
    reason: str


class Upsert:
    """Writes rows through one open store; what a later row of a key does to the earlier one, its kind says.

    Args:
        keep: none takes the place of one that is there, whatever its kind says.
    """

    def __init__(self, store: Store, *, keep: bool = False) -> None:
        self._store = store
        self._keep = keep
        self._db = store.db
        self._statements = {name: self._statement(kind) for name, kind in KINDS.items()}
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
            if row.kind == "call":
                known.add(row.values[0])
            elif row.kind == "step" and (call := row.values[0]) not in known:
                stubs.setdefault(call, (call, row.values[_ENTERED], row.values[_FLOW]))
        self._many(self._stub, list(stubs.values()))
        ordered = sorted(rows, key=lambda row: _ORDER[row.kind])
        for kind, each in groupby(ordered, attrgetter("kind")):
            self._many(self._statements[kind], [row.values for row in each])

    def _many(self, statement: str, values: Sequence[tuple[Value, ...]]) -> None:
        if values:
            self._db.cursor().executemany(statement, values)

    def _statement(self, kind: Kind) -> str:
        fields = {name: getattr(kind.model, name) for name in kind.columns}
        keys = [fields[name] for name in kind.keys]
        given = {name: peewee.EXCLUDED[name] for name in fields if name not in kind.keys}
        if kind.later == FILL:
            update = {fields[name]: peewee.fn.COALESCE(value, fields[name]) for name, value in given.items()}
        elif kind.later == REPLACE and not self._keep:
            update = {fields[name]: value for name, value in given.items()}
        else:
            # `ON CONFLICT DO NOTHING` by another name: SQLite's own would pass over poison in silence.
            update = {keys[0]: peewee.EXCLUDED[kind.keys[0]]}
        query = kind.model.insert_many([("",) * len(fields)], fields=list(fields.values()))
        query = query.on_conflict(conflict_target=keys, update=update)
        return str(self._db.get_sql_context().sql(query).query()[0])
