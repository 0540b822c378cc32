"""Callers who hang up: hundreds of them, at random moments, and not one leaves anything behind."""

from __future__ import annotations

import random
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ivr.store import calls as stored
from ivr.store.records import CallRecord
from ivr.store.schema import open_current
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Ivory, wait_for
from tests.freeswitch.instance import Instance
from tests.freeswitch.phone import Phone

CALLERS = 240
AT_ONCE = 20
LONGEST = 2.0  # seconds a caller stays after the answer, at most
KEYS = ["", "", "", "1", "2", "0", "#", "9", "11234567890"]
TROUBLE = re.compile(r"Traceback|\[error|\[critical", re.IGNORECASE)


def call(freeswitch: Instance, number: int) -> int:
    """One caller who leaves at a moment of their own; the last SIP status they saw."""
    chance = random.Random(number)
    patience = chance.choice([chance.uniform(0, 0.05), chance.uniform(0, 0.5), 10.0])
    with Phone(freeswitch.sip_port, caller=b"<sip:1380077%04d@127.0.0.1>" % number) as phone:
        if phone.call(patience) == 200:
            phone.stay(chance.uniform(0, LONGEST / 2))
            phone.press(chance.choice(KEYS))
            phone.stay(chance.uniform(0, LONGEST / 2))
        return phone.status


def files(process: int) -> int:
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def test_hundreds_hang_up_at_random_moments_and_leave_nothing(ivory: Ivory, freeswitch: Instance) -> None:
    for number in range(5):  # what is opened once is open now
        call(freeswitch, number)
    worker = ivory.worker
    with Client(freeswitch) as client:
        wait_for(lambda: client.channels() == 0, 15, "the first callers gone")
    before = files(worker)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(lambda number: call(freeswitch, number), range(5, CALLERS)))
    assert statuses.count(200) > CALLERS / 4, "too few were answered to prove anything"

    with Client(freeswitch) as client:
        wait_for(lambda: client.channels() == 0, 30, "every channel gone")
        wait_for(lambda: "0 total" in client.api("show calls count"), 10, "every call gone")
    wait_for(lambda: not living(ivory), 15, "every journey ended")
    assert ivory.worker == worker
    assert files(worker) <= before + 3
    assert TROUBLE.search(ivory.log.read_text(errors="replace")) is None
    assert {record.end for record in records(ivory)} <= {"abandoned", "completed", "transfer"}
    answered = sum(1 for record in records(ivory) if record.answered is not None)
    assert answered >= statuses.count(200)


def test_the_next_caller_is_served_as_if_nothing_had_been(ivory: Ivory, freeswitch: Instance) -> None:
    with Phone(freeswitch.sip_port, caller=b"<sip:13800779999@127.0.0.1>") as phone:
        assert phone.call() == 200
        phone.stay(1.5)
        phone.press("9")
        phone.stay(1)
    journey = ivory.journey("13800779999")
    assert [step.node for step in journey.steps][:2] == ["welcome", "main"]


def records(ivory: Ivory) -> list[CallRecord]:
    with open_current(ivory.environment["IVR_STORE_URL"]) as store:
        return list(stored.page(store, stored.Query(limit=CALLERS + 10)).calls)


def living(ivory: Ivory) -> list[str]:
    return [record.id for record in records(ivory) if record.ended is None]
