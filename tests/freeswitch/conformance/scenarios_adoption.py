"""A worker dies in the middle of something, and the next one looks how the call stands and goes on."""

from __future__ import annotations

import base64
import random

from tests.freeswitch.conformance.call import Call
from tests.freeswitch.conformance.scenarios import DIGITS, scenario, transfer

CHECKPOINT = base64.b64encode(random.Random(1).randbytes(525)).decode()
"""700 characters, as a worker writes them into a call."""


@scenario
def dies_while_parked(call: Call) -> None:
    with call.short_lived_worker():
        call.run("answer")
    call.describe()
    call.run("playback", call.sound("short"))


@scenario
def dies_while_a_sound_plays_and_it_is_broken_off(call: Call) -> None:
    with call.short_lived_worker():
        call.run("answer")
        mark = call.start("playback", call.sound("long"))
    call.describe()
    call.api(f"uuid_break {call.uuid} all")
    call.done(mark)
    call.run("playback", call.sound("short"))


@scenario
def dies_while_a_sound_plays_and_it_goes_on(call: Call) -> None:
    with call.short_lived_worker():
        call.run("answer")
        call.start("playback", call.sound("half"))
        call.begin("playback", call.sound("short"))
    call.describe()
    call.run("playback", call.sound("half"))


@scenario
def dies_while_music_plays(call: Call) -> None:
    with call.short_lived_worker():
        call.run("answer")
        mark = call.start("playback", "silence_stream://-1")
    call.press("1")
    call.describe()
    call.api(f"uuid_break {call.uuid}")
    call.done(mark)


@scenario
def dies_while_the_caller_is_recorded(call: Call) -> None:
    with call.short_lived_worker():
        call.run("answer")
        mark = call.start("record", f"'{call.recording}' 60 0 0")
        call.wait("RECORD_START")
        call.pause(0.3)
    call.describe()
    call.api(f"uuid_break {call.uuid} all")
    call.done(mark)
    call.run("playback", call.sound("short"))


@scenario
def dies_while_the_caller_types(call: Call) -> None:
    with call.short_lived_worker():
        call.run("answer")
        mark = call.start("play_and_get_digits", f"4 4 1 5000 # silence '' {DIGITS} '' 5000")
    call.press("12")
    call.describe()
    call.press("34")
    call.done(mark)
    call.describe()


@scenario
def dies_while_it_rings(call: Call) -> None:
    with call.short_lived_worker():
        mark = transfer(call, "1003")
        call.wait("CHANNEL_PROGRESS", leg=call.other)
    call.describe()
    call.api(f"uuid_kill {call.other}")
    call.done(mark)
    call.run("playback", call.sound("short"))


@scenario
def dies_while_two_talk(call: Call) -> None:
    with call.short_lived_worker():
        mark = transfer(call, "1005")
        call.wait("CHANNEL_BRIDGE")
    call.pause(0.6)
    call.describe()
    call.listed()
    call.api(f"uuid_kill {call.other}")
    call.done(mark)
    call.run("playback", call.sound("short"))


@scenario
def a_talk_ends_before_the_next_worker_looks(call: Call) -> None:
    with call.short_lived_worker():
        mark = transfer(call, "1001")
        call.wait("CHANNEL_BRIDGE")
    call.done(mark)
    call.describe()
    call.run("playback", call.sound("short"))


@scenario
def a_checkpoint_is_kept(call: Call) -> None:
    with call.short_lived_worker():
        call.api(f"uuid_setvar_multi {call.uuid} ivr_node=main;ivr_visit=3;ivr_keep={CHECKPOINT}")
    for name in ("ivr_node", "ivr_visit", "ivr_keep"):
        call.api(f"uuid_getvar {call.uuid} {name}")
    call.api(f"uuid_setvar_multi {call.uuid} ivr_node=next;ivr_visit=;ivr_keep={CHECKPOINT[::-1]}")
    for name in ("ivr_node", "ivr_visit", "ivr_keep"):
        call.api(f"uuid_getvar {call.uuid} {name}")


@scenario
def text_is_cut_as_it_says(call: Call) -> None:
    values = (
        "a=1;;b=2", "a='x;y';b=z", r"a=x\;y;b=z", r"a=line\nnext;b=tab\tafter\sblank", "a=it's;b=2",
        "a='quoted';b='', ", "=1;b=2", "a;b=2", "a= 1 ;b= 2 ", "a=x=y", "a=\"x\";b='\"'", "^^|a=1;2|b=3",
    )  # fmt: skip
    for pairs in values:
        call.api(f"uuid_setvar_multi {call.uuid} {pairs}")
        for name in ("a", "b"):
            call.api(f"uuid_getvar {call.uuid} {name}")
    many = ";".join(f"v{number}={number}" for number in range(70))
    call.api(f"uuid_setvar_multi {call.uuid} {many}")
    for number in (62, 63, 64, 69):
        call.api(f"uuid_getvar {call.uuid} v{number}")
    call.api(f"uuid_setvar {call.uuid} a 'b c' d")
    call.api(f"uuid_getvar {call.uuid} a")
    call.api(f"uuid_setvar {call.uuid} a")
    call.api(f"uuid_getvar {call.uuid} a")


@scenario
def the_store_keeps_what_is_too_big(call: Call) -> None:
    place = f"ivory/{call.uuid}"
    for command in (
        f"insert/{place}/{CHECKPOINT.replace('/', '_')}", f"select/{place}", f"insert/{place}/{CHECKPOINT}",
        f"select/{place}", f"insert_ifempty/{place}/x", f"delete_ifmatch/{place}/x", f"delete/{place}",
        f"delete/{place}", f"select/{place}", f"delete_ifmatch/{place}/x", f"insert_ifempty/{place}/one",
        f"insert_ifempty/{place}/two", f"delete_ifmatch/{place}/one", f"insert/{place}", f"insert/{place}/",
        f"insert_ifempty/{place}", f"delete_ifmatch/{place}", f"select/{place}/x", f"frobnicate/{place}/x",
        f"INSERT/{place}/ x y ", f"select/{place}", rf"insert/{place}/a\/b\n'c d' e'", f"select/{place}",
        f"insert/{place}_more/1", f"select/ivory_{call.uuid}/more", f"insert/{place}/${{uuid}}",
        f"select/{place}", "", "select", "select/ivory", f"insert//{call.uuid}/1", f"select//{call.uuid}",
    ):  # fmt: skip
        call.api(f"hash {command}".rstrip() if not command.startswith("INSERT") else f"hash {command}")


@scenario
def what_is_scheduled_is_told(call: Call) -> None:
    group = f"ivr-guard-{call.uuid}"
    for command in (
        "sched_api", "sched_api +100", f"sched_api +100 {group}", f"sched_api +100 {group} status",
        f"sched_api +100 {group} status", f"sched_del {group}", f"sched_del {group}", "sched_del",
        f"sched_api +100 '{group}' status", f"sched_del '{group}'", f"sched_api @100 {group} status&",
        f"sched_del {group}", "sched_del 99999999", "sched_hangup", f"sched_hangup +100 {call.uuid}",
        f"sched_del {call.uuid}", "uuid_transfer", f"uuid_transfer {call.uuid}",
    ):  # fmt: skip
        call.api(command)
