"""Somebody listens to a talk, speaks into it, takes it over; the talk is recorded, masked, muted."""

from __future__ import annotations

from tests.freeswitch.conformance.call import Call
from tests.freeswitch.conformance.scenarios import scenario
from tests.freeswitch.conformance.scenarios_agents import gone, reached, waiting
from tests.freeswitch.conformance.scenarios_consult import parked_times, talking

MUSIC = "%[playback_terminators=none]silence_stream://-1"


def attached(call: Call, leg: str) -> None:
    """Wait until somebody listens to a leg."""
    call.wait("MEDIA_BUG_START", {"Media-Bug-Function": "eavesdrop"}, leg)


def detached(call: Call, leg: str) -> None:
    """Wait until nobody does any more."""
    call.wait("MEDIA_BUG_STOP", {"Media-Bug-Function": "eavesdrop"}, leg)


def listening(call: Call, application: str = "eavesdrop", **variables: str) -> str:
    """Two talk, and a third listens to the agent; the application's UUID."""
    talking(call)
    reached(call, call.third, **variables)
    mark = call.start(application, call.other, call.third)
    attached(call, call.other)
    call.pause(0.3)
    return mark


def command(call: Call, keys: str) -> None:
    """Switch what the third does, as the worker does."""
    said = f"sendevent CHANNEL_DATA\nUnique-ID: {call.third}\neavesdrop-command: {keys}"
    assert call.line.send(said).startswith("+OK ")


# Listening -------------------------------------------------------------------------------------------


@scenario
def a_supervisor_listens_and_leaves(call: Call) -> None:
    listening(call)
    gone(call, call.third)
    detached(call, call.other)
    gone(call, call.other)
    parked_times(call, call.uuid, 2)


@scenario
def a_supervisor_listens_until_the_agent_leaves(call: Call) -> None:
    mark = listening(call)
    gone(call, call.other)
    call.done(mark, call.third)
    parked_times(call, call.uuid, 2)
    call.run("playback", call.sound("short"), call.third)
    gone(call, call.third)


@scenario
def a_supervisor_listens_until_the_caller_leaves(call: Call) -> None:
    listening(call)
    call.hang_up()
    call.ends()
    parked_times(call, call.other, 2)
    call.api(f"uuid_buglist {call.other}")
    gone(call, call.third)
    gone(call, call.other)


@scenario
def a_supervisor_whispers_barges_and_listens_again(call: Call) -> None:
    listening(call)
    for keys in ("2", "1", "3", "0", "x", "23"):
        command(call, keys)
        call.pause(0.1)
    call.api(f"uuid_buglist {call.other}")
    gone(call, call.third)
    gone(call, call.other)


@scenario
def a_supervisor_leaves_by_command(call: Call) -> None:
    mark = listening(call)
    command(call, "*")
    call.done(mark, call.third)
    detached(call, call.other)
    gone(call, call.third)
    gone(call, call.other)


@scenario
def a_supervisor_presses_keys(call: Call) -> None:
    mark = listening(call)
    call.api(f"uuid_recv_dtmf {call.third} 23")
    call.wait("DTMF", {"DTMF-Digit": "3"}, call.third)
    call.api(f"uuid_recv_dtmf {call.third} *")
    call.done(mark, call.third)
    gone(call, call.third)
    gone(call, call.other)


@scenario
def a_supervisor_whose_keys_mean_nothing(call: Call) -> None:
    listening(call, eavesdrop_enable_dtmf="false", eavesdrop_whisper_bleg="true")
    call.api(f"uuid_recv_dtmf {call.third} 2*")
    call.pause(0.5)
    call.api(f"uuid_buglist {call.other}")
    gone(call, call.third)
    gone(call, call.other)


@scenario
def a_break_does_not_end_listening(call: Call) -> None:
    listening(call)
    call.api(f"uuid_break {call.third}")
    call.pause(0.4)
    call.api(f"uuid_buglist {call.other}")
    gone(call, call.third)
    gone(call, call.other)


@scenario
def a_listener_is_sent_elsewhere(call: Call) -> None:
    listening(call)
    call.api(f"uuid_transfer {call.third} park inline")
    detached(call, call.other)
    call.pause(0.3)
    gone(call, call.third)
    gone(call, call.other)


@scenario
def a_supervisor_listens_to_nobody(call: Call) -> None:
    waiting(call)
    reached(call, call.third)
    call.run("eavesdrop", call.other, call.third)
    call.run("eavesdrop", call.third, call.third)
    call.run("three_way", "", call.third)
    gone(call, call.third)


@scenario
def a_supervisor_listens_to_who_waits(call: Call) -> None:
    waiting(call)
    call.start("playback", MUSIC)
    reached(call, call.third)
    call.start("eavesdrop", call.uuid, call.third)
    attached(call, call.uuid)
    call.pause(0.3)
    call.describe()
    call.hang_up()
    call.ends()
    call.pause(0.3)
    gone(call, call.third)


def supervising(call: Call, **variables: str) -> None:
    """A supervisor is called to listen to the agent of a talk, and does nothing else."""
    talking(call)
    given = {"origination_uuid": call.third, "ignore_early_media": "true", **variables}
    pairs = ",".join(f"{name}={value}" for name, value in given.items())
    call.bgapi(f"originate {{{pairs}}}{call.peer.extension('1005')} &eavesdrop({call.other})")
    attached(call, call.other)
    call.pause(0.3)


@scenario
def a_supervisor_is_called_and_whispers(call: Call) -> None:
    supervising(call, eavesdrop_whisper_bleg="true")
    for key in "0123":
        call.api(f"uuid_recv_dtmf {call.third} {key}")
        call.wait("DTMF", {"DTMF-Digit": key}, call.third)
    gone(call, call.other)
    call.wait("CHANNEL_DESTROY", leg=call.third)
    parked_times(call, call.uuid, 2)


@scenario
def a_supervisor_who_was_called_leaves(call: Call) -> None:
    supervising(call)
    gone(call, call.third)
    detached(call, call.other)
    call.pause(0.2)
    gone(call, call.other)
    parked_times(call, call.uuid, 2)


@scenario
def a_supervisor_is_called_too_late(call: Call) -> None:
    waiting(call)
    pairs = f"origination_uuid={call.third},ignore_early_media=true"
    call.bgapi(f"originate {{{pairs}}}{call.peer.extension('1005')} &eavesdrop({call.other})")
    call.wait("CHANNEL_DESTROY", leg=call.third)


# Three at once ---------------------------------------------------------------------------------------


@scenario
def three_talk(call: Call) -> None:
    listening(call, "three_way")
    call.api(f"uuid_recv_dtmf {call.third} *")
    call.pause(0.3)
    call.api(f"uuid_buglist {call.other}")
    gone(call, call.third)
    detached(call, call.other)
    gone(call, call.other)
    parked_times(call, call.uuid, 2)


@scenario
def an_agent_asks_over_the_talk(call: Call) -> None:
    talking(call)
    music = call.start("playback", MUSIC)
    silence = call.start("playback", MUSIC, call.other)
    reached(call, call.third)
    call.start("three_way", call.other, call.third)
    attached(call, call.other)
    call.pause(0.3)
    call.api(f"uuid_break {call.uuid}")
    call.api(f"uuid_break {call.other}")
    call.done(music)
    call.done(silence, call.other)
    call.pause(0.3)
    gone(call, call.third)
    detached(call, call.other)
    gone(call, call.other)
    parked_times(call, call.uuid, 2)


@scenario
def an_agent_who_asked_gives_the_caller_away(call: Call) -> None:
    talking(call, call.unseen, parks=False)
    call.start("playback", MUSIC)
    call.start("playback", MUSIC, call.unseen)
    reached(call, call.third)
    call.start("three_way", call.unseen, call.third)
    attached(call, call.unseen)
    call.pause(0.3)
    call.connect(call.uuid, call.third)
    call.wait("CHANNEL_DESTROY", leg=call.unseen)
    call.pause(0.3)
    gone(call, call.third)
    parked_times(call, call.uuid, 2)


@scenario
def a_third_leaves_three_to_two(call: Call) -> None:
    listening(call, "three_way")
    call.api(f"uuid_transfer {call.third} park inline")
    detached(call, call.other)
    parked_times(call, call.third, 2)
    call.pause(0.2)
    call.connect(call.uuid, call.third)
    call.pause(0.4)
    gone(call, call.third)
    gone(call, call.other)
    parked_times(call, call.uuid, 2)


@scenario
def tones_are_heard_in_a_talk(call: Call) -> None:
    talking(call)
    for leg in (call.other, call.uuid):
        call.run("playback", "tone_stream://%(100,100,800);loops=2", leg)
    call.press("5")
    call.start("playback", MUSIC, call.other)
    call.api(f"uuid_recv_dtmf {call.other} 67")
    call.wait("DTMF", {"DTMF-Digit": "7"}, call.other)
    call.api(f"uuid_break {call.other} all")
    call.pause(0.3)
    gone(call, call.other)
    parked_times(call, call.uuid, 2)


@scenario
def an_agent_dials(call: Call) -> None:
    reached(call, call.third)
    call.api(f"uuid_setvar_multi {call.third} continue_on_fail=true;hangup_after_bridge=false")
    call.run("bridge", call.peer.extension("1002"), call.third)
    pairs = f"{{origination_uuid={call.other},absolute_codec_string=PCMU}}"
    mark = call.begin("bridge", pairs + call.peer.extension("1005"), leg=call.third)
    call.wait("CHANNEL_BRIDGE", leg=call.third)
    call.pause(0.4)
    call.api(f"uuid_transfer {call.third} park inline")
    call.done(mark, call.third)
    parked_times(call, call.third, 2)
    gone(call, call.third)


@scenario
def an_agent_dies_while_the_caller_hears_music(call: Call) -> None:
    talking(call)
    music = call.start("playback", MUSIC)
    call.start("playback", MUSIC, call.other)
    call.pause(0.2)
    call.api(f"uuid_kill {call.other}")
    call.wait("CHANNEL_HANGUP_COMPLETE", leg=call.other)
    call.pause(0.4)
    call.api(f"uuid_exists {call.other}")
    call.api(f"uuid_break {call.uuid}")
    call.done(music)
    parked_times(call, call.uuid, 2)


@scenario
def a_caller_leaves_while_hearing_music(call: Call) -> None:
    talking(call, parks=False)
    call.start("playback", MUSIC)
    silence = call.start("playback", MUSIC, call.other)
    call.pause(0.2)
    call.hang_up()
    call.ends()
    call.pause(0.3)
    call.api(f"uuid_break {call.other}")
    call.done(silence, call.other)
    call.wait("CHANNEL_DESTROY", leg=call.other)


# Taking over -----------------------------------------------------------------------------------------


@scenario
def a_supervisor_takes_the_caller_over(call: Call) -> None:
    talking(call, call.unseen)
    reached(call, call.third)
    call.begin("intercept", call.uuid, leg=call.third)
    call.wait("CHANNEL_DESTROY", leg=call.unseen)
    call.wait("CHANNEL_BRIDGE", leg=call.third)
    call.pause(0.4)
    gone(call, call.third)
    parked_times(call, call.uuid, 2)


@scenario
def a_supervisor_takes_over_whom_the_agent_talks_to(call: Call) -> None:
    talking(call, call.unseen)
    reached(call, call.third)
    call.begin("intercept", f"-bleg {call.unseen}", leg=call.third)
    call.wait("CHANNEL_DESTROY", leg=call.unseen)
    call.wait("CHANNEL_BRIDGE", leg=call.third)
    call.pause(0.4)
    gone(call, call.third)
    parked_times(call, call.uuid, 2)


@scenario
def nobody_is_there_to_be_taken_over(call: Call) -> None:
    waiting(call)
    reached(call, call.third)
    call.run("intercept", call.other, call.third)
    call.run("intercept", f"-bleg {call.uuid}", call.third)
    call.run("intercept", "", call.third)
    gone(call, call.third)


# Recording and muting --------------------------------------------------------------------------------


@scenario
def a_talk_is_recorded_and_masked(call: Call) -> None:
    talking(call)
    call.api(f"uuid_setvar_multi {call.uuid} RECORD_STEREO=true")
    call.api(f"uuid_record {call.uuid} mask {call.recording}")
    call.api(f"uuid_record {call.uuid} start {call.recording}")
    call.pause(0.3)
    for what in ("mask", "mask", "unmask", "pause", "resume"):
        call.api(f"uuid_record {call.uuid} {what} {call.recording}")
        call.pause(0.1)
    call.api(f"uuid_record {call.uuid} unmask nowhere.wav")
    call.api(f"uuid_record {call.uuid} stop {call.recording}")
    call.wait("MEDIA_BUG_STOP")
    gone(call, call.other)
    parked_times(call, call.uuid, 2)


@scenario
def a_recording_goes_on_after_the_talk(call: Call) -> None:
    talking(call)
    call.api(f"uuid_record {call.uuid} start {call.recording}")
    call.pause(0.3)
    gone(call, call.other)
    parked_times(call, call.uuid, 2)
    call.pause(0.3)
    call.api(f"uuid_record {call.uuid} stop all")
    call.wait("MEDIA_BUG_STOP")


@scenario
def somebody_is_muted(call: Call) -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    talking(call)
    call.api(f"uuid_audio {call.other} start read mute 1")
    call.pause(0.2)
    call.api(f"uuid_audio {call.other} start write mute 1")
    call.pause(0.2)
    call.api(f"uuid_buglist {call.other}")
    for words in (
        "", call.other, nobody, f"{nobody} stop", f"{call.other} start",
        f"{call.other} start read mute", f"{call.other} start both mute 1",
        f"{call.other} pause read mute 1", f"{call.other} start read loud 1",
    ):  # fmt: skip
        call.api(f"uuid_audio {words}".rstrip())
    call.api(f"uuid_audio {call.other} stop")
    call.wait("MEDIA_BUG_STOP", {"Media-Bug-Function": "audio"}, call.other)
    call.api(f"uuid_audio {call.other} stop")
    gone(call, call.other)


# Memory ----------------------------------------------------------------------------------------------


@scenario
def a_realm_of_the_store_is_listed(call: Call) -> None:
    realm = f"realm-{call.uuid}"
    call.api(f"hash insert/{realm}/1001/one")
    call.api(f"hash_dump db {realm}")
    call.api(f"hash_dump db {call.other}")
    call.api(f"hash delete/{realm}/1001")
    call.api(f"hash_dump db {realm}")
    for words in ("", "frobnicate", "limit x", f"all {realm}"):
        call.api(f"hash_dump {words}".rstrip())


@scenario
def what_is_broadcast_waits_for_what_plays(call: Call) -> None:
    call.run("answer")
    call.api(f"uuid_broadcast {call.uuid} {call.sound('half')} aleg")
    call.api(f"uuid_broadcast {call.uuid} {call.sound('short')} aleg")
    call.wait("PLAYBACK_STOP", {"Playback-File-Path": call.sound("short")})
    call.pause(0.3)
