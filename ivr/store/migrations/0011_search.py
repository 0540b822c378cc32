"""Calls are found by how a number ends, contacts by their agent, and a call's events and callbacks by it.

Four figures at the end are indexed: as many as people say aloud, few enough that a number without its prefix
is found, too.
"""

from __future__ import annotations

from peewee import Database, PostgresqlDatabase
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    tail = "right({}, 4)" if isinstance(db, PostgresqlDatabase) else "substr({}, -4)"
    for column in ("ani", "dnis"):
        end = tail.format(column)
        db.execute_sql(f"CREATE INDEX calls_{column}_tail ON calls ({end}, started, id)")
    migrator.migrate(
        migrator.add_index("contacts", ("agent", "arrived")),
        migrator.add_index("webhook_events", ("call",)),
        migrator.add_index("callbacks", ("call",)),
    )
