"""Work beside a call: begun, done, failed, too much of it."""

from __future__ import annotations

from datetime import UTC, datetime

import gevent
import pytest
from structlog.contextvars import bound_contextvars, get_contextvars

from ivr import settings
from ivr.errors import FetchError, IvoryError, UnknownPlugin
from ivr.flow.scripted import ScriptedCall
from ivr.hours import Book, Calendar, Entry, Forced
from ivr.http_client import Client
from ivr.runtime import services
from ivr.runtime.services import RealServices


class Listening(ScriptedCall):
    """A call that counts how often it is woken."""

    woken = 0

    def wake(self) -> None:
        self.woken += 1


@pytest.fixture
def real() -> RealServices:
    return RealServices(Client(settings.Http()))


def test_the_call_is_woken_when_the_work_is_done(real: RealServices) -> None:
    call = Listening()
    gate = gevent.event.Event()
    work = real.begin(call, lambda: gate.wait(5) and "done")
    gevent.sleep(0)
    assert (work.done(), call.woken) == (False, 0)
    gate.set()
    work.wait()
    gevent.sleep(0)
    assert (work.done(), work.result(), call.woken) == (True, "done", 1)


def test_what_the_work_raises_is_raised_for_who_asks(
    real: RealServices, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise FetchError("nobody answered", reason="unreachable")

    call = Listening()
    work = real.begin(call, fail)
    work.wait()
    gevent.sleep(0)
    assert (work.done(), call.woken) == (True, 1)
    with pytest.raises(FetchError, match="nobody answered"):
        work.result()
    assert capfd.readouterr().err == ""  # gevent prints what gets out of a greenlet


def test_lines_of_the_log_that_the_work_writes_name_its_call(real: RealServices) -> None:
    with bound_contextvars(call="c1", node="ask"):
        work = real.begin(Listening(), lambda: dict(get_contextvars()))
    work.wait()
    assert work.result() == {"call": "c1", "node": "ask"}
    assert get_contextvars() == {}


def test_work_that_takes_for_ever_is_a_timeout(real: RealServices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "LONGEST", 0.01)
    work = real.begin(Listening(), lambda: gevent.sleep(60))
    work.greenlet.join(5)
    with pytest.raises(FetchError) as raised:
        work.result()
    assert raised.value.reason == "timeout"


def test_work_that_was_broken_off_is_said(real: RealServices) -> None:
    call = Listening()
    work = real.begin(call, lambda: gevent.sleep(60))
    gevent.sleep(0)
    work.greenlet.kill()
    gevent.sleep(0)
    assert call.woken == 1
    with pytest.raises(IvoryError, match="broken off"):
        work.result()


def test_work_that_nobody_waits_for_goes_on(real: RealServices) -> None:
    done: list[int] = []
    work = real.begin(Listening(), lambda: done.append(1))
    work.abandon()
    work.wait()
    assert done == [1]


def test_too_much_work_is_refused(real: RealServices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_OPERATIONS", 2)
    real = RealServices(Client(settings.Http()))
    works = [real.begin(Listening(), lambda: gevent.sleep(60)) for _ in range(2)]
    with pytest.raises(IvoryError, match="2 operations"):
        real.begin(Listening(), lambda: None)
    for work in works:
        work.greenlet.kill()
    gevent.sleep(0)
    real.begin(Listening(), lambda: None).wait()


def test_an_operation_is_looked_up_by_its_name(real: RealServices) -> None:
    with pytest.raises(UnknownPlugin, match=r"ivr\.operations"):
        real.operation("nothing_of_that_name")


OFFICE = Calendar.model_validate({"timezone": "UTC", "daily": "09:00-18:00"})
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_calendar_that_nobody_knows_has_no_hours(real: RealServices) -> None:
    assert real.hours("office", None, NOON) is None


@pytest.mark.parametrize(
    ("book", "state"),
    [
        (Book(), "closed"),  # what was switched for the lab
        (Book({"office": Entry(forced=Forced("open"))}), "open"),
        (Book({"office": Entry(OFFICE)}), "open"),
    ],
)
def test_the_houses_calendar_goes_before_the_flows_and_the_labs(book: Book, state: str) -> None:
    real = RealServices(Client(settings.Http()), book=lambda: book)
    real.calendars["office"] = "closed"
    status = real.hours("office", OFFICE, NOON)
    assert status is not None
    assert status.state == state
