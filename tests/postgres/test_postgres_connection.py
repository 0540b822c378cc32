"""How a URL becomes a connection: libpq's ways to say it, what an admin reads when it fails, no password."""

from __future__ import annotations

import sys
import time
import traceback
from pathlib import Path
from urllib.parse import quote

import pytest

from ivr.errors import StoreError
from ivr.store.connect import open_store
from ivr.store.schema import open_current
from tests.postgres.server import PASSWORD, USER, Server


def failure(url: str) -> StoreError:
    """What opening `url` says; nothing of it, nor of what led to it, gives the password away."""
    with pytest.raises(StoreError) as caught:
        open_store(url, create=False).close()
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    for secret in (PASSWORD, quote(PASSWORD, safe=""), "hunter2"):
        assert secret not in told
    return caught.value


def test_the_name_of_a_database_holds_no_password(postgres: Server, postgres_url: str) -> None:
    with open_store(postgres_url) as store:
        assert store.name == f"postgresql://ivory@127.0.0.1:{postgres.port}/ivory"
        assert store.size() == 0


def test_a_unix_socket_is_named_in_the_query(postgres: Server) -> None:
    url = f"postgres:///ivory?host={quote(str(postgres.sockets), safe='')}&port={postgres.port}&user={USER}"
    with open_store(url) as store:
        assert store.name.endswith(f"{postgres.sockets}:{postgres.port}/ivory")


def test_the_password_may_come_from_the_environment_or_pgpass(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = f"postgresql://{USER}@127.0.0.1:{postgres.port}/ivory"
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    monkeypatch.delenv("PGPASSWORD", raising=False)
    assert "PGPASSWORD" in failure(bare).hint
    escaped = PASSWORD.replace("\\", "\\\\").replace(":", "\\:")
    (tmp_path / "pgpass").write_text(f"127.0.0.1:{postgres.port}:*:{USER}:{escaped}\n")
    (tmp_path / "pgpass").chmod(0o600)
    open_store(bare).close()
    (tmp_path / "pgpass").unlink()
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    open_store(bare).close()


def test_of_several_hosts_the_one_that_may_be_written_is_taken(postgres: Server) -> None:
    host = f"127.0.0.1:1,127.0.0.1:{postgres.port}"
    url = f"postgresql://{USER}:{quote(PASSWORD, safe='')}@{host}/ivory?target_session_attrs=read-write"
    with open_store(url) as store:
        assert store.name == f"postgresql://ivory@{host}/ivory"


def test_a_host_may_be_named_from_a_thread_of_the_writers(postgres: Server) -> None:
    import gevent

    url = postgres.url("ivory", options="-csearch_path=nowhere").replace("127.0.0.1", "localhost")
    opened = gevent.get_hub().threadpool.apply(lambda: open_store(url, deadline=5.0).close())
    assert opened is None


@pytest.mark.parametrize(
    ("change", "message", "way_out"),
    [
        ({"password": "hunter2"}, "password authentication failed", "PGPASSWORD"),
        ({"user": "stranger"}, "cannot be reached", "PGPASSWORD"),
        ({"database": "nowhere"}, '"nowhere" does not exist', "createdb"),
    ],
)
def test_a_server_that_does_not_let_us_in_is_an_error_with_a_way_out(
    postgres: Server, change: dict[str, str], message: str, way_out: str
) -> None:
    error = failure(postgres.url(**{"database": "ivory", **change}))
    assert message in error.message
    assert way_out in error.hint


def test_a_server_that_is_not_there_is_an_error_soon() -> None:
    error = failure("postgresql://ivory:hunter2@127.0.0.1:1/ivory")
    assert "postgresql://ivory@127.0.0.1:1/ivory cannot be reached" in error.message
    assert "runs" in error.hint


def test_a_server_that_does_not_answer_is_given_up(postgres: Server) -> None:
    url = postgres.url("ivory", connect_timeout="2")
    postgres.freeze()
    try:
        begun = time.monotonic()
        assert "timeout" in failure(url).message
        assert time.monotonic() - begun < 5
    finally:
        postgres.thaw()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ivory:hunter2@host:port/ivory",
        "postgresql://ivory:hunter2/x@host/ivory",
        "postgresql://ivory:hunter2%zz@host/ivory",
        "postgresql://ivory:hunter2@[::1/ivory",
        "postgresql://ivory@host/ivory?password=hunter2&sslmod=require",
        "postgresql://ivory:hunter2",
        "postgresql://ivory:hunter2%00@host/ivory",
        "postgresql:ivory:hunter2@host/ivory",
        "postgresql+psycopg://ivory:hunter2@host/ivory",
    ],
)
def test_a_url_that_cannot_be_read_is_not_repeated(url: str) -> None:
    error = failure(url)
    assert "store.url" in error.message
    assert "postgresql://USER:PASSWORD@HOST:PORT/DATABASE" in error.hint


def test_a_database_without_room_for_every_character_is_refused(postgres: Server) -> None:
    postgres.run("CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    assert "LATIN1" in failure(postgres.url("latin")).message


def test_a_role_that_may_make_no_tables_is_told_what_it_needs(postgres: Server) -> None:
    postgres.run("CREATE ROLE reader LOGIN PASSWORD 'hunter2'")
    with pytest.raises(StoreError, match=r"permission denied for schema public; see docs/store.md"):
        open_current(postgres.url("ivory", user="reader", password="hunter2"))


def test_a_missing_driver_is_named_with_the_extra_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "ivr.store.postgresql", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install 'ivory-ivr\[postgres\]'"):
        open_store("postgresql://h/d")
