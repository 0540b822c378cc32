"""Health, the pulse, the settings, and the names on a call's log lines."""

from __future__ import annotations

import gevent
import pytest
from structlog.contextvars import get_contextvars

from ivr import settings
from ivr.clock import VirtualClock
from ivr.errors import SettingsError
from ivr.ops.context import name_lines
from ivr.ops.health import Check, ask
from ivr.ops.pulse import INTERVAL, Pulse
from tests.unit.ops.journeys import entered, finished, started


def test_one_no_is_failing_unless_it_is_bearable() -> None:
    yes, no, bearable = Check(True), Check(False, "gone"), Check(False, "spooling", degraded=True)
    assert ask([("a", lambda: yes)]).plain()["status"] == "ok"
    report = ask([("a", lambda: yes), ("b", lambda: bearable)])
    assert (report.status, report.ok) == ("degraded", True)
    report = ask([("a", lambda: no), ("b", lambda: bearable)])
    assert (report.status, report.ok) == ("failing", False)
    assert report.plain()["checks"]["a"] == {"ok": False, "detail": "gone", "degraded": False}


def test_a_question_that_fails_is_a_no() -> None:
    report = ask([("a", lambda: Check(bool(1 // 0)))])
    assert not report.ok
    assert "ZeroDivisionError" in report.checks["a"].detail


def test_a_turn_that_comes_late_is_told_by_how_much() -> None:
    clock, late = VirtualClock(), list[float]()
    pulse = Pulse(late.append, clock)
    clock.advance(INTERVAL)
    pulse.turn()
    clock.advance(INTERVAL + 0.25)
    assert pulse.age == pytest.approx(INTERVAL + 0.25)
    pulse.turn()
    assert late == [pytest.approx(0), pytest.approx(0.25)]
    assert pulse.age == 0


@pytest.mark.parametrize("listen", ["127.0.0.1:8025", "localhost:1", "[::1]:8025", "unix:/run/ivory/ops", ""])
def test_on_this_machine_no_token_is_needed(listen: str) -> None:
    assert settings.load({"ops.listen": listen}, environ={}, files=[]).settings.ops.listen == listen


@pytest.mark.parametrize("listen", ["0.0.0.0:8025", "10.0.0.5:8025", "[::]:8025", "ivory.example:8025"])
def test_elsewhere_a_token_is_needed(listen: str) -> None:
    with pytest.raises(SettingsError, match=r"ops\.token.*set a token"):
        settings.load({"ops.listen": listen}, environ={}, files=[])
    loaded = settings.load({"ops.listen": listen, "ops.token": "s3cret"}, environ={}, files=[])
    assert "s3cret" not in repr(loaded)


@pytest.mark.parametrize("listen", ["8025", "127.0.0.1", "a b:80", "unix:", "http://x:80/"])
def test_what_is_no_address_is_said_so(listen: str) -> None:
    with pytest.raises(SettingsError, match=r"ops\.listen"):
        settings.load({"ops.listen": listen, "ops.token": "x"}, environ={}, files=[])


def test_lines_carry_the_call_of_their_own_greenlet_only() -> None:
    seen: dict[str, list[dict[str, object]]] = {}

    def walk(call: str) -> None:
        notes = seen.setdefault(call, [])
        for event in (started(call), entered(call, node=f"node of {call}"), finished(call)):
            name_lines(event)
            gevent.sleep(0)
            notes.append(dict(get_contextvars()))

    gevent.joinall([gevent.spawn(walk, call) for call in ("a", "b")], raise_error=True)
    for call in ("a", "b"):
        assert seen[call] == [
            {"call": call, "flow": "hotline"},
            {"call": call, "flow": "hotline", "node": f"node of {call}"},
            {},
        ]
    assert get_contextvars() == {}
