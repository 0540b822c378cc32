"""The line to a switch that goes away, comes back, restarts, falls silent: what is told, and when."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator

import gevent
import pytest

from ivr.errors import CommandFailed, CommandTimeout, ConnectionLost, LoginRefused, SwitchError
from ivr.esl import background, commands, connection
from ivr.esl.connection import EVENTS, LONGEST_PAUSE, Connection, pauses
from ivr.esl.resync import Snapshot
from ivr.esl.session import Session
from ivr.esl.wire import Event
from tests.wire.rogue_switch import Line, RogueSwitch

STATUS = commands.api("status")


class Worker:
    """Whoever uses the connection, writing down what it is told."""

    def __init__(self, switch: RogueSwitch, **options: object) -> None:
        self.told: list[str] = []
        self.snapshots: list[Snapshot] = []
        self.events: list[Event] = []
        settings: dict[str, object] = {"command_timeout": 2.0, "password": "sesame", **options}
        self.line = Connection(
            "127.0.0.1",
            switch.port,
            on_event=self.events.append,
            on_up=self.up,
            on_down=self.down,
            **settings,  # type: ignore[arg-type]
        )

    def up(self, snapshot: Snapshot, restarted: bool) -> None:
        self.snapshots.append(snapshot)
        self.told.append("restarted" if restarted else "up")

    def down(self, reason: SwitchError) -> None:
        self.told.append("down")
        assert not self.line.up

    def connected(self) -> Worker:
        self.line.start()
        assert self.line.wait_up(2), self.line.failure
        return self


Start = Callable[..., Worker]


@pytest.fixture
def switch() -> Iterator[RogueSwitch]:
    with RogueSwitch() as running:
        yield running


@pytest.fixture
def start(switch: RogueSwitch, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Makes workers for `switch`, and stops them in the end."""
    monkeypatch.setattr(connection, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(connection, "SECOND_LOOK", 0.05)
    workers: list[Worker] = []

    def begin(**options: object) -> Worker:
        workers.append(Worker(switch, **options))
        return workers[-1]

    yield begin
    for worker in workers:
        worker.line.stop()


def test_a_line_that_went_this_moment_is_not_there(start: Start) -> None:
    """Or whoever tries again at once would do so for ever, and nobody else have a turn."""
    worker = start().connected()
    assert worker.line._session is not None
    worker.line._session.close(ConnectionLost("this moment"))
    assert not worker.line.wait_up(0)
    assert worker.line.wait_up(2)


def until(fact: Callable[[], object]) -> None:
    """Wait for what must become true within ten seconds, on a machine that is busy."""
    with gevent.Timeout(10):
        while not fact():
            gevent.sleep(0.005)


def arrival(switch: RogueSwitch, uuid: str, sequence: int, **headers: object) -> None:
    switch.channels[uuid] = {"Event-Sequence": sequence, **headers}


# Up --------------------------------------------------------------------------------------------------


def test_an_empty_switch_is_an_empty_snapshot(start: Start) -> None:
    worker = start().connected()
    assert worker.told == ["up"]
    assert worker.snapshots == [Snapshot("core-1", ())]
    assert worker.line.core_uuid == "core-1"


def test_a_snapshot_holds_each_channel_with_its_variables(switch: RogueSwitch, start: Start) -> None:
    arrival(switch, "a-1", 7, variable_ivr_flow="hotline")
    arrival(switch, "b-1", 8)
    [snapshot] = start().connected().snapshots
    assert [(each.uuid, each.sequence) for each in snapshot.channels] == [("a-1", 7), ("b-1", 8)]
    assert snapshot.channels[0].variable("ivr_flow") == "hotline"


def test_a_channel_that_is_not_listed_yet_is_asked_for_by_name(switch: RogueSwitch, start: Start) -> None:
    arrival(switch, "a-1", 7)
    arrival(switch, "b-1", 8)
    switch.when("api show channels", lambda line, _: line.answer('{"row_count":1,"rows":[{"uuid":"a-1"}]}'))
    [snapshot] = start(believed=lambda: ["b-1", "a-1", "gone-1"]).connected().snapshots
    assert [each.uuid for each in snapshot.channels] == ["a-1", "b-1"]


def test_a_channel_that_ends_meanwhile_is_left_out(switch: RogueSwitch, start: Start) -> None:
    arrival(switch, "a-1", 7)
    switch.when(
        "api show channels",
        lambda line, _: line.answer('{"row_count":3,"rows":[{"uuid":"gone"},{"uuid":"a b"},{"uuid":"a-1"}]}'),
    )
    [snapshot] = start().connected().snapshots
    assert [each.uuid for each in snapshot.channels] == ["a-1"]


@pytest.mark.parametrize("answer", ["", "[]", "no json", '{"rows": 7}', '{"rows": [1]}', "[" * 100_000])
def test_a_list_that_is_none_is_tried_again_later(switch: RogueSwitch, start: Start, answer: str) -> None:
    switch.when("api show channels", lambda line, _: line.answer(answer))
    worker = start()
    worker.line.start()
    until(lambda: len(switch.lines) > 2)
    assert worker.told == []
    assert worker.line.failure.message == "FreeSWITCH's list of channels is no JSON"


def test_exactly_the_events_that_somebody_needs_are_asked_for(switch: RogueSwitch, start: Start) -> None:
    start().connected()
    assert switch.commands[1] == "event plain " + " ".join(EVENTS)


def test_answers_to_jobs_are_asked_for_whatever_else_is(switch: RogueSwitch, start: Start) -> None:
    start(events=("DTMF",)).connected()
    assert switch.commands[1] == "event plain DTMF BACKGROUND_JOB"


def test_what_happens_during_the_snapshot_is_told_after_it_and_only_once(
    switch: RogueSwitch, start: Start
) -> None:
    arrival(switch, "a-1", 10)

    def meanwhile(line: Line, _: str) -> None:
        line.event("CHANNEL_PARK", Unique_ID="a-1", Event_Sequence=9)
        line.event("DTMF", Unique_ID="a-1", Event_Sequence=9, DTMF_Digit="1")
        line.event("CHANNEL_PARK", Unique_ID="b-1", Event_Sequence=11)
        line.answer(switch.core)

    switch.when("api global_getvar", meanwhile)
    worker = start()
    worker.line._on_up = lambda snapshot, _: worker.told.append(f"{len(worker.events)} events before")
    worker.connected()
    assert worker.told == ["0 events before"]
    assert [(each.name, each.uuid) for each in worker.events] == [("DTMF", "a-1"), ("CHANNEL_PARK", "b-1")]


def test_another_look_is_as_the_first_one(switch: RogueSwitch, start: Start) -> None:
    worker = start().connected()
    arrival(switch, "a-1", 10)

    def meanwhile(line: Line, _: str) -> None:
        line.event("CHANNEL_PARK", Unique_ID="a-1", Event_Sequence=9)
        line.event("DTMF", Unique_ID="a-1", Event_Sequence=11, DTMF_Digit="1")
        line.answer(switch.core)

    def told(snapshot: Snapshot) -> None:
        gevent.sleep(0.02)
        worker.told.append(f"{len(snapshot.channels)} channels, {len(worker.events)} events before")

    switch.when("api global_getvar", meanwhile)
    worker.line.look_again(told)
    assert worker.told == ["up", "1 channels, 0 events before"]
    assert [(each.name, each.uuid) for each in worker.events] == [("DTMF", "a-1")]
    switch.line.event("DTMF", Unique_ID="a-1", DTMF_Digit="2")
    until(lambda: len(worker.events) == 2)


def test_what_comes_during_a_look_that_fails_is_told_all_the_same(
    switch: RogueSwitch, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SECOND_LOOK", 60.0)  # it would fail too
    worker = start().connected()

    def meanwhile(line: Line, _: str) -> None:
        line.event("CHANNEL_HANGUP", Unique_ID="a-1")
        line.answer("no list")

    switch.when("api show channels", meanwhile)
    with pytest.raises(SwitchError, match="no JSON"):
        worker.line.look_again(lambda snapshot: worker.told.append("told"))
    assert worker.told == ["up"]
    assert [each.name for each in worker.events] == ["CHANNEL_HANGUP"]
    switch.line.event("CHANNEL_HANGUP", Unique_ID="b-1")
    until(lambda: len(worker.events) == 2)


def test_a_line_that_goes_during_a_look_is_looked_at_anew(switch: RogueSwitch, start: Start) -> None:
    worker = start().connected()

    def told(snapshot: Snapshot) -> None:
        switch.line.close()
        until(lambda: worker.told == ["up", "down", "up"])

    worker.line.look_again(told)
    switch.line.event("CHANNEL_HANGUP", Unique_ID="a-1")
    until(lambda: worker.events)


def test_a_line_that_is_not_there_cannot_be_looked_at(start: Start) -> None:
    with pytest.raises(ConnectionLost, match="looked at"):
        start().line.look_again(lambda snapshot: None)


def test_more_events_than_can_be_kept_start_the_snapshot_over(
    switch: RogueSwitch, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MAX_BUFFERED", 2)
    flood = itertools.count()

    def meanwhile(line: Line, _: str) -> None:
        if next(flood) == 0:
            for _number in range(3):
                line.event("DTMF")
        line.answer(switch.core)

    switch.when("api global_getvar", meanwhile)
    worker = start().connected()
    assert len(switch.lines) == 2
    assert worker.told == ["up"]


def test_a_channel_the_list_did_not_have_yet_is_found_a_little_later(
    switch: RogueSwitch, start: Start
) -> None:
    arrival(switch, "a-1", 7)
    worker = start().connected()
    arrival(switch, "b-1", 8)
    arrival(switch, "c-1", 9)
    switch.line.event("CHANNEL_PARK", Unique_ID="c-1")
    until(lambda: len(worker.events) == 2)
    assert [(each.name, each.uuid) for each in worker.events] == [
        ("CHANNEL_PARK", "c-1"),
        ("CHANNEL_DATA", "b-1"),
    ]


def test_a_failure_of_the_worker_does_not_take_the_line_down(start: Start) -> None:
    worker = start()
    worker.snapshots = None  # type: ignore[assignment]  # so that `up` fails
    worker.connected()
    assert worker.line.counters.handler_errors == 1
    assert worker.line.api(STATUS) == "+OK"


def test_only_applications_that_matter_are_told_of(switch: RogueSwitch, start: Start) -> None:
    """FreeSWITCH lets through what fits one filter: so each other event needs one of its own."""
    start(events=("DTMF", "CHANNEL_EXECUTE"), applications=("playback", "park")).connected()
    assert switch.commands[1:6] == [
        "filter Event-Name DTMF",
        "filter Event-Name BACKGROUND_JOB",
        "filter Application playback",
        "filter Application park",
        "event plain DTMF CHANNEL_EXECUTE BACKGROUND_JOB",
    ]


# Down and up again -----------------------------------------------------------------------------------


def test_a_lost_line_is_told_and_comes_back(switch: RogueSwitch, start: Start) -> None:
    worker = start().connected()
    switch.line.close()
    until(lambda: worker.told == ["up", "down", "up"])
    assert worker.line.wait_up(1)
    assert worker.line.api(STATUS) == "+OK"
    assert (worker.line.counters.connects, worker.line.counters.losses) == (2, 1)


def test_a_standstill_of_this_process_is_a_lost_line_and_the_truth_is_asked_for_anew(
    switch: RogueSwitch, start: Start
) -> None:
    worker = start().connected()
    arrival(switch, "a-1", 7)
    assert worker.line._session is not None
    worker.line._session._ticked -= 10
    with pytest.raises(ConnectionLost, match="stood still"):
        worker.line.api(STATUS)
    until(lambda: worker.told == ["up", "down", "up"])
    assert [channel.uuid for channel in worker.snapshots[-1].channels] == ["a-1"]


def test_a_changed_core_uuid_is_a_restart(switch: RogueSwitch, start: Start) -> None:
    worker = start().connected()
    switch.core = "core-2"
    switch.line.close()
    until(lambda: worker.told == ["up", "down", "restarted"])
    assert worker.line.core_uuid == "core-2"


def test_without_a_line_commands_fail_at_once_and_say_why(switch: RogueSwitch, start: Start) -> None:
    worker = start()
    with pytest.raises(ConnectionLost, match="not connected yet"):
        worker.line.api(STATUS)
    worker.connected()
    switch.when("auth ", lambda line, _: line.close())
    switch.line.close()
    until(lambda: not worker.line.up)
    with pytest.raises(ConnectionLost, match="closed the connection"):
        worker.line.api(STATUS)
    assert not worker.line.wait_up(0.01)


def test_a_wrong_password_is_not_tried_over_and_over(switch: RogueSwitch, start: Start) -> None:
    worker = start(password="guess")
    worker.line.start()
    assert not worker.line.wait_up(0.1)
    assert isinstance(worker.line.failure, LoginRefused)
    assert len(switch.lines) == 1


def test_a_switch_that_falls_silent_is_left(switch: RogueSwitch, start: Start) -> None:
    worker = start(ping_after=0.05, command_timeout=0.1).connected()
    switch.when("api global_getvar", lambda line, _: None)
    until(lambda: worker.told == ["up", "down"])
    assert "silent" in worker.line.failure.message


def test_a_command_whose_reply_never_comes_ends_the_line(
    switch: RogueSwitch, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Later replies would be taken for it: only a new connection is in step again."""
    monkeypatch.setattr(connection, "SECOND_LOOK", 60.0)
    worker = start(ping_after=0.05, command_timeout=0.1).connected()
    switch.when("api status", lambda line, _: None)
    talking = switch.line

    def talk() -> None:
        with contextlib.suppress(OSError):
            while True:
                talking.event("HEARTBEAT")
                gevent.sleep(0.01)

    gevent.spawn(talk)
    with pytest.raises(CommandTimeout):
        worker.line.api(STATUS)
    until(lambda: "down" in worker.told)
    assert worker.line.failure.message == "FreeSWITCH did not answer a command"


def test_a_slow_command_that_said_so_is_waited_for(switch: RogueSwitch, start: Start) -> None:
    worker = start(ping_after=0.05, command_timeout=0.1).connected()

    def slow(line: Line, _: str) -> None:
        gevent.sleep(0.4)
        line.answer("done")

    switch.when("api status", slow)
    assert worker.line.api(STATUS, timeout=1) == "done"
    assert worker.told == ["up"]


def test_stopping_ends_the_line_without_a_word_and_commands_fail(switch: RogueSwitch, start: Start) -> None:
    worker = start().connected()
    job = worker.line.bgapi(STATUS)
    job.get(1)
    worker.line.stop()
    assert worker.told == ["up"]
    with pytest.raises(ConnectionLost):
        worker.line.api(STATUS)


def test_a_fault_in_the_supervisor_itself_starts_it_over(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "LONGEST_PAUSE", 0.01)
    worker = start()
    working = worker.line._new_session

    def failing() -> Session:
        worker.line._new_session = working
        raise MemoryError

    worker.line._new_session = failing
    worker.line.start()
    assert worker.line.wait_up(1)


def test_pauses_double_to_their_limit_and_are_spread() -> None:
    longest = list(itertools.islice(pauses(lambda _, most: most), 8))
    shortest = list(itertools.islice(pauses(lambda least, _: least), 8))
    assert longest == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, LONGEST_PAUSE, LONGEST_PAUSE]
    assert shortest == [pause / 2 for pause in longest]


# Commands --------------------------------------------------------------------------------------------


def test_what_an_api_command_prints_is_returned(switch: RogueSwitch, start: Start) -> None:
    switch.when("api version", lambda line, _: line.answer("a\nb\n"))
    assert start().connected().line.api(commands.api("version")) == "a\nb"


@pytest.mark.parametrize("text", ["-ERR No such channel!\n", "-USAGE: uuid_kill"])
def test_a_failed_command_is_an_error(switch: RogueSwitch, start: Start, text: str) -> None:
    switch.when("api uuid_kill", lambda line, _: line.answer(text))
    with pytest.raises(CommandFailed, match=text[:4]):
        start().connected().line.api(commands.kill("a-1"))


def test_an_application_runs_on_a_channel_there_is(switch: RogueSwitch, start: Start) -> None:
    arrival(switch, "a-1", 7)
    line = start().connected().line
    line.execute("a-1", "answer", event_uuid="e-1")
    assert switch.commands[-1].startswith("sendmsg a-1\n")
    with pytest.raises(CommandFailed, match="invalid session id"):
        line.execute("gone", "answer", event_uuid="e-1")


def test_posted_commands_are_not_waited_for_and_their_failures_told(
    switch: RogueSwitch, start: Start
) -> None:
    switch.when("api uuid_kill", lambda line, _: line.answer("-ERR No such channel!\n"))
    line, told = start().connected().line, list[SwitchError]()
    line.post(STATUS, commands.kill("a-1"), failed=told.append)
    assert told == []
    assert line.api(STATUS) == "+OK"
    assert [type(error) for error in told] == [CommandFailed]


def test_what_is_to_go_before_an_application_does_and_only_its_own_failure_is_told(
    switch: RogueSwitch, start: Start
) -> None:
    arrival(switch, "a-1", 7)
    switch.when("api uuid_setvar_multi", lambda line, _: line.answer("-ERR No such channel!\n"))
    line, told = start().connected().line, list[SwitchError]()
    before = [commands.set_variables("a-1", {"ivr_at": "menu"})]
    line.post_execute("a-1", "answer", event_uuid="e-1", before=before, failed=told.append)
    line.api(STATUS)
    sent = [command.split()[0:2] for command in switch.commands if "a-1" in command]
    assert sent[-2:] == [["api", "uuid_setvar_multi"], ["sendmsg", "a-1"]]
    assert told == []
    line.post_execute("gone", "answer", event_uuid="e-2", failed=told.append)
    line.api(STATUS)
    assert [type(error) for error in told] == [CommandFailed]


def test_without_a_line_nothing_can_be_posted(start: Start) -> None:
    line, told = start().line, list[SwitchError]()
    with pytest.raises(ConnectionLost, match="not connected yet"):
        line.post(STATUS, failed=told.append)
    assert told == []


def test_a_job_is_answered_by_its_own_event(switch: RogueSwitch, start: Start) -> None:
    worker = start().connected()
    jobs = [worker.line.bgapi(STATUS) for _ in range(20)]
    assert [job.get(1) for job in jobs] == ["+OK done"] * 20
    assert [each for each in worker.events if each.name == "BACKGROUND_JOB"] == []


def job_ends(switch: RogueSwitch, *body: str) -> None:
    """Jobs start; `body` is what they print, none: they go on for ever."""

    def act(line: Line, command: str) -> None:
        job = command.partition("Job-UUID: ")[2]
        line.reply(f"+OK Job-UUID: {job}")
        for text in body:
            line.event("BACKGROUND_JOB", text, Job_UUID=job)

    switch.when("bgapi ", act)


def test_a_job_that_fails_is_an_error(switch: RogueSwitch, start: Start) -> None:
    job_ends(switch, "-ERR NO_ANSWER\n")
    with pytest.raises(CommandFailed, match="NO_ANSWER"):
        start().connected().line.bgapi(STATUS).get(1)


def test_a_job_nobody_waits_for_any_more_is_forgotten(switch: RogueSwitch, start: Start) -> None:
    job_ends(switch)
    line = start().connected().line
    job = line.bgapi(STATUS)
    with pytest.raises(CommandTimeout):
        job.get(0.01)
    assert len(line._jobs) == 0


def test_jobs_fail_at_once_when_the_line_goes(switch: RogueSwitch, start: Start) -> None:
    job_ends(switch)
    job = start().connected().line.bgapi(STATUS)
    switch.line.close()
    with pytest.raises(ConnectionLost):
        job.get(1)


def test_a_job_that_may_not_be_started_leaves_nothing_behind(switch: RogueSwitch, start: Start) -> None:
    switch.when("bgapi ", lambda line, _: line.reply("-ERR permission denied"))
    line = start().connected().line
    with pytest.raises(CommandFailed):
        line.bgapi(STATUS)
    assert len(line._jobs) == 0


def test_a_job_that_is_confirmed_under_another_name_ends_the_line(switch: RogueSwitch, start: Start) -> None:
    switch.when("bgapi ", lambda line, _: line.reply("+OK Job-UUID: another"))
    job = start().connected().line.bgapi(STATUS)
    with pytest.raises(ConnectionLost, match="do not match"):
        job.get(1)


def test_there_are_only_so_many_jobs(
    switch: RogueSwitch, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "MOST", 1)
    job_ends(switch)
    line = start().connected().line
    line.bgapi(STATUS)
    with pytest.raises(SwitchError, match="1 jobs run"):
        line.bgapi(STATUS)
