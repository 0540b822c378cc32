"""A telephone's side of SIP without any network: two of them speak to each other, and time passes as told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.phone.sip.agent import Agent
from ivr.phone.sip.asking import PATIENCE, cause
from ivr.phone.sip.call import ALIVE
from ivr.phone.sip.place import Place
from ivr.voip import digest, sdp, sip
from ivr.voip.messages import Answered, Early, Ended, Event, Incoming, Registered, Ringing, Unregistered
from ivr.voip.sdp import Audio
from ivr.voip.sip import Answer, Request


class Ear:
    """What carries sound; here nothing does."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.aims: list[Audio] = []

    def offer(self) -> Audio:
        return Audio("127.0.0.1", self.port, (0, 8), 101)

    def aim(self, remote: Audio) -> None:
        self.aims.append(remote)


class Phone:
    """A telephone, what it has said and what it was told."""

    def __init__(self, user: str, port: int, clock: Callable[[], float], password: str = "") -> None:
        self.said: list[bytes] = []
        self.told: list[Event] = []
        self.ear = Ear(port)
        place = Place("127.0.0.1", port, "pbx.test", f"web-{user}", user, "Wang Fang")
        self.agent = Agent(place, user, password, self.ear, self.said.append, self.told.append, clock)

    def next(self) -> Request | Answer:
        message = sip.parse(self.said.pop(0))
        assert message is not None
        return message

    def request(self, method: str) -> Request:
        message = self.next()
        assert isinstance(message, Request)
        assert message.method == method
        return message

    def answer(self, status: int) -> Answer:
        message = self.next()
        assert isinstance(message, Answer)
        assert message.status == status
        return message

    def hear(self, request: Request | Answer, status: str, body: str = "", more: sip.Headers = ()) -> None:
        """An answer comes to something it has said."""
        assert isinstance(request, Request)
        self.agent.take(sip.answer(request, status, "far", contact="far@10.0.0.1", body=body, more=more))


class World:
    """Two telephones and a clock."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.a = Phone("1000", 5000, lambda: self.now, "secret")
        self.b = Phone("1001", 5002, lambda: self.now)

    def carry(self) -> None:
        """All that was said arrives."""
        while self.a.said or self.b.said:
            for phone, other in ((self.a, self.b), (self.b, self.a)):
                while phone.said:
                    other.agent.take(phone.said.pop(0))

    def pass_time(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            self.now += 0.1
            self.a.agent.tick()
            self.b.agent.tick()

    def talk(self) -> None:
        self.a.agent.dial("1001")
        self.carry()
        call = self.b.agent.call
        assert call is not None
        call.take()
        self.carry()
        assert self.a.told[-1:] == self.b.told[-1:] == [Answered()]


@pytest.fixture
def world() -> World:
    return World()


def test_one_calls_and_the_other_answers(world: World) -> None:
    world.a.agent.dial("1001")
    world.carry()
    assert world.b.told == [Incoming(number="1000", name="Wang Fang")]
    assert world.a.told == [Ringing()]
    call = world.b.agent.call
    assert call is not None
    call.take()
    world.carry()
    assert world.a.ear.aims[-1].port == 5002
    assert world.b.ear.aims[-1].port == 5000
    assert world.a.ear.aims[-1].kinds == (0,)
    call.leave()
    world.carry()
    assert world.a.told[-1] == world.b.told[-1] == Ended(cause="NORMAL_CLEARING")
    assert world.a.agent.call is world.b.agent.call is None


def test_a_yes_that_was_lost_is_said_again(world: World) -> None:
    world.a.agent.dial("1001")
    world.carry()
    call = world.b.agent.call
    assert call is not None
    call.take()
    world.b.said.clear()
    world.pass_time(0.7)
    world.carry()
    assert world.a.told[-1] == Answered()
    world.pass_time(PATIENCE + 1)
    assert world.b.told[-1] == Answered()


def test_a_yes_that_nobody_hears_ends_the_call(world: World) -> None:
    world.a.agent.dial("1001")
    world.carry()
    call = world.b.agent.call
    assert call is not None
    call.take()
    world.pass_time(PATIENCE + 1)
    assert world.b.told[-1] == Ended(cause="RECOVERY_ON_TIMER_EXPIRE")


def test_an_ack_that_was_lost_is_said_again(world: World) -> None:
    world.a.agent.dial("1001")
    world.carry()
    call = world.b.agent.call
    assert call is not None
    call.take()
    yes = world.b.said.pop()
    world.a.agent.take(yes)
    assert world.a.request("ACK")
    world.a.agent.take(yes)
    assert world.a.request("ACK")


def test_an_invitation_nobody_hears_is_repeated_and_given_up(world: World) -> None:
    world.a.agent.dial("1001")
    world.pass_time(PATIENCE + 0.5)
    assert len(world.a.said) == 5  # at 0, 0.5, 1.5, 3.5 and 7.5 s
    assert len(set(world.a.said)) == 1
    assert world.a.told == [Ended(cause="RECOVERY_ON_TIMER_EXPIRE")]


def test_who_hangs_up_before_anything_was_heard_cancels_later(world: World) -> None:
    world.a.agent.dial("1001")
    invitation = world.a.request("INVITE")
    call = world.a.agent.call
    assert call is not None
    call.leave()
    assert not world.a.said
    world.a.hear(invitation, "100 Trying")
    cancel = world.a.request("CANCEL")
    assert (cancel.branch, cancel.sequence) == (invitation.branch, (invitation.sequence[0], "CANCEL"))
    world.a.hear(invitation, "487 Request Terminated")
    assert world.a.request("ACK").branch == invitation.branch
    assert world.a.told == [Ended(cause="ORIGINATOR_CANCEL")]


def test_an_answer_that_crosses_a_cancel_is_taken_and_hung_up(world: World) -> None:
    world.a.agent.dial("1001")
    invitation = world.a.request("INVITE")
    world.a.hear(invitation, "180 Ringing")
    call = world.a.agent.call
    assert call is not None
    call.leave()
    world.a.request("CANCEL")
    world.a.hear(invitation, "200 OK", sdp.describe(Audio("10.0.0.1", 9, (0,))))
    world.a.request("ACK")
    world.a.request("BYE")
    assert world.a.told == [Ringing(), Ended(cause="ORIGINATOR_CANCEL")]


def test_a_password_is_proved_and_its_nonce_used_up(world: World) -> None:
    world.a.agent.dial("1001")
    first = world.a.request("INVITE")
    world.a.hear(
        first, "407 Proxy", more=(("proxy-authenticate", 'Digest realm="r", nonce="n", qop="auth"'),)
    )
    assert world.a.request("ACK").branch == first.branch
    second = world.a.request("INVITE")
    assert second.sequence[0] == first.sequence[0] + 1
    said = second.get("proxy-authorization")
    own = said.partition('cnonce="')[2].rstrip('"')
    asked = digest.Challenge("r", "n", qop=True)
    target = first.target
    assert said == digest.proof(asked, "INVITE", target, "web-1000", "secret", count=1, own=own)


def test_a_wrong_password_is_not_tried_for_ever(world: World) -> None:
    world.a.agent.registration.begin()
    for _ in range(3):
        asked = ("www-authenticate", 'Digest realm="r", nonce="n", qop="auth"')
        world.a.hear(world.a.request("REGISTER"), "401 Unauthorized", more=(asked,))
    assert not world.a.said
    assert world.a.told == [Unregistered(reason="FreeSWITCH says 401 Unauthorized")]


def test_a_registration_is_renewed_before_it_ends(world: World) -> None:
    world.a.agent.registration.begin()
    request = world.a.request("REGISTER")
    world.a.hear(request, "200 OK", more=(("contact", "<sip:web-1000@127.0.0.1:5000>;expires=60"),))
    assert world.a.told == [Registered(extension="1000")]
    world.pass_time(29)
    assert not world.a.said
    world.pass_time(2)
    again = world.a.request("REGISTER")
    assert (again.call, again.sequence[0]) == (request.call, request.sequence[0] + 1)
    world.pass_time(PATIENCE + 1)
    assert world.a.told[-1] == Unregistered(reason="FreeSWITCH is silent")


def test_hold_is_answered_by_its_mirror(world: World) -> None:
    world.talk()
    call = world.b.agent.call
    assert call is not None
    body = sdp.describe(Audio("10.0.0.1", 4444, (8, 0), 96, "sendonly"), 2)
    invitation = invite(call.id, to=f"<sip:1001@pbx.test>;tag={call._tag}", body=body)
    world.b.agent.take(invitation)
    yes = sdp.parse(world.b.answer(200).body)
    assert yes == Audio("127.0.0.1", 5002, (8,), 96, "recvonly")
    assert world.b.ear.aims[-1].held
    assert world.b.told[-1] == Answered()


def test_signs_of_life_are_given_back(world: World) -> None:
    world.talk()
    call = world.b.agent.call
    assert call is not None
    update = invite(call.id, method="UPDATE", to=f"<sip:1001@pbx.test>;tag={call._tag}")
    world.b.agent.take(update.replace(b"\r\n\r\n", b"\r\nSession-Expires: 1800;refresher=uac\r\n\r\n"))
    assert world.b.answer(200).get("session-expires") == "1800;refresher=uac"


def test_a_switch_that_knows_of_no_call_any_more_has_ended_it(world: World) -> None:
    world.talk()
    world.pass_time(ALIVE - 1)
    assert not world.a.said
    world.pass_time(2)
    world.carry()
    assert not [each for each in world.a.told if isinstance(each, Ended)]
    world.pass_time(ALIVE)
    world.a.hear(world.a.request("OPTIONS"), "481 Call Does Not Exist")
    assert world.a.told[-1] == Ended(cause="RECOVERY_ON_TIMER_EXPIRE")


def test_a_switch_that_says_nothing_any_more_has_ended_the_call(world: World) -> None:
    world.talk()
    world.pass_time(ALIVE + PATIENCE + 1)
    assert world.a.told[-1] == world.b.told[-1] == Ended(cause="RECOVERY_ON_TIMER_EXPIRE")


def test_a_second_caller_hears_that_it_is_busy(world: World) -> None:
    world.talk()
    world.b.agent.take(invite("other", body=sdp.describe(Audio("10.0.0.1", 9, (0,)))))
    world.b.answer(486)
    assert world.b.told[-1] == Answered()


def test_sound_we_do_not_speak_is_refused(world: World) -> None:
    world.b.agent.take(invite("x", body="c=IN IP4 10.0.0.1\nm=audio 9 RTP/AVP 18\n"))
    world.b.answer(488)
    assert not world.b.told


def test_a_request_that_is_said_again_is_answered_again(world: World) -> None:
    data = invite("x", body=sdp.describe(Audio("10.0.0.1", 9, (0,))))
    for _ in range(3):
        world.b.agent.take(data)
    assert [world.b.answer(180).status for _ in range(3)] == [180] * 3
    assert len(world.b.told) == 1


def test_a_call_that_was_cancelled_no_longer_rings(world: World) -> None:
    data = invite("x", body=sdp.describe(Audio("10.0.0.1", 9, (0,))))
    world.b.agent.take(data)
    world.b.answer(180)
    cancel = data.replace(b"INVITE", b"CANCEL").partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    world.b.agent.take(cancel)
    assert (world.b.answer(200).sequence[1], world.b.answer(487).sequence[1]) == ("CANCEL", "INVITE")
    assert world.b.told[-1] == Ended(cause="ORIGINATOR_CANCEL")


def test_what_is_about_no_call_of_ours_is_told_so(world: World) -> None:
    for method, status in (("BYE", 481), ("CANCEL", 481), ("OPTIONS", 200), ("PUBLISH", 405)):
        world.b.agent.take(invite("x", method=method))
        world.b.answer(status)
    world.b.agent.take(invite("x", method="ACK"))
    assert not world.b.said


def test_a_stranger_cannot_end_a_call(world: World) -> None:
    world.talk()
    call = world.b.agent.call
    assert call is not None
    world.b.agent.take(invite(call.id, method="BYE", to="<sip:1001@pbx.test>;tag=guessed"))
    world.b.answer(481)
    assert world.b.told[-1] == Answered()


def test_an_early_sound_is_told_of_once(world: World) -> None:
    world.a.agent.dial("1001")
    invitation = world.a.request("INVITE")
    body = sdp.describe(Audio("10.0.0.1", 9, (0,)))
    world.a.hear(invitation, "183 Session Progress", body)
    world.a.hear(invitation, "183 Session Progress", body)
    world.a.hear(invitation, "180 Ringing")
    assert world.a.told == [Early()]


@pytest.mark.parametrize(
    ("status", "reason", "name"),
    [
        (404, 'Q.850;cause=3;text="NO_ROUTE_DESTINATION"', "NO_ROUTE_DESTINATION"),
        (486, "", "USER_BUSY"),
        (486, 'SIP;cause=200;text="Call completed elsewhere"', "USER_BUSY"),
        (499, "", "NORMAL_UNSPECIFIED"),
    ],
)
def test_why_a_call_is_over_is_told_by_its_name(status: int, reason: str, name: str) -> None:
    assert cause(Answer((("reason", reason),), "", status, "x")) == name


_line = st.sampled_from(
    [
        b"Via: SIP/2.0/UDP 1.2.3.4;branch=b", b"Via: x", b"From: <sip:a@b>;tag=1", b"To: <sip:1001@c>",
        b"Call-ID: x", b"CSeq: 1 INVITE", b"CSeq: 1 BYE", b"CSeq: 99999999999 INVITE", b"CSeq: x",
        b"Contact: <sip:z", b"Require: 100rel", b"Content-Length: -1", b"Session-Expires: x", b"\xff\xfe",
    ]
)  # fmt: skip
_first = st.sampled_from(
    [
        b"INVITE sip:1001@c SIP/2.0",
        b"BYE sip:1 SIP/2.0",
        b"SIP/2.0 200 OK",
        b"SIP/2.0 401 No",
        b"ACK x SIP/2.0",
    ]
)
_body = st.sampled_from(
    [b"", b"v=0\r\nc=IN IP4 1.2.3.4\r\nm=audio 1 RTP/AVP 0\r\n", b"m=audio 70000 RTP/AVP 0", b"\x00"]
)
_hostile = st.binary(max_size=200) | st.tuples(_first, st.lists(_line, max_size=8), _body).map(
    lambda parts: b"\r\n".join([parts[0], *parts[1], b"", parts[2]])
)


@given(st.lists(_hostile, max_size=12))
def test_nothing_that_arrives_breaks_a_telephone(datagrams: list[bytes]) -> None:
    world = World()
    world.a.agent.dial("1001")
    for data in datagrams:
        for phone in (world.a, world.b):
            phone.agent.take(data)
        world.pass_time(0.5)
    for said in world.a.said + world.b.said:
        assert sip.parse(said) is not None


def invite(call: str, method: str = "INVITE", to: str = "<sip:1001@pbx.test>", body: str = "") -> bytes:
    headers = (
        ("via", f"SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK{call}{method}{len(body)}"),
        ("from", '"Li" <sip:9@pbx.test>;tag=far'),
        ("to", to),
        ("call-id", call),
        ("cseq", f"7 {method}"),
        ("contact", "<sip:9@10.0.0.1:5060>"),
    )
    return Request(headers, body, method, "sip:1001@127.0.0.1:5002").to_bytes()
