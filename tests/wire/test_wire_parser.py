"""The parser of what FreeSWITCH sends: framing, dropping, limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import ConnectionLost
from ivr.esl.wire import MAX_BODY, MAX_HEADERS, Message, Parser

PARK = b"Event-Name: CHANNEL_PARK\nUnique-ID: a-1\nEvent-Sequence: 7\n\n"
JOB = b"Event-Name: BACKGROUND_JOB\nJob-UUID: j-1\nContent-Length: 9\n\n+OK\nx: y\n"


def event(body: bytes) -> bytes:
    return b"Content-Length: %d\nContent-Type: text/event-plain\n\n%s" % (len(body), body)


def answer(body: bytes) -> bytes:
    return b"Content-Type: api/response\nContent-Length: %d\n\n%s" % (len(body), body)


REPLY = b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n"
GREETING = b"Content-Type: auth/request\n\n"


def seen(message: Message) -> tuple[object, ...]:
    known = message.event and (message.event.headers(), message.event.body)
    return message.content_type, dict(message.headers), message.body, known


def test_a_reply_is_framed_by_an_empty_line() -> None:
    [message] = Parser().feed(REPLY)
    assert message.content_type == "command/reply"
    assert message.headers["Reply-Text"] == "+OK accepted"


def test_a_body_is_as_long_as_its_content_length_says() -> None:
    first, second = Parser().feed(answer(b"a\n\nb\n") + GREETING)
    assert first.body == b"a\n\nb\n"
    assert second.content_type == "auth/request"


def test_an_events_own_body_is_kept_apart_from_its_headers() -> None:
    [message] = Parser().feed(event(JOB))
    assert message.event is not None
    assert message.event.body == "+OK\nx: y\n"
    assert "x" not in message.event


def test_an_event_without_content_length_is_dropped_and_what_follows_is_read() -> None:
    parser = Parser()
    messages = parser.feed(b"Content-Type: text/event-plain\n\n" + PARK + REPLY)
    assert [message.content_type for message in messages] == ["command/reply"]
    assert parser.dropped == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n",
        b"Event-Name: X",  # cut off before its end
        b"Name: X\n\n",  # not an event
        b"Event-Name: X\nContent-Length: 9\n\nshort",
        b"Event-Name: X\nContent-Length: 1\n\nlong",
        b"Event-Name: X\n\nno length",
    ],
)
def test_an_event_that_is_not_whole_is_dropped_and_counted(body: bytes) -> None:
    parser = Parser()
    assert [message.content_type for message in parser.feed(event(body) + REPLY)] == ["command/reply"]
    assert parser.dropped == 1


def test_a_content_length_that_a_client_sent_along_does_not_count() -> None:
    [message] = Parser().feed(event(b"content-length: 3\nEvent-Name: CUSTOM\nContent-Length: 2\n\nok"))
    assert message.event is not None
    assert message.event.body == "ok"


def test_of_two_headers_the_first_counts() -> None:
    [message] = Parser().feed(b"Content-Type: command/reply\nReply-Text: +OK\nReply-Text: -ERR\n\n")
    assert message.headers["Reply-Text"] == "+OK"


@pytest.mark.parametrize(
    "length", [b"-1", b"1e3", b"", b"1_0", b" 7", b"99999999999999999999999", b"\xd9\xa3"]
)
def test_a_length_that_is_none_ends_the_stream(length: bytes) -> None:
    with pytest.raises(ConnectionLost, match="announced"):
        Parser().feed(b"Content-Type: api/response\nContent-Length: " + length + b"\n\n")


def test_a_body_over_the_cap_ends_the_stream_before_a_byte_of_it_is_kept() -> None:
    with pytest.raises(ConnectionLost, match=str(MAX_BODY)):
        Parser().feed(b"Content-Type: api/response\nContent-Length: %d\n\n" % (MAX_BODY + 1))


def test_headers_without_end_end_the_stream() -> None:
    parser = Parser()
    for _ in range(MAX_HEADERS // 1024):
        parser.feed(b"x: " + b"y" * 1020 + b"\n")
    with pytest.raises(ConnectionLost, match="headers"):
        parser.feed(b"x")


def test_pending_tells_whether_a_message_was_cut() -> None:
    parser = Parser()
    parser.feed(REPLY)
    assert not parser.pending
    parser.feed(b"Content-Type: api/response\nContent-Length: 4\n\n")
    assert parser.pending


def test_a_long_header_block_in_single_bytes_does_not_cost_its_square() -> None:
    parser = Parser()
    for _ in range(20_000):
        parser.feed(b"x")
    assert len(parser.feed(b": y\nContent-Type: a\n\n")) == 1


@given(
    st.lists(
        st.sampled_from([event(PARK), event(JOB), event(b"junk"), REPLY, GREETING, answer(b"a\n\n"), b"\n"])
    ),
    st.lists(st.integers(1, 60), min_size=1),
)
def test_chunks_do_not_matter(parts: list[bytes], sizes: list[int]) -> None:
    stream = b"".join(parts)
    whole, cut = Parser(), Parser()
    expected = [seen(message) for message in whole.feed(stream)]
    found: list[tuple[object, ...]] = []
    at = 0
    while at < len(stream):
        size = sizes[at % len(sizes)]
        found += [seen(message) for message in cut.feed(stream[at : at + size])]
        at += size
    assert found == expected
    assert cut.dropped == whole.dropped
    assert cut.pending == whole.pending == 0
