"""Commands off the wire: whatever bytes come, in whatever pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.switch.wire import CommandReader, RefusedError


class Pieces:
    """A socket that hands out prepared bytes."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = [piece for piece in pieces if piece]

    def recv(self, size: int, /) -> bytes:
        if not self._pieces:
            return b""
        piece = self._pieces.pop(0)
        if len(piece) > size:
            self._pieces.insert(0, piece[size:])
        return piece[:size]


def test_a_command_has_headers_and_a_body() -> None:
    reader = CommandReader(Pieces(b"sendmsg x\nA: 1\ncontent-length: 3\nB: 2\n\nyesapi status\n\n"))
    message = reader.read()
    assert message is not None
    assert message.headers == [("Command", "sendmsg x"), ("A", "1"), ("content-length", "3"), ("B", "2")]
    assert message.body == "yes"
    following = reader.read()
    assert following is not None
    assert following.headers == [("Command", "api status")]
    assert reader.read() is None


@given(st.integers(1, 40))
def test_it_does_not_matter_how_bytes_arrive(size: int) -> None:
    data = b"\r\n\nsendmsg x\r\nA: 1\r\ncontent-length: 3\r\n\r\nyes\n\nexit\n\n"
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    reader = CommandReader(Pieces(*pieces))
    first, second = reader.read(), reader.read()
    assert first is not None
    assert second is not None
    assert (first.get("a"), first.body, second.headers[0][1]) == ("1", "yes", "exit")


@pytest.mark.parametrize("length", [b"-1", b"16777217", b"999999999999999999999"])
def test_an_impossible_length_is_refused(length: bytes) -> None:
    with pytest.raises(RefusedError):
        CommandReader(Pieces(b"x\ncontent-length: " + length + b"\n\n")).read()


def test_an_end_inside_a_body_is_the_end() -> None:
    assert CommandReader(Pieces(b"x\ncontent-length: 9\n\nshort")).read() is None


def test_an_endless_block_of_headers_is_cut_off() -> None:
    message = CommandReader(Pieces(b"a" * (11 << 20))).read()
    assert message is not None
    assert len(message.headers[0][1]) == 10 << 20


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_no_bytes_break_it(pieces: list[bytes]) -> None:
    reader = CommandReader(Pieces(*pieces))
    try:
        while reader.read():
            pass
    except RefusedError:
        pass
