"""Whatever bytes come: messages, or the one documented error, in bounded memory.

`python tests/wire/test_wire_fuzz.py 1000000` runs as many inputs as it is told to, by hand.
"""

from __future__ import annotations

import random
import sys
import time
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import ConnectionLost
from ivr.esl.wire import Parser


def framed(kind: bytes, body: bytes) -> bytes:
    return b"Content-Length: %d\nContent-Type: %s\n\n%s" % (len(body), kind, body)


CORPUS = [
    b"Content-Type: auth/request\n\n",
    b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n",
    framed(b"api/response", b"+OK a-b-c-d-e\n"),
    framed(b"text/disconnect-notice", b"Disconnected, goodbye.\n"),
    framed(b"text/event-plain", b"Event-Name: DTMF\nEvent-Sequence: 7\nUnique-ID: a\nDTMF-Digit: %23\n\n"),
    framed(b"text/event-plain", b"Event-Name: BACKGROUND_JOB\nJob-UUID: 1\nContent-Length: 9\n\n+OK done\n"),
]
SPLICES = [
    b"\n",
    b"\n\n",
    b"\r\n",
    b": ",
    b"%0A",
    b"%",
    b"\0",
    b"\xff",
    b"Content-Length: ",
    b"Event-Name: ",
    b"16777217",
]


def mutated(chance: random.Random) -> bytes:
    """A plausible stream with a few bytes changed, cut, doubled or put in."""
    data = bytearray(b"".join(chance.choices(CORPUS, k=chance.randint(1, 3))))
    for _ in range(chance.randint(0, 6)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                data[at : at + chance.randint(0, 20)] = b""
            case 2:
                data[at:at] = chance.choice(SPLICES)
            case _:
                data[at:at] = data[: chance.randint(0, 40)]
    return bytes(data)


def swallow(data: bytes, chance: random.Random) -> None:
    """Feed `data` in chance pieces and look at all that comes out; only ConnectionLost may be raised."""
    parser, at = Parser(), 0
    try:
        while at < len(data):
            size = chance.choice((1, 7, 64, 4096))
            for message in parser.feed(data[at : at + size]):
                if message.event:
                    assert message.event.headers()["Event-Name"] == message.event.name
                    assert message.event.sequence >= 0
                    assert isinstance(message.event.get("Unique-ID"), str)
            at += size
            assert len(parser._buffer) <= len(data)
    except ConnectionLost:
        pass


def test_mutated_streams_raise_nothing_else() -> None:
    chance = random.Random(20261)
    for _ in range(3_000):
        swallow(mutated(chance), chance)


@given(st.binary(max_size=400))
def test_arbitrary_bytes_raise_nothing_else(data: bytes) -> None:
    swallow(data, random.Random(1))


def _by_hand(count: int) -> None:
    chance, began = random.Random(), time.monotonic()
    tracemalloc.start()
    for number in range(count):
        swallow(mutated(chance), chance)
        if number == 1_000:
            tracemalloc.reset_peak()
    peak = tracemalloc.get_traced_memory()[1]
    print(f"{count} inputs, {time.monotonic() - began:.0f} s, peak {peak / 1024:.0f} KiB")


if __name__ == "__main__":
    _by_hand(int(sys.argv[1]))
