"""How FreeSWITCH reads and writes text."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.switch.text import number, separate, to_text, true, url_encode


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("plain", b"plain"),
        ("a b", b"a%20b"),
        ("fd00::2", b"fd00%3A%3A2"),
        ("Sat, 21 Nov", b"Sat,%2021%20Nov"),
        ("{a=b}x/y!(~)", b"%7Ba%3Db%7Dx/y!(~)"),
        ("王", b"%E7%8E%8B"),
        ("%0A", b"%0A"),
        ("%0a", b"%250a"),
        ("100%", b"100%25"),
        ("a\nb", b"a%0Ab"),
    ],
)
def test_values_are_encoded_as_switch_url_encode_does(value: str, encoded: bytes) -> None:
    assert url_encode(value) == encoded


@given(st.text(alphabet=st.characters(exclude_characters="%", exclude_categories=["Cs"])))
def test_what_holds_no_percent_sign_survives(value: str) -> None:
    encoded = url_encode(value)
    assert b"\n" not in encoded
    assert unquote(encoded.decode()) == value


def test_bytes_that_are_no_utf_8_leave_as_they_came() -> None:
    assert url_encode(to_text(b"\xff")) == b"%FF"


def test_text_ends_at_a_nul() -> None:
    assert to_text(b"a\0b") == "a"


@pytest.mark.parametrize("yes", ["true", "YES", "on", "t", "enabled", "active", "allow", "1", "-2"])
def test_freeswitchs_ways_to_say_yes(yes: str) -> None:
    assert true(yes)


@pytest.mark.parametrize("no", [None, "", "false", "0", "maybe", "truely"])
def test_everything_else_is_no(no: str | None) -> None:
    assert not true(no)


@pytest.mark.parametrize(("text", "value"), [("12ab", 12), (" 7", 7), ("-3", -3), ("x", 0), ("", 0)])
def test_numbers_are_read_as_far_as_they_go(text: str, value: int) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "delimiter", "limit", "pieces"),
    [
        ("a b  c", " ", 0, ["a", "b", "c"]),
        ("a 'b c' d", " ", 0, ["a", "b c", "d"]),
        ("a b c d", " ", 2, ["a", "b c d"]),
        ("a;;b", ";", 0, ["a", "", "b"]),
        (r"a\!b!c", "!", 0, ["a!b", "c"]),
        (r"pin \d+ 500", " ", 0, ["pin", r"\d+", "500"]),
        ("it's", " ", 0, ["it's"]),
        ("a it's b", " ", 0, ["a", "it's b"]),
        ("'it's'", "/", 0, ["its'"]),
        ("insert/a/b/", "/", 4, ["insert", "a", "b"]),
        ("select//b", "/", 4, ["select", "", "b"]),
        ("insert/a/b/c/d", "/", 4, ["insert", "a", "b", "c/d"]),
        (r"a=x\ny;b", ";", 0, ["a=x\ny", "b"]),
        (r"a=1\;2;b", ";", 0, ["a=1;2", "b"]),
        ("^^:a b:c", " ", 0, ["a b", "c"]),
    ],
)
def test_text_is_cut_outside_quotes(text: str, delimiter: str, limit: int, pieces: list[str]) -> None:
    assert separate(text, delimiter, limit) == pieces


def test_an_empty_pair_of_quotes_is_a_word() -> None:
    assert separate("6 6 1 # 'a b.wav' '' ivr_secret '' 3000") == [
        "6", "6", "1", "#", "a b.wav", "", "ivr_secret", "", "3000",
    ]  # fmt: skip
    assert separate("a ''") == ["a", ""]
