"""API commands about who hears whom in a talk: uuid_hold, uuid_audio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.switch.apis.table import NO_CHANNEL, api, locate, usage
from ivr.switch.text import number, separate

if TYPE_CHECKING:
    from ivr.switch.switch import Switch

_HOLD = usage("[off|toggle] <uuid> [<display>]")
_AUDIO = usage("<uuid> [start [read|write] [mute|level <level>]|stop]")


@api("uuid_hold")
def uuid_hold(switch: Switch, argument: str) -> str:
    """`uuid_hold [off|toggle] <uuid>`: an unknown call is a success, as there."""
    words = separate(argument, limit=4)
    if not words:
        return _HOLD + "-ERR Operation failed\n"
    action = words[0].lower() if words[0].lower() in {"off", "toggle"} else ""
    uuid = next(iter(words[1:] if action else words), "")
    channel, done = locate(switch, uuid), True
    if channel:
        hold = channel.hold
        done = {"": hold.begin, "off": hold.end, "toggle": hold.toggle}[action]()
    return "+OK Success\n" if done else "-ERR Operation failed\n"


@api("uuid_audio")
def uuid_audio(switch: Switch, argument: str) -> str:
    """`uuid_audio <uuid> start read|write mute|level <n>`, `uuid_audio <uuid> stop`.

    `read` is what the far end says, `write` what it is given to hear. Levels mean nothing here.
    """
    words = argument.split(" ") if argument else []
    if len(words) < 2:
        return _AUDIO
    channel = locate(switch, words[0])
    if channel is None:
        return NO_CHANNEL
    bug = next((bug for bug in channel.bugs if bug.function == "audio"), None)
    action = words[1].lower()
    if action == "stop":
        channel.muted.clear()
        if bug:
            channel.bugs.remove(bug)
        return "+OK\n"
    if action != "start" or len(words) < 5 or words[2].lower() not in {"read", "write"}:
        return _AUDIO
    way, what = words[2].lower(), words[3].lower()
    if what not in {"mute", "level"}:
        return _AUDIO
    if not channel.pre_answer():
        return "+OK\n"
    if what == "mute" and number(words[4]):
        channel.muted.add(way)
    elif what == "mute":
        channel.muted.discard(way)
    if bug is None:
        channel.bugs.add("audio", what)
    return "+OK\n"
