"""A customer of the directory calls a centre on a real switch: own agent, recording, what is kept."""

from __future__ import annotations

import time
import wave
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.store import customers, recordings
from ivr.store.customers import Customer
from ivr.store.models import AgentEvents, Offers
from ivr.store.records import AgentEventRecord, ContactRecord, OfferRecord, RecordingRecord
from ivr.store.rows import unpack
from ivr.store.schema import open_current
from tests.freeswitch.centre import Centre, plan
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Crm, Ivory, wait_for
from tests.freeswitch.instance import Instance

FLOWS = Path(__file__).parent / "flows_routing"
LI = "13900000701"


@pytest.fixture(scope="module")
def ivory(
    freeswitch: Instance, crm: Crm, prompt_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ivory]:
    folder = tmp_path_factory.mktemp("known")
    served = Ivory(freeswitch, folder, FLOWS, crm, prompt_cache)
    (folder / "routing.yaml").write_text(plan(3, recording={"calls": "all", "retention": "90d"}))
    served.environment |= {
        "IVR_ACD_PLAN": str(folder / "routing.yaml"),
        "IVR_ACD_MIRROR": str(folder / "routing.json"),
        "IVR_ACD_CONTROL": str(folder / "control.sock"),
    }
    with open_current(served.environment["IVR_STORE_URL"]) as store:
        customers.write(store, [Customer("C1", datetime.now(UTC), (f"+86{LI}",), "Li", agent="a2")])
    served.start()
    yield served
    served.stop()


@pytest.fixture
def centre(ivory: Ivory, freeswitch: Instance) -> Iterator[Centre]:
    with Client(freeswitch) as phone:
        yield Centre(ivory, phone, Path(ivory.environment["IVR_ACD_PLAN"]))
        phone.api("hupall")


def kept(ivory: Ivory) -> tuple[list[ContactRecord], list[RecordingRecord]]:
    with open_current(ivory.environment["IVR_STORE_URL"]) as store:
        return customers.history(store, "C1"), recordings.latest(store, 10)


def test_a_customer_comes_to_their_own_agent_and_the_talk_is_recorded_through_a_workers_death(
    centre: Centre, ivory: Ivory
) -> None:
    centre.sign_in("a1", "a2", "a3")
    caller = centre.call(LI)
    wait_for(lambda: centre.talks() == {"a2": LI}, 5, "the talk with their own agent")
    wait_for(lambda: kept(ivory)[1], 5, "the recording")
    centre.order("agent.record_pause", agent="a2")
    ivory.kill_worker()
    wait_for(lambda: ivory.said("recording goes on"), 5, "the recording found")
    centre.order("agent.record_resume", agent="a2")
    time.sleep(2.0)
    assert centre.talks() == {"a2": LI}
    centre.phone.hang_up(caller)
    wait_for(lambda: kept(ivory)[1][0].ended, 10, "the recording's end")
    wait_for(lambda: kept(ivory)[0][0].ended, 5, "the contact's end")
    (contact,), (recording,) = kept(ivory)
    assert (contact.agent, contact.disposition, contact.group) == ("a2", "answered", "billing")
    assert (contact.ani, contact.preferred) == (f"+86{LI}", "a2")
    assert contact.offered is not None
    assert contact.answered is not None
    assert contact.arrived <= contact.offered <= contact.answered < contact.ended  # type: ignore[operator]
    assert contact.talk == pytest.approx((contact.ended - contact.answered).total_seconds(), abs=0.1)  # type: ignore[operator]
    assert (recording.contact, recording.agent, recording.result) == (contact.id, "a2", "done")
    ((begin, end),) = recording.paused
    assert 0 < begin < end < recording.seconds  # type: ignore[operator]
    assert recording.keep_until is not None
    assert (recording.keep_until - recording.started).days == 90
    with wave.open(str(ivory.recordings / recording.path)) as sound:
        assert sound.getnchannels() == 2
        length = sound.getnframes() / sound.getframerate()
    assert length == pytest.approx(contact.talk, abs=1.0)
    with open_current(ivory.environment["IVR_STORE_URL"]) as store:
        offers = [unpack(OfferRecord, row) for row in Offers.select().execute(store.db)]
        events = [unpack(AgentEventRecord, row) for row in AgentEvents.select().execute(store.db)]
    assert [(one.agent, one.result) for one in offers] == [("a2", "connected")]
    assert [one.state for one in events if one.agent == "a2"][:3] == ["available", "reserved", "busy"]
