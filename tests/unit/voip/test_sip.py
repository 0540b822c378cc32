"""SIP messages: what is read, what is written, and what cannot be either."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from ivr.voip import sip

INVITE = (
    b"INVITE sip:0a1b@127.0.0.1:5090 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK1\r\n"
    b'f: "Wang, Fang" <sip:1001@b:5060>;tag=1\r\nt: <sip:0a1b@127.0.0.1>\r\ni: call-1\r\nCSeq: 7 INVITE\r\n'
    b"Subject: folded\r\n  over two lines\r\n\r\nv=0\r\n"
)


def read(data: bytes) -> sip.Request:
    request = sip.parse(data)
    assert isinstance(request, sip.Request)
    return request


def test_a_request_is_read_with_its_short_names_and_folded_lines() -> None:
    request = read(INVITE)
    assert (request.method, request.get("call-id"), request.body) == ("INVITE", "call-1", "v=0\r\n")
    assert request.get("subject") == "folded over two lines"
    assert (request.call, request.sequence, request.branch) == ("call-1", (7, "INVITE"), "z9hG4bK1")


def test_an_answer_is_read() -> None:
    answer = sip.parse(b"SIP/2.0 486 Busy Here\r\nCall-ID: a\r\n\r\n")
    assert isinstance(answer, sip.Answer)
    assert (answer.status, answer.reason, answer.call) == (486, "Busy Here", "a")


def test_what_is_no_message_is_none() -> None:
    assert sip.parse(b"\r\n\r\n") is None
    assert sip.parse(bytes(range(256))) is None
    assert sip.parse(b"SIP/2.0 99 Low\r\n\r\n") is None
    assert sip.parse(b"GET / HTTP/1.1\r\n\r\n") is None
    assert sip.parse(b"BYE a SIP/2.0\r\n" + b"a: b\r\n" * 300 + b"\r\n") is None


def test_an_answer_repeats_what_it_must_and_is_tagged() -> None:
    lines = sip.answer(read(INVITE), "200 OK", "t2", body="v=0").decode().split("\r\n")
    assert lines[0] == "SIP/2.0 200 OK"
    assert "to: <sip:0a1b@127.0.0.1>;tag=t2" in lines
    assert "cseq: 7 INVITE" in lines
    assert "content-length: 3" in lines


def test_a_tag_that_is_there_is_kept() -> None:
    request = read(INVITE.replace(b"t: <sip:0a1b@127.0.0.1>", b"t: <sip:0a1b@127.0.0.1>;tag=mine"))
    assert b"to: <sip:0a1b@127.0.0.1>;tag=mine\r\n" in sip.answer(request, "200 OK", "other")


def test_who_calls_is_read() -> None:
    caller = read(INVITE).get("from")
    assert (sip.user_of(caller), sip.name_of(caller), sip.tag_of(caller)) == ("1001", "Wang, Fang", "1")
    assert (sip.user_of("sip:9@h;tag=2"), sip.name_of("sip:9@h"), sip.user_of("<sip:h>")) == ("9", "", "")
    assert sip.tag_of('"x;tag=forged" <sip:a@b;tag=also>;tag=real') == "real"


def test_lists_in_one_line_are_taken_apart() -> None:
    request = read(
        INVITE.replace(b"Subject: folded", b"Record-Route: <sip:a;lr,x>, <sip:b>\r\nSubject: folded")
    )
    assert request.all("record-route") == ["<sip:a;lr,x>", "<sip:b>"]


def test_a_name_cannot_end_its_line() -> None:
    assert sip.quoted('a"\\\r\nVia: forged') == '"a\\"\\\\  Via: forged"'


@given(st.binary(max_size=400))
@example(INVITE)
def test_nothing_that_arrives_breaks_it(data: bytes) -> None:
    message = sip.parse(data)
    if isinstance(message, sip.Request):
        sip.parse(sip.answer(message, "200 OK", "t"))


@given(st.lists(st.tuples(st.sampled_from(["via", "from", "to", "cseq", "x"]), st.text(max_size=30))))
def test_whatever_stands_in_headers_no_line_is_forged(headers: list[tuple[str, str]]) -> None:
    text = "BYE sip:a SIP/2.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
    message = sip.parse(text.encode("utf-8", "surrogatepass"))
    if isinstance(message, sip.Request):
        again = sip.parse(message.to_bytes())
        assert isinstance(again, sip.Request)
        assert len(again.headers) == len(message.headers) + 1  # content-length
        for header in message.headers:
            sip.tag_of(header[1]), sip.user_of(header[1]), sip.name_of(header[1])
        message.sequence, message.branch, message.all("via")
