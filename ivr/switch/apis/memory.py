"""API commands that keep something: mod_hash's store, the scheduler, global variables."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from ivr.switch import causes
from ivr.switch.apis.table import NO_CHANNEL, api, locate, usage
from ivr.switch.text import number, separate

if TYPE_CHECKING:
    from ivr.switch.switch import Switch

_HASH = "-ERR Usage: hash insert|insert_ifempty|select|delete|delete_ifmatch/realm/key[/value]\n"
_SCHED_API = "-ERR Invalid syntax. USAGE: [+@]<time> <group_name> <command_string>[&]\n"


@api("hash")
def hash_store(switch: Switch, argument: str) -> str:
    """`hash insert/realm/key/value` and its kin; each is atomic."""
    words = separate(argument, "/", limit=4)
    action, realm, key, value = (words + [""] * 4)[:4]
    if len(words) < 3:
        return _HASH
    # One table for all realms, told apart by nothing but this spelling.
    store, place = switch.hash, f"{realm}_{key}"
    match action.lower():
        case "insert" if len(words) == 4:
            store[place] = value
            return "+OK\n"
        case "insert_ifempty" if len(words) == 4:
            if place in store:
                return "-ERR key already exists\n"
            store[place] = value
            return "+OK\n"
        case "select":
            return store.get(place, "")
        case "delete":
            return "+OK\n" if store.pop(place, None) is not None else "-ERR Not found\n"
        case "delete_ifmatch" if len(words) == 4:
            if place not in store:
                return "-ERR Not found\n"
            if store[place] != value:
                return "-ERR Doesn't match\n"
            del store[place]
            return "+OK\n"
    return _HASH


@api("hash_dump")
def hash_dump(switch: Switch, argument: str) -> str:
    """`hash_dump db [realm]`: a line `D/<realm>_<key>/<value>` for each, those of a realm if one is named.

    As there, a realm is looked for anywhere in `<realm>_<key>`; `limit` has nothing, `all` is both.
    """
    words = separate(argument)
    if not words or words[0] not in {"all", "limit", "db"}:
        return "Usage: all|limit|db [<realm>]\n"
    if words[0] == "limit":
        return ""
    wanted = f"{words[1]}_" if len(words) == 2 else ""
    return "".join(f"D/{place}/{value}\n" for place, value in switch.hash.items() if wanted in place)


@api("sched_api")
def sched_api(switch: Switch, argument: str) -> str:
    """`sched_api +<seconds>|<epoch> <group> <command>`: run an API command later; answers its task's number.

    `@<seconds>` repeats it.
    """
    when, _, rest = argument.partition(" ")
    group, separator, command = rest.partition(" ")
    if not when or not separator:
        return _SCHED_API
    seconds = number(when.lstrip("+@"))
    due = int(time.time()) + seconds if when[0] in "+@" else seconds
    name, _, argument = command.removesuffix("&").partition(" ")
    every = seconds if when[0] == "@" else 0
    task = switch.scheduler.add(due, group, partial(switch.run_api, name, argument), every=every)
    return f"+OK Added: {task}\n"


@api("sched_del")
def sched_del(switch: Switch, argument: str) -> str:
    """`sched_del <task number>|<group>`: how many tasks are gone."""
    return f"+OK Deleted: {switch.scheduler.delete(argument)}\n"


@api("sched_hangup")
def sched_hangup(switch: Switch, argument: str) -> str:
    """`sched_hangup +<seconds> <uuid> [cause]`; the group is the call's id."""
    words = separate(argument)
    if not words:
        return usage("[+]<time> <uuid> [<cause>]")
    channel = locate(switch, words[1]) if len(words) > 1 else None
    if channel is None:
        return NO_CHANNEL
    cause = causes.from_text(words[2]) if len(words) > 2 else "ALLOTTED_TIMEOUT"
    seconds = number(words[0][1:])
    if seconds == 0:
        channel.hangup(cause)
    else:
        due = int(time.time()) + seconds if words[0].startswith("+") else number(words[0])
        switch.scheduler.add(due, channel.uuid, partial(channel.hangup, cause))
    return "+OK\n"


@api("global_getvar")
def global_getvar(switch: Switch, argument: str) -> str:
    """`global_getvar [name]`: one global variable, or all of them."""
    if argument:
        return switch.globals.get(argument, "")
    return "".join(f"{name}={value}\n" for name, value in switch.globals.items())


@api("global_setvar")
def global_setvar(switch: Switch, argument: str) -> str:
    """`global_setvar name=value`."""
    name, separator, value = argument.partition("=")
    if not separator or not name:
        return usage("<var>=<value> [=<value2>]")
    switch.globals[name] = value
    return "+OK\n"
