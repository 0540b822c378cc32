"""Sound in the 8 bits of a telephone line."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.voip.g711 import PCMA, PCMU, decode, encode


def test_codes_are_decoded_as_the_tables_have_it() -> None:
    assert np.frombuffer(decode(b"\xff\x00\x80", PCMU), "<i2").tolist() == [0, -32124, 32124]
    assert np.frombuffer(decode(b"\xd5\x55\xaa\x2a", PCMA), "<i2").tolist() == [8, -8, 32256, -32256]
    assert decode(b"\xff", 13) == b""


@pytest.mark.parametrize("kind", [PCMU, PCMA])
def test_what_was_decoded_is_encoded_as_it_was(kind: int) -> None:
    codes = bytes(code for code in range(256) if (kind, code) != (PCMU, 0x7F))  # the other zero
    assert encode(decode(codes, kind), kind) == codes


@pytest.mark.parametrize("kind", [PCMU, PCMA])
def test_every_sample_becomes_the_nearest_there_is(kind: int) -> None:
    samples = np.arange(-32768, 32768, dtype="<i2")
    back = np.frombuffer(decode(encode(samples.tobytes(), kind), kind), "<i2").astype(np.int32)
    known = np.unique(np.frombuffer(decode(bytes(range(256)), kind), "<i2")).astype(np.int32)
    nearest = np.abs(samples.astype(np.int32)[:, None] - known[None, :]).min(axis=1)
    assert np.array_equal(np.abs(back - samples), nearest)


def test_silence_is_silence() -> None:
    assert encode(bytes(4), PCMU) == b"\xff\xff"
    assert decode(encode(bytes(4), PCMU), PCMU) == bytes(4)


def test_half_a_sample_is_none() -> None:
    with pytest.raises(ValueError):
        encode(b"\x00", PCMU)
