"""API commands about a call's sound and keys: DTMF, broadcast, recording, sounds laid over others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.switch import dialstring, recordings
from ivr.switch.apis.table import api, locate, usage
from ivr.switch.digits import parse
from ivr.switch.private import broadcast
from ivr.switch.text import number, separate

if TYPE_CHECKING:
    from ivr.switch.switch import Switch

_NO_SESSION = "-ERR Cannot locate session!\n"
_RECORD = usage("<uuid> [start|stop|mask|unmask] <path> [<limit>] [<recording_vars>]")
_RECORDING = {
    "start": "record",
    "stop": "stop record",
    "mask": "mask recording",
    "unmask": "unmask recording",
    "pause": "pause recording",
    "resume": "resume recording",
}


@api("uuid_send_dtmf")
def uuid_send_dtmf(switch: Switch, argument: str) -> str:
    """`uuid_send_dtmf <uuid> <digits>[@ms]`: keys go out to the far end, each for its own time.

    A loopback channel hands them all to its other half at once.
    """
    words = separate(argument, limit=2)
    if len(words) < 2:
        return usage("<uuid> <dtmf_data>")
    channel = locate(switch, words[0])
    if channel is None:
        return _NO_SESSION
    at_once = channel.profile.source == "mod_loopback"
    delay = 0.0
    for digit in parse(words[1], "UNKNOWN"):
        switch.later(delay, channel.party.digit, channel, digit)
        delay += 0 if at_once else digit.duration / 8000
    return f"+OK {words[0]} sent DTMF {words[1]}.\n"


@api("uuid_recv_dtmf")
def uuid_recv_dtmf(switch: Switch, argument: str) -> str:
    """`uuid_recv_dtmf <uuid> <digits>[@ms]`: keys are queued as if the far end had pressed them."""
    words = separate(argument, limit=2)
    if len(words) < 2:
        return usage("<uuid> <dtmf_data>")
    channel = locate(switch, words[0])
    if channel is None:
        return _NO_SESSION
    digits = parse(words[1])
    if not digits:
        return usage("<uuid> <dtmf_data>")
    for digit in digits:
        channel.queue_digit(digit)
    return f"+OK {words[0]} received DTMF {words[1]}.\n"


@api("uuid_broadcast")
def uuid_broadcast(switch: Switch, argument: str) -> str:
    """`uuid_broadcast <uuid> <path>|<app>::<argument> [aleg]`: an execute with a lock."""
    words = separate(argument)
    if len(words) < 2:
        return usage("<uuid> <path> [aleg|bleg|holdb|both]")
    channel = locate(switch, words[0])
    if channel is None:
        return "-ERR invalid uuid\n"
    application, separator, rest = words[1].partition("::")
    if not separator:
        application, rest = "playback", words[1]
    channel.commands.put(broadcast(application, rest))
    return "+OK Message sent\n"


@api("uuid_record")
def uuid_record(switch: Switch, argument: str) -> str:
    """`uuid_record <uuid> start <path> [limit] [{wishes}]`, and `stop` (of `all`, too), `mask`, `unmask`,
    `pause`, `resume`."""
    words = separate(argument, limit=5)
    if len(words) < 3:
        return _RECORD
    channel = locate(switch, words[0])
    if channel is None:
        return _NO_SESSION
    action, path = words[1].lower(), words[2]
    recording = channel.recordings.get(path)
    match action:
        case "start":
            limit, wishes = [*words[3:], "", ""][:2]
            given = dialstring.parse(wishes).variables
            done = recordings.start(channel, path, limit=number(limit), wishes=given)
        case "stop":
            paths = list(channel.recordings) if path.lower() == "all" else [path]
            stopped = [recordings.stop(channel, each) for each in paths]
            done = any(stopped)
        case "mask" | "unmask":
            done = recording is not None
            if recording:
                recording.mask(on=action == "mask")
        case "pause" | "resume":
            done = recording is not None
            if recording:
                recording.pause(on=action == "pause")
        case _:
            return _RECORD
    return "+OK Success\n" if done else f"-ERR Cannot {_RECORDING[action]} session!\n"


@api("uuid_displace")
def uuid_displace(switch: Switch, argument: str) -> str:
    """`uuid_displace <uuid> start <path> [limit] [flags]`, `uuid_displace <uuid> stop <path>`."""
    words = separate(argument, limit=5)
    if len(words) < 3 or not all(words[:3]) or words[1].lower() not in {"start", "stop"}:
        located = len(words) < 3 or locate(switch, words[0])
        return usage("<uuid> [start|stop] <path> [<limit>] [mux]") if located else _NO_SESSION
    channel = locate(switch, words[0])
    if channel is None:
        return _NO_SESSION
    path, limit, flags = [*words[2:], "", ""][:3]
    if words[1].lower() == "start":
        started = channel.displaced.start(path, number(limit), flags)
        return "+OK Success\n" if started else "-ERR Cannot displace session!\n"
    stopped = channel.displaced.stop(path)
    return "+OK Success\n" if stopped else "-ERR Cannot stop displace session!\n"


@api("uuid_buglist")
def uuid_buglist(switch: Switch, argument: str) -> str:
    """`uuid_buglist <uuid>`: what is attached to its sound; nothing at all when there is no such call."""
    words = separate(argument)
    if not words:
        return usage("<uuid>")
    channel = locate(switch, words[0])
    if channel is None:
        return ""
    bugs = "".join(
        " <media-bug>\n"
        f"  <function>{bug.function}</function>\n"
        f"  <target>{bug.target}</target>\n"
        "  <thread-locked>0</thread-locked>\n"
        " </media-bug>\n"
        for bug in channel.bugs
    )
    return f"<media-bugs>\n{bugs}</media-bugs>\n"
