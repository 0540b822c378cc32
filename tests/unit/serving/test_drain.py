"""What is begun for callers may end before the worker does."""

from __future__ import annotations

import gevent
from gevent.event import Event

from ivr import settings
from ivr.flow.scripted import ScriptedCall
from ivr.http_client import Client
from ivr.runtime.services import RealServices


def test_an_order_that_is_being_sent_may_be_sent_whole() -> None:
    services, sent = RealServices(Client(settings.Http())), Event()
    services.begin(ScriptedCall(()), sent.wait)
    assert services.finish(0.01) == 1
    gevent.spawn_later(0.01, sent.set)
    assert services.finish(5) == 0
