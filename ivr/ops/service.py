"""What `ops.listen` offers, wired to a worker: the table of paths, the pulse, and the server's life."""

from __future__ import annotations

import time
from functools import partial

import gevent
from gevent.lock import BoundedSemaphore
from prometheus_client import GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from ivr.errors import IvoryError
from ivr.log import get
from ivr.ops.centre_live import CentreBoard, Look
from ivr.ops.health import Report, ask
from ivr.ops.http import Reply, Server, as_json
from ivr.ops.metrics import Metrics
from ivr.ops.parts import Parts
from ivr.ops.render import render
from ivr.ops.stream import Reader, Stream
from ivr.portions import pieces
from ivr.settings import Ops as Settings

log = get(__name__)

BREATH = 0.0001
"""Seconds between two pieces of metrics. After 0 gevent goes on at once, and looks at sockets and clocks only
every 50th time."""
PUBLIC = ("/healthz", "/readyz", "/metrics", "/calls", "/calls/stream")
"""What `ops.listen` offers. Agents and customers are for the worker's own user alone, at `acd.control`."""
FRESH = 0.5
"""Seconds for which metrics that were made are given to others, too: asking often must not cost calls."""


class Ops:
    """Looks after a worker's parts and tells about them.

    Args:
        centre: agents, groups and contacts, for the paths of `/acd`.
        mounted: whether others answer with `routes`, too, so that there is something to look after.

    Attributes:
        server: None while it is off, or could not listen.
        routes: what is answered, by path; `ops.listen` offers those of `PUBLIC`.
    """

    def __init__(
        self,
        settings: Settings,
        metrics: Metrics,
        parts: Parts,
        centre: CentreBoard,
        look: Look,
        *,
        mounted: bool = False,
    ) -> None:
        self._centre, self._look, self._mounted = centre, look, mounted
        self.server: Server | None = None
        self.routes = {
            "/healthz": self._healthz,
            "/readyz": self._readyz,
            "/metrics": self._metrics,
            "/calls": self._calls,
            "/calls/stream": self._stream,
            "/acd": self._acd,
            "/acd/stream": self._acd_stream,
        }
        self._settings, self._parts, self._registry = settings, parts, metrics.registry
        self._rendering = BoundedSemaphore(1)
        self._text, self._made = b"", float("-inf")
        self._registry.register(parts)
        for collector in (ProcessCollector, GCCollector, PlatformCollector):
            collector(registry=self._registry)

    def start(self) -> None:
        """Begin. Calls are served whether or not somebody can watch: an address that cannot be had is
        logged."""
        if not self._settings.listen and not self._mounted:
            return
        self._parts.pulse.start()
        self._parts.greenlets.start()
        if not self._settings.listen:
            return
        try:
            self.server = Server(self._settings, {path: self.routes[path] for path in PUBLIC})
        except IvoryError as error:
            log.error("ops unavailable", error=str(error))  # noqa: TRY400 - a trace tells no more
        else:
            log.info("ops listens", at=self._settings.listen)

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop()
        self._centre.stop()
        self._parts.pulse.stop()
        self._parts.greenlets.stop()

    # What is asked ------------------------------------------------------------------------------------

    def _healthz(self) -> Reply:
        return _health(ask(self._parts.alive()))

    def _readyz(self) -> Reply:
        return _health(ask(self._parts.ready()))

    def _metrics(self) -> Reply:
        with self._rendering:
            if time.monotonic() - self._made > FRESH:
                self._text = render(self._registry, partial(gevent.sleep, BREATH))
                self._made = time.monotonic()
            return Reply(self._text, kind=CONTENT_TYPE_PLAIN_0_0_4)

    def _calls(self) -> Reply:
        board = self._parts.board
        board.prune(self._parts.worker.calls)
        return Reply(board.line("snapshot", **board.snapshot()))

    def _stream(self) -> Reply:
        self._parts.board.prune(self._parts.worker.calls)
        return _streamed(self._parts.board)

    def _acd(self) -> Reply:
        return Reply(pieces(self._look()))

    def _acd_stream(self) -> Reply:
        return _streamed(self._centre)


def _streamed(stream: Stream) -> Reply:
    if stream.full:
        return as_json({"error": "too many watch already"}, 503)
    return Reply(iter(Reader(stream)), kind="application/x-ndjson")


def _health(report: Report) -> Reply:
    return as_json(report.plain(), 200 if report.ok else 503)
