"""A real FreeSWITCH and a real `ivr serve` for every test in this folder; skipped where there is none."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

import pytest

from ivr.store import calls as stored
from ivr.store.schema import open_current
from tests.freeswitch.instance import PROJECT, Instance, find, free_port

HERE = Path(__file__).parent
BINARY = find()
SLACK = 4
"""How many times as long as an idle machine a busy one may take."""
SPOKEN = ("IVR_FLOWS_", "IVR_SPEECH_")
RENDERED: list[dict[str, str]] = []
"""How what is said was set up where all of it has been made."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a FreeSWITCH."""
    if BINARY is None:
        reason = "no FreeSWITCH: set FREESWITCH_PREFIX or put `freeswitch` on PATH"
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def freeswitch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A FreeSWITCH of our own."""
    assert BINARY is not None
    instance = Instance(BINARY, tmp_path_factory.mktemp("freeswitch"))
    instance.start()
    yield instance
    instance.stop()


@dataclass
class Crm:
    """The power company's customer system, as the hotline calls it."""

    url: str
    outages: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture(scope="session")
def crm() -> Iterator[Crm]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self, status: int, content: Any) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            account = self.path.rpartition("/")[2]
            bill = {"balance": 12.5, "due_date": "2026-12-01", "items": [{"month": 10, "amount": 88.05}]}
            self._answer(200, bill) if account == "1234567890" else self._answer(404, {})

        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            system.outages.append({**sent, "key": self.headers["Idempotency-Key"]})
            self._answer(200, {"ticket": "20260117"})

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    system = Crm(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield system
    server.shutdown()
    server.server_close()
    thread.join(5)


class System(Protocol):
    """What flows call `crm:`."""

    url: str


class Ivory:
    """`ivr serve`, attached to a FreeSWITCH, and what it wrote down."""

    def __init__(self, freeswitch: Instance, folder: Path, flows: Path, crm: System, cache: Path) -> None:
        self.folder = folder
        self.cache = cache
        self.recordings = folder / "recordings"
        self.ops_port = free_port()
        self.environment = {
            **os.environ,
            "IVR_SWITCH_PORT": str(freeswitch.port),
            "IVR_SWITCH_PASSWORD": freeswitch.password,
            "IVR_FLOWS_DIR": str(flows),
            "IVR_SPEECH_CACHE": str(cache),
            "IVR_CALLS_RECORDINGS": str(self.recordings),
            "IVR_CALLS_EXTENSION": "loopback/{address}/public",
            "IVR_STORE_URL": f"sqlite:///{folder / 'ivory.db'}",
            "IVR_STORE_SPOOL": str(folder / "spool"),
            "IVR_HTTP_SERVICES": json.dumps({"crm": crm.url}),
            "XDG_DATA_HOME": str(folder),
            "IVR_OPS_LISTEN": f"127.0.0.1:{self.ops_port}",
            "IVR_WEB_LISTEN": "",
            "IVR_WEBHOOKS_DELIVER": "false",
            "IVR_ASR_ENGINES": "[]",  # nobody speaks; whoever does says so
        }
        self.log = folder / "serve.log"
        self.drain = 1.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        spoken = {name: self.environment[name] for name in self.environment if name.startswith(SPOKEN)}
        if spoken not in RENDERED:
            done = subprocess.run(
                [sys.executable, "-m", "ivr", "prompt", "render"], env=self.environment, cwd=PROJECT,
                capture_output=True, timeout=180,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr.decode()[-2000:]
            RENDERED.append(spoken)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ivr", "serve", f"--drain={self.drain}"], env=self.environment,
                cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=log, start_new_session=True,
            )  # fmt: skip
        wait_for(lambda: self.said("switch_up"), 30, "Ivory attached")

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(5)

    @property
    def worker(self) -> int:
        """The process that drives the calls; 0 when there is none."""
        started = re.findall(r"worker starts\s.*?pid=(\d+)", self.log.read_text(errors="replace"))
        return int(started[-1]) if started and Path(f"/proc/{started[-1]}").exists() else 0

    def spare(self) -> bool:
        """Whether another worker stands ready beside it: made, and at rest."""
        made = re.findall(r"spare worker is made ready\s.*?pid=(\d+)", self.log.read_text(errors="replace"))
        if not made or int(made[-1]) == self.worker:
            return False
        spent = [Path(f"/proc/{made[-1]}/stat").read_text().split()[13:15]]
        time.sleep(0.4)
        return spent == [Path(f"/proc/{made[-1]}/stat").read_text().split()[13:15]] and spent != [["0", "0"]]

    def kill_worker(self) -> None:
        """Kill the worker, and wait until another one has taken its place."""
        before, ups = self.worker, self.count("switch_up")
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: self.worker not in (0, before) and self.count("switch_up") > ups, 10, "a new worker")

    @contextmanager
    def nobody(self) -> Iterator[None]:
        """No worker lives meanwhile: its parent stands still, as on a machine that swaps."""
        assert self.process is not None
        worker, ups = self.worker, self.count("switch_up")
        os.kill(self.process.pid, signal.SIGSTOP)
        os.kill(worker, signal.SIGKILL)
        try:
            yield
        finally:
            os.kill(self.process.pid, signal.SIGCONT)
            wait_for(lambda: self.count("switch_up") > ups, 15, "a new worker")

    def count(self, text: str) -> int:
        return self.log.read_text(errors="replace").count(text)

    def said(self, text: str) -> bool:
        """Whether the log has `text`."""
        return self.count(text) > 0

    def entered(self, ani: str, node: str) -> bool:
        """Whether the latest call from `ani` has come to `node`."""
        with open_current(self.environment["IVR_STORE_URL"]) as store:
            page = stored.page(store, stored.Query(number=ani, limit=1))
            if not page.calls:
                return False
            return node in [step.node for step in stored.journey(store, page.calls[0].id).steps]

    def journey(self, ani: str, timeout: float = 10.0) -> stored.Journey:
        """The latest finished call from `ani`, with its steps."""
        found: list[stored.Journey] = []

        def look() -> bool:
            with open_current(self.environment["IVR_STORE_URL"]) as store:
                page = stored.page(store, stored.Query(number=ani, limit=1))
                if page.calls and page.calls[0].ended is not None:
                    found.append(stored.journey(store, page.calls[0].id))
            return bool(found)

        wait_for(look, timeout, f"the record of the call from {ani}")
        return found[0]


def wait_for(true: Callable[[], object], timeout: float, what: str) -> None:
    """Look until it is true; fails with `what` did not happen. `timeout` is what an idle machine needs at
    most; one that is busy with other tests has `SLACK` times as long."""
    deadline = time.monotonic() + timeout * SLACK
    while not true():
        assert time.monotonic() < deadline, f"did not happen within {timeout * SLACK:g} s: {what}"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def prompt_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prompts")


@pytest.fixture(scope="module")
def flows(request: pytest.FixtureRequest) -> Path:
    """The folder of flows a module's Ivory serves; a module names another by `FLOWS`."""
    return Path(getattr(request.module, "FLOWS", PROJECT / "flows"))


@pytest.fixture(scope="module")
def ivory(
    freeswitch: Instance, crm: Crm, flows: Path, prompt_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ivory]:
    """Ivory serving this FreeSWITCH."""
    served = Ivory(freeswitch, tmp_path_factory.mktemp("ivory"), flows, crm, prompt_cache)
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def talking(
    freeswitch: Instance, crm: Crm, prompt_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ivory]:
    """Ivory with a call centre whose people have SIP telephones; see `stage`."""
    from tests.freeswitch.stage import serving

    with serving(freeswitch, tmp_path_factory.mktemp("talking"), crm, prompt_cache) as served:
        yield served
