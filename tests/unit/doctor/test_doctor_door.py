"""The check `door`: what it makes of how FreeSWITCH asks Ivory, and of whether it is answered."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ivr.doctor.findings import Finding
from tests.unit.doctor.told import look, statuses

CONF = """<configuration name="xml_curl.conf"><bindings><binding name="ivory">
  <param name="gateway-url" value="%s" bindings="directory|dialplan"/>
  <param name="gateway-credentials" value="freeswitch:%s"/>%s
</binding></bindings></configuration>"""
URL = "http://127.0.0.1:8030/switch/xml"
SOON = '<param name="timeout" value="1"/>'


def asked(
    url: str = URL, token: str = "s3cret", timeout: str = SOON, found: str = "true", loaded: str = "true"
) -> Sequence[Finding]:
    answers = {
        "module_exists mod_xml_curl": loaded,
        "xml_locate configuration configuration name xml_curl.conf": CONF % (url, token, timeout),
        "user_exists id ivory-doctor pbx.example": found,
    }
    return look(
        "door", answers, web__xml_token="s3cret", phone__sip="10.0.0.5:5060", phone__domain="pbx.example"
    )


def test_a_switch_that_asks_and_is_answered_is_well() -> None:
    assert statuses(asked()) == ["ok"]


def test_where_nobody_telephones_in_a_browser_nothing_is_missing() -> None:
    assert statuses(look("door", {})) == ["ok"]


def test_a_telephone_without_a_secret_is_known_to_nobody() -> None:
    [finding] = look("door", {}, phone__sip="10.0.0.5:5060")
    assert finding.status == "failure"
    assert "web.xml_token" in finding.mend


def test_a_module_that_is_missing_is_told_first() -> None:
    [finding] = asked(loaded="false")
    assert finding.status == "failure"
    assert "modules.conf.xml" in finding.mend


@pytest.mark.parametrize(
    ("how", "word"),
    [
        ({"url": "http://crm.example/fs"}, "no gateway-url"),
        ({"token": "guessed"}, "another secret"),
        ({"timeout": ""}, "no timeout"),
        ({"timeout": '<param name="timeout" value="0"/>'}, "no timeout"),
        ({"found": "false"}, "is not answered"),
    ],
)
def test_what_keeps_browsers_or_callers_waiting_is_a_failure(how: dict[str, str], word: str) -> None:
    [failed] = [finding for finding in asked(**how) if finding.status == "failure"]
    assert word in failed.seen


def test_a_long_wait_for_ivory_is_a_warning() -> None:
    assert statuses(asked(timeout='<param name="timeout" value="10"/>')) == ["ok", "warning"]
