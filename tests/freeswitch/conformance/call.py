"""One call of a scenario, on either peer: what the worker does with it, and what the caller does."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import gevent

from tests.freeswitch.conformance.line import Event
from tests.freeswitch.conformance.peers import Peer, Phone, Way

COMPLETE = "CHANNEL_EXECUTE_COMPLETE"


class Call:
    """A call that is parked, and everything about it that will be compared.

    Attributes:
        other, third: the UUIDs of legs that are called: by `bridge`, or before somebody talks to them.
        unseen: another, of which nothing is compared but what is told of it elsewhere.
        answers: what the switch said to API commands, in order.
        described: what it said of the call as a whole, when asked.
        ending: how many events had come when somebody set out to end the call; None: nobody did.
    """

    def __init__(self, peer: Peer, way: Way, ani: str, sounds: Path) -> None:
        self.peer, self.sounds = peer, sounds
        self.line = peer.line
        self.other, self.third, self.unseen = str(uuid4()), str(uuid4()), str(uuid4())
        self.answers: list[str] = []
        self.described: list[Event] = []
        self.ending: int | None = None
        self.recording = peer.folder / f"{ani}.wav"
        self.phone: Phone = peer.call(way, ani)
        self.uuid = peer.line.until(lambda: peer.line.parked.get(ani), f"the call of {ani}")

    # What the worker does -----------------------------------------------------------------------------

    def begin(self, application: str, argument: str = "", *, lock: bool = True, leg: str = "") -> str:
        """Send an application, to the call or another leg; the UUID that its events carry."""
        mark = str(uuid4())
        lines = ["call-command: execute", f"execute-app-name: {application}", f"Event-UUID: {mark}"]
        lines += ["event-lock: true"] if lock else []
        lines += ["content-type: text/plain"] if argument else []
        answer = self.line.send("\n".join([f"sendmsg {leg or self.uuid}", *lines]), argument)
        assert answer == "+OK", answer
        return mark

    def begun(self, mark: str, leg: str = "") -> None:
        """Wait until an application runs."""
        self.wait("CHANNEL_EXECUTE", {"Application-UUID": mark}, leg)

    def done(self, mark: str, leg: str = "") -> None:
        """Wait until it is over."""
        self.wait(COMPLETE, {"Application-UUID": mark}, leg)

    def run(self, application: str, argument: str = "", leg: str = "") -> None:
        """Send an application and wait until it is over."""
        self.done(self.begin(application, argument, leg=leg), leg)

    def start(self, application: str, argument: str = "", leg: str = "") -> str:
        """Send an application and wait until it runs; its UUID."""
        mark = self.begin(application, argument, leg=leg)
        self.begun(mark, leg)
        return mark

    def api(self, command: str) -> None:
        """Give an API command; what it answers is compared."""
        self.answers.append(self.line.send(f"api {command}"))

    def together(self, *commands: str) -> None:
        """Give several API commands in one write."""
        self.answers += self.line.send_all(*(f"api {command}" for command in commands))

    @contextmanager
    def short_lived_worker(self) -> Iterator[None]:
        """Give commands over a connection of their own, which then breaks without a word."""
        with self.peer.line.another() as line:
            self.line = line
            yield
        self.line = self.peer.line

    def guard(self, seconds: int) -> None:
        """Wind up the guard as the worker does: what was wound up goes, the new one comes, in one write."""
        group = f"ivr-guard-{self.uuid}"
        self.together(
            f"sched_del {group}", f"sched_api +{seconds} {group} uuid_transfer {self.uuid} fallback XML ivory"
        )

    def bgapi(self, command: str) -> None:
        """The same in the background; the answer comes by Job-UUID."""
        self.answers.append(self.peer.line.background(command))

    def kill(self, cause: str = "") -> None:
        """Hang up on the caller."""
        self.expect_the_end()
        self.api(f"uuid_kill {self.uuid} {cause}".rstrip())

    def describe(self) -> None:
        """Ask for the whole call, as a worker does that adopts it; how it stands is compared."""
        told = json.loads(self.line.send(f"api uuid_dump {self.uuid} json"))
        self.described.append(Event({name: str(value) for name, value in told.items()}))

    def listed(self) -> None:
        """Ask for the calls there are; what this one's row says of its two legs is compared."""
        calls = json.loads(self.peer.line.send("api show calls as json")).get("rows", [])
        rows = [row for row in calls if self.uuid in (row["uuid"], row["b_uuid"])]
        self.answers += [f"{row['uuid']} with {row['b_uuid'] or 'nobody'}" for row in rows]

    def sound(self, name: str) -> str:
        return str(self.sounds / f"{name}.wav")

    def bridge(self, number: str, **variables: str) -> str:
        """Begin to call an extension, as the worker does; the application's UUID."""
        given = {"origination_uuid": self.other, "absolute_codec_string": "PCMU", **variables}
        pairs = ",".join(f"{name}={value}" for name, value in given.items())
        return self.begin("bridge", f"{{{pairs}}}{self.peer.extension(number)}")

    def ring(self, number: str, leg: str = "", **variables: str) -> None:
        """Call an extension before anybody talks to it; the leg parks when it is answered."""
        given = {"origination_uuid": leg or self.other, "ignore_early_media": "true"}
        given |= {"absolute_codec_string": "PCMU", **variables}
        pairs = ",".join(f"{name}={value}" for name, value in given.items() if value)
        address = number if "/" in number else self.peer.extension(number)
        self.bgapi(f"originate {{{pairs}}}{address} &park()")

    def connect(self, one: str, other: str) -> None:
        """Let two legs talk, and wait until they do."""
        self.api(f"uuid_bridge {one} {other}")
        self.wait("CHANNEL_BRIDGE", {"Bridge-A-Unique-ID": one, "Bridge-B-Unique-ID": other}, one)

    # What the caller does -----------------------------------------------------------------------------

    def press(self, keys: str) -> None:
        """Press keys, and wait until each has been noticed."""
        before = len(self._keys())
        self.phone.press(keys)
        self.peer.line.until(lambda: len(self._keys()) >= before + len(keys) or None, f"the keys {keys}")

    def press_unseen(self, keys: str) -> None:
        """Press keys that no event tells of."""
        self.phone.press(keys)

    def hang_up(self) -> None:
        self.expect_the_end()
        self.phone.hang_up()

    # Waiting ------------------------------------------------------------------------------------------

    def pause(self, seconds: float) -> None:
        gevent.sleep(seconds)

    def await_a_new_second(self) -> None:
        """Wait until the wall clock begins a second: FreeSWITCH measures some times in these."""
        gevent.sleep(1.05 - time.time() % 1)

    def expect_the_end(self) -> None:
        """Note that another thread of the switch ends the call from now on, as the first to say so."""
        if self.ending is None:
            self.ending = len(self.events)

    def ends(self) -> None:
        """Wait until the call is over."""
        self.wait("CHANNEL_DESTROY")

    def wait(self, name: str, headers: dict[str, str] | None = None, leg: str = "") -> Event:
        """The first such event of the call, or of another leg, that has come or comes."""
        wanted = {"Event-Name": name, **(headers or {})}

        def look() -> Event | None:
            events = self.peer.line.channels[leg or self.uuid]
            return next((event for event in events if wanted.items() <= event.items()), None)

        return self.peer.line.until(look, f"{name} {headers or ''}")

    @property
    def events(self) -> list[Event]:
        """All that was told of it so far."""
        return self.peer.line.channels[self.uuid]

    def _keys(self) -> list[Event]:
        return [event for event in self.events if event["Event-Name"] == "DTMF"]
