"""Three people: an agent asks a colleague while the caller waits, comes back, or brings the two together."""

from __future__ import annotations

from tests.freeswitch.conformance.call import Call
from tests.freeswitch.conformance.scenarios import scenario
from tests.freeswitch.conformance.scenarios_agents import gone, parks_again, reached, waiting


def parked_times(call: Call, leg: str, times: int) -> None:
    """Wait until a leg has parked so many times."""

    def count() -> bool | None:
        events = call.peer.line.channels[leg]
        return sum(event["Event-Name"] == "CHANNEL_PARK" for event in events) >= times or None

    call.peer.line.until(count, f"park number {times}")


def talking(call: Call, agent: str = "", *, parks: bool = True) -> None:
    """A caller and an agent talk; the caller parks afterwards, and the agent if `parks`."""
    waiting(call)
    stays = {"park_after_bridge": "true", "uuid_bridge_park_on_cancel": "true"}
    reached(call, agent or call.other, **(stays if parks else {}))
    call.connect(call.uuid, agent or call.other)
    call.pause(0.4)


def consulting(call: Call) -> None:
    """The agent talks to a colleague, and the caller waits."""
    talking(call)
    reached(call, call.third, park_after_bridge="true")
    call.connect(call.other, call.third)
    parked_times(call, call.uuid, 2)
    call.pause(0.4)


@scenario
def an_agent_asks_a_colleague(call: Call) -> None:
    consulting(call)
    call.run("playback", call.sound("short"))
    gone(call, call.third)
    parked_times(call, call.other, 2)
    call.connect(call.uuid, call.other)
    call.pause(0.4)
    gone(call, call.other)
    parked_times(call, call.uuid, 3)


@scenario
def an_agent_leaves_a_colleague_for_the_caller(call: Call) -> None:
    consulting(call)
    call.connect(call.uuid, call.other)
    parked_times(call, call.third, 2)
    call.pause(0.4)
    gone(call, call.third)
    gone(call, call.other)
    parked_times(call, call.uuid, 3)


@scenario
def a_colleague_takes_the_caller_over(call: Call) -> None:
    consulting(call)
    call.connect(call.uuid, call.third)
    parked_times(call, call.other, 2)
    call.pause(0.4)
    gone(call, call.other)
    gone(call, call.third)
    parked_times(call, call.uuid, 3)


@scenario
def a_colleague_who_would_not_park_is_hung_up_on(call: Call) -> None:
    talking(call)
    reached(call, call.third)
    call.connect(call.other, call.third)
    parked_times(call, call.uuid, 2)
    call.pause(0.4)
    call.connect(call.uuid, call.other)
    call.wait("CHANNEL_DESTROY", leg=call.third)
    call.pause(0.4)
    gone(call, call.other)


@scenario
def an_agent_asks_a_colleague_by_the_other_end(call: Call) -> None:
    talking(call)
    reached(call, call.third, park_after_bridge="true")
    call.connect(call.third, call.other)
    parked_times(call, call.uuid, 2)
    call.pause(0.4)
    gone(call, call.third)
    parked_times(call, call.other, 2)
    gone(call, call.other)


@scenario
def a_caller_is_given_to_a_third(call: Call) -> None:
    talking(call)
    reached(call, call.third)
    call.connect(call.uuid, call.third)
    parked_times(call, call.other, 2)
    call.pause(0.4)
    gone(call, call.other)
    gone(call, call.third)
    parked_times(call, call.uuid, 2)


@scenario
def a_caller_leaves_while_the_agent_asks(call: Call) -> None:
    consulting(call)
    call.hang_up()
    call.ends()
    call.pause(0.3)
    gone(call, call.third)
    parked_times(call, call.other, 2)
    gone(call, call.other)


@scenario
def an_agent_leaves_while_asking(call: Call) -> None:
    consulting(call)
    gone(call, call.other)
    parked_times(call, call.third, 2)
    call.connect(call.uuid, call.third)
    call.pause(0.4)
    gone(call, call.third)


@scenario
def a_colleague_dies_as_the_agent_comes(call: Call) -> None:
    talking(call)
    reached(call, call.third)
    call.together(f"uuid_bridge {call.other} {call.third}", f"uuid_kill {call.third}")
    parked_times(call, call.uuid, 2)
    parked_times(call, call.other, 2)
    call.pause(0.3)
    gone(call, call.other)


# Hold ------------------------------------------------------------------------------------------------


@scenario
def a_caller_is_held_by_the_agent(call: Call) -> None:
    talking(call)
    call.api(f"uuid_hold {call.other}")
    call.wait("CHANNEL_HOLD", leg=call.other)
    call.pause(0.5)
    call.api(f"uuid_hold off {call.other}")
    call.wait("CHANNEL_UNHOLD", leg=call.other)
    call.pause(0.3)
    gone(call, call.other)
    parks_again(call)


@scenario
def a_hold_is_toggled(call: Call) -> None:
    talking(call)
    for _ in range(4):
        call.api(f"uuid_hold toggle {call.other}")
        call.pause(0.5)
    gone(call, call.other)
    parks_again(call)


@scenario
def the_caller_is_held(call: Call) -> None:
    talking(call)
    call.api(f"uuid_hold {call.uuid}")
    call.wait("CHANNEL_HOLD")
    call.pause(0.5)
    call.api(f"uuid_hold off {call.uuid}")
    call.wait("CHANNEL_UNHOLD")
    call.pause(0.3)
    gone(call, call.other)
    parks_again(call)


@scenario
def a_held_caller_hangs_up(call: Call) -> None:
    talking(call)
    call.api(f"uuid_hold {call.other}")
    call.wait("CHANNEL_HOLD", leg=call.other)
    call.pause(0.4)
    call.hang_up()
    call.ends()
    parked_times(call, call.other, 2)
    gone(call, call.other)


@scenario
def an_agent_who_holds_hangs_up(call: Call) -> None:
    talking(call)
    # Without this the caller may be hung up, too: two threads of FreeSWITCH run for it.
    call.api(f"uuid_setvar_multi {call.other} hold_hangup_xfer_exten=return:XML:ivory")
    call.api(f"uuid_hold {call.other}")
    call.wait("CHANNEL_HOLD", leg=call.other)
    call.pause(0.4)
    gone(call, call.other)
    parks_again(call)
    call.pause(0.6)


@scenario
def a_caller_who_is_held_hears_music(call: Call) -> None:
    talking(call)
    call.api(f"uuid_setvar_multi {call.other} hold_music={call.sound('long')}")
    call.api(f"uuid_hold {call.other}")
    call.wait("PLAYBACK_START")
    call.pause(0.3)
    call.api(f"uuid_hold off {call.other}")
    call.wait("CHANNEL_UNHOLD", leg=call.other)
    call.wait("PLAYBACK_STOP")
    call.pause(0.4)
    gone(call, call.other)
    parks_again(call)


@scenario
def a_held_caller_is_given_to_a_third(call: Call) -> None:
    talking(call)
    call.api(f"uuid_hold {call.other}")
    call.wait("CHANNEL_HOLD", leg=call.other)
    reached(call, call.third)
    call.connect(call.uuid, call.third)
    call.pause(0.4)
    call.api(f"uuid_buglist {call.third}")
    gone(call, call.third)
    parked_times(call, call.uuid, 2)
    gone(call, call.other)


@scenario
def what_hold_takes_and_what_not(call: Call) -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    talking(call)
    for words in ("", nobody, f"off {nobody}", f"toggle {nobody}", f"off {call.other}", "off", "toggle"):
        call.api(f"uuid_hold {words}".rstrip())
    call.api(f"uuid_hold {call.other}")
    call.pause(0.3)
    call.api(f"uuid_hold {call.other}")
    call.pause(0.3)
    call.api(f"uuid_hold off {call.other}")
    call.pause(0.3)
    gone(call, call.other)
