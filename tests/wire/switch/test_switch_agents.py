"""Virtual agents at the embedded switch: what their telephones do, and who hears whom in their talks."""

from __future__ import annotations

import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import gevent
import pytest

from ivr.switch import Agent, Caller, Extension, Switch
from tests.wire.switch.client import Client
from tests.wire.switch.conftest import write_tone

PATIENCE = 5.0
PARKS = "park_after_bridge=true;uuid_bridge_park_on_cancel=true"


def soon(look: Callable[[], bool]) -> bool:
    """Whether it is so within a few seconds."""
    until = time.monotonic() + PATIENCE
    while not look() and time.monotonic() < until:
        gevent.sleep(0.01)
    return look()


@pytest.fixture
def centre() -> Iterator[Switch]:
    with Switch({"95598": "hotline"}) as switch:
        yield switch


@pytest.fixture
def worker(centre: Switch) -> Iterator[Client]:
    client = Client(centre.listen_port)
    yield client
    client.close()


def ring(client: Client, agent: Agent, leg: str, **variables: str) -> str:
    """Call an agent, and say how that ended."""
    given = {"origination_uuid": leg, "ignore_early_media": "true", **variables}
    pairs = ",".join(f"{name}={value}" for name, value in given.items())
    return client.api(f"originate {{{pairs}}}user/{agent.extension} &park()")


def waits(switch: Switch, client: Client) -> Caller:
    """A caller who was answered and waits."""
    caller = switch.dial("95598", ani="13800000000")
    assert soon(lambda: caller.line.parked)
    assert client.api(f"uuid_answer {caller.uuid}") == "+OK\n"
    client.api(f"uuid_setvar_multi {caller.uuid} {PARKS}")
    return caller


def talk(switch: Switch, client: Client, agent: Agent) -> tuple[Caller, Caller]:
    """A caller and an agent talk: both of them."""
    caller = waits(switch, client)
    leg = f"leg-of-{agent.extension}"
    assert ring(client, agent, leg) == f"+OK {leg}\n"
    assert client.api(f"uuid_bridge {caller.uuid} {leg}") == f"+OK {leg}\n"
    answered = agent.wait_call(PATIENCE)
    assert answered is not None
    assert soon(lambda: caller.hears == {leg})
    return caller, answered


@pytest.mark.parametrize(
    ("behaviour", "answer"),
    [
        (Extension("busy", after=0), "-ERR USER_BUSY\n"),
        (Extension("refuses", after=0), "-ERR CALL_REJECTED\n"),
        (Extension("no_answer"), "-ERR NO_ANSWER\n"),
        (Extension("rings_aloud"), "-ERR NO_ANSWER\n"),
        (Extension("unregistered"), "-ERR USER_NOT_REGISTERED\n"),
    ],
)
def test_an_agent_who_does_not_answer_is_told_by_the_cause(
    centre: Switch, worker: Client, behaviour: Extension, answer: str
) -> None:
    assert ring(worker, Agent(centre, "1001", behaviour), "A", originate_timeout="1") == answer


def test_what_an_agent_does_may_change_between_two_calls(centre: Switch, worker: Client) -> None:
    agent = Agent(centre, "1001", Extension(after=0))
    assert ring(worker, agent, "A") == "+OK A\n"
    agent.behave(behaviour="busy")
    assert ring(worker, agent, "B") == "-ERR USER_BUSY\n"
    assert [call.uuid for call in agent.calls] == ["A", "B"]


def test_an_agent_can_be_made_to_answer_and_to_hang_up(centre: Switch, worker: Client) -> None:
    agent = Agent(centre, "1001", Extension("no_answer"))
    ringing = gevent.spawn(ring, worker, agent, "A")
    call = agent.wait_ring(PATIENCE)
    assert call is not None
    call.answer()
    assert ringing.get(timeout=PATIENCE) == "+OK A\n"
    call.hangup()
    assert call.wait_end(PATIENCE)
    assert agent.call is None


def test_keys_of_an_agent_are_events_of_their_leg(centre: Switch, worker: Client) -> None:
    agent = Agent(centre, "1001", Extension(after=0))
    _, called = talk(centre, worker, agent)
    called.press("7")
    assert worker.wait("DTMF", {"DTMF-Digit": "7"})["Unique-ID"] == called.uuid


def test_keys_reach_the_other_one_unless_they_are_filtered(centre: Switch, worker: Client) -> None:
    caller, called = talk(centre, worker, Agent(centre, "1001", Extension(after=0)))
    called.press("7")
    assert soon(lambda: [key for _, key in caller.keys] == ["7"])
    worker.api(f"uuid_setvar {called.uuid} bridge_filter_dtmf true")
    called.press("8")
    worker.wait("DTMF", {"DTMF-Digit": "8"})
    worker.api(f"uuid_send_dtmf {caller.uuid} 9")
    assert soon(lambda: [key for _, key in caller.keys] == ["7", "9"])


def test_two_who_talk_hear_each_other_until_one_of_them_holds(centre: Switch, worker: Client) -> None:
    caller, agent = talk(centre, worker, Agent(centre, "1001", Extension(after=0)))
    assert [set(caller.hears), set(agent.hears)] == [{agent.uuid}, {caller.uuid}]
    worker.api(f"uuid_hold {agent.uuid}")
    assert [set(caller.hears), set(agent.hears)] == [set(), set()]
    worker.api(f"uuid_hold off {agent.uuid}")
    assert [set(caller.hears), set(agent.hears)] == [{agent.uuid}, {caller.uuid}]


def test_who_plays_something_in_a_talk_parts_the_two(centre: Switch, worker: Client) -> None:
    caller, agent = talk(centre, worker, Agent(centre, "1001", Extension(after=0)))
    worker.execute(caller.uuid, "playback", "silence_stream://-1")
    assert soon(lambda: not caller.hears and not agent.hears)
    worker.api(f"uuid_break {caller.uuid}")
    assert soon(lambda: caller.hears == {agent.uuid})


@pytest.mark.parametrize(
    ("key", "caller_hears", "agent_hears"),
    [
        ("0", {"leg-of-1001"}, {"caller"}),
        ("1", {"leg-of-1001", "spy"}, {"caller"}),
        ("2", {"leg-of-1001"}, {"caller", "spy"}),
        ("3", {"leg-of-1001", "spy"}, {"caller", "spy"}),
    ],
)
def test_a_supervisor_hears_both_and_is_heard_by_whom_they_choose(
    centre: Switch, worker: Client, key: str, caller_hears: set[str], agent_hears: set[str]
) -> None:
    caller, agent = talk(centre, worker, Agent(centre, "1001", Extension(after=0)))
    supervisor = Agent(centre, "1009", Extension(after=0))
    told = worker.api(
        f"originate {{origination_uuid=spy}}user/{supervisor.extension} &eavesdrop({agent.uuid})"
    )
    assert told == "+OK spy\n"
    assert soon(lambda: bool(agent.line.spies))
    spy = supervisor.calls[-1]
    assert spy.hears == {caller.uuid, agent.uuid}
    worker.api(f"uuid_recv_dtmf spy {key}")
    names = {caller.uuid: "caller"}
    assert soon(lambda: {names.get(uuid, uuid) for uuid in caller.hears} == caller_hears)
    assert {names.get(uuid, uuid) for uuid in agent.hears} == agent_hears
    worker.api(f"uuid_kill {agent.uuid}")
    assert spy.wait_end(PATIENCE)


def test_an_agent_who_is_muted_is_not_heard(centre: Switch, worker: Client) -> None:
    caller, agent = talk(centre, worker, Agent(centre, "1001", Extension(after=0)))
    worker.api(f"uuid_audio {agent.uuid} start read mute 1")
    assert [set(caller.hears), set(agent.hears)] == [set(), {caller.uuid}]
    worker.api(f"uuid_audio {agent.uuid} stop")
    assert caller.hears == {agent.uuid}


def test_a_consulted_colleague_does_not_hear_the_caller_until_three_talk(
    centre: Switch, worker: Client
) -> None:
    caller, agent = talk(centre, worker, Agent(centre, "1001", Extension(after=0)))
    for leg in (caller.uuid, agent.uuid):
        worker.execute(leg, "playback", "silence_stream://-1")
    colleague = Agent(centre, "1002", Extension(after=0))
    assert ring(worker, colleague, "third") == "+OK third\n"
    worker.execute("third", "three_way", agent.uuid)
    third = colleague.calls[-1]
    assert soon(lambda: third.hears == {agent.uuid})
    assert [set(caller.hears), set(agent.hears)] == [set(), {"third"}]
    for leg in (caller.uuid, agent.uuid):
        worker.api(f"uuid_break {leg}")
    assert soon(lambda: caller.hears == {agent.uuid, "third"})
    assert agent.hears == {caller.uuid, "third"}
    assert third.hears == {agent.uuid, caller.uuid}


def test_a_caller_whose_agent_dies_parks_and_hears_nobody(centre: Switch, worker: Client) -> None:
    caller, agent = talk(centre, worker, Agent(centre, "1001", Extension(after=0)))
    agent.hangup()
    assert soon(lambda: caller.line.parked)
    assert not caller.hears
    assert not caller.ended


def test_a_talk_is_recorded_on_two_sides_with_silence_where_it_is_masked(
    centre: Switch, worker: Client, tmp_path: Path
) -> None:
    write_tone(tmp_path / "tone.wav", 5.0)
    caller, agent = talk(centre, worker, Agent(centre, "1001", Extension(after=0)))
    file = tmp_path / "talk.wav"
    worker.api(f"uuid_setvar_multi {caller.uuid} RECORD_STEREO=true")
    agent.say(tmp_path / "tone.wav")
    assert worker.api(f"uuid_record {caller.uuid} start {file}") == "+OK Success\n"
    gevent.sleep(0.3)
    worker.api(f"uuid_record {caller.uuid} mask {file}")
    gevent.sleep(0.3)
    worker.api(f"uuid_record {caller.uuid} unmask {file}")
    assert worker.api(f"uuid_record {caller.uuid} stop {file}") == "+OK Success\n"
    with wave.open(str(file)) as sound:
        assert sound.getnchannels() == 2
        frames = memoryview(sound.readframes(sound.getnframes())).cast("h")
    left, right = list(frames[::2]), list(frames[1::2])
    assert not any(left)
    assert any(right[:2000])
    assert not any(right[3000:4000])
