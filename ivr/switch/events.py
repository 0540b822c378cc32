"""Events: what they are made of, how they are written down, and who gets them.

An event is a run of header blocks. Blocks that repeat (a call's variables, its caller) are encoded once and
kept until they change; an event that nobody listens to is not built at all.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Protocol
from uuid import uuid4

from ivr.switch.text import to_bytes, url_encode

# Where FreeSWITCH 1.11 fires each event; carried in Event-Calling-File, -Function and -Line-Number.
_SITES: dict[str, tuple[str, str, str]] = {
    "API": ("switch_loadable_module.c", "switch_api_execute", "3140"),
    "BACKGROUND_JOB": ("mod_event_socket.c", "api_exec", "1580"),
    "CHANNEL_ANSWER": ("switch_channel.c", "switch_channel_perform_mark_answered", "3848"),
    "CHANNEL_BRIDGE": ("switch_ivr_bridge.c", "switch_ivr_multi_threaded_bridge", "1689"),
    "CHANNEL_CALLSTATE": ("switch_channel.c", "switch_channel_perform_set_callstate", "302"),
    "CHANNEL_CREATE": ("switch_core_state_machine.c", "switch_core_session_run", "626"),
    "CHANNEL_DATA": ("mod_commands.c", "uuid_dump_function", "6495"),
    "CHANNEL_DESTROY": ("switch_core_session.c", "switch_core_session_perform_destroy", "1588"),
    "CHANNEL_EXECUTE": ("switch_core_session.c", "switch_core_session_exec", "2949"),
    "CHANNEL_EXECUTE_COMPLETE": ("switch_core_session.c", "switch_core_session_exec", "2972"),
    "CHANNEL_HANGUP": ("switch_channel.c", "switch_channel_perform_hangup", "3447"),
    "CHANNEL_HANGUP_COMPLETE": ("switch_core_state_machine.c", "switch_core_session_reporting_state", "943"),
    "CHANNEL_ORIGINATE": ("switch_core_state_machine.c", "switch_core_session_run", "632"),
    "CHANNEL_OUTGOING": ("switch_core_session.c", "switch_core_session_outgoing_channel", "768"),
    "CHANNEL_PARK": ("switch_ivr.c", "switch_ivr_park", "1002"),
    "CHANNEL_PROGRESS": ("switch_channel.c", "switch_channel_perform_mark_ring_ready_value", "3507"),
    "CHANNEL_PROGRESS_MEDIA": ("switch_channel.c", "switch_channel_perform_mark_pre_answered", "3562"),
    "CHANNEL_STATE": ("switch_channel.c", "switch_channel_perform_set_running_state", "2409"),
    "CHANNEL_UNBRIDGE": ("switch_ivr_bridge.c", "switch_ivr_multi_threaded_bridge", "1879"),
    "CHANNEL_UNPARK": ("switch_ivr.c", "switch_ivr_park", "1213"),
    "CHANNEL_UUID": ("switch_core_session.c", "switch_core_session_set_uuid", "2056"),
    "CUSTOM": ("mod_dptools.c", "next_file", "5033"),
    "DTMF": ("switch_channel.c", "switch_channel_dequeue_dtmf", "748"),
    "HEARTBEAT": ("switch_core.c", "send_heartbeat", "95"),
    "MEDIA_BUG_START": ("switch_core_media_bug.c", "switch_core_media_bug_add", "1018"),
    "MEDIA_BUG_STOP": ("switch_core_media_bug.c", "switch_core_media_bug_destroy", "88"),
    "PLAYBACK_START": ("switch_ivr_play_say.c", "switch_ivr_play_file", "1649"),
    "PLAYBACK_STOP": ("switch_ivr_play_say.c", "switch_ivr_play_file", "2023"),
    "PRIVATE_COMMAND": ("switch_ivr.c", "switch_ivr_parse_next_event", "804"),
    "RECORD_START": ("switch_ivr_play_say.c", "switch_ivr_record_file_event", "770"),
    "RECORD_STOP": ("switch_ivr_play_say.c", "switch_ivr_record_file_event", "1033"),
}
_NOWHERE = ("switch_event.c", "switch_event_fire", "1")

# Every name `event plain` knows (switch_event.c); ALL stands for all of them.
_EVENTS = """
    CUSTOM CLONE CHANNEL_CREATE CHANNEL_DESTROY CHANNEL_STATE CHANNEL_CALLSTATE CHANNEL_ANSWER
    CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_HOLD
    CHANNEL_UNHOLD CHANNEL_BRIDGE CHANNEL_UNBRIDGE CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA
    CHANNEL_OUTGOING CHANNEL_PARK CHANNEL_UNPARK CHANNEL_APPLICATION CHANNEL_ORIGINATE CHANNEL_UUID API
    LOG INBOUND_CHAN OUTBOUND_CHAN STARTUP SHUTDOWN PUBLISH UNPUBLISH TALK NOTALK SESSION_CRASH
    MODULE_LOAD MODULE_UNLOAD DTMF MESSAGE PRESENCE_IN NOTIFY_IN PRESENCE_OUT PRESENCE_PROBE
    MESSAGE_WAITING MESSAGE_QUERY ROSTER CODEC BACKGROUND_JOB DETECTED_SPEECH DETECTED_TONE
    PRIVATE_COMMAND HEARTBEAT TRAP ADD_SCHEDULE DEL_SCHEDULE EXE_SCHEDULE RE_SCHEDULE RELOADXML NOTIFY
    PHONE_FEATURE PHONE_FEATURE_SUBSCRIBE SEND_MESSAGE RECV_MESSAGE REQUEST_PARAMS CHANNEL_DATA GENERAL
    COMMAND SESSION_HEARTBEAT CLIENT_DISCONNECTED SERVER_DISCONNECTED SEND_INFO RECV_INFO
    RECV_RTCP_MESSAGE SEND_RTCP_MESSAGE CALL_SECURE NAT RECORD_START RECORD_STOP PLAYBACK_START
    PLAYBACK_STOP CALL_UPDATE FAILURE SOCKET_DATA MEDIA_BUG_START MEDIA_BUG_STOP CONFERENCE_DATA_QUERY
    CONFERENCE_DATA CALL_SETUP_REQ CALL_SETUP_RESULT CALL_DETAIL DEVICE_STATE TEXT SHUTDOWN_REQUESTED
    CERT_RELOAD ALL
"""
NAMES = frozenset(_EVENTS.split())

Pairs = list[tuple[str, str]]


_SHORT = 64


def _encode(name: str, value: str) -> bytes:
    return b"%s: %s\n" % (to_bytes(name), url_encode(value) or b"_undef_")


# The same few hundred lines make up most of what is ever written.
_line = lru_cache(maxsize=8192)(_encode)


class Headers:
    """A run of headers, encoded at most once."""

    __slots__ = ("_plain", "pairs")

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.pairs: Pairs = list(pairs)
        self._plain: bytes | None = None

    @property
    def plain(self) -> bytes:
        """`Name: value` lines; an empty value is `_undef_`."""
        if self._plain is None:
            self._plain = b"".join(
                _line(name, value) if len(value) <= _SHORT else _encode(name, value)
                for name, value in self.pairs
            )
        return self._plain


class Block(Protocol):
    """What an event is made of: `Headers`, or something that keeps its own encoding."""

    @property
    def pairs(self) -> Pairs:
        """Names and values in order."""

    @property
    def plain(self) -> bytes:
        """The encoded lines."""


def as_json(value: str) -> str | list[str]:
    """A value as JSON carries it: what begins with `ARRAY::` is a list, whoever wrote it."""
    return value[7:].split("|:") if value.startswith("ARRAY::") and len(value) > 7 else value


class Event:
    """One event, ready to be written in the format a listener asked for."""

    def __init__(self, name: str, blocks: Iterable[Block], body: str = "", subclass: str = "") -> None:
        self.name = name
        self.subclass = subclass
        self.body = body
        self._blocks = list(blocks)
        self._plain: bytes | None = None
        self._json: bytes | None = None

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every header in order; a name may come twice."""
        for block in self._blocks:
            yield from block.pairs

    def get(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        wanted = name.lower()
        return next((value for header, value in self.pairs() if header.lower() == wanted), None)

    @property
    def plain(self) -> bytes:
        """text/event-plain."""
        if self._plain is None:
            head = b"".join(block.plain for block in self._blocks)
            body = to_bytes(self.body)
            self._plain = head + (b"Content-Length: %d\n\n%s" % (len(body), body) if body else b"\n")
        return self._plain

    @property
    def json(self) -> bytes:
        """text/event-json: not URL-encoded, and as valid as what it carries."""
        if self._json is None:
            content: dict[str, str | list[str]] = {name: as_json(value) for name, value in self.pairs()}
            if self.body:
                content |= {"Content-Length": str(len(to_bytes(self.body))), "_body": self.body}
            self._json = to_bytes(json.dumps(content, ensure_ascii=False, separators=(",", ":")))
        return self._json


class Listener(Protocol):
    """Somebody who may want events."""

    def wants(self, name: str, subclass: str) -> bool:
        """Whether an event of this name and, for CUSTOM, subclass is asked for."""

    def take(self, event: Event) -> None:
        """One event; must not wait."""


class EventBus:
    """The switch's one stream of events, numbered by Event-Sequence.

    Args:
        now: seconds since the epoch.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self.listeners: list[Listener] = []
        self.sequence = 0
        self.core_uuid = ""
        self.hostname = socket.gethostname()
        self.renew()

    def renew(self) -> None:
        """Be another FreeSWITCH: a new Core-UUID, sequence numbers from one."""
        self.core_uuid = str(uuid4())
        self.sequence = 0
        self._static = Headers(
            [
                ("Core-UUID", self.core_uuid),
                ("FreeSWITCH-Hostname", self.hostname),
                ("FreeSWITCH-Switchname", self.hostname),
                ("FreeSWITCH-IPv4", "127.0.0.1"),
                ("FreeSWITCH-IPv6", "::1"),
            ]
        )
        self._second = -1
        self._dates = Headers([])

    def wanted(self, name: str, subclass: str = "") -> bool:
        """Whether anybody listens; when not, the event is counted as fired and need not be built."""
        if any(listener.wants(name, subclass) for listener in self.listeners):
            return True
        self.sequence += 1
        return False

    def fire(self, name: str, *blocks: Block, body: str = "", subclass: str = "") -> None:
        """Send an event to all who want it."""
        if self.wanted(name, subclass):
            self.deliver(self.make(name, *blocks, body=body, subclass=subclass))

    def deliver(self, event: Event) -> None:
        """Hand an event that was made before to all who want it."""
        for listener in list(self.listeners):
            if listener.wants(event.name, event.subclass):
                listener.take(event)

    def make(
        self, name: str, *blocks: Block, body: str = "", subclass: str = "", before: Block | None = None
    ) -> Event:
        """An event with its core headers and the next sequence number; `before` stands ahead of them."""
        head: list[Block] = [before] if before else []
        if subclass:
            head.append(Headers([("Event-Subclass", subclass)]))
        return Event(name, [*head, *self._core(name), *blocks], body, subclass)

    def _core(self, name: str) -> list[Block]:
        self.sequence += 1
        stamp = self.now()
        if int(stamp) != self._second:
            self._second = int(stamp)
            local, gmt = time.localtime(stamp), time.gmtime(stamp)
            self._dates = Headers(
                [
                    ("Event-Date-Local", time.strftime("%Y-%m-%d %H:%M:%S", local)),
                    ("Event-Date-GMT", time.strftime("%a, %d %b %Y %H:%M:%S GMT", gmt)),
                ]
            )
        file, function, line = _SITES.get(name, _NOWHERE)
        return [
            Headers([("Event-Name", name)]),
            self._static,
            self._dates,
            Headers(
                [
                    ("Event-Date-Timestamp", str(int(stamp * 1_000_000))),
                    ("Event-Calling-File", file),
                    ("Event-Calling-Function", function),
                    ("Event-Calling-Line-Number", line),
                    ("Event-Sequence", str(self.sequence)),
                ]
            ),
        ]
