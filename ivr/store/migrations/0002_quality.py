"""How well callers were heard."""

from __future__ import annotations

from peewee import Database, DoubleField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    for name in ("mos", "jitter_ms", "loss_percent"):
        migrator.migrate(migrator.add_column("calls", name, DoubleField(null=True)))
