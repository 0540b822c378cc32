from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from peewee import Field, Model

from ivr.errors import StoreError
from ivr.store import schema
from ivr.store.calls import journey
from ivr.store.connect import open_store
from ivr.store.database import Store
from ivr.store.kinds import KINDS, Kind
from ivr.store.models import TABLES
from ivr.store.records import CallRecord
from ivr.store.rows import pack
from ivr.store.upsert import Upsert

ALL = sorted(path.stem for path in schema.FOLDER.glob("0*.py"))
RELEASED = ["0001_calls", "0002_quality", "0003_versions"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "migrations"
    made.mkdir()
    for migration in schema.FOLDER.glob("0*.py"):
        (made / migration.name).write_text(migration.read_text())
    return made


def test_migrations_that_were_released_keep_their_names() -> None:
    assert ALL[: len(RELEASED)] == RELEASED


def test_migrating_twice_does_nothing_the_second_time(url: str) -> None:
    with open_store(url) as store:
        assert schema.migrate(store) == ALL
        assert schema.migrate(store) == []
        assert [row.applied is not None for row in schema.status(store)] == [True] * len(ALL)


def test_a_database_of_the_version_before_keeps_its_calls(url: str, tmp_path: Path) -> None:
    (tmp_path / "0001_calls.py").write_text((schema.FOLDER / "0001_calls.py").read_text())
    with open_store(url) as store:
        assert schema.migrate(store, tmp_path) == ["0001_calls"]
        store.db.execute_sql("INSERT INTO calls (id, started) VALUES ('c', '2026-11-23 12:00:00.000000')")
        assert schema.migrate(store) == ALL[1:]
        Upsert(store)([pack(CallRecord("c", datetime(2026, 11, 23, 12, tzinfo=UTC), mos=4.41))])
        assert journey(store, "c").call.mos == 4.41


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_record_has_a_field_for_every_column_of_its_table(kind: Kind) -> None:
    assert set(kind.columns) == {field.column_name for field in kind.model._meta.sorted_fields}


@pytest.mark.parametrize("model", TABLES)
def test_migrations_make_the_tables_that_the_models_describe(store: Store, model: type[Model]) -> None:
    meta = model._meta
    fields: list[Field] = meta.sorted_fields
    found = {column.name: column.null for column in store.db.get_columns(meta.table_name)}
    assert found == {field.column_name: field.null for field in fields}
    indexes = {
        tuple(index.columns)
        for index in store.db.get_indexes(meta.table_name)
        if not index.unique and not index.name.endswith("_tail")  # of an expression, not of columns
    }
    assert indexes == {tuple(names) for names, _ in meta.indexes}


def test_a_database_of_a_newer_ivory_is_refused(store: Store) -> None:
    store.db.execute_sql(
        "INSERT INTO schema_migrations (name, applied) VALUES ('0999_future', '2030-01-01 00:00:00')"
    )
    for refusing in (schema.migrate, schema.require_current):
        with pytest.raises(StoreError, match=r"newer Ivory: it has 0999_future.*upgrade"):
            refusing(store)


def test_a_database_that_lacks_a_migration_says_how_to_get_it(url: str) -> None:
    with (
        open_store(url) as store,
        pytest.raises(StoreError, match=f"lacks {', '.join(ALL)}; run `ivr db migrate`"),
    ):
        schema.require_current(store)


def test_a_broken_migration_leaves_the_database_as_it_was(store: Store, folder: Path) -> None:
    (folder / "0901_more.py").write_text(
        "def up(migrator, db): db.execute_sql('CREATE TABLE more (x INTEGER)')"
    )
    (folder / "0902_broken.py").write_text("def up(migrator, db): raise ValueError('no')")
    with pytest.raises(StoreError, match="broken: no"):
        schema.migrate(store, folder)
    assert "more" not in store.db.get_tables()
    assert [row.name for row in schema.status(store, folder) if row.applied] == ALL


def test_processes_that_start_at_once_migrate_once(url: str) -> None:
    code = f"from ivr.store.schema import open_current; open_current({url!r}, patience=20).close()"
    started = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(4)]
    errors = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0, 0], errors
    with open_store(url) as store:
        schema.require_current(store)
