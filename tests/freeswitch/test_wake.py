"""How a real FreeSWITCH is listened to: it is woken, and says only what somebody needs."""

from __future__ import annotations

import statistics
import uuid

import gevent
import pytest

from ivr.errors import CommandFailed, SwitchError
from ivr.esl import commands
from ivr.esl.connection import APPLICATIONS, Connection
from ivr.esl.wire import Event
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import wait_for
from tests.freeswitch.delays import Prober, listening
from tests.freeswitch.instance import Instance

TONE = commands.playback([commands.tone("%(200,0,440)")])


def test_a_woken_freeswitch_tells_an_event_much_sooner(freeswitch: Instance) -> None:
    woken, asleep = list[float](), list[float]()
    with Prober(freeswitch) as prober:
        for _ in range(3):  # in turn, so that both meet the same noise
            for wake, delays in ((0.002, woken), (0.0, asleep)):
                with listening(freeswitch, wake) as (line, _):
                    delays += prober.delays(line, 20)
    assert statistics.median(woken) < statistics.median(asleep) / 2


def test_newlines_never_get_into_a_command(freeswitch: Instance) -> None:
    """A newline every millisecond, and commands of all lengths, some with bodies."""
    with listening(freeswitch, 0.001) as (line, _):
        for number in range(200):
            word = f"k{number}" + "x" * (number * 5)
            assert line.api(commands.api("hash", "insert/wake/word/" + word)).startswith("+OK")
            assert line.api(commands.api("hash", "select/wake/word")) == word
        for _ in range(50):
            with pytest.raises(CommandFailed, match="invalid session id"):
                line.execute(str(uuid.uuid4()), "playback", TONE, event_uuid=str(uuid.uuid4()))
        assert line.counters.dropped == line.counters.losses == 0


def test_a_checkpoint_and_the_next_sound_leave_together_and_both_take_effect(freeswitch: Instance) -> None:
    with (
        listening(freeswitch, 0.003, applications=APPLICATIONS) as (line, heard),
        Client(freeswitch) as phone,
    ):
        channel = parked(line, heard, phone)
        failed: list[SwitchError] = []
        application = str(uuid.uuid4())
        line.post_execute(
            channel,
            "playback",
            TONE,
            event_uuid=application,
            before=[commands.set_variables(channel, {"ivr_at": "menu"})],
            failed=failed.append,
        )
        wait_for(lambda: of(heard, "CHANNEL_EXECUTE_COMPLETE", application), 5, "the sound ended")
        [begun] = of(heard, "CHANNEL_EXECUTE", application)
        assert begun.variable("ivr_at") == "menu"
        assert failed == []
        line.api(commands.kill(channel))
        line.post_execute(channel, "playback", TONE, event_uuid=application, failed=failed.append)
        line.post(commands.kill(channel), failed=failed.append)
        wait_for(lambda: len(failed) == 2, 5, "both failures were told")
        assert {type(error) for error in failed} == {CommandFailed}


def test_what_a_dialplan_does_is_not_told_but_what_calls_need_is(freeswitch: Instance) -> None:
    with (
        listening(freeswitch, 0.003, applications=APPLICATIONS) as (line, heard),
        Client(freeswitch) as phone,
    ):
        channel = parked(line, heard, phone)
        application = str(uuid.uuid4())
        line.execute(channel, "playback", TONE, event_uuid=application)
        line.api(commands.api("uuid_recv_dtmf", channel, "7"))
        wait_for(lambda: of(heard, "CHANNEL_EXECUTE_COMPLETE", application), 5, "the sound ended")
        line.api(commands.kill(channel))
        wait_for(lambda: named(heard, channel, "CHANNEL_HANGUP_COMPLETE"), 5, "the end")
        applications = {event.get("Application") for event in heard if event.get("Application")}
        assert applications <= {"park", "playback"}
        assert named(heard, channel, "DTMF")
        assert named(heard, channel, "CHANNEL_HANGUP")


def parked(line: Connection, heard: list[Event], phone: Client) -> str:
    """The UUID of a new call that the dialplan parked for Ivory, answered."""
    calling = gevent.spawn(phone.call, "95598")
    wait_for(lambda: any(event.variable("ivr_flow") for event in heard), 5, "a call was parked")
    [channel] = [event.uuid for event in heard if event.name == "CHANNEL_PARK" and event.variable("ivr_flow")]
    line.execute(channel, "answer", event_uuid=str(uuid.uuid4()))
    calling.get(timeout=5)
    return channel


def of(heard: list[Event], name: str, application: str) -> list[Event]:
    return [event for event in heard if event.name == name and event.get("Application-UUID") == application]


def named(heard: list[Event], channel: str, name: str) -> list[Event]:
    return [event for event in heard if event.name == name and event.uuid == channel]
