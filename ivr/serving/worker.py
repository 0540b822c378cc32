"""The worker process's own life: start, beat, serve, drain, end. Needs gevent's patches."""

from __future__ import annotations

import gc
import sys
from signal import SIGHUP, SIGTERM

import gevent

from ivr.addresses import loopback
from ivr.app import App
from ivr.errors import IvoryError
from ivr.flag import Flag
from ivr.log import get, threads
from ivr.serving import beats
from ivr.serving.pace import keep_pace_with_switch
from ivr.settings import Settings

log = get(__name__)


def serve(settings: Settings, beat_fd: int, drain: float, owner: str) -> None:
    """Serve until SIGTERM, then take no new calls and give the others `drain` seconds; a second SIGTERM, or
    the parent's end, stops at once.

    Args:
        beat_fd: the socket that takes the beats.
        owner: the parent's name: the worker after this one has the same, and takes its calls over at once.

    Raises:
        IvoryError: it cannot start at all.
    """
    beats.die_with_parent(beat_fd)
    stop, at_once = Flag(), Flag()

    def end() -> None:
        (at_once if stop.is_set() else stop).set()

    def abandon(*_: object) -> None:
        stop.set()
        at_once.set()

    app = App(settings, owner=owner)
    app.warm()
    beats.wait_for_go(beat_fd)
    gevent.signal_handler(SIGTERM, end)
    gevent.signal_handler(SIGHUP, _reload, app)
    # Each read and write of the hub waits so long for a thread that computes (checking flows, reading long
    # answers); with Python's usual 5 ms calls would crawl meanwhile.
    sys.setswitchinterval(0.0005)
    app.start()
    app.hear()
    # What is there now stays for good. Looking it over again and again for what nobody needs would cost every
    # call a pause of 60 ms and more.
    gc.collect()
    gc.freeze()
    if settings.switch.realtime and loopback(settings.switch.host):
        others = (*app.writer.threads, *app.library.threads, *app.bindings.threads, *threads())
        log.info("priority", realtime=keep_pace_with_switch(*others))
    beats.beat(beat_fd, abandon).link_exception(abandon)
    stop.wait()
    log.info("worker drains", calls=len(app.worker.calls))
    draining = gevent.spawn(app.drain, drain)
    draining.link(lambda _drained: at_once.set())
    at_once.wait()
    if left := len(app.worker.calls):
        log.warning("calls are left on the switch", calls=left)
    app.stop()


def _reload(app: App) -> None:
    try:
        changed = app.library.refresh()
    except IvoryError as error:
        log.warning("flows unreadable", error=str(error))
        return
    log.info("flows read again", changed=changed, flows=len(app.library.flows))
