"""Offers of sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.voip import sdp
from ivr.voip.sdp import Audio


def test_what_is_described_is_read() -> None:
    for audio in (
        Audio("127.0.0.1", 4000, (0, 8), 101),
        Audio("::1", 4000, (8,), None, "sendonly"),
    ):
        assert sdp.parse(sdp.describe(audio)) == audio


def test_an_address_of_the_stream_goes_before_that_of_the_session() -> None:
    text = "v=0\r\nc=IN IP4 10.0.0.1\r\nm=audio 9 RTP/AVP 18 8\r\nc=IN IP4 10.0.0.2\r\na=inactive\r\n"
    audio = sdp.parse(text)
    assert audio == Audio("10.0.0.2", 9, (8,), None, "inactive")
    assert audio is not None
    assert audio.held


def test_keys_are_taken_under_the_number_that_is_named_for_them() -> None:
    text = "c=IN IP4 10.0.0.1\nm=audio 9 RTP/AVP 0 96 13\na=rtpmap:96 telephone-event/8000\n"
    found = sdp.parse(text)
    assert found is not None
    assert found.events == 96


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c=IN IP4 10.0.0.1\nm=audio 9 RTP/SAVP 0\n",
        "c=IN IP4 10.0.0.1\nm=audio 9 RTP/AVP 18\n",
        "c=IN IP4 evil.example\nm=audio 9 RTP/AVP 0\n",
        "c=IN IP4 10.0.0.1\nm=audio 99999 RTP/AVP 0\n",
        "m=audio 9 RTP/AVP 0\n",
    ],
)
def test_what_we_could_not_take_part_in_is_none(text: str) -> None:
    assert sdp.parse(text) is None


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["c=IN IP4 1.2.3.4", "m=audio 1 RTP/AVP 0", "a=x", "c=IN IP"])).map("\n".join)
)
def test_nothing_that_is_said_breaks_it(text: str) -> None:
    sdp.parse(text)
