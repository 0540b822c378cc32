"""What a browser and its line say to each other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import PhoneError
from ivr.phone.bridge import BUSY, Bridge, Role, hello
from ivr.phone.line import Account, Phase
from ivr.voip.messages import FRAME, Answered, Ended, Gone, Incoming, Registered
from tests.unit.phone.paper_line import PaperLine


class Browser:
    """Somebody with a bridge to a line of paper."""

    def __init__(self, role: Role = Role.AGENT) -> None:
        self.now = 100.0
        self.bridge = Bridge(role, lambda number: number != "900", lambda: self.now)
        self.line = PaperLine(Account("1001", "Wang Fang"), self.bridge.told)
        self.bridge.sit(self.line)
        self.told: list[str | bytes] = []
        self.attach()

    def attach(self) -> None:
        self.told.clear()
        self.bridge.attach(self.told.append, "token", 10.0)

    def say(self, **message: Any) -> None:
        self.now += 1.0
        self.bridge.text(json.dumps(message))

    def heard(self) -> Any:
        said = self.told.pop()
        assert isinstance(said, str)
        return json.loads(said)


@pytest.fixture
def browser() -> Browser:
    return Browser()


def test_an_agents_calls_ring_in_the_browser(browser: Browser) -> None:
    assert browser.line.done == ["register"]
    browser.line.tell(Incoming(number="138", name="Li"))
    assert browser.heard() == {"event": "incoming", "number": "138", "name": "Li"}
    browser.say(do="answer")
    browser.line.tell(Answered())
    assert browser.heard() == {"event": "answered"}
    browser.say(do="press", keys="1#")
    browser.say(do="hangup")
    assert browser.line.done == ["register", "answer", "press 1#", "hangup"]


def test_a_caller_is_not_registered_and_cannot_answer() -> None:
    browser = Browser(Role.CALLER)
    browser.say(do="answer")
    assert browser.heard()["message"] == 'this telephone cannot "answer"'
    browser.say(do="register")
    assert browser.heard()["event"] == "refused"
    assert browser.line.done == []


def test_whom_one_may_not_dial_one_does_not(browser: Browser) -> None:
    browser.say(do="dial", number="900")
    assert browser.heard() == {
        "event": "refused", "message": '"900" may not be dialled from here', "hint": "", "code": "L001",
    }  # fmt: skip
    browser.say(do="dial", number="95598")
    assert browser.line.done == ["register", "dial 95598"]


def test_what_makes_no_sense_now_is_refused(browser: Browser) -> None:
    browser.say(do="answer")
    assert browser.heard()["message"] == "this cannot be done on a line that is idle"


def test_sound_goes_both_ways(browser: Browser) -> None:
    browser.line.tell(Incoming(number="138"))
    browser.line.tell(Answered())
    browser.bridge.sound(b"\1" * FRAME + b"\2" * FRAME + b"half")
    assert browser.line.frames == [b"\1" * FRAME, b"\2" * FRAME]
    browser.line.tell(b"\3" * FRAME)
    assert browser.told[-1] == b"\3" * FRAME
    with pytest.raises(PhoneError):
        browser.bridge.sound(bytes(11 * FRAME))


def test_a_sign_of_life_is_given_back(browser: Browser) -> None:
    browser.say(do="ping", at=1.5)
    assert browser.heard() == {"event": "pong", "at": 1.5}


def test_who_comes_back_learns_how_things_stand(browser: Browser) -> None:
    browser.line.tell(Registered(extension="1001"))
    browser.line.tell(Incoming(number="138", name="Li"))
    browser.line.tell(Answered())
    browser.bridge.detach()
    browser.line.tell(b"\3" * FRAME)
    browser.now += 73.2
    browser.attach()
    assert browser.heard() == {"event": "registered", "extension": "1001"}
    assert browser.heard() == {
        "event": "ready", "role": "agent", "number": "1001", "name": "Wang Fang", "token": "token",
        "grace": 10.0, "phase": "talking", "early": True, "partner": {"number": "138", "name": "Li"},
        "talking": 73.2, "sound": {"rate": 8000, "bytes": 320},
    }  # fmt: skip
    browser.line.tell(Ended(cause="NORMAL_CLEARING"))
    browser.attach()
    browser.told.pop()
    assert (ready := browser.heard())["partner"] is None
    assert (ready["phase"], ready["talking"]) == ("idle", None)


def test_a_line_that_goes_is_told_of(browser: Browser) -> None:
    browser.line.tell(Gone(reason="x"))
    assert browser.heard() == {"event": "gone", "reason": "x"}
    assert browser.bridge.over


def test_who_says_too_much_is_hung_up_on(browser: Browser) -> None:
    for _ in range(BUSY):
        browser.bridge.text('{"do": "ping"}')
    with pytest.raises(PhoneError, match="too many"):
        browser.bridge.text('{"do": "ping"}')
    browser.now += 1.1
    browser.bridge.text('{"do": "ping"}')
    with pytest.raises(PhoneError, match="too long"):
        browser.bridge.text(" " * 5000)


@pytest.mark.parametrize("first", ["", "{}", "x", '{"do": "dial", "number": "1"}', '{"do": "hello", "x": 1}'])
def test_the_first_message_is_a_hello(first: str) -> None:
    with pytest.raises(PhoneError, match="no hello"):
        hello(first)
    assert hello('{"do": "hello", "take": true}').take


_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
_orders = st.fixed_dictionaries(
    {"do": st.sampled_from(["dial", "answer", "reject", "hangup", "press", "register", "open", "hello"])},
    optional={"number": _json, "keys": _json, "extension": _json, "name": _json},
)


@given(st.lists(st.text(max_size=40) | (_orders | _json).map(json.dumps), max_size=10))
def test_nothing_a_browser_says_breaks_it(said: list[str]) -> None:
    browser = Browser()
    for text in said:
        browser.now += 1.0
        browser.bridge.text(text)
    assert browser.line.phase in (Phase.IDLE, Phase.DIALLED)
