"""Telephone numbers as networks, headers and designers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr import numbers


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "１３８００１３８０００",
        "+8613800138000",
        "+86 138 0013 8000",
        "008613800138000",
        "8613800138000",
        "013800138000",
        "1795113800138000",
        "sip:13800138000@10.0.0.1:5060;user=phone",
        "sips:+8613800138000@example.com",
        "sip:%2B8613800138000@[::1]:5060",
        '"Li Lei" <sip:+8613800138000@example.com>;tag=1',
        "tel:+86-138-0013-8000",
        "tel:13800138000;phone-context=+86",
    ],
)
def test_every_spelling_becomes_one(text: str) -> None:
    assert numbers.normalise(text) == "+8613800138000"


@pytest.mark.parametrize("code", ["95598", "110", "1001", "12345", "*97", "0", "62345678"])
def test_service_codes_extensions_and_local_numbers_stay(code: str) -> None:
    assert numbers.normalise(code) == code


@pytest.mark.parametrize("text", ["+8695598", "tel:95598;phone-context=+86", "008695598"])
def test_a_service_code_with_the_country_in_front_is_the_service_code(text: str) -> None:
    assert numbers.normalise(text) == "95598"


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("010-12345678", "CN", "+861012345678"),
        ("4008001234", "CN", "+864008001234"),
        ("85291234567", "CN", "+85291234567"),
        ("(650) 253-0000", "US", "+16502530000"),
        ("16502530000", "US", "+16502530000"),
        ("020 7946 0000", "GB", "+442079460000"),
        ("13800138000", "US", "+13800138000"),
    ],
)
def test_a_national_number_is_read_by_its_region(text: str, region: str, number: str) -> None:
    assert numbers.normalise(text, region) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "anonymous",
        "Anonymous",
        "withheld",
        "unknown",
        "Restricted",
        "+266696687",
        "266696687",
        "sip:anonymous@anonymous.invalid",
        '"Anonymous" <sip:anonymous@anonymous.invalid>',
        "alice",
        "+",
        "++86138",
        "sip:",
        "sip:@",
        "tel:",
        "1380013800a",
        "13800138000\r\nContent-Length: 5",
        "${hangup}",
        "9" * 21,
        "9" * 100_000,
        "+" + "9" * 15,
        "+999123456789",
    ],
)
def test_a_withheld_number_and_garbage_are_no_number(text: str) -> None:
    assert numbers.normalise(text) == ""


@given(st.text() | st.text("0123456789+*#sipte:@;<>%=- ", max_size=40))
def test_nothing_from_outside_raises(text: str) -> None:
    number = numbers.normalise(text)
    assert len(number) <= 16
    assert numbers.normalise(number) == number
    numbers.groups(text)
    numbers.mask(text)
    numbers.may_dial(text, ["+86", text])
    assert numbers.match(text, {}) is None


def test_the_same_number_is_the_same_in_any_spelling_and_none_is_not() -> None:
    assert numbers.same("13800138000", "+86 138 0013 8000")
    assert not numbers.same("13800138000", "13800138001")
    assert not numbers.same("", "")
    assert not numbers.same("anonymous", "unknown")


def test_a_called_number_finds_the_flow_that_wishes_for_it() -> None:
    wishes = {"95598": "hotline", "+861095598": "capital", "010-12345678": "office", "demo": "demo"}
    assert numbers.match("95598", wishes) == "hotline"
    assert numbers.match("+8695598", wishes) == "hotline"
    assert numbers.match("01095598", wishes) == "capital"
    assert numbers.match("sip:+861012345678@example.com", wishes) == "office"
    assert numbers.match("demo", wishes) == "demo"
    assert numbers.match("95599", wishes) is None
    assert numbers.match("anonymous", {"unknown": "x"}) is None


@pytest.mark.parametrize(
    ("number", "allow", "may"),
    [
        ("13800138000", ["+86"], True),
        ("13800138000", ["+86 138"], True),
        ("13800138000", ["CN"], True),
        ("13800138000", ["13800138000"], True),
        ("13800138000", [], False),
        ("13800138000", ["+1"], False),
        ("13800138000", [""], False),
        ("13800138000", ["+"], False),
        ("13800138000", ["86"], False),
        ("", ["+86"], False),
        ("anonymous", ["anonymous"], False),
        ("1001", ["1001"], True),
        ("1001", ["+86"], False),
    ],
)
def test_only_what_the_list_allows_may_be_dialled(number: str, allow: list[str], may: bool) -> None:
    assert numbers.may_dial(number, allow) is may


@pytest.mark.parametrize("number", ["110", "120", "+86110", "0086110", "tel:110;phone-context=+86"])
def test_an_emergency_number_needs_to_stand_in_the_list_itself(number: str) -> None:
    assert not numbers.may_dial(number, ["+86", "+861", "+86110", "+86120", "CN"])
    assert numbers.may_dial(number, ["110", "120"])


@pytest.mark.parametrize("number", ["+19005551234", "+449098790000", "+447012345678", "+10005551234"])
def test_costly_and_unknown_numbers_need_to_stand_in_the_list_whole(number: str) -> None:
    assert not numbers.may_dial(number, ["+1", "+44", "US", "GB", number[:8]])
    assert numbers.may_dial("+19005551234", ["+1 900 555 1234"])


def test_a_country_keeps_out_its_neighbours_under_the_same_code() -> None:
    assert numbers.may_dial("+18765550123", ["+1"])
    assert not numbers.may_dial("+18765550123", ["US"])  # Jamaica
    assert numbers.may_dial("+16502530000", ["US"])


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800130000", "138****0000"),
        ("+8613800130000", "+86138****0000"),
        ("138 0013 0000", "138****0000"),
        ("010-12345678", "010****5678"),
        ("+85291234567", "+85291****67"),
        ("62345678", "62****78"),
        ("95598", "95598"),
        ("+8695598", "+8695598"),
        ("sip:13800130000@10.0.0.1", "138****0000"),
        ("alice", "a****"),
        ("", ""),
    ],
)
def test_a_number_in_a_log_hides_its_middle(number: str, masked: str) -> None:
    assert numbers.mask(number) == masked


@given(st.from_regex(r"\+?[0-9]{7,20}", fullmatch=True))
def test_at_least_four_digits_of_a_long_number_are_hidden(number: str) -> None:
    assert numbers.mask(number).count("*") >= 4 or len(numbers.mask(number).lstrip("+")) <= 9


@pytest.mark.parametrize(
    ("number", "region", "groups"),
    [
        ("13800138000", "CN", ["138", "0013", "8000"]),
        ("+8613800138000", "CN", ["138", "0013", "8000"]),
        ("+16502530000", "CN", ["+1", "650", "253", "0000"]),
        ("6502530000", "US", ["650", "253", "0000"]),
        ("13800138000", "US", ["138", "0013", "8000"]),
        ("62345678", "CN", ["6234", "5678"]),
        ("95598", "CN", ["95598"]),
        ("alice", "CN", []),
        ("", "CN", []),
    ],
)
def test_a_number_is_cut_as_people_say_it(number: str, region: str, groups: list[str]) -> None:
    assert numbers.groups(number, region) == groups


@given(st.from_regex(r"[0-9]{1,20}", fullmatch=True), st.sampled_from(["CN", "US", "GB", ""]))
def test_no_digit_is_lost_when_a_number_is_cut(number: str, region: str) -> None:
    assert "".join(numbers.groups(number, region)) == number
