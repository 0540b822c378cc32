"""API commands that start calls or send them elsewhere: originate, uuid_bridge, uuid_transfer, uuid_park."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ivr.switch import display, meeting, session
from ivr.switch.apis.table import NO_CHANNEL, api, locate, usage
from ivr.switch.originate import originate
from ivr.switch.text import number, separate
from ivr.switch.transfer import transfer

if TYPE_CHECKING:
    from ivr.switch.switch import Switch

_ORIGINATE = usage(
    "<call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] [<cid_name>] [<cid_num>]"
    " [<timeout_sec>]"
)


@api("originate")
def originate_call(switch: Switch, argument: str) -> str:
    """Call a dial string; when it answers it runs an application or goes to a number of the switch."""
    words = _words(argument)
    if len(words) < 2:
        return _ORIGINATE
    url, target, dialplan, context, cid_name, cid_number, timeout = (words + [""] * 7)[:7]
    ids = {"origination_caller_id_name": cid_name, "origination_caller_id_number": cid_number}
    extra = ",".join(f"{name}={value}" for name, value in ids.items() if value)
    outcome = originate(switch, f"{{{extra}}}{url}" if extra else url, timeout=number(timeout))
    leg = outcome.leg
    if leg is None:
        return f"-ERR {outcome.cause}\n"
    display.sort(leg)
    if target.startswith("&"):
        name, _, rest = target[1:].partition("(")
        applications = [(name, rest.removesuffix(")"))]
        leg.redirect(partial(session.run_applications, leg, applications), "CS_EXECUTE")
    else:
        transfer(leg, target, dialplan, context)
    return f"+OK {leg.uuid}\n"


def _words(text: str) -> list[str]:
    """Cut at blanks outside the brackets of a dial string and the parentheses of an application."""
    words, level, quoted = [""], 0, False
    for char in text.strip():
        if char == "'":
            quoted = not quoted
        level += {"{": 1, "[": 1, "(": 1, "}": -1, "]": -1, ")": -1}.get(char, 0)
        if char == " " and level <= 0 and not quoted:
            words.append("")
        else:
            words[-1] += char
    return [word.strip("'") if word.startswith("'") else word for word in words if word]


@api("uuid_bridge")
def uuid_bridge(switch: Switch, argument: str) -> str:
    """`uuid_bridge <uuid> <other_uuid>`: +OK only means that they have been told."""
    words = separate(argument)
    if len(words) < 2:
        return usage("<uuid> <other_uuid>")
    one, other = locate(switch, words[0]), locate(switch, words[1])
    if one and other and meeting.uuid_bridge(one, other):
        return f"+OK {words[1]}\n"
    return "-ERR Invalid uuid\n"


@api("uuid_transfer")
def uuid_transfer(switch: Switch, argument: str) -> str:
    """`uuid_transfer <uuid> [-bleg|-both] <extension> [<dialplan> [<context>]]`."""
    words = separate(argument, limit=5)
    if len(words) < 2:
        return usage("<uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]")
    channel = locate(switch, words[0])
    if channel is None:
        return NO_CHANNEL
    other, where = channel.bridged_to, words[1:]
    if where[0].startswith("-"):
        which = where.pop(0).lower()
        if which == "-bleg":
            channel = other or channel
        elif which == "-both" and other:
            transfer(other, *where[:3])
    return "+OK\n" if transfer(channel, *where[:3]) else "-ERR\n"


@api("uuid_park")
def uuid_park(switch: Switch, argument: str) -> str:
    """`uuid_park <uuid>`: out of whatever it does, into CS_PARK."""
    channel = locate(switch, argument)
    if channel is None:
        return NO_CHANNEL
    channel.redirect(partial(session.park_state, channel), "CS_PARK")
    return "+OK\n"
