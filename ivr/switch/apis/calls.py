"""API commands about one call: variables, answer, kill, break, park, dump."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.switch import causes
from ivr.switch.apis.table import NO_CHANNEL, api, locate, usage
from ivr.switch.text import separate

if TYPE_CHECKING:
    from ivr.switch.switch import Switch


@api("uuid_exists")
def uuid_exists(switch: Switch, argument: str) -> str:
    """`uuid_exists <uuid>`: true or false."""
    return "true" if locate(switch, argument) else "false"


@api("uuid_getvar")
def uuid_getvar(switch: Switch, argument: str) -> str:
    """`uuid_getvar <uuid> <name>`: the value, or `_undef_`."""
    words = separate(argument)
    if len(words) < 2:
        return usage("<uuid> <var>")
    channel = locate(switch, words[0])
    return (channel.variable(words[1]) or "_undef_") if channel else NO_CHANNEL


@api("uuid_setvar")
def uuid_setvar(switch: Switch, argument: str) -> str:
    """`uuid_setvar <uuid> <name> [value]`: the value is taken as it is, `${` and all."""
    words = separate(argument, limit=3)
    if len(words) < 2:
        return usage("<uuid> <var> [value]")
    channel = locate(switch, words[0])
    if channel is None:
        return NO_CHANNEL
    channel.variables.set(words[1], words[2] if len(words) > 2 else None, check=False)
    return "+OK\n"


@api("uuid_setvar_multi")
def uuid_setvar_multi(switch: Switch, argument: str) -> str:
    """`uuid_setvar_multi <uuid> a=1;b=2`: a value that holds `${` is refused, with +OK all the same."""
    syntax = usage("<uuid> <var>=<value>;<var>=<value>...")
    uuid, separator, rest = argument.partition(" ")
    if not argument:
        return syntax
    if not separator:
        return ""
    channel = locate(switch, uuid)
    if channel is None:
        return NO_CHANNEL + syntax
    answer, done = "", False
    for pair in separate(rest, ";", limit=64):
        name, _, value = pair.partition("=")
        if not name:
            answer += "-ERR No variable specified\n"
            continue
        channel.variables.set(name, value)
        done = True
    return answer + ("+OK\n" if done else syntax)


@api("uuid_kill")
def uuid_kill(switch: Switch, argument: str) -> str:
    """`uuid_kill <uuid> [cause]`."""
    if not argument:
        return usage("<uuid> [cause]")
    uuid, _, cause = argument.partition(" ")
    channel = locate(switch, uuid)
    if channel is None:
        return NO_CHANNEL
    channel.hangup(causes.from_text(cause))
    return "+OK\n"


@api("uuid_break")
def uuid_break(switch: Switch, argument: str) -> str:
    """`uuid_break <uuid> [all]`: stop what plays; `all` also forgets the commands that wait."""
    if not argument:
        return usage("<uuid> [all]")
    uuid, _, flag = argument.partition(" ")
    channel = locate(switch, uuid)
    if channel is None:
        return NO_CHANNEL
    channel.commands.stop(everything="all" in flag)
    return "+OK\n"


@api("uuid_answer")
def uuid_answer(switch: Switch, argument: str) -> str:
    """`uuid_answer <uuid>`."""
    channel = locate(switch, argument)
    return "+OK\n" if channel and channel.answer() else "-ERROR\n"


@api("uuid_pre_answer")
def uuid_pre_answer(switch: Switch, argument: str) -> str:
    """`uuid_pre_answer <uuid>`."""
    channel = locate(switch, argument)
    return "+OK\n" if channel and channel.pre_answer() else "-ERROR\n"


@api("uuid_dump")
def uuid_dump(switch: Switch, argument: str) -> str:
    """`uuid_dump <uuid> [json]`: everything about a call, as an event."""
    words = separate(argument)
    if not words:
        return usage("<uuid> [format]")
    channel = locate(switch, words[0])
    if channel is None:
        return NO_CHANNEL
    event = switch.bus.make("CHANNEL_DATA", *channel.blocks())
    data = event.json if len(words) > 1 and words[1].lower() == "json" else event.plain
    return data.decode("utf-8", "surrogateescape")
