"""Which kind of line the settings mean."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from ivr.errors import PhoneError
from ivr.phone.line import Account
from ivr.phone.opening import opener
from ivr.phone.sip.line import SipLine
from ivr.settings import Phone
from ivr.voip.messages import Gone

WANG = Account("1001", "Wang Fang", "web-1", "secret")


def test_with_a_sip_address_lines_are_by_sip() -> None:
    told: list[object] = []
    line = opener(Phone(sip="127.0.0.1:9", domain="pbx.example"))(WANG, told.append)
    assert isinstance(line, SipLine)
    line.close()
    assert told == [Gone(reason="closed")]
    line.close()


def test_an_embedded_switch_goes_before_it_and_may_be_away(tmp_path: Path) -> None:
    open_line = opener(Phone(sip="127.0.0.1:9", embedded=str(tmp_path / "lines.sock")))
    with pytest.raises(PhoneError, match="embedded switch cannot be reached"):
        open_line(WANG, print)


def test_without_either_nobody_telephones() -> None:
    with pytest.raises(PhoneError, match="cannot telephone here"):
        opener(Phone())(WANG, print)


@pytest.mark.parametrize("number", ["", "a b", "1\r\nVia: x", "王芳"])
def test_who_has_no_number_of_a_telephone_gets_no_line(number: str) -> None:
    with pytest.raises(PhoneError, match="no number"):
        opener(Phone(sip="127.0.0.1:9"))(Account(number), print)


@pytest.mark.parametrize("address", ["10.0.0.5", "10.0.0.5:x", "a:b:c", "x y:5060"])
def test_an_address_has_a_port(address: str) -> None:
    with pytest.raises(ValidationError):
        Phone(sip=address)


def test_a_password_is_shown_nowhere() -> None:
    assert "secret" not in repr(WANG)
