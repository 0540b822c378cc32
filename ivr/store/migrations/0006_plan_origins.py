"""How each turn of the plan came about: from a file, from a dumped plan, by options, by going back."""

from __future__ import annotations

from peewee import Database, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(migrator.add_column("routing_plans", "origin", TextField(null=True)))
