"""What only PostgreSQL does: its own types, its locales and zones, its tools, its sessions beside ours."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.errors import StoreError
from ivr.store.calls import count, journey
from ivr.store.connect import open_store
from ivr.store.database import Store
from ivr.store.kinds import KINDS
from ivr.store.records import CallRecord, Step
from ivr.store.rows import Row, pack
from ivr.store.schema import migrate, open_current
from ivr.store.upsert import Refused, Upsert
from tests.postgres.server import Server

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Save = Callable[..., list[Refused]]


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    with open_current(postgres_url) as opened:
        yield opened


@pytest.fixture
def save(store: Store) -> Save:
    upsert = Upsert(store)
    return lambda *records: upsert([pack(record) for record in records])


def test_moments_documents_and_text_have_the_types_made_for_them(store: Store) -> None:
    types = {column.name: column.data_type for column in store.db.get_columns("steps")}
    assert (types["entered"], types["detail"], types["visit"]) == (
        "timestamp with time zone",
        "jsonb",
        "integer",
    )
    collations = store.db.execute_sql(
        "SELECT DISTINCT collation_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = 'calls' AND data_type = 'text'"
    ).fetchall()
    assert collations == [("C",)]


def test_goals_and_details_can_be_asked_for_in_sql(store: Store, save: Save) -> None:
    save(
        CallRecord("c1", NOON, goals=("bill_told", "问卷")),
        Step("c1", 1, "f", "n", "t", NOON, detail={"status": 200}),
    )
    found = store.db.execute_sql(
        "SELECT id FROM calls JOIN steps ON call = id WHERE goals ? '问卷' AND detail->>'status' = '200'"
    )
    assert found.fetchall() == [("c1",)]


def test_moments_are_the_same_in_every_zone(postgres: Server, postgres_url: str) -> None:
    postgres.run("ALTER DATABASE ivory SET TimeZone = 'Asia/Shanghai'")
    try:
        with open_current(f"{postgres_url}%20-cTimeZone%3DAmerica/New_York") as store:
            Upsert(store)([pack(CallRecord("c1", NOON, ended=NOON + timedelta(microseconds=1)))])
            call = journey(store, "c1").call
    finally:
        postgres.run("ALTER DATABASE ivory RESET TimeZone")
    assert (call.started, call.ended) == (NOON, NOON + timedelta(microseconds=1))
    (schema,) = [part for part in postgres_url.split("%3D") if part.startswith("test_")]
    ((seconds,),) = postgres.run(f"SELECT extract(epoch FROM started)::int FROM {schema}.calls", "ivory")
    assert seconds == NOON.timestamp()


def test_ids_are_compared_by_code_point_in_a_database_that_sorts_as_people_do(postgres: Server) -> None:
    postgres.run(
        "CREATE DATABASE sorted TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en'"
        " LOCALE 'C.UTF-8'"
    )
    names = ["a-1", "A-2", "a1", "ab", "é", "中"]
    with open_current(postgres.url("sorted")) as store:
        assert store.db.execute_sql("SELECT 'a' < 'B'").fetchone() == (True,)
        Upsert(store)([pack(CallRecord(name, NOON)) for name in names])
        assert [journey(store, name[0]).call.id for name in ("A-2", "é", "中")] == ["A-2", "é", "中"]
        with pytest.raises(StoreError, match="a-1, a1, ab"):
            journey(store, "a")


def test_the_server_gives_a_statement_up_before_we_give_it_up(postgres_url: str) -> None:
    with open_store(postgres_url, deadline=10.0) as store:
        assert store.db.execute_sql("SHOW statement_timeout").fetchone() == ("8s",)
        store.db.execute_sql("SET statement_timeout = 50")
        with pytest.raises(StoreError, match="did not finish a statement in time"), store.errors():
            store.db.execute_sql("SELECT pg_sleep(5)")


def test_a_server_that_falls_silent_is_given_up_for_good(postgres: Server, postgres_url: str) -> None:
    with open_store(postgres_url, deadline=0.3) as store:
        store.verify()
        postgres.freeze()
        try:
            begun = time.monotonic()
            with (
                pytest.raises(StoreError, match=r"no answer within 0.3 s"),
                store.errors(),
                store.db.atomic(),
            ):
                store.db.execute_sql("SELECT 1")
            assert time.monotonic() - begun < 2
        finally:
            postgres.thaw()
        with pytest.raises(StoreError, match="connection is lost"):
            store.verify()


def test_who_migrates_keeps_others_from_it(postgres_url: str) -> None:
    with (
        open_store(postgres_url) as one,
        open_store(postgres_url, patience=0.05) as other,
        one.migrating(),
        pytest.raises(StoreError, match="locked by another session"),
    ):
        migrate(other)
    with open_store(postgres_url) as store:
        assert migrate(store)[0] == "0001_calls"


def test_a_migration_may_take_longer_than_a_record(postgres_url: str, tmp_path: Path) -> None:
    (tmp_path / "0001_slow.py").write_text("def up(migrator, db): db.execute_sql('SELECT pg_sleep(0.3)')")
    with open_store(postgres_url, deadline=0.2) as store:
        assert migrate(store, tmp_path) == ["0001_slow"]


def test_rows_that_only_postgresql_refuses_hold_up_no_others(store: Store) -> None:
    good = [pack(CallRecord(f"c{number}", NOON)) for number in range(2)]
    stamp, blank = "2026-11-23 12:00:00.000000", [None] * (len(KINDS["call"].columns) - 2)

    def bad(visit: int | str, detail: str | None = None, flow: str | None = "f") -> Row:
        return Row("step", ("c1", visit, flow, "n", "t", stamp, None, None, None, detail))

    poison = [
        bad(1 << 31),
        bad("one"),
        bad(2, '{"nul": "\\u0000"}'),
        bad(3, "no json"),
        bad(4, None, "nul \0"),
        Row("call", (os.urandom(9000).hex(), stamp, *blank)),  # longer than an index takes
        Row("call", ("when", "someday", *blank)),
    ]
    refused = Upsert(store)([good[0], *poison, good[1]])
    assert [one.row for one in refused] == poison
    assert count(store) == (2, 0)


def test_what_is_said_of_a_refused_row_keeps_its_content_to_itself(store: Store) -> None:
    no_start = Row(
        "call", ("c1", None, None, None, "+8613800000000", *[None] * (len(KINDS["call"].columns) - 5))
    )
    (refused,) = Upsert(store)([no_start])
    assert "started" in refused.reason
    assert "138" not in refused.reason


def test_a_backup_can_be_restored(
    postgres: Server, store: Store, save: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(CallRecord("c1", NOON), Step("c1", 1, "f", "n", "t", NOON, detail={"状态": 200}))
    monkeypatch.setenv("PATH", f"{postgres.binaries}:{os.environ['PATH']}")
    target = tmp_path / "copy.dump"
    assert store.backup(target) == target.stat().st_size
    assert oct(target.stat().st_mode & 0o777) == "0o600"
    with pytest.raises(StoreError, match="there already"):
        store.backup(target)
    postgres.run("CREATE DATABASE restored")
    (schema,) = store.db.execute_sql("SELECT current_schema()").fetchone()
    postgres.run(f"CREATE SCHEMA {schema}", "restored")
    subprocess.run(
        ["pg_restore", "--exit-on-error", f"--dbname={postgres.url('restored')}", target],
        check=True,
        timeout=30,
    )
    with open_current(postgres.url("restored", options=f"-csearch_path={schema}")) as restored:
        assert restored.check() == []
        assert journey(restored, "c1") == journey(store, "c1")


def test_a_backup_without_postgresqls_programs_says_what_to_install(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match="postgresql-client"):
        store.backup(tmp_path / "copy.dump")
    assert list(tmp_path.iterdir()) == []


def test_check_finds_steps_without_a_call_and_indexes_that_do_not_count(store: Store, save: Save) -> None:
    save(CallRecord("c1", NOON), Step("c1", 1, "f", "n", "t", NOON))
    assert store.check() == []
    store.db.execute_sql("SET session_replication_role = replica")  # which checks no references
    store.db.execute_sql("DELETE FROM calls")
    store.db.execute_sql("UPDATE pg_index SET indisvalid = false WHERE indrelid = 'calls'::regclass")
    problems = store.check()
    assert "steps: 1 rows refer to a missing call c1" in problems
    assert any("calls_started_id" in problem and "REINDEX" in problem for problem in problems)


def test_check_of_a_damaged_table_tells_of_the_damage(postgres: Server, store: Store, save: Save) -> None:
    save(*(CallRecord(f"c{number}", NOON, ani="138" * 50) for number in range(300)))
    ((file,),) = store.db.execute_sql("SELECT pg_relation_filepath('calls')").fetchall()
    store.db.execute_sql("CHECKPOINT")
    store.close()
    postgres.stop()
    with (postgres.data / file).open("r+b") as table:
        table.seek(8192)
        table.write(os.urandom(8192))
    postgres.start()
    store.db.connect()
    assert any("is damaged" in problem for problem in store.check())
    store.db.execute_sql("DROP TABLE calls CASCADE")


def test_a_role_needs_no_more_than_the_right_to_the_tables_it_reads(
    postgres: Server, store: Store, save: Save
) -> None:
    save(CallRecord("c1", NOON))
    (schema,) = store.db.execute_sql("SELECT current_schema()").fetchone()
    postgres.run("CREATE ROLE looker LOGIN PASSWORD 'hunter2'")
    postgres.run(f"GRANT USAGE ON SCHEMA {schema} TO looker", "ivory")
    postgres.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO looker", "ivory")
    url = postgres.url("ivory", user="looker", password="hunter2", options=f"-csearch_path={schema}")
    with open_current(url) as looking:
        assert journey(looking, "c1").call.started == NOON
        with pytest.raises(StoreError, match="permission denied for table calls"), looking.errors():
            looking.db.execute_sql("DELETE FROM calls")
