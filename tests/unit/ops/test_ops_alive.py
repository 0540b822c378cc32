"""What runs in a worker for as long as it lives, and that `/healthz` notices when it has ended."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import gevent
import pytest

from ivr import settings
from ivr.app import App
from tests.freeswitch.instance import free_port


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    (tmp_path / "flows").mkdir()
    given = {
        "switch.port": str(free_port()),  # nobody is there: no reason to restart a worker
        "flows.dir": str(tmp_path / "flows"),
        "speech.cache": str(tmp_path / "speech"),
        "calls.recordings": str(tmp_path / "recordings"),
        "store.url": f"sqlite:///{tmp_path}/ivory.db",
        "store.spool": str(tmp_path / "spool"),
        "ops.listen": f"127.0.0.1:{free_port()}",
    }
    made = App(settings.load(given, environ={}, files=[]).settings)
    made.start()
    yield made
    made.stop()


def failing(app: App) -> tuple[int, list[str]]:
    """The status of /healthz, and which checks say no."""
    server = app.ops.server
    assert server is not None
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    checks = json.loads(answer.read())["checks"]
    connection.close()
    return answer.status, [name for name, check in checks.items() if not check["ok"]]


def of_flows(app: App) -> object:
    return app.worker._greenlets[0]


def of_the_claim(app: App) -> object:
    return app.worker._greenlets[1]


def of_records(app: App) -> object:
    return app.worker._greenlets[2]


def of_the_line(app: App) -> object:
    return app.worker.connection._supervisor


def of_the_writer(app: App) -> object:
    return app.writer._greenlet


@pytest.mark.parametrize(
    ("victim", "part"),
    [
        (of_flows, "worker"),
        (of_the_claim, "worker"),
        (of_records, "worker"),
        (of_the_line, "connection"),
        (of_the_writer, "writer"),
    ],
)
def test_what_has_ended_is_named(app: App, victim: Callable[[App], object], part: str) -> None:
    assert failing(app) == (200, [])
    greenlet = victim(app)
    assert isinstance(greenlet, gevent.Greenlet)
    greenlet.kill(timeout=5)
    assert failing(app) == (503, [part])


def test_what_was_never_started_does_not_live(app: App) -> None:
    other = App(app.settings)
    assert [other.worker.alive, other.worker.connection.alive, other.writer.alive] == [False] * 3
    other.voice.stop()
