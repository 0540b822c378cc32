"""What is written down of a talk on a real FreeSWITCH: how long the caller was on hold, who ended it, and by
whose order an agent came into a state; whatever becomes of the worker meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.store.models import AgentEvents, Contacts
from ivr.store.records import AgentEventRecord, ContactRecord
from ivr.store.rows import unpack
from ivr.store.schema import open_current
from tests.freeswitch.centre import Centre
from tests.freeswitch.conftest import Ivory, wait_for
from tests.freeswitch.instance import Instance
from tests.freeswitch.stage import Stage, staffed


@pytest.fixture
def centre(talking: Ivory, freeswitch: Instance) -> Iterator[Centre]:
    with staffed(talking, freeswitch) as centre:
        yield centre


def told(centre: Centre, ani: str) -> ContactRecord:
    """The one record of a caller, once it is over."""

    def over() -> list[ContactRecord]:
        with open_current(centre.ivory.environment["IVR_STORE_URL"]) as store:
            rows = Contacts.select().where(Contacts.ani.endswith(ani)).execute(store.db)
            return [record for row in rows if (record := unpack(ContactRecord, row)).ended]

    wait_for(lambda: bool(over()), 5, "the record")
    (record,) = over()
    return record


def test_hold_is_counted_and_an_agent_who_hangs_up_ended_it(centre: Centre, tmp_path: Path) -> None:
    stage = Stage(centre, tmp_path, "13910007001")
    stage.order("hold")
    time.sleep(1.0)
    stage.order("retrieve")
    centre.phone.hang_up(stage.agent.phone)
    wait_for(lambda: centre.state("a1") == "available", 5, "the agent free")
    record = told(centre, stage.ani)
    assert (record.ended_by, record.agent, record.disposition) == ("agent", "a1", "answered")
    assert record.hold == pytest.approx(1.2, abs=0.3)
    assert record.talk is not None
    with open_current(centre.ivory.environment["IVR_STORE_URL"]) as store:
        rows = (
            AgentEvents.select().where(AgentEvents.agent == "a1").order_by(AgentEvents.at).execute(store.db)
        )
        events = [unpack(AgentEventRecord, row) for row in rows]
    assert [(event.state, event.by) for event in events][-4:] == [
        ("available", "test"), ("reserved", "router"), ("busy", "router"), ("available", "router"),
    ]  # fmt: skip


def test_hold_goes_on_counting_when_the_worker_is_killed(centre: Centre, tmp_path: Path) -> None:
    stage = Stage(centre, tmp_path, "13910007002")
    stage.order("hold")
    before = time.time()
    centre.ivory.kill_worker()
    wait_for(lambda: _busy(centre), 15, "the talk found")
    centre.order("supervisor.hang_up", agent="a1")
    record = told(centre, stage.ani)
    assert record.ended_by == "supervisor"
    assert record.hold is not None
    assert record.ended is not None
    # The hold ends as the order is given, the call when FreeSWITCH has hung up.
    assert record.hold == pytest.approx(record.ended.timestamp() - before, abs=0.5)
    assert record.answered is not None
    whole = (record.ended - record.answered).total_seconds()
    assert (record.talk or 0.0) + record.hold == pytest.approx(whole, abs=0.1)


def _busy(centre: Centre) -> bool:
    """Whether a worker is there that knows of the talk."""
    try:
        return centre.state("a1") == "busy"
    except OSError:
        return False
