"""The sound of a call by SIP, over real sockets: two ends that speak with each other, and strangers."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace

import gevent
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.phone.sip.media import Media
from ivr.voip import g711, rtp
from ivr.voip.messages import SILENCE, Key

HOST = "127.0.0.1"


class End:
    """One end, and what it has heard."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.keys: list[Key] = []
        self.media = Media(HOST, HOST, self._told)

    def _told(self, told: Key | bytes) -> None:
        if isinstance(told, Key):
            self.keys.append(told)
        else:
            self.frames.append(told)

    def loud(self) -> bool:
        return any(np.abs(np.frombuffer(frame, "<i2").astype(int)).max() > 5000 for frame in self.frames)


@pytest.fixture
def ends() -> Iterator[tuple[End, End]]:
    one, other = End(), End()
    yield one, other
    one.media.close()
    other.media.close()


def soon(true: Callable[[], object]) -> None:
    with gevent.Timeout(5):
        while not true():
            gevent.sleep(0.01)


def connect(one: End, other: End, kind: int = g711.PCMU) -> None:
    offers = one.media.offer(), other.media.offer()
    for end, far in ((one, offers[1]), (other, offers[0])):
        end.media.aim(replace(far, kinds=(kind,)))


@pytest.mark.parametrize("kind", [g711.PCMU, g711.PCMA])
def test_what_is_said_is_heard_and_silence_is_sent_meanwhile(ends: tuple[End, End], kind: int) -> None:
    one, other = ends
    connect(one, other, kind)
    soon(lambda: len(other.frames) > 3)
    assert not other.loud()
    for _ in range(5):
        one.media.outgoing.put(np.full(160, 9000, "<i2").tobytes())
    soon(other.loud)
    assert not one.loud()


def test_keys_are_told_once_at_both_ends(ends: tuple[End, End]) -> None:
    one, other = ends
    connect(one, other)
    one.media.keypad.press("7#")
    soon(lambda: len(other.keys) == 2 and len(one.keys) == 2)
    assert other.keys == [Key(key="7", own=False), Key(key="#", own=False)]
    assert one.keys == [Key(key="7", own=True), Key(key="#", own=True)]


def test_who_holds_is_sent_nothing(ends: tuple[End, End]) -> None:
    one, other = ends
    connect(one, other)
    soon(lambda: other.frames)
    one.media.aim(replace(other.media.offer(), direction="sendonly"))
    heard = len(other.frames)
    soon(lambda: len(one.frames) > heard + 20)
    assert len(other.frames) <= heard + 2


def test_a_packet_that_is_lost_is_silence(ends: tuple[End, End]) -> None:
    one, _ = ends
    offer = one.media.offer()
    one.media.aim(replace(offer, port=9))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for number in (1, 2, 4, 5, 6, 7):
            packet = rtp.Packet(0, number, number * 160, 1, bytes([number]) * 160)
            sender.sendto(packet.to_bytes(), (HOST, offer.port))
        soon(lambda: len(one.frames) == 7)
    assert [frame == SILENCE for frame in one.frames] == [False, False, True, False, False, False, False]


def test_a_stranger_is_not_heard() -> None:
    heard: list[Key | bytes] = []
    media = Media(HOST, "10.0.0.5", heard.append)
    offer = media.offer()
    media.aim(replace(offer, host="10.0.0.5", port=9))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for number in range(5):
            packet = rtp.Packet(0, number, number, 1, bytes(160))
            stranger.sendto(packet.to_bytes(), (HOST, offer.port))
    gevent.sleep(0.1)
    media.close()
    assert not heard


_packets = st.builds(
    lambda kind, number, payload: rtp.Packet(kind, number, 0, 0, payload).to_bytes(),
    st.sampled_from([0, 8, 13, 101, 127]),
    st.integers(0, 65535),
    st.binary(max_size=40),
)


@given(st.lists(st.binary(max_size=40) | _packets, max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
def test_nothing_that_arrives_breaks_it(datagrams: list[bytes]) -> None:
    end = End()
    offer = end.media.offer()
    end.media.aim(offer)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for data in datagrams:
            sender.sendto(data, (HOST, offer.port))
        gevent.sleep(0.005)
        end.frames.clear()
        for number in range(3):
            packet = rtp.Packet(0, 7 + number, number, 1, b"\x00" * 160)
            sender.sendto(packet.to_bytes(), (HOST, offer.port))
    alive = all(not greenlet.dead for greenlet in end.media._greenlets)
    end.media.close()
    assert alive
    assert all(len(frame) == 320 for frame in end.frames)
