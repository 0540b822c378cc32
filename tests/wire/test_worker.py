"""Which calls a worker takes up when it comes to a switch, and which it leaves alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import gevent
import pytest

from ivr import settings
from ivr.esl.call import Surroundings
from ivr.esl.connection import Connection
from ivr.esl.resync import Snapshot
from ivr.esl.wire import Event
from ivr.http_client import Client
from ivr.runtime.drafts import Drafts
from ivr.runtime.journey import CallMeasured, Journey, JourneyEvent
from ivr.runtime.library import Library
from ivr.runtime.services import RealServices
from ivr.runtime.worker import Worker
from ivr.speech.voice import Voice
from tests.wire.rogue_switch import RogueSwitch

FLOW = """
id: wait
languages: [en-US]
answer: never
nodes:
  wait: {type: play, prompt: {tone: "%(1000,0,440)"}, next: end}
"""
HANGUPS = Path(__file__).parents[1] / "unit/ops/hangups"
LEG, OTHER = "3f1c3f0e-0000-4000-8000-00000000000a", "3f1c3f0e-0000-4000-8000-00000000000b"


@pytest.fixture
def switch() -> Iterator[RogueSwitch]:
    with RogueSwitch() as running:
        running.when("sendmsg ", lambda line, _: line.reply("+OK"))
        yield running


@pytest.fixture
def told() -> list[JourneyEvent]:
    return []


@pytest.fixture
def start(switch: RogueSwitch, tmp_path: Path, told: list[JourneyEvent]) -> Iterator[Callable[[], Worker]]:
    (tmp_path / "wait.yaml").write_text(FLOW)
    options = settings.Settings()
    voice = Voice(options.speech)
    workers: list[Worker] = []

    def begin() -> Worker:
        worker = Worker(
            partial(Connection, "127.0.0.1", switch.port, "sesame"),
            lambda line: Surroundings(line, voice, options.calls, tmp_path),
            Library(Drafts(tmp_path, tmp_path)),
            RealServices(Client(options.http)),
            Journey(told.append),
        )
        workers.append(worker)
        worker.start()
        assert worker.connection.wait_up(5), worker.connection.failure
        gevent.sleep(0.05)
        return worker

    yield begin
    for worker in workers:
        worker.stop()
    voice.stop()


def channel(**variables: str) -> dict[str, object]:
    shown = {"ivr_flow": "wait", **variables}
    return {"Caller_Destination_Number": "1", **{f"variable_{name}": value for name, value in shown.items()}}


def test_a_call_nobody_drives_is_taken_up(start: Callable[[], Worker], switch: RogueSwitch) -> None:
    switch.channels[LEG] = channel()
    assert list(start().calls) == [LEG]


def test_a_call_in_a_talk_is_left_alone(start: Callable[[], Worker], switch: RogueSwitch) -> None:
    switch.channels[LEG] = channel(bridge_uuid=OTHER)
    switch.channels[OTHER] = {}
    assert list(start().calls) == []


def test_a_call_whose_talk_is_over_is_taken_up_though_it_still_names_the_other_leg(
    start: Callable[[], Worker], switch: RogueSwitch
) -> None:
    switch.channels[LEG] = channel(bridge_uuid=OTHER)
    assert list(start().calls) == [LEG]


def test_keys_are_heard_again_after_a_worker_that_died_over_a_pin(
    start: Callable[[], Worker], switch: RogueSwitch
) -> None:
    switch.channels[LEG] = channel(sensitive_dtmf="true")
    start()
    assert f"api uuid_setvar_multi {LEG} sensitive_dtmf=" in switch.commands


def test_a_walk_that_dies_leaves_nobody_in_silence(
    start: Callable[[], Worker], switch: RogueSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_engine: object) -> None:
        raise RuntimeError("a fault in the engine")

    monkeypatch.setattr("ivr.runtime.engine.Engine.run", die)
    switch.channels[LEG] = channel()
    worker = start()
    with gevent.Timeout(5):
        while worker.calls:
            gevent.sleep(0.01)
    assert f"api uuid_kill {LEG} NORMAL_TEMPORARY_FAILURE" in switch.commands


def hangup(name: str, **variables: str) -> Event:
    text = (HANGUPS / f"{name}.txt").read_text().rstrip("\n")
    shown = {"ivr_flow": "wait", "ivr_at": "jeyJ9", **variables}
    lines = [f"variable_{name}: {value}" for name, value in shown.items() if value]
    event = Event.parse("\n".join([text, *lines, "", ""]).encode())
    assert event is not None
    return event


def test_how_well_a_caller_was_heard_is_told_though_the_walk_is_over(
    start: Callable[[], Worker], told: list[JourneyEvent]
) -> None:
    worker = start()
    lossy = hangup("lossy")
    worker._event(lossy)
    assert lossy.created is not None
    assert told == [CallMeasured(lossy.uuid, lossy.created, 4.2, 5.81, 5.0)]


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("clean", {"ivr_flow": ""}),  # not a call for us, or taken elsewhere for good
        ("clean", {"ivr_at": ""}),  # no flow was begun: there is no record of it
        ("silent", {}),
        ("loop", {}),
    ],
)
def test_nothing_is_told_where_nothing_is_known(
    start: Callable[[], Worker], told: list[JourneyEvent], name: str, variables: dict[str, str]
) -> None:
    start()._event(hangup(name, **variables))
    assert told == []


def test_one_that_stands_by_tells_nothing_and_one_that_drains_does(
    start: Callable[[], Worker], told: list[JourneyEvent]
) -> None:
    worker = start()
    worker.claim.mine = False
    worker._event(hangup("clean"))
    assert told == []
    worker.draining = True
    worker._event(hangup("clean"))
    assert len(told) == 1


def test_calls_of_a_worker_that_leaves_are_left_to_it(
    start: Callable[[], Worker], told: list[JourneyEvent]
) -> None:
    worker = start()
    worker._leaver = "other"
    worker._event(hangup("clean", ivr_by="other"))
    assert told == []


class Heard:
    """A desk that keeps what it is told, and takes a while to find its agents."""

    staffed = True
    legs: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.told: list[str] = []

    def up(self, snapshot: Snapshot, calls: object, *, restarted: bool) -> None:
        gevent.sleep(0.05)
        self.told.append(f"up {sorted(channel.uuid for channel in snapshot.channels)}")

    def stop(self) -> None:
        pass

    def handle(self, event: Event, *, driven: bool) -> None:
        self.told.append(f"{event.name} {event.uuid}")


def test_what_happens_while_the_desk_is_told_how_all_is_it_hears_afterwards(
    start: Callable[[], Worker], switch: RogueSwitch
) -> None:
    worker = start()
    worker._desk = heard = Heard()  # type: ignore[assignment]
    switch.when("api hash select/ivory/worker", lambda line, _: line.answer(worker.claim.me))
    switch.channels[LEG] = channel()
    worker._missed = {}
    looking = gevent.spawn(worker._tend)
    gevent.sleep(0.02)
    switch.line.event("CHANNEL_HANGUP", Unique_ID=OTHER)
    looking.get(timeout=5)
    assert heard.told == [f"up {[LEG]}", f"CHANNEL_HANGUP {OTHER}"]
    switch.line.event("CHANNEL_HANGUP", Unique_ID=LEG)
    with gevent.Timeout(5):
        while heard.told[-1] != f"CHANNEL_HANGUP {LEG}":
            gevent.sleep(0.01)


def test_a_look_that_fails_is_taken_again(start: Callable[[], Worker], switch: RogueSwitch) -> None:
    worker = start()
    switch.when("api hash select/ivory/worker", lambda line, _: line.answer(worker.claim.me))
    worker._missed = {}
    switch.channels[LEG] = channel()
    switch.when("api show channels", lambda line, _: line.answer("no list"))
    worker._tend()
    assert list(worker.calls) == []
    switch.when("api show channels", lambda line, _: line.answer(f'{{"rows":[{{"uuid":"{LEG}"}}]}}'))
    worker._tend()
    assert list(worker.calls) == [LEG]
    assert worker._missed is None
