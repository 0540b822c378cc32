from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.errors import StoreError
from ivr.store.calls import journey, one
from ivr.store.connect import open_store
from ivr.store.database import Store
from ivr.store.records import CallRecord
from ivr.store.schema import FOLDER, migrate, open_current
from ivr.store.upsert import Refused

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Save = Callable[..., list[Refused]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "ivory.db"


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.mark.parametrize(
    "url", ["", "ivory.db", "oracle://x", "sqlite://", "sqlite:///", "sqlite:///:memory:"]
)
def test_a_url_that_names_no_file_is_refused_with_the_form_it_should_have(url: str) -> None:
    with pytest.raises(StoreError, match="sqlite:///PATH"):
        open_store(url)


def test_readers_do_not_make_a_database_by_looking_for_it(url: str, path: Path) -> None:
    with pytest.raises(StoreError, match="ivr db migrate"):
        open_store(url, create=False)
    assert not path.exists()


def test_the_file_is_in_wal_mode_with_foreign_keys(store: Store) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys")
    pragmas = [store.db.execute_sql(f"PRAGMA {name}").fetchone()[0] for name in names]
    assert pragmas == ["wal", 1, 1]


def test_a_change_that_has_read_first_is_not_overtaken_by_another_process(
    store: Store, url: str, save: Save
) -> None:
    other = open_store(url, patience=0.01)
    with store.errors(), store.db.atomic():
        assert one(store, "c1") is None
        with pytest.raises(StoreError, match="locked"), other.errors(), other.db.atomic():
            other.db.execute_sql("DELETE FROM calls")
        save(CallRecord("c1", NOON))
    other.close()


def test_only_its_owner_may_read_the_file(store: Store, save: Save, path: Path) -> None:
    save(CallRecord("c1", NOON))
    assert {oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()} == {"0o600"}


def test_a_file_that_is_no_database_is_said_to_be_none(url: str, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"garbage" * 1000)
    with pytest.raises(StoreError, match=r"is not a database; move the file away"):
        open_store(url)


def test_a_folder_that_cannot_be_made_is_an_error_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        open_store(f"sqlite:///{tmp_path}/file/ivory.db")


def test_a_lock_is_told_apart_from_other_errors(store: Store, url: str) -> None:
    other = open_store(url, patience=0.01)
    with other, store.migrating(), pytest.raises(StoreError, match="locked by another"), other.errors():
        other.db.execute_sql("DELETE FROM calls")


def test_a_removed_or_replaced_file_is_noticed(store: Store, path: Path) -> None:
    store.verify()
    moved = path.rename(path.with_name("moved.db"))
    with pytest.raises(StoreError, match="gone"):
        store.verify()
    path.write_bytes(moved.read_bytes())
    with pytest.raises(StoreError, match="replaced"):
        store.verify()


def test_a_file_overwritten_in_place_is_noticed(store: Store, path: Path) -> None:
    path.write_bytes(b"oops")
    with pytest.raises(StoreError, match="replaced"):
        store.verify()


def test_a_backup_is_whole_while_others_write(store: Store, url: str, save: Save, tmp_path: Path) -> None:
    save(CallRecord("c1", NOON))
    target = tmp_path / "copy.db"
    with open_store(url) as writing, writing.migrating():
        writing.db.execute_sql("DELETE FROM calls")
        assert store.backup(target) == target.stat().st_size
    with open_current(f"sqlite:///{target}") as copy:
        assert copy.check() == []
        assert journey(copy, "c1").call.id == "c1"
    assert [name for name in os.listdir(tmp_path) if "part" in name] == []


def test_a_backup_never_overwrites(store: Store, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(StoreError, match="there already"):
        store.backup(tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


def test_a_backup_that_fails_leaves_nothing_behind(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nowhere"):
        store.backup(tmp_path / "nowhere" / "copy.db")
    assert not (tmp_path / "nowhere").exists()


def test_check_tells_a_whole_database_from_a_damaged_one(
    store: Store, url: str, save: Save, path: Path
) -> None:
    save(*(CallRecord(f"c{number}", NOON, ani="138" * 50) for number in range(1500)))
    assert store.check() == []
    store.compact()
    store.close()
    content = bytearray(path.read_bytes())
    half = len(content) // 2  # the schema is in the first pages, and without it nothing opens at all
    content[half:-4096] = os.urandom(len(content) - half - 4096)
    path.write_bytes(content)
    with open_store(url) as damaged:
        assert damaged.check()


def test_rebuilding_a_table_in_a_migration_keeps_the_rows_that_refer_to_it(
    store: Store, tmp_path: Path
) -> None:
    for migration in FOLDER.glob("0*.py"):
        (tmp_path / migration.name).write_text(migration.read_text())
    store.db.execute_sql("INSERT INTO calls (id, started) VALUES ('c', '2026-11-23 12:00:00.000000')")
    store.db.execute_sql(
        "INSERT INTO steps (call, visit, entered) VALUES ('c', 1, '2026-11-23 12:00:00.000000')"
    )
    (tmp_path / "0901_drop.py").write_text(
        "def up(migrator, db): migrator.migrate(migrator.drop_column('calls', 'caller_name', legacy=True))"
    )
    assert migrate(store, tmp_path) == ["0901_drop"]
    assert store.db.execute_sql("SELECT COUNT(*) FROM steps").fetchone()[0] == 1
    assert store.db.execute_sql("PRAGMA foreign_keys").fetchone()[0] == 1
