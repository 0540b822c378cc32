"""The web application on a database of its own, and a browser or a program for each role."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ivr.clock import VirtualClock
from ivr.settings import Acd, Flows, Settings, Store, Web
from ivr.store import users
from ivr.store.users import User
from ivr.web.accounts import entrance
from ivr.web.accounts.roles import ROLES
from ivr.web.site import Site
from tests.web.applications import Applications
from tests.web.worker import Worker

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        flows=Flows(dir=tmp_path / "flows", sounds=tmp_path / "flows" / "sounds"),
        store=Store(url=f"sqlite:///{tmp_path}/ivory.db", spool=tmp_path / "spool"),
        web=Web(key=tmp_path / "web.key", attempts=5),
        acd=Acd(plan=tmp_path / "routing.yaml", control=str(tmp_path / "control.sock")),
    )


@pytest.fixture
def site(settings: Settings, clock: VirtualClock) -> Site:
    made = Site(settings, clock)
    for role in ROLES:
        made.ask(users.add, User(role, role, NOW, NOW, role.title(), "1001" if role == "agent" else ""))
    return made


@pytest.fixture
def worker(settings: Settings) -> Iterator[Worker]:
    """Somebody who takes orders, and does nothing."""
    made = Worker(Path(settings.acd.control))
    yield made
    made.close()


@pytest.fixture(scope="session")
def applications() -> Applications:
    return Applications()


@pytest.fixture
def app(site: Site, applications: Applications) -> Flask:
    return applications.serving(site)


class Browser:
    """A browser somebody is signed in with."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._token = ""

    def get(self, path: str, **how: Any) -> Any:
        return self.client.get(path, **how)

    def send(self, method: str, path: str, json: Any = None, **headers: str) -> Any:
        """Ask the API as the pages' scripts do."""
        if not self._token:
            page = self.client.get("/account").get_data(as_text=True)
            self._token = re.search(r'name="csrf-token" content="([^"]+)"', page)[1]  # type: ignore[index]
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(
            path, method=method, json=json, headers={"X-CSRF-Token": self._token, **given}
        )


@pytest.fixture
def signed_in(app: Flask, site: Site) -> Callable[[str], Browser]:
    """A browser in which the user of a role has signed in."""

    def browser(role: str) -> Browser:
        client = app.test_client()
        user = site.ask(users.get, role)
        secret = site.ask(entrance.begin, user, site.now(), site.lasting, "127.0.0.1", "test")
        with client.session_transaction() as session:
            session["secret"] = secret
        return Browser(client)

    return browser


@pytest.fixture
def bearer(app: Flask, site: Site) -> Callable[..., Callable[..., Any]]:
    """A program with a token of these scopes: `ask(method, path, json)`."""

    def program(*scopes: str) -> Callable[..., Any]:
        _, secret = site.ask(entrance.make_token, "crm", "user:admin", scopes, site.now(), None)
        client = app.test_client()

        def ask(method: str, path: str, json: Any = None, **headers: str) -> Any:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            return client.open(
                path, method=method, json=json, headers={"Authorization": f"Bearer {secret}", **given}
            )

        return ask

    return program
