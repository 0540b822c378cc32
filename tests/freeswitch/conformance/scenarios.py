"""What callers and the worker do, as far as the two switches must agree: a table from names to steps.

Every call begins parked and is hung up on when the steps are over, if it still lives.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.freeswitch.conformance.call import Call

Steps = Callable[[Call], None]

SCENARIOS: dict[str, Steps] = {}
ONLY_BY_SIP = frozenset(
    {
        "hangs_up_while_it_rings",
        "the_caller_is_held",
        "a_caller_hangs_up_on_an_agent",
        "a_caller_hangs_up_on_an_agent_who_parks",
    }
)
"""FreeSWITCH's loopback does not always notice that its other half has left while a telephone rings; it
cannot be held; and at the end of a talk it parks first, and then leaves."""

LETS_CALLS_RETURN = "continue_on_fail=true;hangup_after_bridge=false"
DIGITS = "ivory_digits"


def scenario(steps: Steps) -> Steps:
    SCENARIOS[steps.__name__] = steps
    return steps


# Arriving and leaving --------------------------------------------------------------------------------


@scenario
def arrives_and_hangs_up(call: Call) -> None:
    call.hang_up()
    call.ends()


@scenario
def is_answered_and_hangs_up(call: Call) -> None:
    call.run("answer")
    call.hang_up()
    call.ends()


@scenario
def is_answered_twice(call: Call) -> None:
    call.run("answer")
    call.run("answer")


@scenario
def hears_before_the_answer(call: Call) -> None:
    call.run("pre_answer")
    call.run("playback", call.sound("half"))
    call.run("answer")


@scenario
def sound_alone_opens_the_way(call: Call) -> None:
    call.run("playback", call.sound("half"))


@scenario
def is_answered_by_a_command(call: Call) -> None:
    call.api(f"uuid_pre_answer {call.uuid}")
    call.wait("CHANNEL_PROGRESS_MEDIA")
    call.api(f"uuid_answer {call.uuid}")
    call.wait("CHANNEL_ANSWER")
    call.run("playback", call.sound("short"))


@scenario
def is_refused(call: Call) -> None:
    call.kill("CALL_REJECTED")
    call.ends()


@scenario
def is_refused_as_busy_by_an_application(call: Call) -> None:
    call.begin("hangup", "USER_BUSY")
    call.ends()


@scenario
def is_hung_up_on_while_parked(call: Call) -> None:
    call.run("answer")
    call.kill()
    call.ends()


@scenario
def is_hung_up_on_while_hearing(call: Call) -> None:
    call.run("answer")
    call.start("playback", call.sound("long"))
    call.pause(0.2)
    call.kill("NORMAL_TEMPORARY_FAILURE")
    call.ends()


@scenario
def is_hung_up_on_with_a_cause_that_is_none(call: Call) -> None:
    call.run("answer")
    call.kill("NO_SUCH_CAUSE")
    call.ends()


@scenario
def hangs_up_while_hearing(call: Call) -> None:
    call.run("answer")
    call.start("playback", call.sound("long"))
    call.pause(0.2)
    call.hang_up()
    call.ends()


@scenario
def is_hung_up_on_with_more_to_hear(call: Call) -> None:
    call.run("answer")
    call.start("playback", call.sound("long"))
    call.begin("playback", call.sound("half"))
    call.pause(0.2)
    call.kill()
    call.ends()


@scenario
def an_unknown_application_hangs_up(call: Call) -> None:
    call.run("answer")
    call.begin("frobnicate", "now")
    call.ends()


@scenario
def park_has_an_end(call: Call) -> None:
    call.run("answer")
    call.await_a_new_second()
    call.api(f"uuid_setvar_multi {call.uuid} park_timeout=1:ALLOTTED_TIMEOUT")
    call.api(f"uuid_transfer {call.uuid} park inline")
    call.ends()


# Hearing ---------------------------------------------------------------------------------------------


@scenario
def hears_to_the_end(call: Call) -> None:
    call.run("answer")
    call.run("playback", call.sound("half"))


@scenario
def hears_two_sounds_that_wait_for_each_other(call: Call) -> None:
    call.run("answer")
    call.begin("playback", call.sound("half"))
    call.run("playback", call.sound("short"))


@scenario
def hears_a_row_of_sounds(call: Call) -> None:
    call.run("answer")
    call.run("playback", f"file_string://{call.sound('short')}!silence_stream://200!{call.sound('short')}")


@scenario
def hears_a_row_with_a_gap(call: Call) -> None:
    call.run("answer")
    call.run("playback", f"file_string://{call.sound('short')}!{call.sound('none')}!{call.sound('short')}")


@scenario
def hears_a_row_of_nothing(call: Call) -> None:
    call.run("answer")
    call.run("playback", f"file_string://{call.sound('none')}!{call.sound('nothing')}")


@scenario
def hears_no_missing_sound(call: Call) -> None:
    call.run("answer")
    call.run("playback", call.sound("none"))
    call.run("playback", call.sound("short"))


@scenario
def hears_silence(call: Call) -> None:
    call.run("answer")
    call.run("playback", "silence_stream://300")


@scenario
def hears_a_tone(call: Call) -> None:
    call.run("answer")
    call.run("playback", "tone_stream://%(100,50,800);loops=2")


@scenario
def a_sound_is_broken_off(call: Call) -> None:
    call.run("answer")
    mark = call.start("playback", call.sound("long"))
    call.pause(0.2)
    call.api(f"uuid_break {call.uuid}")
    call.done(mark)
    call.run("playback", call.sound("short"))


@scenario
def endless_silence_is_broken_off(call: Call) -> None:
    call.run("answer")
    mark = call.start("playback", "silence_stream://-1")
    call.pause(0.2)
    call.api(f"uuid_break {call.uuid}")
    call.done(mark)


@scenario
def a_break_leaves_what_is_queued(call: Call) -> None:
    call.run("answer")
    call.start("playback", call.sound("long"))
    second = call.begin("playback", call.sound("short"))
    call.pause(0.2)
    call.api(f"uuid_break {call.uuid}")
    call.done(second)


@scenario
def a_break_of_all_takes_what_is_queued(call: Call) -> None:
    call.run("answer")
    first = call.start("playback", call.sound("long"))
    call.begin("playback", call.sound("short"))
    call.pause(0.2)
    call.api(f"uuid_break {call.uuid} all")
    call.done(first)
    call.pause(0.5)
    call.run("playback", call.sound("half"))


@scenario
def a_break_while_parked_breaks_nothing_later(call: Call) -> None:
    call.run("answer")
    call.api(f"uuid_break {call.uuid}")
    call.api(f"uuid_break {call.uuid} all")
    call.run("playback", call.sound("short"))


@scenario
def without_a_lock_sounds_nest(call: Call) -> None:
    call.run("answer")
    first = call.begin("playback", call.sound("two"), lock=False)
    call.begun(first)
    call.begin("playback", call.sound("short"), lock=False)
    call.done(first)


# Keys ------------------------------------------------------------------------------------------------


@scenario
def presses_while_parked(call: Call) -> None:
    call.run("answer")
    call.press("12#")


@scenario
def presses_while_hearing(call: Call) -> None:
    call.run("answer")
    call.api(f"uuid_setvar_multi {call.uuid} playback_terminators=none")
    mark = call.start("playback", call.sound("long"))
    call.press("1*#")
    call.api(f"uuid_break {call.uuid}")
    call.done(mark)


@scenario
def a_star_ends_a_sound(call: Call) -> None:
    call.run("answer")
    mark = call.start("playback", call.sound("long"))
    call.pause(0.1)
    call.press("1*")
    call.done(mark)


@scenario
def any_key_ends_a_sound(call: Call) -> None:
    call.run("answer")
    call.api(f"uuid_setvar_multi {call.uuid} playback_terminators=any")
    mark = call.start("playback", call.sound("long"))
    call.pause(0.1)
    call.press("7")
    call.done(mark)
    call.run("playback", call.sound("short"))


@scenario
def types_ahead_during_a_sleep(call: Call) -> None:
    call.run("answer")
    call.start("sleep", "1500")
    call.press_unseen("12")
    call.wait("DTMF", {"DTMF-Digit": "2"})


# Recording -------------------------------------------------------------------------------------------


@scenario
def a_recording_is_broken_off(call: Call) -> None:
    call.run("answer")
    mark = call.start("record", f"'{call.recording}' 60 0 0")
    call.wait("RECORD_START")
    call.pause(0.4)
    call.api(f"uuid_break {call.uuid}")
    call.done(mark)


@scenario
def a_recording_reaches_its_length(call: Call) -> None:
    call.run("answer")
    call.await_a_new_second()
    call.run("record", f"'{call.recording}' 1 0 0")


@scenario
def a_recording_ends_after_silence(call: Call) -> None:
    call.run("answer")
    call.run("record", f"'{call.recording}' 60 200 1")


@scenario
def a_key_ends_a_recording(call: Call) -> None:
    call.run("answer")
    call.api(f"uuid_setvar_multi {call.uuid} playback_terminators=#")
    mark = call.start("record", f"'{call.recording}' 60 0 0")
    call.wait("RECORD_START")
    call.press("1#")
    call.done(mark)


@scenario
def hangs_up_while_recorded(call: Call) -> None:
    call.run("answer")
    call.start("record", f"'{call.recording}' 60 0 0")
    call.wait("RECORD_START")
    call.pause(0.2)
    call.hang_up()
    call.ends()


@scenario
def is_hung_up_on_while_recorded(call: Call) -> None:
    call.run("answer")
    call.start("record", f"'{call.recording}' 60 0 0")
    call.wait("RECORD_START")
    call.pause(0.2)
    call.kill("NORMAL_TEMPORARY_FAILURE")
    call.ends()


@scenario
def a_recording_nobody_can_write_hangs_up(call: Call) -> None:
    call.run("answer")
    call.begin("record", "/proc/none/here.wav 60 0 0")
    call.ends()


@scenario
def is_recorded_beside_what_it_hears(call: Call) -> None:
    call.run("answer")
    call.api(f"uuid_record {call.uuid} start '{call.recording}' 0")
    call.run("playback", call.sound("half"))
    call.api(f"uuid_record {call.uuid} stop '{call.recording}'")
    call.wait("RECORD_STOP")
    call.wait("MEDIA_BUG_STOP")


# Collecting ------------------------------------------------------------------------------------------


def collect(call: Call, rule: str, keys: str, *, secret: bool = False) -> None:
    """Collect as the worker does, and press when the prompt is over."""
    call.run("answer")
    wish = "true" if secret else ""
    call.api(f"uuid_setvar_multi {call.uuid} sensitive_dtmf={wish};read_terminator_used=;{DIGITS}=")
    mark = call.start("play_and_get_digits", rule.format(prompt=call.sound("short"), name=DIGITS))
    call.wait("PLAYBACK_STOP")
    (call.press_unseen if secret else call.press)(keys)
    call.done(mark)


@scenario
def types_as_many_keys_as_there_can_be(call: Call) -> None:
    collect(call, "4 4 1 3000 # '{prompt}' '' {name} '' 3000", "1234")


@scenario
def types_a_terminator(call: Call) -> None:
    collect(call, "2 6 1 3000 # '{prompt}' '' {name} '' 3000", "12#")


@scenario
def types_enough_and_waits(call: Call) -> None:
    collect(call, "2 6 1 3000 # '{prompt}' '' {name} '' 1000", "123")


@scenario
def types_too_little(call: Call) -> None:
    collect(call, "4 6 1 3000 # '{prompt}' '' {name} '' 1000", "12")


@scenario
def types_nothing(call: Call) -> None:
    collect(call, "1 6 1 1000 # '{prompt}' '' {name} '' 1000", "")


@scenario
def types_only_a_terminator(call: Call) -> None:
    collect(call, "1 6 1 3000 # '{prompt}' '' {name} '' 1000", "#")


@scenario
def types_what_does_not_match(call: Call) -> None:
    collect(call, "4 4 1 3000 # '{prompt}' '' {name} ^9+$ 3000", "1234")


@scenario
def types_a_secret(call: Call) -> None:
    collect(call, "4 6 1 3000 # '{prompt}' '' {name} '' 1000", "5678#", secret=True)


@scenario
def a_break_ends_only_the_prompt(call: Call) -> None:
    call.run("answer")
    mark = call.start("play_and_get_digits", f"1 4 1 1000 # '{call.sound('long')}' '' {DIGITS} '' 1000")
    call.pause(0.2)
    call.api(f"uuid_break {call.uuid}")
    call.done(mark)


@scenario
def is_hung_up_on_while_typing(call: Call) -> None:
    call.run("answer")
    call.start("play_and_get_digits", f"4 4 1 5000 # silence '' {DIGITS} '' 5000")
    call.press("1")
    call.kill("NORMAL_TEMPORARY_FAILURE")
    call.ends()


@scenario
def types_before_the_prompt_is_over(call: Call) -> None:
    call.run("answer")
    mark = call.start("play_and_get_digits", f"3 6 1 3000 # {call.sound('long')} '' {DIGITS} '' 3000")
    call.press("123#")
    call.done(mark)


@scenario
def hangs_up_while_typing(call: Call) -> None:
    call.run("answer")
    call.start("play_and_get_digits", f"4 4 1 5000 # silence '' {DIGITS} '' 5000")
    call.press("1")
    call.hang_up()
    call.ends()


# Talking to somebody ---------------------------------------------------------------------------------


def transfer(call: Call, number: str, **variables: str) -> str:
    """Call an extension as the worker does."""
    call.run("answer")
    call.api(f"uuid_setvar_multi {call.uuid} {LETS_CALLS_RETURN}")
    return call.bridge(number, **{"originate_timeout": "10", **variables})


@scenario
def somebody_answers_and_hangs_up(call: Call) -> None:
    call.done(transfer(call, "1001"))
    call.run("playback", call.sound("short"))


@scenario
def somebody_is_busy(call: Call) -> None:
    call.done(transfer(call, "1002"))
    call.run("playback", call.sound("short"))


@scenario
def somebody_refuses(call: Call) -> None:
    call.done(transfer(call, "1004"))


@scenario
def nobody_answers(call: Call) -> None:
    call.done(transfer(call, "1003", originate_timeout="2"))


@scenario
def an_endpoint_that_does_not_exist(call: Call) -> None:
    call.run("answer")
    call.api(f"uuid_setvar_multi {call.uuid} {LETS_CALLS_RETURN}")
    call.run("bridge", "nowhere/1001")


@scenario
def nobody_is_registered(call: Call) -> None:
    call.run("answer")
    call.api(f"uuid_setvar_multi {call.uuid} {LETS_CALLS_RETURN}")
    call.run("bridge", "user/1099")


@scenario
def the_worker_gives_up_on_a_ringing_telephone(call: Call) -> None:
    mark = transfer(call, "1003")
    call.wait("CHANNEL_PROGRESS", leg=call.other)
    call.api(f"uuid_kill {call.other}")
    call.done(mark)


@scenario
def the_worker_ends_a_talk(call: Call) -> None:
    mark = transfer(call, "1005")
    call.wait("CHANNEL_BRIDGE")
    call.pause(0.3)
    call.api(f"uuid_kill {call.other}")
    call.done(mark)
    call.run("playback", call.sound("short"))


@scenario
def hangs_up_while_it_rings(call: Call) -> None:
    transfer(call, "1003")
    call.wait("CHANNEL_PROGRESS", leg=call.other)
    call.hang_up()
    call.ends()


@scenario
def hangs_up_while_talking(call: Call) -> None:
    transfer(call, "1005")
    call.wait("CHANNEL_BRIDGE")
    call.pause(0.3)
    call.hang_up()
    call.ends()


@scenario
def a_call_is_described_while_it_goes_on(call: Call) -> None:
    call.describe()
    call.run("answer")
    call.describe()
    mark = transfer(call, "1005")
    call.wait("CHANNEL_BRIDGE")
    call.pause(0.6)
    call.describe()
    call.listed()
    call.api(f"uuid_kill {call.other}")
    call.done(mark)
    call.describe()


@scenario
def without_leave_to_return_a_busy_telephone_ends_the_call(call: Call) -> None:
    call.run("answer")
    call.api(f"uuid_setvar_multi {call.uuid} continue_on_fail=false")
    call.bridge("1002")
    call.ends()


@scenario
def an_agent_is_called_first(call: Call) -> None:
    call.run("answer")
    call.api(f"uuid_setvar_multi {call.uuid} park_after_bridge=true;uuid_bridge_park_on_cancel=true")
    pairs = f"origination_uuid={call.other},ignore_early_media=true,absolute_codec_string=PCMU"
    call.bgapi(f"originate {{{pairs}}}{call.peer.extension('1005')} &park()")
    call.wait("CHANNEL_PARK", leg=call.other)
    call.api(f"uuid_bridge {call.uuid} {call.other}")
    call.wait("CHANNEL_BRIDGE")
    call.pause(0.3)
    call.api(f"uuid_kill {call.other}")
    call.wait("CHANNEL_UNBRIDGE")
    call.pause(0.3)
    call.run("playback", call.sound("short"))


@scenario
def keys_are_sent_to_whom_one_talks(call: Call) -> None:
    mark = transfer(call, "1005")
    call.wait("CHANNEL_BRIDGE")
    call.api(f"uuid_send_dtmf {call.other} 12")
    call.pause(0.8)
    call.api(f"uuid_kill {call.other}")
    call.done(mark)


@scenario
def is_hung_up_on_while_it_rings(call: Call) -> None:
    transfer(call, "1003")
    call.wait("CHANNEL_PROGRESS", leg=call.other)
    call.kill("NORMAL_TEMPORARY_FAILURE")
    call.ends()


@scenario
def presses_while_it_rings(call: Call) -> None:
    mark = transfer(call, "1003")
    call.wait("CHANNEL_PROGRESS", leg=call.other)
    call.press_unseen("4")
    call.pause(0.6)
    call.api(f"uuid_kill {call.other}")
    call.done(mark)
    call.run("playback", call.sound("half"))


@scenario
def a_call_parks_again_after_a_talk(call: Call) -> None:
    call.run("answer")
    call.api(f"uuid_setvar_multi {call.uuid} park_after_bridge=true")
    call.bridge("1005")
    call.wait("CHANNEL_BRIDGE")
    call.pause(0.3)
    call.api(f"uuid_kill {call.other}")
    call.wait("CHANNEL_UNBRIDGE")
    call.pause(0.3)
    call.run("playback", call.sound("short"))


@scenario
def presses_while_talking(call: Call) -> None:
    mark = transfer(call, "1005")
    call.wait("CHANNEL_BRIDGE")
    call.press("5")
    call.api(f"uuid_kill {call.other}")
    call.done(mark)


@scenario
def is_hung_up_on_while_talking(call: Call) -> None:
    transfer(call, "1005")
    call.wait("CHANNEL_BRIDGE")
    call.pause(0.3)
    call.kill("NORMAL_TEMPORARY_FAILURE")
    call.ends()


# Commands --------------------------------------------------------------------------------------------


@scenario
def variables_are_set_and_read(call: Call) -> None:
    call.api(f"uuid_setvar_multi {call.uuid} ivr_state=a b;ivr_other=x=y;ivr_gone=1")
    call.api(f"uuid_setvar_multi {call.uuid} ivr_gone=")
    for name in ("ivr_state", "ivr_other", "ivr_gone", "ivr_flow"):
        call.api(f"uuid_getvar {call.uuid} {name}")
    call.api(f"uuid_setvar_multi {call.uuid} ivr_state=${{uuid}}")
    call.api(f"uuid_getvar {call.uuid} ivr_state")


@scenario
def commands_that_go_wrong(call: Call) -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    for command in (
        "frobnicate",
        "frobnicate now",
        f"uuid_kill {nobody}",
        f"uuid_break {nobody}",
        f"uuid_break {nobody} all",
        f"uuid_setvar_multi {nobody} a=1",
        f"uuid_getvar {nobody} a",
        f"uuid_dump {nobody}",
        f"uuid_dump {nobody} json",
        f"uuid_exists {nobody}",
        f"uuid_exists {call.uuid}",
        f"uuid_record {nobody} start /tmp/x.wav",
        f"uuid_record {call.uuid} stop /tmp/x.wav",
        f"uuid_send_dtmf {nobody} 1",
        f"uuid_transfer {nobody} park inline",
        f"uuid_bridge {nobody} {call.uuid}",
        f"uuid_answer {nobody}",
        "uuid_kill",
        "uuid_break",
        "uuid_getvar",
        "uuid_setvar_multi",
        "sched_del ivory-nothing",
        "originate error/USER_BUSY &park()",
    ):
        call.api(command)


@scenario
def commands_in_the_background(call: Call) -> None:
    call.bgapi(f"uuid_getvar {call.uuid} ivr_flow")
    call.bgapi("frobnicate now")
    call.expect_the_end()
    call.bgapi(f"uuid_kill {call.uuid} CALL_REJECTED")


@scenario
def what_is_scheduled_happens(call: Call) -> None:
    call.run("answer")
    call.await_a_new_second()
    call.peer.line.send(f"api sched_api +1 ivr-guard-{call.uuid} uuid_kill {call.uuid} ALLOTTED_TIMEOUT")
    call.expect_the_end()
    call.ends()


@scenario
def what_is_scheduled_can_be_taken_back(call: Call) -> None:
    call.run("answer")
    call.peer.line.send(f"api sched_api +1 ivr-guard-{call.uuid} uuid_kill {call.uuid} ALLOTTED_TIMEOUT")
    call.peer.line.send(f"api sched_del ivr-guard-{call.uuid}")
    call.pause(2.2)
    call.run("playback", call.sound("short"))
