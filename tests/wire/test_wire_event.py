"""Events: what their headers say, and what a caller cannot make them say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.esl.wire import Event

UNSAFE = b'\r\n #%&+:;<=>?@[\\]^`{|}"'


def encoded(value: str) -> bytes:
    """As FreeSWITCH's switch_url_encode does: an upper-case `%XX` that is there already stays."""
    data, out, hexes = value.encode(), bytearray(), b"0123456789ABCDEF"
    for at, byte in enumerate(data):
        ready = byte == 37 and len(data) - at > 2 and data[at + 1] in hexes and data[at + 2] in hexes
        plain = ready or (32 <= byte <= 126 and byte not in UNSAFE)
        out += bytes([byte]) if plain else b"%%%02X" % byte
    return bytes(out)


def event(**headers: str) -> Event:
    lines = [
        b"%s: %s\n" % (name.replace("_", "-").encode(), encoded(value) or b"_undef_")
        for name, value in headers.items()
    ]
    parsed = Event.parse(b"Event-Name: CHANNEL_PARK\n" + b"".join(lines) + b"\n")
    assert parsed is not None
    return parsed


def test_a_newline_in_a_callers_name_adds_no_header() -> None:
    """A caller who sends a literal %0A: FreeSWITCH passes it on as it is."""
    arrival = event(Caller_Name="x%0AUnique-ID%3A%20forged", Unique_ID="real")
    assert arrival.uuid == "real"
    assert arrival.get("Caller-Name") == "x\nUnique-ID: forged"
    assert arrival.headers()["Unique-ID"] == "real"


def test_a_header_that_comes_twice_is_what_came_first() -> None:
    parsed = Event.parse(
        b"Event-Name: DTMF\nUnique-ID: real\nUnique-ID: forged\nEvent-Name: CHANNEL_HANGUP\n\n"
    )
    assert parsed is not None
    assert (parsed.name, parsed.uuid) == ("DTMF", "real")
    assert parsed.headers() == {"Event-Name": "DTMF", "Unique-ID": "real"}


@pytest.mark.parametrize("separator", ["\u2028", "\u0085", "\x0b", "\x1c", "\r"])
def test_nothing_but_a_newline_ends_a_line(separator: str) -> None:
    data = f"Event-Name: DTMF\nA: x{separator}Unique-ID: forged\nUnique-ID: real\n\n"
    parsed = Event.parse(data.encode())
    assert parsed is not None
    assert parsed.uuid == "real"
    assert parsed.headers()["Unique-ID"] == "real"


def test_undef_is_empty() -> None:
    assert event(Unique_ID="").get("Unique-ID", "?") == ""


def test_a_missing_header_is_the_default_or_a_key_error() -> None:
    arrival = event()
    assert arrival.get("Unique-ID", "?") == "?"
    assert "Unique-ID" not in arrival
    with pytest.raises(KeyError):
        arrival["Unique-ID"]


def test_a_plus_stays_a_plus() -> None:
    assert event(Caller_Number="+8613800000000").get("Caller-Number") == "+8613800000000"


def test_invalid_utf8_is_replaced_and_never_raised() -> None:
    parsed = Event.parse(b"Event-Name: DTMF\nA: %FF%FE\nB: \xff\n\n")
    assert parsed is not None
    assert parsed.get("A") == "\ufffd\ufffd"
    assert parsed.get("B") == "\ufffd"


def test_an_array_is_its_values() -> None:
    arrival = event(History="ARRAY::a|:b c|:", One="x", None_="")
    assert arrival.array("History") == ["a", "b c", ""]
    assert arrival.array("One") == ["x"]
    assert arrival.array("None-") == arrival.array("Missing") == []


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("", 0), ("x", 0), ("-3", 0)])
def test_a_sequence_that_is_no_number_is_0(text: str, number: int) -> None:
    assert event(Event_Sequence=text).sequence == number


def test_variables_have_their_prefix() -> None:
    parsed = Event.parse(b"Event-Name: X\nvariable_ivr_flow: hotline\n\n")
    assert parsed is not None
    assert parsed.variable("ivr_flow") == "hotline"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="%\0")), max_size=6))
def test_every_text_a_variable_can_hold_is_read_as_it_was_set(values: list[str]) -> None:
    arrival = event(**{f"v{number}": value for number, value in enumerate(values)})
    for number, value in enumerate(values):
        assert arrival.get(f"v{number}") == ("" if value == "_undef_" else value)
    assert len(arrival.headers()) == len(values) + 1
