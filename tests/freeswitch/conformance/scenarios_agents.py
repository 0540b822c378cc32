"""An agent's telephone is called first, and the caller brought to it when it has answered: `uuid_bridge`."""

from __future__ import annotations

from tests.freeswitch.conformance.call import Call
from tests.freeswitch.conformance.scenarios import scenario

RETURNS = "park_after_bridge=true;uuid_bridge_park_on_cancel=true"
"""What a caller's channel has while it waits for an agent: it parks again, whatever becomes of the agent."""

CARRIER = "%[playback_terminators=none]silence_stream://-1"


def waiting(call: Call, variables: str = RETURNS) -> None:
    """A caller who has been answered and waits."""
    call.run("answer")
    if variables:
        call.api(f"uuid_setvar_multi {call.uuid} {variables}")


def reached(call: Call, leg: str = "", **variables: str) -> None:
    """An agent has answered, and waits parked."""
    call.ring("1005", leg, **variables)
    call.wait("CHANNEL_PARK", leg=leg or call.other)


def parks_again(call: Call, leg: str = "") -> None:
    """Wait until a leg that was taken out of its park is in it again."""
    what = {"Event-Name": "CHANNEL_PARK", "Caller-Profile-Index": "2"}

    def again() -> bool | None:
        return (
            any(what.items() <= event.items() for event in call.peer.line.channels[leg or call.uuid]) or None
        )

    call.peer.line.until(again, "the second park")


def gone(call: Call, leg: str) -> None:
    """Hang up on a leg, and wait until it has gone."""
    call.api(f"uuid_kill {leg}")
    call.wait("CHANNEL_DESTROY", leg=leg)


# Whether the agent answers ---------------------------------------------------------------------------


@scenario
def an_agent_is_busy(call: Call) -> None:
    waiting(call)
    call.ring("1002")


@scenario
def an_agent_refuses(call: Call) -> None:
    waiting(call)
    call.ring("1004")


@scenario
def an_agent_does_not_answer(call: Call) -> None:
    waiting(call)
    call.ring("1003", originate_timeout="2")


@scenario
def an_agent_is_not_registered(call: Call) -> None:
    waiting(call)
    call.ring("user/1010")
    call.ring("user/1099")
    call.ring("nowhere/1001")


@scenario
def the_worker_gives_up_on_an_agent(call: Call) -> None:
    waiting(call)
    pairs = f"origination_uuid={call.other},ignore_early_media=true,absolute_codec_string=PCMU"
    job = call.peer.line.begin(f"originate {{{pairs}}}{call.peer.extension('1003')} &park()")
    call.wait("CHANNEL_PROGRESS", leg=call.other)
    call.api(f"uuid_kill {call.other} ORIGINATOR_CANCEL")
    call.answers.append(call.peer.line.until(lambda: call.peer.line.jobs.get(job), "the answer"))


@scenario
def a_sound_before_the_answer_is_no_answer(call: Call) -> None:
    waiting(call)
    call.ring("1007", originate_timeout="2")


@scenario
def a_sound_before_the_answer_is_enough(call: Call) -> None:
    waiting(call)
    call.ring("1007", originate_timeout="2", ignore_early_media="")
    call.wait("CHANNEL_PARK", leg=call.other)
    call.pause(0.3)
    gone(call, call.other)


@scenario
def an_agent_is_not_fetched_in_time(call: Call) -> None:
    waiting(call)
    call.await_a_new_second()
    call.ring("1005", park_timeout="1:NO_PICKUP")
    call.wait("CHANNEL_DESTROY", leg=call.other)


@scenario
def an_agent_hangs_up_before_the_caller_comes(call: Call) -> None:
    waiting(call)
    reached(call)
    gone(call, call.other)
    call.api(f"uuid_bridge {call.uuid} {call.other}")
    call.run("playback", call.sound("short"))


# How they meet ---------------------------------------------------------------------------------------


@scenario
def an_agent_hears_something_first(call: Call) -> None:
    waiting(call)
    reached(call, park_timeout="15")
    call.run("playback", call.sound("short"), call.other)
    call.connect(call.uuid, call.other)
    call.pause(0.3)
    gone(call, call.other)
    parks_again(call)


@scenario
def an_agent_is_fetched_from_what_they_hear(call: Call) -> None:
    waiting(call)
    reached(call)
    call.start("playback", call.sound("long"), call.other)
    call.pause(0.2)
    call.connect(call.uuid, call.other)
    call.pause(0.3)
    gone(call, call.other)
    parks_again(call)


@scenario
def a_caller_is_fetched_from_music(call: Call) -> None:
    waiting(call)
    call.start("playback", CARRIER)
    call.api(f"uuid_displace {call.uuid} start local_stream://moh 0 muxf")
    reached(call)
    call.api(f"uuid_displace {call.uuid} stop local_stream://moh")
    call.connect(call.uuid, call.other)
    call.pause(0.3)
    gone(call, call.other)
    parks_again(call)
    call.run("playback", call.sound("short"))


@scenario
def a_caller_is_fetched_with_more_to_hear(call: Call) -> None:
    waiting(call)
    call.start("playback", CARRIER)
    call.begin("playback", call.sound("two"))
    reached(call)
    call.connect(call.uuid, call.other)
    call.wait("PLAYBACK_START", {"Playback-File-Path": call.sound("two")})
    gone(call, call.other)
    parks_again(call)
    call.pause(0.3)


@scenario
def a_caller_hangs_up_on_an_agent(call: Call) -> None:
    waiting(call)
    reached(call)
    call.connect(call.uuid, call.other)
    call.pause(0.3)
    call.hang_up()
    call.ends()


@scenario
def a_caller_hangs_up_on_an_agent_who_parks(call: Call) -> None:
    waiting(call)
    reached(call, park_after_bridge="true")
    call.connect(call.uuid, call.other)
    call.pause(0.3)
    call.hang_up()
    call.ends()
    parks_again(call, call.other)
    gone(call, call.other)


@scenario
def an_agent_goes_as_the_caller_comes(call: Call) -> None:
    waiting(call)
    reached(call, call.unseen)
    call.together(f"uuid_bridge {call.uuid} {call.unseen}", f"uuid_kill {call.unseen}")
    parks_again(call)
    call.run("playback", call.sound("short"))


@scenario
def an_agent_goes_as_the_caller_comes_who_cannot_return(call: Call) -> None:
    waiting(call, "")
    reached(call, call.unseen)
    call.expect_the_end()
    call.together(f"uuid_bridge {call.uuid} {call.unseen}", f"uuid_kill {call.unseen}")
    call.ends()


@scenario
def a_caller_goes_as_they_come_to_an_agent(call: Call) -> None:
    waiting(call)
    reached(call)
    call.expect_the_end()
    call.together(f"uuid_bridge {call.uuid} {call.other}", f"uuid_kill {call.uuid}")
    call.ends()
    call.pause(0.5)  # the agent is left in nowhere: neither hung up nor parked
    gone(call, call.other)


@scenario
def an_agent_is_the_first_named(call: Call) -> None:
    waiting(call)
    reached(call)
    call.connect(call.other, call.uuid)
    call.pause(0.3)
    gone(call, call.other)
    parks_again(call)


# What comes after ------------------------------------------------------------------------------------


@scenario
def after_a_talk_the_caller_is_sent_on(call: Call) -> None:
    waiting(call, "transfer_after_bridge=return:XML:ivory")
    reached(call)
    call.connect(call.uuid, call.other)
    call.pause(0.3)
    gone(call, call.other)
    call.wait("CHANNEL_PARK", {"Caller-Context": "ivory"})
    call.run("playback", call.sound("short"))


@scenario
def after_a_talk_the_caller_is_hung_up_on(call: Call) -> None:
    waiting(call, "hangup_after_bridge=true")
    reached(call)
    call.connect(call.uuid, call.other)
    call.pause(0.3)
    call.expect_the_end()
    gone(call, call.other)
    call.ends()


@scenario
def after_a_talk_the_caller_has_nothing_to_do(call: Call) -> None:
    waiting(call, "")
    reached(call)
    call.connect(call.uuid, call.other)
    call.pause(0.3)
    call.expect_the_end()
    gone(call, call.other)
    call.ends()


@scenario
def the_agent_is_parked_out_of_a_talk(call: Call) -> None:
    waiting(call)
    reached(call)
    call.connect(call.uuid, call.other)
    call.pause(0.3)
    call.api(f"uuid_park {call.other}")
    parks_again(call)
    call.pause(0.3)
    gone(call, call.other)


@scenario
def the_caller_is_sent_out_of_a_talk(call: Call) -> None:
    waiting(call)
    reached(call)
    call.connect(call.uuid, call.other)
    call.pause(0.3)
    call.api(f"uuid_transfer {call.uuid} park inline")
    call.wait("CHANNEL_DESTROY", leg=call.other)
    call.pause(0.3)


@scenario
def the_caller_is_sent_out_of_a_talk_and_the_agent_parks(call: Call) -> None:
    waiting(call)
    reached(call, park_after_bridge="true")
    call.connect(call.uuid, call.other)
    call.pause(0.3)
    call.api(f"uuid_transfer {call.uuid} park inline")
    parks_again(call, call.other)
    call.pause(0.3)
    gone(call, call.other)


@scenario
def keys_in_a_talk_with_an_agent(call: Call) -> None:
    waiting(call)
    reached(call)
    call.connect(call.uuid, call.other)
    call.press("5")
    call.api(f"uuid_recv_dtmf {call.other} 67")
    call.wait("DTMF", {"DTMF-Digit": "7"}, call.other)
    call.pause(0.3)
    gone(call, call.other)
    parks_again(call)


@scenario
def the_agents_telephone_sends_the_caller_on(call: Call) -> None:
    waiting(call)
    reached(call)
    call.connect(call.uuid, call.other)
    call.pause(0.4)
    call.api(f"uuid_transfer {call.uuid} 1002 XML ivory")
    call.wait("CHANNEL_PARK", {"Caller-Context": "ivory"})
    call.api(f"uuid_getvar {call.uuid} ivr_sent")
    call.run("playback", call.sound("short"))
    call.api(f"uuid_transfer {call.uuid} two,words XML ivory")
    call.pause(0.3)
    call.api(f"uuid_getvar {call.uuid} ivr_sent")
