"""What every line of the web phone does, on the embedded switch and on a real FreeSWITCH alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ivr.errors import PhoneError
from ivr.phone.line import Phase
from ivr.voip.messages import (
    Answered,
    Early,
    Ended,
    Gone,
    Incoming,
    Key,
    Registered,
    Ringing,
    Unregistered,
)
from tests.freeswitch.client import Client
from tests.freeswitch.instance import find
from tests.phone_lines import EARLY, TONE, Exchange, Sip, Somebody, TelephoneInstance, embedded

Open = Callable[..., Somebody]


@pytest.fixture(scope="session")
def freeswitch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TelephoneInstance]:
    binary = find()
    if binary is None:
        pytest.skip("no FreeSWITCH: set FREESWITCH_PREFIX or put `freeswitch` on PATH")
    instance = TelephoneInstance(binary, tmp_path_factory.mktemp("telephones"))
    instance.start()
    yield instance
    instance.stop()


@pytest.fixture(params=["embedded", "sip"])
def exchange(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Exchange]:
    if request.param == "embedded":
        with embedded(tmp_path) as found:
            yield found
    else:
        freeswitch = request.getfixturevalue("freeswitch")
        with Client(freeswitch) as client:
            yield Sip(freeswitch, client)


@pytest.fixture
def open_line(exchange: Exchange) -> Iterator[Open]:
    """Lines that are closed in the end, when not one channel is left."""
    everybody: list[Somebody] = []

    def open_line(number: str, name: str = "", *, registered: bool = False) -> Somebody:
        somebody = exchange.open(number, name)
        everybody.append(somebody)
        if registered:
            somebody.line.register()
            assert somebody.told(Registered).extension == number
        return somebody

    yield open_line
    for each in everybody:
        each.close()
    if everybody:
        everybody[0].until(lambda: exchange.channels() == 0, "every channel gone")


@pytest.fixture
def caller(open_line: Open) -> Somebody:
    return open_line("2000", "Li Lei")


@pytest.fixture
def called(open_line: Open) -> Somebody:
    return open_line("2001", "Wang Fang", registered=True)


def connect(caller: Somebody, called: Somebody) -> None:
    caller.line.dial("2001")
    called.told(Incoming)
    called.line.answer()
    called.told(Answered)
    caller.told(Answered)


def test_what_is_played_is_heard(caller: Somebody) -> None:
    caller.line.dial("9001")
    caller.told(Answered)
    caller.hears(TONE)
    caller.line.hangup()
    assert caller.told(Ended).cause == "NORMAL_CLEARING"
    assert caller.line.phase is Phase.IDLE


def test_sound_comes_in_its_time(caller: Somebody) -> None:
    caller.line.dial("9001")
    caller.told(Answered)
    caller.until(lambda: len(caller.frames) > 100, "two seconds of sound")
    lasted = caller.times[100] - caller.times[0]
    assert 1.7 < lasted < 4.0


def test_who_is_busy_is(caller: Somebody) -> None:
    caller.line.dial("9002")
    assert caller.told(Ended).cause == "USER_BUSY"


def test_what_nobody_knows_is_not_reached(caller: Somebody) -> None:
    caller.line.dial("9999")
    assert caller.told(Ended).cause == "NO_ROUTE_DESTINATION"


def test_who_rings_in_vain_gives_up(caller: Somebody) -> None:
    caller.line.dial("9003")
    caller.told(Ringing)
    caller.line.hangup()
    assert caller.told(Ended).cause == "ORIGINATOR_CANCEL"


def test_what_sounds_before_an_answer_is_heard(caller: Somebody) -> None:
    caller.line.dial("9004")
    caller.told(Early)
    caller.hears(EARLY)
    assert caller.line.phase is Phase.DIALLED


def test_the_other_end_hangs_up(caller: Somebody) -> None:
    caller.line.dial("9005")
    caller.told(Answered)
    assert caller.told(Ended).cause == "NORMAL_CLEARING"
    caller.line.dial("9001")
    caller.told(Answered)
    caller.hears(TONE)


def test_two_talk(caller: Somebody, called: Somebody) -> None:
    connect(caller, called)
    caller.speak(300)
    called.speak(700)
    caller.hears(700)
    called.hears(300)
    caller.fall_silent()
    called.hears_nothing()
    called.line.hangup()
    assert caller.told(Ended).cause == called.told(Ended).cause == "NORMAL_CLEARING"


def test_who_is_called_sees_who_calls(caller: Somebody, called: Somebody) -> None:
    caller.line.dial("2001")
    incoming = called.told(Incoming)
    assert incoming.number == "2000"


def test_keys_reach_the_other_end_one_by_one(caller: Somebody, called: Somebody) -> None:
    connect(caller, called)
    caller.line.press("12#")
    assert [called.told(Key) for _ in "12#"] == [Key(key=key, own=False) for key in "12#"]
    assert [caller.told(Key) for _ in "12#"] == [Key(key=key, own=True) for key in "12#"]


def test_who_is_called_refuses(caller: Somebody, called: Somebody) -> None:
    caller.line.dial("2001")
    called.told(Incoming)
    called.line.reject()
    assert called.told(Ended).cause == "USER_BUSY"
    assert caller.told(Ended).cause == "USER_BUSY"


def test_who_calls_gives_up(caller: Somebody, called: Somebody) -> None:
    caller.line.dial("2001")
    called.told(Incoming)
    caller.told(Ringing)
    caller.line.hangup()
    assert called.told(Ended).cause == "ORIGINATOR_CANCEL"
    assert called.line.phase is Phase.IDLE


def test_who_talks_is_busy_for_others(caller: Somebody, called: Somebody, open_line: Open) -> None:
    connect(caller, called)
    other = open_line("2002")
    other.line.dial("2001")
    assert other.told(Ended).cause == "USER_BUSY"
    assert called.line.phase is Phase.TALKING


def test_who_is_not_registered_is_not_rung(caller: Somebody, called: Somebody) -> None:
    called.line.unregister()
    called.told(Unregistered)
    caller.line.dial("2001")
    assert caller.told(Ended).cause in ("USER_NOT_REGISTERED", "SUBSCRIBER_ABSENT")


def test_a_line_that_goes_ends_the_talk(caller: Somebody, called: Somebody) -> None:
    connect(caller, called)
    called.line.close()
    called.told(Gone)
    caller.told(Ended)
    with pytest.raises(PhoneError):
        called.line.dial("9001")


def test_what_makes_no_sense_is_refused(caller: Somebody) -> None:
    line = caller.line
    for nonsense in (line.answer, line.reject, lambda: line.press("1"), lambda: line.send(b"\0")):
        with pytest.raises(PhoneError):
            nonsense()
    for number in ("", "1 2", "1\r\nVia: x", "a@b", "9" * 65, "${x}", "<sip:a>"):
        with pytest.raises(PhoneError, match="cannot be dialled"):
            line.dial(number)
    line.dial("9001")
    with pytest.raises(PhoneError, match="cannot be done"):
        line.dial("9001")
    caller.told(Answered)
    with pytest.raises(PhoneError, match="no keys"):
        line.press("1;2")
    line.hangup()
    caller.told(Ended)
    line.hangup()
