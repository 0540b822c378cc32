"""Callers whose names, numbers and headers are written to be run: on a real FreeSWITCH they are only text."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from ivr.store import calls as stored
from ivr.store.cells import NAME_LIMIT, clip
from ivr.store.records import CallRecord
from ivr.store.schema import open_current
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Crm, Ivory, wait_for
from tests.freeswitch.instance import Instance
from tests.freeswitch.phone import Phone

FLOWS = Path(__file__).parent / "flows_hostile"

BAIT = "@BAIT@"
LONG = b"A" * 3000

# What is written in From, and what FreeSWITCH makes of it before anybody hears of the call: it decodes the
# name, puts `%` for the `$` before a brace, and marks nothing as `_undef_` in its events.
NAMES: dict[str, tuple[bytes, str]] = {
    "a header": (b"x%0AUnique-ID%3A%20forged", "x\nUnique-ID: forged"),
    "a body": (b"%0AContent-Length: 0%0A%0AEvent: x", "\nContent-Length: 0\n\nEvent: x"),
    "a shell": (b"${system touch @BAIT@}", "%{system touch @BAIT@}"),
    "a shell in brackets": (b"${system(touch @BAIT@)}", "%{system(touch @BAIT@)}"),
    "a global variable": (b"$${system touch @BAIT@}", "$%{system touch @BAIT@}"),
    "an escaped shell": (rb"$\{system touch @BAIT@}", r"%\{system touch @BAIT@}"),
    "a shell in code": (b"%24%7Bsystem touch @BAIT@%7D", "%{system touch @BAIT@}"),
    "a store": (b"${hash(insert/hostile/k/v)}", "%{hash(insert/hostile/k/v)}"),
    "variables of one application": (b"%[ivr_state=fallback]x", "%[ivr_state=fallback]x"),
    "variables of a leg": (b"{ivr_state=fallback}[a=b]<c=d>", "{ivr_state=fallback}[a=b]<c=d>"),
    "a list": (b"ARRAY::a|:b", "ARRAY::a|:b"),
    "a list of one": (b"ARRAY::one", "one"),
    "nothing at all": (b"_undef_", ""),
    "an index": (b"x[3]", "x[3]"),
    "line separators": ("x\u2028y\u0085z\u2029".encode(), "x\u2028y\u0085z\u2029"),
    "no UTF-8": (b"x\xff\xfey", "x\ufffd\ufffdy"),
    "quotes": (rb"\"q\" 'r' \\ `s`", r"\"q\" 'r' \\ `s`"),
    "separators": (b"a,b|c;d:_:e!f^^g", "a,b|c;d:_:e!f^^g"),
    "another call": (b"x,sofia/internal/1005@127.0.0.1", "x,sofia/internal/1005@127.0.0.1"),
    "a module": (b"mod_event_socket unload", "mod_event_socket unload"),
    "a template": (b"{{ call.ani }} {% x %}", "{{ call.ani }} {% x %}"),
    "a very long name": (LONG, LONG.decode()),
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What became of one caller: the SIP status, and whether the call was ended for them."""

    status: int
    over: bool


def ani(number: int) -> str:
    return f"1380055{number:04}"


def dial(freeswitch: Instance, number: int, written: bytes, bait: Path) -> Outcome:
    """One call with the text in every place a telephone can write it to."""
    text = written.replace(BAIT.encode(), str(bait).encode())
    short = text[:200]
    with Phone(
        freeswitch.sip_port,
        caller=b'"%s" <sip:%s@127.0.0.1>' % (text, ani(number).encode()),
        headers=b"".join(
            b"%s: %s\r\n" % (name, short)
            for name in (b"Subject", b"Organization", b"X-Name", b"X-_body", b"X-ivr_state", b"X-Call-ID[7]")
        ),
        agent=short,
    ) as phone:
        phone.call()
        phone.stay(40)
        return Outcome(phone.status, phone.over)


@pytest.fixture(scope="module")
def bait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bait") / "taken"


@pytest.fixture(scope="module")
def outcomes(freeswitch: Instance, ivory: Ivory, bait: Path) -> dict[str, Outcome]:
    """All of them at once."""
    with ThreadPoolExecutor(len(NAMES)) as pool:
        jobs = {
            name: pool.submit(dial, freeswitch, number, written, bait)
            for number, (name, (written, _)) in enumerate(NAMES.items())
        }
        return {name: job.result() for name, job in jobs.items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_only_a_name(
    outcomes: dict[str, Outcome], ivory: Ivory, crm: Crm, bait: Path, name: str
) -> None:
    number = list(NAMES).index(name)
    assert outcomes[name] == Outcome(200, over=True)
    journey = ivory.journey(ani(number))
    assert str(UUID(journey.call.id)) == journey.call.id
    assert journey.call.end in {"completed", "transfer"}
    visited = [step.node for step in journey.steps]
    assert visited == ["keep", "say", "tell", "connect", "again", "bye"]
    expected = NAMES[name][1].replace(BAIT, str(bait))
    assert journey.call.caller_name == clip(expected, NAME_LIMIT)
    sent = [report for report in crm.outages if report.get("ani") == ani(number)]
    assert [report["name"] for report in sent] == [expected]


def test_nothing_was_run_and_nothing_forged(
    outcomes: dict[str, Outcome], ivory: Ivory, freeswitch: Instance, bait: Path
) -> None:
    assert outcomes
    assert not bait.exists()
    with Client(freeswitch) as client:
        assert client.api("hash select/hostile/k") == "-ERR no reply"
        wait_for(lambda: client.channels() == 0, 10, "every channel gone")
    log = ivory.log.read_text(errors="replace")
    assert "Traceback" not in log
    assert "forged" not in {line.partition("call=")[2].partition(" ")[0] for line in log.splitlines()}


USERS = {
    "a header": b"1%0AUnique-ID%3A%20forged",
    "a shell": b"$%7Bsystem%20touch%20@BAIT@%7D",
    "a feature code": b"*88",
    "separators": b"1,2;x=y",
    "no UTF-8": b"1\xff2",
    "nobody": b"",
    "far too long": b"1" * 2000,
}


@pytest.mark.parametrize("name", USERS)
def test_a_hostile_number_is_only_a_number(ivory: Ivory, freeswitch: Instance, bait: Path, name: str) -> None:
    user = USERS[name].replace(BAIT.encode(), str(bait).encode())
    caller = b'"%s" <sip:%s@127.0.0.1>' % (name.encode(), user) if user else b"<sip:127.0.0.1>"
    with Phone(freeswitch.sip_port, caller=caller) as phone:
        assert phone.call() in {200, 400, 416, 484}
        answered = phone.status == 200
        phone.stay(3)
    if answered:
        wait_for(lambda: latest(ivory).ended is not None, 20, "the end of the call")
        assert "forged" not in latest(ivory).id
    assert not bait.exists()
    assert "Traceback" not in ivory.log.read_text(errors="replace")


def latest(ivory: Ivory) -> CallRecord:
    with open_current(ivory.environment["IVR_STORE_URL"]) as store:
        return stored.page(store, stored.Query(limit=1)).calls[0]


@pytest.mark.parametrize("tcp", [True, False], ids=["tcp", "udp"])
@pytest.mark.parametrize("kilobytes", [8, 64])
def test_a_caller_with_a_huge_header_is_answered_or_refused(
    ivory: Ivory, freeswitch: Instance, kilobytes: int, *, tcp: bool
) -> None:
    size = kilobytes * 1024 - (0 if tcp else 2000)
    caller = b'"Big" <sip:13800559%03d@127.0.0.1>' % (kilobytes + tcp)
    with Phone(
        freeswitch.sip_port, caller=caller, headers=b"X-Big: %s\r\n" % (b"A" * size), tcp=tcp
    ) as phone:
        status = phone.call(5)
        assert status == 200 or status == 0 or 400 <= status < 700
        phone.stay(1)
    with Client(freeswitch) as client:
        wait_for(lambda: client.channels() == 0, 15, "every channel gone")
    with Phone(freeswitch.sip_port, caller=b'"After" <sip:13800559999@127.0.0.1>') as phone:
        assert phone.call() == 200
    assert "Traceback" not in ivory.log.read_text(errors="replace")


CALL_IDS = [b"%0AUnique-ID%3A%20forged", b"${system touch @BAIT@}", b"a|b;c,d[3]'\"", b"x" * 2000]


@pytest.mark.parametrize("call_id", CALL_IDS, ids=["a header", "a shell", "separators", "long"])
def test_a_hostile_call_id_harms_nobody(
    ivory: Ivory, freeswitch: Instance, bait: Path, call_id: bytes
) -> None:
    written = call_id.replace(BAIT.encode(), str(bait).encode())
    number = b"1380055%04d" % (800 + CALL_IDS.index(call_id))
    with Phone(freeswitch.sip_port, caller=b"<sip:%s@127.0.0.1>" % number, call_id=written) as phone:
        if phone.call() == 200:
            phone.stay(1)
    with Client(freeswitch) as client:
        wait_for(lambda: client.channels() == 0, 15, "every channel gone")
    assert not bait.exists()
    assert "Traceback" not in ivory.log.read_text(errors="replace")


def test_hostile_callers_are_adopted_like_others(ivory: Ivory, freeswitch: Instance, bait: Path) -> None:
    first = 700
    some = ["a header", "a shell", "a list", "line separators", "no UTF-8", "quotes"]
    done: dict[str, Outcome] = {}

    def call(number: int, name: str) -> None:
        done[name] = dial(freeswitch, number, NAMES[name][0], bait)

    threads = [threading.Thread(target=call, args=(first + at, name)) for at, name in enumerate(some)]
    for thread in threads:
        thread.start()
    wait_for(lambda: all(ivory.entered(ani(first + at), "keep") for at in range(len(some))), 15, "all in")
    time.sleep(0.3)
    ivory.kill_worker()
    for thread in threads:
        thread.join(60)
    assert done == dict.fromkeys(some, Outcome(200, over=True))
    for at in range(len(some)):
        assert ivory.journey(ani(first + at)).steps[-1].node == "bye"
    assert not bait.exists()
    assert "Traceback" not in ivory.log.read_text(errors="replace")
