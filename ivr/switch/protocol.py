"""The commands of the event socket and their replies, word for word (parse_command of mod_event_socket).

Commands are told apart by how they begin, in any case: `eventually` is `event`. That, too, is as it is there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from ivr.switch.apis.table import locate
from ivr.switch.events import NAMES, Event, Headers
from ivr.switch.private import Message
from ivr.switch.text import to_bytes

if TYPE_CHECKING:
    from ivr.switch.listener import Listener

Handler = Callable[["Listener", str, Message], bytes]

_MAX_REPLY = 511
_MAX_LOG = 63


def answer(listener: Listener, message: Message) -> bytes:
    """Do what a command says; the bytes that go back."""
    command = message.headers[0][1]
    verb = command.lower()
    if verb.startswith(("exit", "...")):
        listener.running = False
        return _reply("+OK bye")
    if not listener.authed:
        return _authenticate(listener, command)
    for word, handle in _COMMANDS:
        if verb.startswith(word):
            return handle(listener, command[len(word) :], message)
    return _reply("-ERR command not found")


def _reply(text: str) -> bytes:
    return b"Content-Type: command/reply\nReply-Text: %s\n\n" % to_bytes(text)[:_MAX_REPLY]


def _authenticate(listener: Listener, command: str) -> bytes:
    if not command.lower().startswith("auth "):
        return _reply("-ERR command not found")
    if command[5:] == listener.switch.password:
        listener.authed = True
        return _reply("+OK accepted")
    listener.running = False
    return _reply("-ERR invalid")


# Calls and APIs ------------------------------------------------------------------------------------------


def _sendmsg(listener: Listener, rest: str, message: Message) -> bytes:
    uuid = rest.lstrip(" ") or message.get("session-id") or ""
    channel = locate(listener.switch, uuid)
    if channel is None:
        return _reply(f"-ERR invalid session id [{uuid}]")
    return _reply("+OK" if channel.commands.put(message) else "-ERR memory error")


def _api(listener: Listener, rest: str, _message: Message) -> bytes:
    name, _, argument = rest.partition(" ")
    text = to_bytes(listener.switch.api(name, argument) or "-ERR no reply\n")
    return b"Content-Type: api/response\nContent-Length: %d\n\n%s" % (len(text), text)


def _bgapi(listener: Listener, rest: str, message: Message) -> bytes:
    name, separator, argument = rest.partition(" ")
    switch = listener.switch
    job = (message.get("job-uuid") or switch.new_uuid())[:36]

    def work() -> None:
        text = switch.api(name, argument)
        about = [("Job-UUID", job), ("Job-Command", name)]
        if separator:
            about.append(("Job-Command-Arg", argument))
        switch.bus.fire("BACKGROUND_JOB", Headers(about), body=text)

    switch.spawn(work)
    return b"Content-Type: command/reply\nReply-Text: +OK Job-UUID: %s\nJob-UUID: %s\n\n" % (
        (to_bytes(job),) * 2
    )


def _sendevent(listener: Listener, rest: str, message: Message) -> bytes:
    uuid = listener.switch.new_uuid()
    name = rest.strip(" \t").upper() or "CUSTOM"
    name = name if name in NAMES and name != "ALL" else "CLONE"
    pairs = [*message.headers, ("Event-UUID", uuid)]
    subclass = message.get("event-subclass") or "" if name == "CUSTOM" else ""
    channel = locate(listener.switch, message.get("unique-id") or "")
    bus = listener.switch.bus
    if channel:
        # It is given to the channel, and to nobody else. Of all applications only spies look at it.
        if channel.spying:
            channel.spying.command(message.get("eavesdrop-command") or "")
    elif bus.wanted(name, subclass):
        event = bus.make(name, body=message.body, before=Headers(pairs))
        event.subclass = subclass
        bus.deliver(event)
    return _reply(f"+OK {uuid}")


# Events --------------------------------------------------------------------------------------------------


def _event(listener: Listener, rest: str, _message: Message) -> bytes:
    known = custom = 0
    for index, word in enumerate(_words(rest)):
        if index == 0 and word.lower() in {"plain", "json", "xml"}:
            listener.format = word.lower()
        elif custom:
            listener.subclasses.add(word)
        elif word.upper() in NAMES:
            known += 1
            listener.names.add(word.upper())
            custom += word.upper() == "CUSTOM"
    if not known:
        return _reply("-ERR no keywords supplied")
    listener.listening = True
    return _reply(f"+OK event listener enabled {listener.format}")


def _nixevent(listener: Listener, rest: str, _message: Message) -> bytes:
    known = custom = 0
    for word in _words(rest):
        name = word.upper()
        if custom:
            listener.subclasses.discard(word)
        elif name in NAMES:
            known += 1
            if name == "ALL":
                listener.names.clear()
            elif name == "CUSTOM":
                custom += 1
            else:
                if "ALL" in listener.names:
                    listener.names = set(NAMES) - {"ALL"}
                listener.names.discard(name)
    if not known:
        return _reply("-ERR no keywords supplied")
    listener.listening = True
    return _reply("+OK events nixed")


def _words(rest: str) -> list[str]:
    """What follows the first blank; `eventually x` has one word."""
    return [word for word in rest.partition(" ")[2].split(" ") if word]


def _noevents(listener: Listener, _rest: str, _message: Message) -> bytes:
    listener.forget_events()
    if not listener.listening:
        return _reply("-ERR not listening for events")
    listener.listening = False
    listener.names.clear()
    listener.subclasses.clear()
    return _reply("+OK no longer listening for events")


def _filter(listener: Listener, rest: str, _message: Message) -> bytes:
    name, separator, value = rest.lstrip(" ").partition(" ")
    if name.lower() == "delete" and separator:
        name, _, value = value.partition(" ")
        if name.lower() == "all":
            listener.filters.clear()
        else:
            listener.filters = [
                (header, held)
                for header, held in listener.filters
                if header.lower() != name.lower() or (value and held != value)
            ]
        return _reply(f"+OK filter deleted. [{name}][{value}]")
    if not separator:
        return _reply("-ERR invalid syntax")
    if name.lower() == "add":
        name, separator, value = value.partition(" ")
        if not separator:
            return _reply(f"+OK filter added. [{name}]=[(null)]")
    listener.filters.append((name, value))
    return _reply(f"+OK filter added. [{name}]=[{value}]")


def passes(filters: list[tuple[str, str]], event: Event) -> bool:
    """Whether an event gets through: it needs a positive match, and one `-` match keeps it back."""
    send = False
    for name, rule in filters:
        value = event.get(name)
        if value is None:
            continue
        wanted = rule.lstrip("+- ")
        positive = "-" not in rule[: len(rule) - len(wanted)]
        if send and positive:
            continue
        if _matches(value, rule, wanted):
            if not positive:
                return False
            send = True
    return send


def _matches(value: str, rule: str, wanted: str) -> bool:
    if not rule.startswith("/"):
        return value.lower() == wanted.lower()
    try:
        return re.search(wanted.strip("/"), value) is not None
    except re.error:
        return False


# The rest ------------------------------------------------------------------------------------------------


def _log(_listener: Listener, rest: str, _message: Message) -> bytes:
    level = rest.strip(" ").partition(" ")[0]
    number = {
        "": 7,
        "console": 0,
        "alert": 1,
        "crit": 2,
        "err": 3,
        "warning": 4,
        "notice": 5,
        "info": 6,
        "debug": 7,
    }
    value = min(int(level), _MAX_LOG) if level.isdecimal() else number.get(level.lower())
    return _reply("-ERR invalid log level" if value is None else f"+OK log level {level} [{value}]")


def _says(text: str) -> Handler:
    return lambda _listener, _rest, _message: _reply(text)


# In the order parse_command tries them.
_COMMANDS: list[tuple[str, Handler]] = [
    ("filter ", _filter),
    ("divert_events", _says("-ERR not controlling a session.")),
    ("sendmsg", _sendmsg),
    ("sendevent", _sendevent),
    ("api ", _api),
    ("bgapi ", _bgapi),
    ("nolog", _says("+OK no longer logging")),
    ("log", _log),
    ("linger", _says("-ERR not controlling a session")),
    ("nolinger", _says("-ERR not controlling a session")),
    ("event", _event),
    ("nixevent", _nixevent),
    ("noevents", _noevents),
]
