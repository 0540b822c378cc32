"""The caller hangs up at the worst moment, or is gone when the worker says the next thing."""

from __future__ import annotations

from tests.freeswitch.conformance.call import Call
from tests.freeswitch.conformance.scenarios import DIGITS, scenario, transfer


@scenario
def leaves_between_two_sounds(call: Call) -> None:
    call.run("answer")
    call.run("playback", call.sound("short"))
    call.hang_up()
    call.ends()


@scenario
def leaves_with_three_sounds_waiting(call: Call) -> None:
    call.run("answer")
    call.start("playback", call.sound("long"))
    for _ in range(3):
        call.begin("playback", call.sound("long"))
    call.hang_up()
    call.ends()


@scenario
def leaves_in_a_sleep(call: Call) -> None:
    call.run("answer")
    call.start("sleep", "9000")
    call.hang_up()
    call.ends()


@scenario
def leaves_during_the_prompt_of_what_it_should_type(call: Call) -> None:
    call.run("answer")
    call.start("play_and_get_digits", f"4 4 1 5000 # {call.sound('long')} '' {DIGITS} '' 5000")
    call.pause(0.2)
    call.hang_up()
    call.ends()


@scenario
def leaves_when_two_have_just_begun_to_talk(call: Call) -> None:
    transfer(call, "1005")
    call.wait("CHANNEL_BRIDGE")
    call.hang_up()
    call.ends()


@scenario
def leaves_after_a_talk(call: Call) -> None:
    mark = transfer(call, "1005")
    call.wait("CHANNEL_BRIDGE")
    call.pause(0.4)
    call.api(f"uuid_kill {call.other}")
    call.done(mark)
    call.hang_up()
    call.ends()


@scenario
def leaves_before_the_answer_while_hearing(call: Call) -> None:
    call.run("pre_answer")
    call.start("playback", call.sound("long"))
    call.pause(0.1)
    call.hang_up()
    call.ends()


@scenario
def is_gone_when_spoken_to(call: Call) -> None:
    call.run("answer")
    call.hang_up()
    call.ends()
    for command in (
        f"uuid_break {call.uuid} all", f"uuid_kill {call.uuid}", f"uuid_exists {call.uuid}",
        f"uuid_setvar_multi {call.uuid} ivr_node=x", f"uuid_dump {call.uuid} json",
        f"uuid_transfer {call.uuid} fallback XML ivory", f"uuid_bridge {call.uuid} {call.other}",
        f"uuid_record {call.uuid} stop all", f"uuid_park {call.uuid}", f"sched_del ivr-guard-{call.uuid}",
    ):  # fmt: skip
        call.api(command)
    sendmsg = f"sendmsg {call.uuid}\ncall-command: execute\nexecute-app-name: playback\nevent-lock: true"
    call.answers.append(call.line.send(sendmsg))
