"""The door for telephones: who may open it, and what becomes of those who misbehave. What lines do is in
tests/contract/test_phone_lines.py."""

from __future__ import annotations

import socket
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import gevent
import pytest

from ivr.switch import Extension, Switch
from ivr.switch.lines import Lines
from ivr.voip import messages
from ivr.voip.messages import FRAME, SOUND

STEPS = [("answer", ""), ("playback", "tone_stream://%(60000,0,440)")]


class Raw:
    """A connection without any manners."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(5)
        self.socket.connect(str(path))

    def say(self, *said: str | bytes) -> None:
        for each in said:
            self.socket.send(each if isinstance(each, bytes) else each.encode())

    def opened(self) -> Raw:
        self.say('{"do": "open", "number": "1001"}')
        return self

    def told(self) -> messages.Event:
        """The next message; sound is passed over."""
        while (data := self.socket.recv(4096))[:1] == SOUND:
            assert len(data) == 1 + FRAME
        return messages.event(data)

    def is_closed(self) -> bool:
        try:
            while self.socket.recv(4096):
                pass
        except ConnectionError:
            pass
        return True


@pytest.fixture
def switch(tmp_path: Path) -> Iterator[Switch]:
    with Switch({"9": "x"}, {"1001": Extension("refuses")}, dialplan=STEPS) as switch:
        yield switch


@pytest.fixture
def lines(switch: Switch, tmp_path: Path) -> Iterator[Lines]:
    lines = Lines(switch, tmp_path / "lines.sock")
    lines.start()
    yield lines
    lines.stop()


@pytest.fixture
def connect(lines: Lines) -> Iterator[Callable[[], Raw]]:
    everybody: list[Raw] = []

    def connect() -> Raw:
        everybody.append(Raw(lines.path))
        return everybody[-1]

    yield connect
    for raw in everybody:
        raw.socket.close()


def wait(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline
        gevent.sleep(0.01)


def test_only_its_own_user_can_open_it(lines: Lines) -> None:
    assert stat.S_IMODE(lines.path.stat().st_mode) == 0o600


def test_what_a_killed_process_left_is_replaced_but_not_what_lives(switch: Switch, lines: Lines) -> None:
    with pytest.raises(OSError, match="in use"):
        Lines(switch, lines.path).start()
    left = lines.path.with_name("left.sock")
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as dead:
        dead.bind(str(left))
    other = Lines(switch, left)
    other.start()
    other.stop()
    assert not left.exists()


@pytest.mark.parametrize(
    "said", ["x", "{}", '{"do": "dial", "number": "9"}', b"\xff" * 100, '{"do": "open", "number": "a b"}']
)
def test_who_talks_nonsense_is_hung_up_on(connect: Callable[[], Raw], said: str | bytes) -> None:
    raw = connect()
    raw.say(said)
    assert raw.is_closed()


def test_sound_at_the_wrong_time_or_of_the_wrong_size_is_nothing(connect: Callable[[], Raw]) -> None:
    raw = connect().opened()
    raw.say(SOUND + bytes(FRAME), SOUND, SOUND + bytes(1000), '{"do": "hangup"}', '{"do": "answer"}')
    raw.say('{"do": "register"}')
    assert raw.told() == messages.Registered(extension="1001")


def test_an_extension_is_as_it_was_when_its_line_goes(
    switch: Switch, lines: Lines, connect: Callable[[], Raw]
) -> None:
    raw = connect().opened()
    raw.say('{"do": "register"}')
    raw.told()
    assert switch.extensions["1001"].behaviour == "no_answer"
    raw.socket.close()
    wait(lambda: switch.extensions["1001"].behaviour == "refuses")
    assert not lines.registered


def test_a_line_that_takes_an_extension_takes_it_from_another(
    switch: Switch, connect: Callable[[], Raw]
) -> None:
    first, second = connect().opened(), connect().opened()
    first.say('{"do": "register"}')
    first.told()
    second.say('{"do": "register"}')
    second.told()
    assert first.told() == messages.Unregistered(reason="another telephone took the extension")
    first.socket.close()
    gevent.sleep(0)
    caller = switch.dial("9")
    caller.hangup()
    second.socket.close()
    wait(lambda: switch.extensions["1001"].behaviour == "refuses")


def test_the_call_of_a_process_that_dies_is_over(switch: Switch, connect: Callable[[], Raw]) -> None:
    raw = connect().opened()
    raw.say('{"do": "dial", "number": "9"}')
    assert raw.told() == messages.Answered()
    raw.socket.close()
    wait(lambda: not switch.channels)


def test_who_does_not_read_loses_sound_and_holds_nobody_up(
    switch: Switch, connect: Callable[[], Raw]
) -> None:
    slow, quick = connect().opened(), connect().opened()
    for raw in (slow, quick):
        raw.say('{"do": "dial", "number": "9"}')
    assert quick.told() == messages.Answered()
    begun, frames = time.monotonic(), 0
    while time.monotonic() - begun < 2:
        frames += quick.socket.recv(4096)[:1] == SOUND
    assert frames > 40
    slow.socket.setblocking(False)
    waiting = 0
    try:
        while slow.socket.recv(4096):
            waiting += 1
    except BlockingIOError:
        pass
    assert waiting < 40  # frames of before the last second


def test_who_reads_no_messages_loses_the_line(
    switch: Switch, connect: Callable[[], Raw], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.switch.lines.PATIENCE", 0.1)
    raw = connect().opened()
    try:
        for _ in range(2000):
            raw.say('{"do": "unregister"}')
    except OSError:
        pass
    assert raw.is_closed()
