"""One private PostgreSQL for all tests that want one, and in it a place of its own for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.postgres.server import Server

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A running server; a test that stops it starts it again."""
    from tests.postgres.server import Server, find

    binaries = find()
    if binaries is None:
        pytest.skip("no PostgreSQL here: no initdb on PATH or in /usr/lib/postgresql (Debian: postgresql)")
    server = Server(binaries)
    try:
        server.start()
        server.run("CREATE DATABASE ivory")
        yield server
    finally:
        server.remove()


@pytest.fixture
def postgres_url(postgres: Server) -> str:
    """A `store.url` that no other test has: a schema, which is made faster than a database."""
    schema = f"test_{next(_numbers)}"
    postgres.run(f"CREATE SCHEMA {schema}", "ivory")
    return postgres.url("ivory", options=f"-csearch_path={schema}")
