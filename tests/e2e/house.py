"""A worker on the embedded switch, in the test's own process: its orders are given, its store is read, and it
may be replaced by another while calls go on."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import gevent
from pydantic import SecretStr

from ivr.app import App
from ivr.control_client import Control
from ivr.runtime.journey import JourneyEvent
from ivr.settings import Acd, Asr, Calls, Flows, Ops, Settings, Speech, Store
from ivr.settings import Switch as SwitchSettings
from ivr.store.calls import one
from ivr.store.connect import open_store
from ivr.store.records import CallRecord
from ivr.switch.callers import Caller
from ivr.switch.extensions import Extension
from ivr.switch.switch import Switch

LIMIT = 10.0
"""Seconds after which what is waited for does not come any more."""


class House:
    """A switch with telephones, and a worker.

    Args:
        flows: the text of each flow.
        plan: the routing plan.
    """

    def __init__(
        self, folder: Path, *flows: str, plan: str = "", extensions: Mapping[str, Extension] | None = None
    ) -> None:
        (folder / "flows").mkdir()
        for number, flow in enumerate(flows):
            (folder / f"flows/flow{number}.yaml").write_text(textwrap.dedent(flow), encoding="utf-8")
        (folder / "routing.yaml").write_text(textwrap.dedent(plan), encoding="utf-8")
        self.switch = Switch({}, dict(extensions or {}))
        self._folder = folder
        self.told: list[JourneyEvent] = []

    def __enter__(self) -> Self:
        self.switch.start()
        self.settings = Settings(
            switch=SwitchSettings(
                port=self.switch.listen_port, password=SecretStr(self.switch.password), connect_timeout=5.0
            ),
            calls=Calls(
                recordings=self._folder / "recordings",
                number="sofia/gateway/trunk/{address}",
                allow=["+86"],
            ),
            acd=Acd(
                plan=self._folder / "routing.yaml",
                mirror=self._folder / "mirror.json",
                control=str(self._folder / "control.sock"),
            ),
            asr=Asr(run=self._folder / "ears"),
            flows=Flows(
                dir=self._folder / "flows", sounds=self._folder, published=self._folder / "published"
            ),
            ops=Ops(listen=""),
            speech=Speech(cache=self._folder / "speech"),
            store=Store(url=f"sqlite:///{self._folder / 'ivory.db'}", spool=self._folder / "spool"),
        )
        self._serve()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.app.stop()
        self.switch.stop()

    def _serve(self) -> None:
        self.app = App(self.settings, self.told.append)
        self.app.warm()
        self.app.start()
        assert self.app.worker.connection.wait_up(LIMIT)
        assert self.app.centre.desk.ours.wait(LIMIT)

    def another_worker(self) -> None:
        """The worker goes; another takes its place, and what goes on."""
        self.app.stop()
        self._serve()

    @property
    def control(self) -> Control:
        return Control(self.settings.acd.control, "test:zhang")

    def give(self, order: str, **given: Any) -> dict[str, Any]:
        return self.control.give(order, **given)

    def record(self, call: str) -> CallRecord:
        """A call as the store has it, once all is written that was told."""
        assert self.app.writer.flush(LIMIT)
        with open_store(self.settings.store.url) as store:
            found = one(store, call)
        assert found is not None
        return found

    def shown(self, call: str) -> dict[str, Any]:
        return self.give("call.show", call=call)

    def phone(self, call: str) -> Caller:
        """Who was called, and answered."""
        party = self.switch.channels[call].party
        assert isinstance(party, Caller)
        return party

    def at(self, call: str, node: str) -> None:
        """Wait until a call is at a node."""
        until(lambda: any(one.node == node for one in self._entered(call)))

    def _entered(self, call: str) -> list[Any]:
        return [event for event in self.told if getattr(event, "node", "") and event.call == call]

    def ended(self, call: str) -> None:
        """Wait until a call is over."""
        until(lambda: call not in self.app.worker.calls)


def until(true: Callable[[], object]) -> None:
    """Wait until something is so; it is told by another greenlet of this process."""
    deadline = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < deadline, "it never was so"
        gevent.sleep(0.005)
