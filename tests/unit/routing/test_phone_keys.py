"""Keys of an agent's telephone in the middle of a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gevent
import pytest

from ivr.acd.model import Destination
from ivr.esl.wire import Event
from ivr.routing import phone_keys
from ivr.routing.conversations import ASKING, Conversation, Conversations, Third
from ivr.routing.phone_keys import PhoneKeys
from ivr.routing.talks import Talks

CODES = {"*1": "consult", "*2": "hold", "*3": "conference", "*7": "transfer"}


class Desk:
    """What the keys need of a desk."""

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.line = Line()
        self.posted: list[str] = []

    def post(self, *calls: str) -> None:
        self.posted += calls


class Line:
    def post(self, *_calls: object, **_: object) -> None:
        """Nothing is sent."""

    def post_execute(self, *_arguments: object, **_: object) -> None:
        """Nothing is sent."""


class Control:
    def hold(self, agent: str) -> None:
        """The caller has music."""

    def back(self, agent: str, cause: str) -> None:
        """The caller is back."""


class Phone:
    """An agent's telephone, and the orders that come of its keys."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, Mapping[str, Any]]] = []
        self.talk = Conversation("a1", "leg", "caller")
        self.desk, conversations = Desk(), Conversations(Talks())
        conversations.begin(self.talk)
        given = (self.desk, conversations, Control(), CODES, lambda: {"a2": None}, self._give)
        PhoneKeys(*given)  # type: ignore[arg-type]
        self._hear = self.desk.heard[0]

    def _give(self, name: str, by: str, given: Mapping[str, Any]) -> None:
        assert by == "phone:a1"
        self.orders.append((name, {key: value for key, value in given.items() if key != "agent"}))

    def press(self, keys: str, leg: str = "leg") -> list[tuple[str, Mapping[str, Any]]]:
        for key in keys:
            text = f"Event-Name: DTMF\nUnique-ID: {leg}\nDTMF-Digit: {key.replace('#', '%23')}\n\n"
            event = Event.parse(text.encode())
            assert event is not None
            self._hear(event)
        gevent.sleep(0)
        gevent.sleep(0)
        return self.orders


def test_a_code_is_an_order() -> None:
    assert Phone().press("*3") == [("agent.conference", {})]


def test_the_hold_code_holds_and_retrieves() -> None:
    phone = Phone()
    phone.press("*2")
    phone.talk.held = True
    assert [name for name, _ in phone.press("*2")] == ["agent.hold", "agent.retrieve"]


@pytest.mark.parametrize(
    ("keys", "to"),
    [("*11002#", {"extension": "1002"}), ("*1008613800138000#", {"number": "+8613800138000"})],
)
def test_a_number_goes_to_its_end(keys: str, to: dict[str, str]) -> None:
    assert Phone().press(keys) == [("agent.consult", {"to": to})]


def test_keys_that_are_no_code_order_nothing() -> None:
    phone = Phone()
    assert phone.press("123#*9") == []
    assert phone.press("*3", leg="caller") == []
    assert phone.press("*3") == [("agent.conference", {})]
    sent = [call.rpartition(" ")[2] for call in phone.desk.posted]
    assert sent == ["1", "2", "3", "#", "*9"], "the other one hears what is no code, and nothing else"


def test_keys_go_to_whom_the_agent_talks_with() -> None:
    phone = Phone()
    phone.talk.held = True
    phone.press("1")
    phone.talk.third = Third(Destination("extension", "1002"), ASKING, "third")
    phone.press("2")
    assert phone.desk.posted == ["uuid_send_dtmf third 2"], "nobody hears them who has music"


def test_a_number_ends_when_no_more_keys_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_keys, "NEXT", 0.01)
    phone = Phone()
    phone.press("*71002")
    gevent.sleep(0.05)
    assert phone.orders == [("agent.transfer", {"to": {"extension": "1002"}})]
