"""The embedded switch: to Ivory's worker a FreeSWITCH, in truth a few greenlets and no telephone network.

For `ivr demo`, for people who write flows, and for tests. It knows numbers that lead to flows, extensions
that behave as told, and callers that code can speak for. It has no dialplan: a known number runs a fixed list
of applications, by default those of the smallest dialplan that hands a call to Ivory.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import gevent
from gevent import socket
from gevent.pool import Group
from gevent.server import StreamServer

from ivr import log
from ivr.flag import Flag
from ivr.switch import session
from ivr.switch.apis import APIS
from ivr.switch.apis.system import VERSION, uptime_words
from ivr.switch.applications import APPLICATIONS
from ivr.switch.callers import Caller
from ivr.switch.channel import Channel
from ivr.switch.dialplan import CONTEXT, DIALPLAN, EXTENSIONS, Steps, sent
from ivr.switch.events import EventBus, Headers
from ivr.switch.extensions import Extension
from ivr.switch.listener import Listener
from ivr.switch.profile import Profile
from ivr.switch.scheduler import Scheduler

_log = log.get(__name__)

_HEARTBEAT_SECONDS = 20.0
_STOP_SECONDS = 2.0
_MAX_CLIENTS = 100
_HOST = "127.0.0.1"


class Switch:
    """An event socket peer with calls behind it.

    Args:
        numbers: the flow that answers each number; may be changed while it runs.
        otherwise: says the flow for any other number; None: nobody knows it.
        extensions: how each extension or outside number behaves when it is called; may be changed, too.
        host, port, password: of the event socket; port 0 takes a free one (see `listen_port`).
        sounds: the folder that relative sound paths start from (`sound_prefix`).
        dialplan: what a known number does, as (application, argument); `{flow}` and `{number}` are filled in.
        ivory: the same for the extensions of the context `ivory`, that calls are transferred to.
        transcribe: the words of a sound file by its path, "" when there are none; for callers who read.
    """

    def __init__(
        self,
        numbers: Mapping[str, str],
        extensions: Mapping[str, Extension] | None = None,
        *,
        host: str = _HOST,
        port: int = 0,
        password: str = "ClueCon",  # noqa: S107 - FreeSWITCH's own default, and bound to loopback
        sounds: Path | str = "/usr/share/freeswitch/sounds",
        dialplan: Steps = DIALPLAN,
        ivory: Mapping[str, Steps] = EXTENSIONS,
        transcribe: Callable[[str], str] | None = None,
        otherwise: Callable[[str], str | None] = lambda _number: None,
    ) -> None:
        self.numbers = dict(numbers)
        self.extensions = dict(extensions or {})
        self.password = password
        self.transcribe = transcribe
        self._otherwise = otherwise
        self.channels: dict[str, Channel] = {}
        self.applications = APPLICATIONS
        self.hash: dict[str, str] = {}
        self.bus = EventBus()
        self.scheduler = Scheduler(self.spawn, gevent.sleep)
        self.events_flow = Flag()
        self.events_flow.set()
        self.sessions = 0
        self.peak = 0
        self.globals = {
            "hostname": self.bus.hostname,
            "local_ip_v4": _HOST,
            "base_dir": "/usr/share/freeswitch",
            "sounds_dir": str(sounds),
            "sound_prefix": str(sounds),
            "core_uuid": self.bus.core_uuid,
        }
        self._dialplan = tuple(dialplan)
        self._ivory = dict(ivory)
        self._born = time.monotonic()
        self._greenlets = Group()
        self._server = StreamServer((host, port), self._connected, spawn=_MAX_CLIENTS)

    # Being there --------------------------------------------------------------------------------------

    def start(self) -> None:
        """Listen, and beat every 20 seconds.

        Raises:
            OSError: the port is taken.
        """
        self._server.start()
        self._born = time.monotonic()
        self._housekeep()

    def stop(self) -> None:
        """Break every connection, drop every call, and be gone."""
        self._server.stop(timeout=_STOP_SECONDS)
        self._lose_everything()

    def __enter__(self) -> Switch:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    @property
    def listen_port(self) -> int:
        """The port of the event socket."""
        return int(self._server.server_port or 0)

    def uptime(self) -> float:
        """Seconds since it started or restarted."""
        return time.monotonic() - self._born

    # Misbehaving on purpose ---------------------------------------------------------------------------

    def drop_connections(self) -> None:
        """Break every event socket connection without a word; calls go on."""
        for listener in list(self.bus.listeners):
            if isinstance(listener, Listener):
                listener.drop()

    def pause_events(self) -> None:
        """Hold back every event until `resume_events`; commands are still answered."""
        self.events_flow.clear()

    def resume_events(self) -> None:
        """Let events go out again, those that were held back first."""
        self.events_flow.set()

    def restart(self) -> None:
        """Crash and come back: a new Core-UUID, no calls, no memory, no connections. No event tells."""
        self._lose_everything()
        self.bus.renew()
        self.globals["core_uuid"] = self.bus.core_uuid
        self._born = time.monotonic()
        self._housekeep()

    def _lose_everything(self) -> None:
        self.drop_connections()
        self._greenlets.kill(block=False)
        self._greenlets = Group()
        channels, self.channels = self.channels, {}
        self.scheduler.clear()
        self.hash.clear()
        for channel in channels.values():
            channel.cause = channel.cause or "CRASH"
            if isinstance(channel.party, Caller):
                channel.party.gone(channel, "CRASH")

    # Calls --------------------------------------------------------------------------------------------

    def dial(
        self, number: str, *, ani: str = "anonymous", name: str = "", person: Caller | None = None
    ) -> Caller:
        """Place a call to a number of the switch, as somebody outside.

        Args:
            number: what is dialled; one the switch does not know is refused (NO_ROUTE_DESTINATION).
            ani: the caller's number.
            name: the caller's display name; the number when there is none.
            person: who calls; a virtual caller when there is none.
        """
        caller = person or Caller(self)
        profile = Profile(
            uuid=self.new_uuid(),
            channel_name=f"sofia/external/{ani}@{_HOST}",
            source="mod_sofia",
            direction="inbound",
            number=ani,
            name=name or ani,
            destination=number,
            context="public",
            username=ani,
            network_addr=_HOST,
        )
        channel = Channel(self, profile, caller)
        for key, value in _sip_variables(number, ani, profile.name, channel.uuid):
            channel.variables.set(key, value)
        caller.channel = channel
        self.channels[channel.uuid] = channel
        self.arrive(channel)
        return caller

    def arrive(self, channel: Channel) -> None:
        """Let an inbound channel live: it is routed by the number it dialled."""
        profile = channel.profile
        steps = self.route(profile.destination, profile.context)
        self._live(channel, partial(session.route, channel, steps))

    def call_out(self, channel: Channel) -> None:
        """Let an outgoing channel live: its party is called."""
        self._live(channel, partial(session.consume_media, channel))

    def _live(self, channel: Channel, first: Callable[[], None]) -> None:
        self.peak = max(self.peak, len(self.channels))
        channel.greenlet = self.spawn(session.run, channel, first)

    def route(self, number: str, context: str) -> Steps | None:
        """What a number does; None when it is unknown."""
        if context == CONTEXT:
            return self._ivory.get(number) or sent(number)
        flow = self.numbers.get(number) or self._otherwise(number)
        if flow is None:
            return None
        return [
            (name, text.replace("{flow}", flow).replace("{number}", number)) for name, text in self._dialplan
        ]

    def forget(self, channel: Channel) -> None:
        """A channel is over: nobody finds it any more, and what was scheduled for it is dropped."""
        self.channels.pop(channel.uuid, None)
        self.scheduler.delete(channel.uuid)

    # Commands -----------------------------------------------------------------------------------------

    def api(self, name: str, argument: str = "") -> str:
        """Run an API command; its output, or `-ERR <name> Command not found!`."""
        text = self.run_api(name, argument)
        return f"-ERR {name} Command not found!\n" if text is None else text

    def run_api(self, name: str, argument: str) -> str | None:
        """The same, with None for an unknown command. An API event tells of it either way."""
        about = [("API-Command", name)] if name else []
        if argument:
            about.append(("API-Command-Argument", argument))
        self.bus.fire("API", Headers(about))
        command = APIS.get(name.lower())
        return command(self, argument) if command else None

    def new_uuid(self) -> str:
        """A random id."""
        return str(uuid4())

    def next_session_id(self) -> int:
        """Channels are counted."""
        self.sessions += 1
        return self.sessions

    # Greenlets ----------------------------------------------------------------------------------------

    def spawn(self, function: Callable[..., Any], *arguments: object) -> gevent.Greenlet[..., Any]:
        """Run something in a greenlet of the switch; if it dies, the log says so."""
        greenlet = gevent.Greenlet(function, *arguments)
        return self._tend(greenlet, 0.0)

    def later(
        self, seconds: float, function: Callable[..., Any], *arguments: object
    ) -> gevent.Greenlet[..., Any]:
        """The same, after so many seconds; until then it can be killed."""
        return self._tend(gevent.Greenlet(function, *arguments), seconds)

    def _tend(self, greenlet: gevent.Greenlet[..., Any], seconds: float) -> gevent.Greenlet[..., Any]:
        greenlet.link_exception(_mourn)
        self._greenlets.add(greenlet)
        if seconds > 0:
            greenlet.start_later(seconds)
        else:
            greenlet.start()
        return greenlet

    def _housekeep(self) -> None:
        self.spawn(self.scheduler.loop)
        self.spawn(self._beat)

    def _beat(self) -> None:
        while True:
            gevent.sleep(_HEARTBEAT_SECONDS)
            self.heartbeat()

    def heartbeat(self) -> None:
        """Fire a HEARTBEAT now."""
        calls = str(len(self.channels))
        self.bus.fire(
            "HEARTBEAT",
            Headers(
                [
                    ("Event-Info", "System Ready"),
                    ("Up-Time", uptime_words(self.uptime())),
                    ("FreeSWITCH-Version", f"{VERSION}~64bit"),
                    ("Uptime-msec", str(int(self.uptime() * 1000))),
                    ("Session-Count", calls),
                    ("Max-Sessions", "1000"),
                    ("Session-Per-Sec", "30"),
                    ("Session-Per-Sec-Last", "0"),
                    ("Session-Per-Sec-Max", "0"),
                    ("Session-Per-Sec-FiveMin", "0"),
                    ("Session-Since-Startup", str(self.sessions)),
                    ("Session-Peak-Max", str(self.peak)),
                    ("Session-Peak-FiveMin", str(self.peak)),
                    ("Idle-CPU", "100.000000"),
                ]
            ),
        )

    def _connected(self, client: socket.socket, _address: object) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        Listener(self, client).run()


def _mourn(greenlet: gevent.Greenlet[..., Any]) -> None:
    _log.error("a greenlet of the switch died", error=repr(greenlet.exception), greenlet=repr(greenlet))


def _sip_variables(number: str, ani: str, name: str, uuid: str) -> list[tuple[str, str]]:
    """The variables of an incoming SIP call that flows and integrators look at."""
    return [
        ("sip_from_user", ani),
        ("sip_from_uri", f"{ani}@{_HOST}"),
        ("sip_from_host", _HOST),
        ("sip_call_id", f"{uuid}@{_HOST}"),
        ("sip_network_ip", _HOST),
        ("sip_network_port", "5060"),
        ("sip_received_ip", _HOST),
        ("sip_received_port", "5060"),
        ("sip_via_protocol", "udp"),
        ("sip_from_user_stripped", ani.removeprefix("+")),
        ("sofia_profile_name", "external"),
        ("recovery_profile_name", "external"),
        ("sip_from_display", name),
        ("sip_req_user", number),
        ("sip_req_uri", f"{number}@{_HOST}"),
        ("sip_req_host", _HOST),
        ("sip_to_user", number),
        ("sip_to_uri", f"{number}@{_HOST}"),
        ("sip_to_host", _HOST),
        ("sip_contact_user", ani),
        ("sip_contact_uri", f"{ani}@{_HOST}"),
        ("sip_contact_host", _HOST),
        ("max_forwards", "70"),
        ("endpoint_disposition", "RECEIVED"),
    ]
