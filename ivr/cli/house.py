"""A house that is open: the embedded switch and a worker in this process, and beside it the web process, so
that somebody with a browser can telephone, write flows and serve callers. What `ivr demo` ends in.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import gevent

import ivr
from ivr.errors import Conflict, IvoryError
from ivr.flow import starters
from ivr.lab.colleagues import AGENT
from ivr.lab.lab import EXTENSIONS, Lab
from ivr.serving.companions import Companion, Companions
from ivr.settings import Settings
from ivr.settings.environment import environment
from ivr.store import users
from ivr.store.schema import open_current
from ivr.store.users import User
from ivr.web.accounts import entrance

GUEST = "demo"
HERE = ("127.0.0.1:*", "localhost:*", "[::1]:*")
"""Where a guest's own receivers of webhooks are."""
ANSWERS = "1000"
"""A telephone that answers, for whoever has a number called."""
LOOK = 0.5
"""Seconds between two looks whether the companions are there."""
OPENS = 30.0
"""Seconds the web process has to answer."""


@dataclass(frozen=True, slots=True)
class House:
    """What is open: the lab, and where the web process listens."""

    lab: Lab
    listen: str

    def entrance(self) -> str:
        """Another address by which a guest comes in, once."""
        with open_current(self.lab.settings.store.url, patience=5.0) as store:
            secret = entrance.make_link(store, GUEST, "enter", datetime.now(UTC))
        return f"http://{self.listen}/welcome?link={secret}"


def workshop(folder: Path) -> Path:
    """A folder of flows that a guest may change: the starters, copied where there is none yet."""
    flows = folder / "flows"
    if not flows.is_dir():
        shutil.copytree(starters.home(), flows)
    return flows


@contextmanager
def open_house(settings: Settings, folder: Path, plan: str, calendars: dict[str, str]) -> Iterator[House]:
    """Open it, and close it again in the end. Raises IvoryError."""
    listen = _free(settings.web.listen)
    web = settings.web.model_copy(update={"listen": listen, "url": "", "key": folder / "web.key"})
    log = settings.log.model_copy(update={"level": "warning"})
    allowed = [*settings.webhooks.allow, *HERE]
    webhooks = settings.webhooks.model_copy(update={"allow": allowed, "private": True})
    settings = settings.model_copy(update={"web": web, "log": log, "webhooks": webhooks})
    telephones = {**EXTENSIONS, ANSWERS: EXTENSIONS[AGENT]}
    del telephones[AGENT]  # the guest has one
    with Lab(settings, folder, telephones, plan=plan, calendars=calendars, doors=True) as lab:
        lab.close_desks()
        environ = {
            **os.environ,
            **environment(lab.settings),
            "PYTHONPATH": str(Path(ivr.__file__).parents[1]),
        }
        _invite(lab.settings)
        command = (sys.executable, "-m", "ivr")
        beside = [Companion("web", (*command, "web")), Companion("post", (*command, "post"))]
        companions = Companions(beside, environ)
        looking = gevent.spawn(_look, companions)
        try:
            _wait(listen)
            yield House(lab, listen)
        finally:
            looking.kill()
            companions.stop()


def _invite(settings: Settings) -> None:
    """Add a guest, who may do everything and is an agent, too; one of an earlier demo is made so again."""
    now = datetime.now(UTC)
    with open_current(settings.store.url, patience=5.0) as store:
        try:
            users.add(store, User(GUEST, "admin", now, now, "Demo", AGENT))
        except Conflict:
            users.change(store, GUEST, {"role": "admin", "agent": AGENT, "enabled": True}, now)


def _look(companions: Companions) -> None:
    while True:
        companions.look(time.monotonic())
        gevent.sleep(LOOK)


def _free(listen: str) -> str:
    """Where the web process listens: as wanted, or at another port where somebody has that one."""
    host, _, port = listen.rpartition(":")
    for wanted in (int(port) if port.isdigit() else 0, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host.strip("[]") or "127.0.0.1", wanted))
            except OSError:
                continue
            return f"{host or '127.0.0.1'}:{probe.getsockname()[1]}"
    raise IvoryError(f"nothing can listen at {listen}", hint="see web.listen")


def _wait(listen: str) -> None:
    host, _, port = listen.rpartition(":")
    deadline = time.monotonic() + OPENS
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, int(port)), 1).close()
        except OSError:
            gevent.sleep(0.1)
        else:
            return
    raise IvoryError("the web process does not answer", hint="what it printed says why")
