"""Packets of sound, and keys among them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.voip import rtp
from ivr.voip.reorder import DEPTH, Reorder


def test_a_packet_is_read_as_it_was_written() -> None:
    packet = rtp.Packet(101, 65535, 4_294_967_295, 7, b"sound", marker=True)
    assert rtp.parse(packet.to_bytes()) == packet


def test_padding_extensions_and_sources_are_left_out() -> None:
    plain = rtp.Packet(0, 1, 2, 3, b"").to_bytes()
    head = bytes([plain[0] | 0x31]) + plain[1:]
    packet = rtp.parse(head + b"SRC1" + b"\xbe\xde\x00\x01" + b"ext1" + b"sound" + b"\x00\x00\x03")
    assert packet is not None
    assert packet.payload == b"sound"


@given(st.binary(max_size=64))
def test_nothing_that_arrives_breaks_it(data: bytes) -> None:
    packet = rtp.parse(data)
    assert packet is None or len(packet.payload) <= len(data)
    rtp.pressed(data)


@given(st.binary(max_size=40).map(lambda rest: b"\x80\x65" + rest))
def test_nothing_that_looks_like_a_packet_breaks_it(data: bytes) -> None:
    rtp.parse(data)


def test_keys_are_told_by_their_numbers() -> None:
    assert [rtp.pressed(rtp.event(key, 160, end=True)) for key in "0*#D"] == [
        ("0", True),
        ("*", True),
        ("#", True),
        ("D", True),
    ]
    assert rtp.pressed(bytes([16, 0, 0, 0])) is None
    assert rtp.pressed(b"\x01\x00") is None


def test_what_comes_in_order_is_handed_on_at_once() -> None:
    order = Reorder[str]()
    assert [order.take(number & 0xFFFF, "x") for number in (65534, 65535, 65536)] == [["x"]] * 3


def test_two_that_were_swapped_come_in_their_order() -> None:
    order = Reorder[int]()
    assert [order.take(number, number) for number in (1, 3, 2, 4)] == [[1], [], [2, 3], [4]]


def test_one_that_never_comes_is_given_up_soon() -> None:
    order = Reorder[int]()
    assert [order.take(number, number) for number in (1, 3, 4, 5)] == [[1], [], [], [None, 3, 4, 5]]
    assert order.lost == 1
    assert order.take(2, 2) == []


def test_a_sender_that_counts_anew_is_followed() -> None:
    order = Reorder[int]()
    order.take(1000, 1)
    assert order.take(50000, 2) == [2]
    assert order.take(50001, 3) == [3]


@given(st.lists(st.integers(0, 65535), max_size=60))
def test_whatever_the_numbers_few_packets_are_held_back(numbers: list[int]) -> None:
    order = Reorder[int]()
    for number in numbers:
        order.take(number, number)
        assert len(order._early) < DEPTH
