"""Sounds laid over an endless silence, as Ivory plays: `uuid_displace` on what a `playback` carries."""

from __future__ import annotations

from tests.freeswitch.conformance.call import Call
from tests.freeswitch.conformance.scenarios import DIGITS, LETS_CALLS_RETURN, scenario

SILENCE = "silence_stream://-1"
CARRIER = f"%[playback_terminators=none]{SILENCE}"


def carried(call: Call) -> str:
    """Answer, and begin the silence that carries what is laid over it; the application's UUID."""
    call.run("answer")
    return call.start("playback", CARRIER)


def start(call: Call, path: str, rest: str = "0 muxf") -> None:
    call.api(f"uuid_displace {call.uuid} start {path} {rest}")


def stop(call: Call, path: str) -> None:
    call.api(f"uuid_displace {call.uuid} stop {path}")


def over(call: Call, path: str) -> None:
    """Wait until it does not sound any more."""
    call.wait("MEDIA_BUG_STOP", {"Media-Bug-Target": path})


def cut(call: Call, path: str) -> None:
    """Stop it, and wait until that is told."""
    ends = {"Event-Name": "MEDIA_BUG_STOP", "Media-Bug-Target": path}

    def told() -> int:
        return sum(ends.items() <= event.items() for event in call.events)

    before = told()
    stop(call, path)
    call.peer.line.until(lambda: told() > before or None, f"the end of {path}")


def left(call: Call) -> None:
    """Ask what still sounds."""
    call.api(f"uuid_buglist {call.uuid}")


def leave(call: Call, carrier: str) -> None:
    """End the silence."""
    call.api(f"uuid_break {call.uuid}")
    call.done(carrier)


@scenario
def a_sound_over_silence_ends_by_itself(call: Call) -> None:
    carried(call)
    start(call, call.sound("half"))
    left(call)
    over(call, call.sound("half"))
    left(call)
    stop(call, call.sound("half"))
    start(call, call.sound("short"))
    over(call, call.sound("short"))
    call.describe()


@scenario
def a_sound_over_silence_is_stopped(call: Call) -> None:
    carried(call)
    start(call, call.sound("two"))
    call.pause(0.2)
    stop(call, call.sound("two"))
    stop(call, call.sound("two"))
    start(call, call.sound("two"))
    call.together(
        f"uuid_displace {call.uuid} stop {call.sound('two')}",
        f"uuid_displace {call.uuid} start {call.sound('half')} 0 muxf",
    )
    over(call, call.sound("half"))


@scenario
def a_missing_sound_is_not_laid_over(call: Call) -> None:
    carried(call)
    start(call, call.sound("none"))
    stop(call, call.sound("none"))
    start(call, "half")
    start(call, f"file_string://{call.sound('none')}!{call.sound('nothing')}")
    start(call, "silence_stream://0")
    start(call, "nonsense://x")


@scenario
def the_same_sound_is_laid_over_once(call: Call) -> None:
    carried(call)
    start(call, call.sound("half"))
    start(call, call.sound("half"))
    over(call, call.sound("half"))
    start(call, "silence_stream://500")
    start(call, "silence_stream://500")
    over(call, "silence_stream://500")


@scenario
def a_relative_sound_is_known_by_its_whole_path(call: Call) -> None:
    carried(call)
    call.api(f"uuid_setvar {call.uuid} sound_prefix {call.sounds}")
    start(call, "two.wav")
    start(call, "half.wav")
    stop(call, "two.wav")
    stop(call, call.sound("two"))
    over(call, call.sound("half"))


@scenario
def two_sounds_at_once(call: Call) -> None:
    carried(call)
    start(call, call.sound("half"))
    start(call, call.sound("short"))
    left(call)
    over(call, call.sound("half"))
    left(call)


@scenario
def the_first_place_is_before_a_recording(call: Call) -> None:
    carried(call)
    call.api(f"uuid_record {call.uuid} start {call.recording}")
    start(call, call.sound("half"))
    start(call, call.sound("two"), "0 mux")
    left(call)
    over(call, call.sound("half"))
    call.api(f"uuid_record {call.uuid} stop {call.recording}")
    left(call)


@scenario
def is_hung_up_on_with_sounds_over_silence(call: Call) -> None:
    carried(call)
    start(call, call.sound("long"))
    call.api(f"uuid_record {call.uuid} start {call.recording}")
    start(call, call.sound("two"), "0 mux")
    call.pause(0.2)
    call.kill()
    call.ends()
    start(call, call.sound("half"))
    stop(call, call.sound("half"))
    left(call)


@scenario
def hangs_up_with_a_sound_over_silence(call: Call) -> None:
    carried(call)
    start(call, call.sound("long"))
    call.pause(0.2)
    call.hang_up()
    call.ends()


@scenario
def a_sound_laid_over_opens_the_way(call: Call) -> None:
    start(call, call.sound("half"))
    call.wait("MEDIA_BUG_START")
    left(call)
    call.run("answer")
    call.start("playback", SILENCE)
    over(call, call.sound("half"))


@scenario
def in_a_park_a_sound_waits_to_be_carried(call: Call) -> None:
    call.run("answer")
    start(call, call.sound("half"))
    call.pause(0.8)
    left(call)
    call.start("playback", CARRIER)
    call.pause(0.2)
    left(call)
    over(call, call.sound("half"))


@scenario
def in_a_pause_a_sound_waits_to_be_carried(call: Call) -> None:
    call.run("answer")
    start(call, call.sound("half"))
    call.run("sleep", "700")
    left(call)
    call.run("playback", call.sound("two"))
    left(call)


@scenario
def a_sound_goes_on_when_its_carrier_does(call: Call) -> None:
    carrier = carried(call)
    start(call, call.sound("two"))
    call.pause(0.3)
    leave(call, carrier)
    call.pause(0.5)
    left(call)
    call.start("playback", CARRIER)
    over(call, call.sound("two"))


@scenario
def a_broken_queue_leaves_the_sound(call: Call) -> None:
    carrier = carried(call)
    start(call, call.sound("two"))
    call.begin("playback", call.sound("half"))
    call.pause(0.2)
    call.api(f"uuid_break {call.uuid} all")
    call.done(carrier)
    left(call)


@scenario
def what_is_sent_waits_for_the_carrier(call: Call) -> None:
    carrier = carried(call)
    start(call, call.sound("long"))
    mark = call.begin("playback", call.sound("half"))
    call.pause(0.3)
    leave(call, carrier)
    call.done(mark)
    left(call)
    cut(call, call.sound("long"))


@scenario
def keys_do_not_end_the_carrier(call: Call) -> None:
    carried(call)
    call.press("1*#")
    start(call, call.sound("two"))
    call.press("2#")
    left(call)
    call.describe()


@scenario
def a_tone_over_silence(call: Call) -> None:
    carried(call)
    twice, ever = (f"tone_stream://%(100,100,800);loops={loops}" for loops in ("2", "-1"))
    start(call, twice)
    over(call, twice)
    start(call, ever)
    call.pause(0.3)
    left(call)
    cut(call, ever)


@scenario
def music_over_silence(call: Call) -> None:
    carried(call)
    start(call, "local_stream://moh")
    call.pause(0.3)
    left(call)
    cut(call, "local_stream://moh")


@scenario
def a_row_over_silence(call: Call) -> None:
    carried(call)
    row = f"file_string://{call.sound('half')}!{call.sound('none')}!{call.sound('half')}"
    start(call, row)
    over(call, row)
    start(call, row)
    call.pause(0.2)
    cut(call, row)


@scenario
def a_sound_over_silence_has_a_limit(call: Call) -> None:
    carried(call)
    call.await_a_new_second()
    start(call, call.sound("long"), "1 mux")
    over(call, call.sound("long"))
    left(call)


@scenario
def a_sound_over_silence_begins_again(call: Call) -> None:
    carried(call)
    start(call, call.sound("half"), "0 loop")
    call.pause(1.2)
    left(call)
    cut(call, call.sound("half"))


@scenario
def what_displace_takes_and_what_not(call: Call) -> None:
    carried(call)
    uuid, sound = call.uuid, call.sound("half")
    for words in (
        "",
        uuid,
        f"{uuid} start",
        f"{uuid} pause {sound}",
        f"{call.other} start {sound}",
        f"{call.other} stop {sound}",
        f"{uuid} stop all",
        f"{uuid} START {sound}",
        f"{uuid} STOP {sound}",
        f"{uuid} start {sound}",
    ):
        call.api(f"uuid_displace {words}".rstrip())
    cut(call, sound)
    call.api("uuid_buglist")
    call.api(f"uuid_buglist {call.other}")


@scenario
def sounds_with_odd_names(call: Call) -> None:
    carried(call)
    for written in (
        call.sound("two words"),
        f"'{call.sound('two words')}'",
        call.sound("two words").replace(" ", r"\s"),
        call.sound("one's"),
        call.sound("one's").replace("'", r"\'"),
        call.sound("您好"),
        call.sound("stop!"),
    ):
        start(call, written)
        stop(call, written)
    over(call, call.sound("stop!"))


@scenario
def a_sound_is_left_over_when_something_is_recorded(call: Call) -> None:
    carrier = carried(call)
    start(call, call.sound("long"))
    leave(call, carrier)
    call.await_a_new_second()
    call.run("record", f"{call.recording} 1")
    left(call)
    cut(call, call.sound("long"))


@scenario
def a_sound_is_left_over_when_digits_are_collected(call: Call) -> None:
    carrier = carried(call)
    start(call, call.sound("long"))
    leave(call, carrier)
    argument = rf"1 4 1 2000 # {call.sound('two')} {call.sound('none')} {DIGITS} \d+"
    mark = call.start("play_and_get_digits", argument)
    call.pause(0.2)
    call.press("12#")
    call.done(mark)
    left(call)


@scenario
def a_sound_is_left_over_in_a_talk(call: Call) -> None:
    carrier = carried(call)
    start(call, call.sound("half"))
    call.pause(0.2)
    call.api(f"uuid_setvar_multi {call.uuid} {LETS_CALLS_RETURN}")
    leave(call, carrier)
    mark = call.bridge("1005")
    call.wait("CHANNEL_BRIDGE")
    left(call)
    over(call, call.sound("half"))
    start(call, call.sound("short"))
    over(call, call.sound("short"))
    call.api(f"uuid_kill {call.other}")
    call.done(mark)


@scenario
def a_sound_is_left_over_while_a_telephone_rings(call: Call) -> None:
    carrier = carried(call)
    start(call, call.sound("half"))
    call.api(f"uuid_setvar_multi {call.uuid} {LETS_CALLS_RETURN}")
    leave(call, carrier)
    mark = call.bridge("1003")
    call.pause(0.8)
    left(call)
    call.api(f"uuid_kill {call.other}")
    call.done(mark)
    left(call)


@scenario
def a_sound_is_left_over_when_a_call_is_sent_elsewhere(call: Call) -> None:
    carried(call)
    start(call, call.sound("half"))
    call.pause(0.2)
    call.api(f"uuid_transfer {call.uuid} park inline")
    call.pause(0.6)
    left(call)
