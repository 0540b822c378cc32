"""The post process's own life: start, beat, deliver, end. Needs gevent's patches."""

from __future__ import annotations

import uuid
from functools import partial
from signal import SIGINT, SIGTERM

import gevent

from ivr.clock import SystemClock
from ivr.flag import Flag
from ivr.log import get
from ivr.serving import beats
from ivr.settings import Settings
from ivr.store.schema import open_current
from ivr.webhooks.office import Office
from ivr.webhooks.wire import Wire

log = get(__name__)


def serve(settings: Settings, beat_fd: int | None, owner: str = "", lease: float | None = None) -> None:
    """Deliver until SIGTERM or SIGINT, or the parent's end.

    Args:
        beat_fd: the socket that takes the beats; None: nobody looks after this process.
        owner: the name under which it delivers.
        lease: seconds, see `Office`.

    Raises:
        IvoryError: it cannot start at all.
    """
    if beat_fd is not None:
        beats.die_with_parent(beat_fd)
    stop = Flag()
    for number in (SIGTERM, SIGINT):
        gevent.signal_handler(number, stop.set)
    options = settings.webhooks
    wire = Wire(options)
    database = partial(open_current, settings.store.url, patience=5.0)
    office = Office(options, database, wire, SystemClock(), owner or uuid.uuid4().hex, lease)
    office.start()
    if beat_fd is not None:
        beats.beat(beat_fd, stop.set).link_exception(lambda _dead: stop.set())
    log.info("webhooks are delivered")
    stop.wait()
    office.stop()
    wire.close()
