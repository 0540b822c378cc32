"""The page of webhooks tells all there is, and its receivers work: run as they stand there."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ivr.nodes.notify import OURS
from ivr.settings import Webhooks
from ivr.store.database import Store
from ivr.store.webhooks.events import event
from ivr.webhooks import desk, signing
from ivr.webhooks.types import TYPES
from tests.unit.webhooks.conftest import SECRET

DOCS = Path(__file__).parents[3] / "docs"
EXAMPLES = DOCS / "examples"
LATER = {"message"}
"""Families whose events are still to come, and whose names flows must not take."""


def command(name: str) -> list[str]:
    if name.endswith(".py"):
        return [sys.executable, str(EXAMPLES / name)]
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node.js here to run the receiver with")
    return [node, str(EXAMPLES / name)]


class Example:
    """A receiver of the documentation, as a process."""

    def __init__(self, name: str) -> None:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        self.process = subprocess.Popen(
            [*command(name), str(self.port)],
            env={"WEBHOOK_SECRET": SECRET},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.lines = self.process.stdout
        self.url = self.lines.readline().strip()

    def end(self) -> None:
        """All of it: `node` may be a script that starts the real one."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def status(self, headers: dict[str, str], body: str) -> int:
        request = urllib.request.Request(self.url, body.encode(), headers)  # loopback
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


@pytest.fixture(params=["webhook_receiver.py", "webhook_receiver.mjs"])
def example(request: pytest.FixtureRequest) -> Iterator[Example]:
    made = Example(request.param)
    yield made
    if made.process.poll() is None:
        made.end()
    made.lines.close()


def test_the_receivers_of_the_page_take_real_deliveries(
    example: Example, store: Store, save: Callable[..., None], office: Callable[..., Any]
) -> None:
    options = Webhooks(allow=[f"127.0.0.1:{example.port}"], private=True)
    desk.add(store, options, url=example.url, secret=SECRET, by="me", now=datetime.now(UTC))
    now = datetime.now(UTC)
    for number in range(3):
        save(event("order.placed", str(number), now, "call:c", call="c", data={"values": {"客户": number}}))
    office(example)
    got = [json.loads(example.lines.readline()) for _ in range(3)]
    assert [one["data"]["values"] for one in got] == [{"客户": number} for number in range(3)]


def test_they_believe_nobody_else_and_do_nothing_twice(example: Example) -> None:
    now, body = datetime.now(UTC), '{"id": "evt_1", "type": "x"}'
    right = dict(signing.headers("evt_1", now, body, [SECRET]))
    both = dict(signing.headers("evt_1", now, body, [signing.new_secret(), SECRET]))
    other = dict(signing.headers("evt_1", now, body, [signing.new_secret()]))
    old = dict(signing.headers("evt_1", datetime(2020, 1, 1, tzinfo=UTC), body, [SECRET]))
    assert [example.status(headers, body) for headers in (other, old, {})] == [401, 401, 401]
    assert example.status(right, body + " ") == 401
    assert [example.status(headers, body) for headers in (right, both)] == [204, 204]
    example.end()
    assert example.lines.read().count("evt_1") == 1


@pytest.mark.parametrize("kind", TYPES)
def test_the_page_tells_of_every_event_and_field(kind: str) -> None:
    page = (DOCS / "webhooks.md").read_text(encoding="utf-8")
    assert f"| `{kind}` |" in page
    schema = TYPES[kind].data.model_json_schema()
    for part in [schema, *schema.get("$defs", {}).values()]:
        table = page.partition(f"### {part['title']}\n")[2].partition("\n### ")[0]
        for name in part.get("properties", {}):
            assert f"| `{name}` |" in table, f"{part['title']}.{name}"


def test_flows_cannot_name_what_looks_like_an_event_of_ivorys() -> None:
    assert set(OURS) == {name.partition(".")[0] for name in TYPES} | LATER
