"""The guard that catches a call nobody drives, and the transfers it is made of."""

from __future__ import annotations

from tests.freeswitch.conformance.call import Call
from tests.freeswitch.conformance.scenarios import DIGITS, scenario, transfer


@scenario
def the_guard_strikes_in_the_park(call: Call) -> None:
    call.run("answer")
    call.await_a_new_second()
    call.guard(1)
    call.ends()


@scenario
def the_guard_strikes_before_the_answer(call: Call) -> None:
    call.await_a_new_second()
    call.guard(1)
    call.ends()


@scenario
def the_guard_strikes_while_hearing(call: Call) -> None:
    call.run("answer")
    call.start("playback", call.sound("long"))
    call.begin("playback", call.sound("half"))
    call.await_a_new_second()
    call.guard(1)
    call.ends()


@scenario
def the_guard_strikes_while_typing(call: Call) -> None:
    call.run("answer")
    call.start("play_and_get_digits", f"4 4 1 9000 # silence '' {DIGITS} '' 9000")
    call.press("1")
    call.await_a_new_second()
    call.guard(1)
    call.ends()


@scenario
def the_guard_strikes_while_recorded(call: Call) -> None:
    call.run("answer")
    call.start("record", f"'{call.recording}' 60 0 0")
    call.wait("RECORD_START")
    call.await_a_new_second()
    call.guard(1)
    call.ends()


@scenario
def a_recording_that_is_broken_off_first_survives_the_guard(call: Call) -> None:
    call.run("answer")
    group = f"ivr-guard-{call.uuid}"
    mark = call.start("record", f"'{call.recording}' 60 0 0")
    call.wait("RECORD_START")
    call.await_a_new_second()
    call.together(
        f"sched_del {group}",
        f"sched_api +1 {group} uuid_break {call.uuid} all",
        f"sched_api +3 {group} uuid_transfer {call.uuid} fallback XML ivory",
    )
    call.done(mark)
    call.ends()


@scenario
def the_guard_strikes_while_it_rings(call: Call) -> None:
    transfer(call, "1003")
    call.wait("CHANNEL_PROGRESS", leg=call.other)
    call.await_a_new_second()
    call.guard(1)
    call.ends()


@scenario
def the_guard_does_not_strike_when_it_is_wound_up_again(call: Call) -> None:
    call.run("answer")
    call.await_a_new_second()
    for _ in range(5):
        call.guard(5)
        call.pause(1.5)
    call.run("playback", call.sound("short"))
    call.api(f"sched_del ivr-guard-{call.uuid}")
    call.api(f"sched_del ivr-guard-{call.uuid}")


@scenario
def the_guard_does_not_strike_while_two_talk(call: Call) -> None:
    call.guard(3)
    mark = transfer(call, "1005")
    call.wait("CHANNEL_BRIDGE")
    call.pause(4)
    call.api(f"sched_del ivr-guard-{call.uuid}")
    call.api(f"uuid_kill {call.other}")
    call.done(mark)
    call.api(f"sched_del ivr-guard-{call.uuid}")


@scenario
def the_guard_strikes_after_a_talk(call: Call) -> None:
    strike = f"sched_api +1 ivr-guard-{call.uuid} uuid_transfer {call.uuid} fallback XML ivory"
    call.api(f"uuid_setvar {call.uuid} api_after_bridge {strike}")
    mark = transfer(call, "1005")
    call.wait("CHANNEL_BRIDGE")
    call.pause(0.6)
    call.await_a_new_second()
    call.api(f"uuid_kill {call.other}")
    call.done(mark)
    call.ends()


@scenario
def a_talk_that_is_over_at_once_winds_the_guard_up_a_second_time(call: Call) -> None:
    mark = transfer(call, "1005")
    call.wait("CHANNEL_BRIDGE")
    call.api(f"uuid_kill {call.other}")
    call.done(mark)
    call.api(f"sched_del ivr-guard-{call.uuid}")


@scenario
def a_call_returns(call: Call) -> None:
    call.run("answer")
    call.start("playback", call.sound("long"))
    call.api(f"uuid_transfer {call.uuid} return XML ivory")
    call.pause(0.4)
    call.describe()
    call.run("playback", call.sound("short"))
    call.api(f"sched_del ivr-guard-{call.uuid}")


@scenario
def a_talk_is_broken_by_a_transfer(call: Call) -> None:
    transfer(call, "1005")
    call.wait("CHANNEL_BRIDGE")
    call.pause(0.4)
    call.api(f"uuid_transfer {call.uuid} return XML ivory")
    call.wait("CHANNEL_DESTROY", leg=call.other)
    call.run("playback", call.sound("short"))


@scenario
def a_call_returns_twice(call: Call) -> None:
    call.run("answer")
    for _ in range(2):
        call.api(f"uuid_transfer {call.uuid} return XML ivory")
        call.pause(0.3)
    call.describe()


@scenario
def a_transfer_forgets_keys_and_commands_go_on(call: Call) -> None:
    call.run("answer")
    call.start("playback", call.sound("long"))
    queued = call.begin("playback", call.sound("short"))
    call.pause(0.2)
    call.api(f"uuid_transfer {call.uuid} return XML ivory")
    call.done(queued)


@scenario
def a_call_is_transferred_to_nowhere(call: Call) -> None:
    call.run("answer")
    call.api(f"uuid_transfer {call.uuid} nowhere XML nowhere")
    call.ends()


@scenario
def a_telephone_sends_a_call_somewhere(call: Call) -> None:
    call.run("answer")
    call.api(f"uuid_transfer {call.uuid} 1001 XML ivory")
    call.pause(0.3)
    call.describe()


@scenario
def a_telephone_sends_a_call_where_no_number_leads(call: Call) -> None:
    call.run("answer")
    call.api(f"uuid_transfer {call.uuid} 'no number' XML ivory")
    call.pause(0.3)
    call.describe()


@scenario
def a_call_is_transferred_once_too_often(call: Call) -> None:
    call.run("answer")
    call.api(f"uuid_setvar {call.uuid} max_forwards 2")
    call.api(f"uuid_transfer {call.uuid} return XML ivory")
    call.pause(0.3)
    call.expect_the_end()
    call.api(f"uuid_transfer {call.uuid} return XML ivory")
    call.ends()


@scenario
def hangs_up_in_the_fallback(call: Call) -> None:
    call.run("answer")
    call.api(f"uuid_transfer {call.uuid} fallback XML ivory")
    call.wait("CHANNEL_EXECUTE", {"Application": "gentones"})
    call.pause(0.2)
    call.hang_up()
    call.ends()


@scenario
def the_guard_strikes_a_call_that_is_gone(call: Call) -> None:
    call.run("answer")
    call.guard(1)
    call.hang_up()
    call.ends()
    call.pause(1.8)
    call.api(f"sched_del ivr-guard-{call.uuid}")
