"""A worker that is looked after: what it tells of itself, and that callers never feel who asks."""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import random
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import gevent
import pytest
from prometheus_client.parser import text_string_to_metric_families

from ivr.switch.callers import Caller, Heard
from ivr.switch.switch import Switch
from tests.e2e.ivr_process import CLI, MENU, PROJECT, Ivr, environment, run
from tests.e2e.test_hub import LIMIT, Watched, call_for_ever
from tests.freeswitch.instance import free_port

CALLERS = 12
ASKING = """
id: asking
languages: [en-US]
numbers: ["95598"]
nodes:
  ask:
    type: operation
    http: {url: "http://127.0.0.1:1/"}
    next: end
    outcomes: {error: end, timeout: end}
"""


@pytest.fixture
def switch() -> Iterator[Switch]:
    with Switch({"95598": "by_number"}) as running:
        yield running


@pytest.fixture
def served(tmp_path: Path, switch: Switch) -> Iterator[Callable[..., Served]]:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/menu.yaml").write_text(MENU)
    started: list[Served] = []

    def start(**settings: str) -> Served:
        started.append(Served(tmp_path, switch, **settings))
        return started[-1]

    yield start
    for one in started:
        one.ivr.clean_up()


class Served:
    """`ivr serve` with its ops server."""

    def __init__(self, folder: Path, switch: Switch, **settings: str) -> None:
        self.port = free_port()
        own = {
            "IVR_FLOWS_DIR": str(folder / "flows"),
            "IVR_SWITCH_PORT": str(switch.listen_port),
            "IVR_OPS_LISTEN": f"127.0.0.1:{self.port}",
            "IVR_WEB_LISTEN": "",
            "IVR_WEBHOOKS_DELIVER": "false",
        }
        self.environ = environment(folder, **{**own, **settings})
        self.ivr = Ivr(["serve"], self.environ)

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body

    def check(self, path: str) -> tuple[int, dict[str, bool]]:
        status, body = self.get(path)
        return status, {name: check["ok"] for name, check in json.loads(body)["checks"].items()}

    def value(self, name: str, **labels: str) -> float | None:
        """A sample of /metrics."""
        for family in text_string_to_metric_families(self.get("/metrics")[1]):
            for sample in family.samples:
                if (sample.name, sample.labels) == (f"ivory_{name}", labels):
                    return float(sample.value)
        return None


def hears_a_prompt(caller: Caller, after: int = 0) -> bool:
    def is_prompt(heard: Heard) -> bool:
        return heard.kind == "file"

    return caller.wait_sound(is_prompt, 10, after=after) is not None


def leave_a_number(switch: Switch) -> bool:
    """A whole call; whether the caller got through to its end."""
    caller = switch.dial("95598")
    told = hears_a_prompt(caller)
    for keys in ("1", "123"):
        heard = len(caller.heard)
        caller.press(keys)
        told = told and hears_a_prompt(caller, after=heard)
    until(lambda: caller.ended)
    return told


def until(true: Callable[[], object], seconds: float = 10) -> None:
    with gevent.Timeout(seconds):
        while not true():
            gevent.sleep(0.05)


def test_a_worker_is_ready_while_it_has_a_switch_and_alive_without(
    served: Callable[..., Served], switch: Switch
) -> None:
    worker = served()
    worker.ivr.told("switch_up")
    until(lambda: worker.check("/readyz")[0] == 200)
    assert all(worker.check("/readyz")[1].values())
    switch.stop()
    until(lambda: "no event socket at" in worker.get("/readyz")[1])
    status, checks = worker.check("/readyz")
    assert (status, checks["freeswitch"], checks["store"]) == (503, False, True)
    assert worker.check("/healthz") == (
        200,
        {"hub": True, "worker": True, "connection": True, "writer": True},
    )


def test_a_worker_that_drains_is_not_ready_but_answers(served: Callable[..., Served], switch: Switch) -> None:
    worker = served()
    worker.ivr.told("switch_up")
    caller = switch.dial("95598")
    assert hears_a_prompt(caller)
    worker.ivr.process.send_signal(signal.SIGTERM)
    worker.ivr.told("worker drains")
    status, checks = worker.check("/readyz")
    assert (status, checks["draining"]) == (503, False)
    assert worker.value("calls_active") == 1
    caller.hangup()
    assert worker.ivr.end() == 0


def test_calls_are_counted_and_shown_while_they_go(served: Callable[..., Served], switch: Switch) -> None:
    worker = served()
    worker.ivr.told("switch_up")
    assert leave_a_number(switch)
    caller = switch.dial("95598", ani="13800001234")
    assert hears_a_prompt(caller)
    caller.press("1")
    until(lambda: '"node": "number"' in worker.get("/calls")[1])
    (call,) = json.loads(worker.get("/calls")[1])["calls"]
    assert (call["ani"], call["dnis"], call["flow"], call["input"]) == ("13800001234", "95598", "menu", "1")
    assert worker.value("calls_total", end="completed") == 1
    assert worker.value("node_outcomes_total", flow="menu", node="main", outcome="1") == 2
    assert worker.value("esl_up") == 1
    assert (worker.value("prompt_cache_misses_total") or 0) + (
        worker.value("prompt_cache_hits_total") or 0
    ) >= 4
    assert "13800001234" not in worker.get("/metrics")[1]
    caller.hangup()


def test_an_address_that_is_taken_keeps_no_caller_out(served: Callable[..., Served], switch: Switch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        worker = served(IVR_OPS_LISTEN=f"127.0.0.1:{other.getsockname()[1]}")
        error = worker.ivr.told("ops unavailable")["error"]
        assert "somebody listens there already" in error
        worker.ivr.told("switch_up")
        assert leave_a_number(switch)


def test_two_hundred_slow_clients_hold_up_neither_calls_nor_others_who_ask(
    served: Callable[..., Served], switch: Switch
) -> None:
    worker = served()
    worker.ivr.told("switch_up")
    assert leave_a_number(switch)  # every sentence is rendered now

    def be_slow() -> None:
        while True:
            try:
                with socket.create_connection(("127.0.0.1", worker.port), 5) as slow:
                    for byte in b"GET /metrics HTTP/1.1\r\nX-Slow: " + b"y" * 10_000:
                        slow.sendall(bytes([byte]))
                        gevent.sleep(0.3)
            except OSError:
                gevent.sleep(0.1)

    slow = [gevent.spawn(be_slow) for _ in range(200)]
    try:
        gevent.sleep(1)
        calls = [gevent.spawn(leave_a_number, switch) for _ in range(CALLERS)]
        gevent.joinall(calls, timeout=30)
        assert [call.value for call in calls] == [True] * CALLERS
        assert worker.value("calls_total", end="completed") == CALLERS + 1
    finally:
        gevent.killall(slow, timeout=5)


def test_calls_go_on_when_nobody_reads_the_log(tmp_path: Path, switch: Switch) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/menu.yaml").write_text(MENU)
    environ = environment(
        tmp_path, IVR_FLOWS_DIR=str(tmp_path / "flows"), IVR_SWITCH_PORT=str(switch.listen_port)
    )
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    os.write(writing, b"\n" * 4096)  # not one more byte fits
    process = subprocess.Popen([*CLI, "serve", "--drain=0"], stderr=writing, env=environ, cwd=PROJECT)
    try:
        os.close(writing)
        until(lambda: switch.bus.listeners, 20)
        assert leave_a_number(switch)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait(10)
        os.close(reading)


def test_every_line_of_a_call_carries_its_id_and_machines_can_read_them_all(
    served: Callable[..., Served], switch: Switch, tmp_path: Path
) -> None:
    (tmp_path / "flows/menu.yaml").write_text(ASKING)
    worker = served(IVR_LOG_NUMBERS="masked", IVR_LOG_LEVEL="debug")
    worker.ivr.told("switch_up")
    caller = switch.dial("95598", ani="13800001234")
    problem = worker.ivr.told("node problem")
    assert (problem["call"], problem["flow"], problem["node"]) == (caller.uuid, "asking", "ask")
    assert problem["timestamp"].endswith("Z")
    worker.ivr.told("call ends")
    lines = [json.loads(line) for line in worker.ivr.log]
    begins = next(line for line in lines if line["event"] == "call begins")
    assert (begins["ani"], begins["dnis"]) == ("********234", "**598")
    assert "13800001234" not in "".join(worker.ivr.log)


def test_whoever_watches_sees_the_calls_and_each_step(served: Callable[..., Served], switch: Switch) -> None:
    worker = served()
    worker.ivr.told("switch_up")
    caller = switch.dial("95598", ani="13800001234")
    assert hears_a_prompt(caller)
    code, out, _ = run(["calls", "watch", "--once"], worker.environ)
    assert code == 0
    assert "13800001234" in out
    assert "1 call ·" in out
    code, out, _ = run(["calls", "watch", "--once", "--json", "--number", "999"], worker.environ)
    assert json.loads(out)["calls"] == []
    watcher = Ivr(["calls", "watch", "--json"], worker.environ)
    try:
        assert json.loads(watcher.line())["event"] == "snapshot"
        caller.press("1")
        steps: list[dict[str, Any]] = [json.loads(watcher.line()) for _ in range(2)]
        assert [(step["event"], step["call"]["node"]) for step in steps] == [
            ("left", "main"),
            ("entered", "number"),
        ]
        caller.hangup()
        assert json.loads(watcher.line())["event"] == "left"
        assert json.loads(watcher.line())["end"] == "abandoned"
        worker.ivr.end(signal.SIGTERM)
        assert watcher.end() == 1
    finally:
        watcher.clean_up()
    code, _, err = run(["calls", "watch", "--once"], worker.environ)
    assert code == 1
    assert "is `ivr serve` running?" in err


def test_asking_again_and_again_never_holds_the_hub(tmp_path: Path, switch: Switch) -> None:
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "menu.yaml").write_text(MENU)
    port = free_port()
    worker = Watched(tmp_path, switch, IVR_FLOWS_DIR=str(flows), IVR_OPS_LISTEN=f"127.0.0.1:{port}")
    answers: list[int] = []

    def connect() -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def request(connection: http.client.HTTPConnection, path: str) -> http.client.HTTPResponse:
        connection.request("GET", path, headers={"Connection": "close"})
        return connection.getresponse()

    def ask(path: str, pause: float) -> None:
        while True:
            with closing(connect()) as connection, request(connection, path) as answer:
                answers.append(len(answer.read()))
            gevent.sleep(pause)

    def read_steps() -> None:
        with closing(connect()) as connection, request(connection, "/calls/stream") as answer:
            while line := answer.readline():
                answers.append(len(line))

    busy: list[gevent.Greenlet[..., None]] = []
    try:
        worker.told("switch_up")
        worker.begin()
        chance = random.Random(1)
        busy += [gevent.spawn(call_for_ever, switch, "95598", chance) for _ in range(CALLERS * 2)]
        busy += [gevent.spawn(ask, path, 0.1) for path in ("/metrics", "/calls", "/readyz")]
        busy += [gevent.spawn(read_steps) for _ in range(4)]
        gevent.sleep(5)
        gevent.killall(busy, timeout=5)
        report = worker.end()
    finally:
        gevent.killall(busy, timeout=5)
        worker.clean_up()
    assert len(answers) > 100
    assert report.longest < LIMIT, f"{report.longest * 1000:.0f} ms in one turn:\n" + "\n\n".join(
        report.where
    )
