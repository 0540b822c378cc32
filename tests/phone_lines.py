"""A small world of telephones, the same on the embedded switch and on a real FreeSWITCH: what is called
there, and somebody who listens to a line and speaks into it.

`9001` answers with a tone, `9002` is busy, `9003` rings for ever, `9004` sounds before it answers, `9005`
answers and hangs up, `9006` answers and is silent, `20xx` is whoever has registered with that extension.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol, TypeVar

import gevent
import numpy as np

from ivr.dialplan import directory
from ivr.errors import PhoneError
from ivr.flag import Flag
from ivr.phone.embedded import EmbeddedLine
from ivr.phone.line import Account, Line, Told
from ivr.phone.sip.line import SipLine
from ivr.switch import Switch
from ivr.switch.dialplan import Steps
from ivr.switch.lines import Lines
from ivr.voip.messages import SECONDS, Event
from tests.freeswitch.client import Client
from tests.freeswitch.instance import Instance

E = TypeVar("E", bound=Event)

TONE, EARLY = 440, 620
"""Hz of what `9001` and `9004` sound."""
PATIENCE = 30.0
_WINDOW = 25
_LOUD = 1000
_STEPS: dict[str, Steps] = {
    "9001": [("answer", ""), ("playback", f"tone_stream://%(60000,0,{TONE})")],
    "9002": [("hangup", "USER_BUSY")],
    "9003": [("ring_ready", ""), ("sleep", "60000")],
    "9004": [("pre_answer", ""), ("playback", f"tone_stream://%(60000,0,{EARLY})")],
    "9005": [("answer", ""), ("sleep", "200"), ("hangup", "NORMAL_CLEARING")],
    "9006": [("answer", ""), ("park", "")],
}


class Somebody:
    """A line, and all that it tells."""

    def __init__(self, open_line: Callable[[Account, Told], Line], account: Account) -> None:
        self.events: list[Event] = []
        self.frames: list[bytes] = []
        self.times: list[float] = []
        self._news = Flag()
        self._voice: gevent.Greenlet[..., None] | None = None
        self.line = open_line(account, self._told)

    def _told(self, told: Event | bytes) -> None:
        if isinstance(told, bytes):
            self.frames.append(told)
            self.times.append(time.monotonic())
        else:
            self.events.append(told)
        self._news.set()

    def until(self, true: Callable[[], object], what: str, timeout: float = PATIENCE) -> None:
        """Wait until it is so; fails with `what` did not happen."""
        deadline = time.monotonic() + timeout
        while not true():
            self._news.clear()
            left = deadline - time.monotonic()
            heard = f"told was {self.events}, heard {self.pitch()} Hz"
            assert left > 0, f"did not happen within {timeout:g} s: {what}; {heard}"
            self._news.wait(min(left, 0.1))

    def told(self, kind: type[E]) -> E:
        """Wait for an event of a kind; it and all before it are forgotten."""
        self.until(lambda: any(isinstance(each, kind) for each in self.events), kind.__name__)
        at = next(index for index, each in enumerate(self.events) if isinstance(each, kind))
        found = self.events[at]
        del self.events[: at + 1]
        assert isinstance(found, kind)
        return found

    def hears(self, hz: int) -> None:
        """Wait until for half a second this tone is all that is heard."""
        self.until(lambda: self.pitch() == hz, f"{hz} Hz heard")

    def hears_nothing(self) -> None:
        """Wait until for half a second nothing is heard, though the line is there."""
        self.until(lambda: self.pitch() == 0, "silence")

    def pitch(self) -> int | None:
        """The tone of the last half second in Hz, to the next 20; 0: silence. None: there was not so much."""
        if len(self.frames) < _WINDOW:
            return None
        sound = np.frombuffer(b"".join(self.frames[-_WINDOW:]), "<i2").astype(np.float64)
        if np.abs(sound).max() < _LOUD:
            return 0
        loud = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
        return int(round(np.argmax(loud) * 8000 / len(sound) / 20) * 20)

    def speak(self, hz: int) -> None:
        """Begin to speak, in a tone of one's own."""
        self.fall_silent()
        self._voice = gevent.spawn(self._speak, hz)

    def say(self, samples: bytes) -> None:
        """Say this, in its own time."""
        at = time.monotonic()
        for begin in range(0, len(samples), 320):
            self.line.send(samples[begin : begin + 320].ljust(320, b"\0"))
            at += SECONDS
            gevent.sleep(max(0.0, at - time.monotonic()))

    def fall_silent(self) -> None:
        if self._voice:
            self._voice.kill()
            self._voice = None

    def _speak(self, hz: int) -> None:
        for second in range(600):
            at = (np.arange(8000) + 8000 * second) / 8000
            self.say((9000 * np.sin(2 * np.pi * hz * at)).astype("<i2").tobytes())

    def close(self) -> None:
        self.fall_silent()
        with suppress(PhoneError):
            self.line.hangup()
        self.line.close()


class Exchange(Protocol):
    """Where telephones are connected."""

    def open(self, number: str, name: str = "") -> Somebody:
        """A line for somebody."""

    def channels(self) -> int:
        """How many channels there are."""


class _Switch(Switch):
    """The embedded switch with the numbers of this world."""

    def route(self, number: str, context: str) -> Steps | None:
        if number.startswith("20"):
            return [("bridge", f"user/{number}")]
        return _STEPS.get(number)


class Embedded:
    """See Exchange."""

    def __init__(self, switch: Switch, path: Path) -> None:
        self.switch, self._path = switch, path

    def open(self, number: str, name: str = "") -> Somebody:
        return Somebody(lambda who, told: EmbeddedLine(who, told, self._path), Account(number, name))

    def channels(self) -> int:
        return len(self.switch.channels)


@contextmanager
def embedded(folder: Path) -> Iterator[Embedded]:
    """The world on the embedded switch."""
    path = folder / "lines.sock"
    with _Switch({}) as switch:
        lines = Lines(switch, path)
        lines.start()
        yield Embedded(switch, path)
        lines.stop()


DOMAIN = "ivory.test"
SECRET = "a-password-of-a-day"
USERS = [f"20{number:02d}" for number in range(10)]


class TelephoneInstance(Instance):
    """A FreeSWITCH that knows users and asks for their password. Their calls are routed by `context`."""

    context = "telephones"

    def template(self) -> str:
        text = super().template()
        profile = "<settings>\n            <X-PRE-PROCESS"
        domains = f'<domains><domain name="{DOMAIN}" alias="true" parse="false"/></domains>'
        for before, after in (
            ('"auth-calls" value="false"', '"auth-calls" value="true"'),
            ('"accept-blind-reg" value="true"', '"accept-blind-reg" value="false"'),
            (profile, f"{domains}{profile}"),
            ('<context name="public">', f'{_context()}<context name="public">'),
            ('<user id="1010"/>', "".join(_user(each, self.context) for each in USERS)),
        ):
            assert before in text, before
            place = text.rindex(before) if before == profile else text.index(before)
            text = text[:place] + after + text[place + len(before) :]
        return text


class Sip:
    """See Exchange."""

    def __init__(self, freeswitch: Instance, client: Client) -> None:
        self.freeswitch, self.client = freeswitch, client

    def open(self, number: str, name: str = "") -> Somebody:
        account = Account(number, name, user=f"web-{number}", password=SECRET)
        return Somebody(self.line, account)

    def line(self, account: Account, told: Told) -> SipLine:
        return SipLine(account, told, f"127.0.0.1:{self.freeswitch.sip_port}", DOMAIN)

    def channels(self) -> int:
        return self.client.channels()


def _context() -> str:
    found = "".join(
        f'<extension name="{number}"><condition field="destination_number" expression="^{number}$">'
        + "".join(f'<action application="{name}" data="{data}"/>' for name, data in steps)
        + "</condition></extension>"
        for number, steps in _STEPS.items()
    )
    return (
        f'<context name="telephones">{found}<extension name="people">'
        '<condition field="destination_number" expression="^(20\\d\\d)$">'
        f'<action application="bridge" data="user/$1@{DOMAIN}"/></condition></extension></context>'
    )


def _user(number: str, context: str) -> str:
    """Two entries of the directory: the browser, and its extension."""
    web = f"web-{number}"
    a1 = directory.password(web, DOMAIN, SECRET)
    name = "Wang Fang" if number == "2001" else number
    users = (
        directory.User(web, a1, number, name, context),
        directory.User(number, rings=(web, number), context=context),
    )
    found = ""
    for user in users:
        text = directory.document(DOMAIN, user).decode()
        found += text[text.index("<user ") : text.index("</users>")]
    return found
