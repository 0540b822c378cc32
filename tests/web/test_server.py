"""The server behind which the application stands."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from gevent import pywsgi

from ivr.web import server


@pytest.mark.parametrize(("family", "at_once"), [(socket.AF_INET, True), (socket.AF_UNIX, False)])
def test_the_second_piece_of_an_answer_does_not_wait_for_word_of_the_first(
    monkeypatch: pytest.MonkeyPatch, family: int, at_once: bool
) -> None:
    seen: list[bool] = []

    def handle(self: Any) -> None:
        seen.append(
            family != socket.AF_UNIX and bool(self.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        )

    monkeypatch.setattr(pywsgi.WSGIHandler, "handle", handle)
    with socket.socket(family, socket.SOCK_STREAM) as taken:
        handler = server._Handler.__new__(server._Handler)
        handler.socket = taken
        handler.handle()
    assert seen == [at_once]
