"""What each check makes of what FreeSWITCH answers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from ivr.doctor.checks import disk
from ivr.doctor.checks.modules import NEEDED, WANTED
from ivr.doctor.findings import Finding
from tests.unit.doctor.told import STATUS, look, rows, statuses

HANDED = """<section name="dialplan"><context name="public"><extension name="ours"><condition>
  <action application="set" data="ivr_flow=by_number"/>
  <action application="sched_api" data="+15 ivr-guard-${uuid} uuid_transfer ${uuid} fallback XML ivory"/>
  <action application="park"/>
</condition></extension></context>%s</section>"""
CONTEXT = '<context name="ivory"><extension name="fallback"/><extension name="return"/></context>'
SOFIA = """<configuration name="sofia.conf"><profiles><profile name="outside"><settings>
  <param name="inbound-codec-prefs" value="%s"/>%s
</settings></profile></profiles></configuration>"""
TIMER = '<param name="rtp-timer-name" value="soft"/>'


def only(findings: Sequence[Finding], status: str) -> Finding:
    """The one finding of a status."""
    [found] = [finding for finding in findings if finding.status == status]
    return found


@pytest.mark.parametrize(
    ("printed", "status"),
    [
        ("1.11.3-dev", "ok"),
        ("1.11.2-release", "ok"),
        ("1.11.1-release", "warning"),
        ("1.10.12", "warning"),
        ("1.10.7-release", "warning"),
        ("1.10.6-release", "failure"),
        ("1.8.7", "failure"),
        ("2.0.0", "ok"),
        ("homemade", "warning"),
    ],
)
def test_versions_are_compared_as_numbers(printed: str, status: str) -> None:
    assert statuses(look("version", {"version short": printed + "\n"})) == [status]


def test_all_modules_there_is_one_line() -> None:
    [finding] = look("modules", {"module_exists": "true"})
    assert finding.status == "ok"


@pytest.mark.parametrize("name", NEEDED)
def test_a_needed_module_that_is_missing_is_a_failure_and_says_what_is_lost(name: str) -> None:
    [finding] = look("modules", {"module_exists": "true", f"module_exists {name}": "false"})
    assert finding.status == "failure"
    assert NEEDED[name] in finding.seen
    assert f"load {name}" in finding.mend


@pytest.mark.parametrize("name", WANTED)
def test_a_module_that_calls_can_do_without_is_a_warning(name: str) -> None:
    findings = look("modules", {"module_exists": "true", f"module_exists {name}": "false"})
    assert statuses(findings) == ["ok", "warning"]


def test_files_over_http_need_their_module() -> None:
    answers = {"module_exists": "true", "module_exists mod_http_cache": "false"}
    findings = look("modules", answers, files__url="http://10.0.0.5:8089", files__token="x" * 16)
    assert "mod_http_cache" in only(findings, "failure").seen
    assert statuses(look("modules", answers)) == ["ok"]


def test_a_dialplan_that_hands_over_guards_and_catches_is_in_order() -> None:
    assert statuses(look("dialplan", {"xml_locate dialplan": HANDED % CONTEXT})) == ["ok", "ok"]


def test_a_dialplan_without_ivory_is_a_failure() -> None:
    nothing = '<section name="dialplan"><context name="public"/></section>'
    answers = {"xml_locate dialplan": nothing, "module_exists": "false"}
    assert any("no call is handed" in finding.seen for finding in look("dialplan", answers))
    answers = {"xml_locate dialplan": "can't find anything", "module_exists": "true"}
    assert any("mod_xml_curl" in finding.seen for finding in look("dialplan", answers))


def test_an_extension_that_does_not_park_loses_the_call() -> None:
    text = HANDED.replace('<action application="park"/>', "") % CONTEXT
    assert "ours of the context public" in only(look("dialplan", {"xml_locate": text}), "failure").seen


def test_an_extension_without_a_guard_is_a_warning() -> None:
    text = HANDED.replace("ivr-guard-", "") % CONTEXT
    assert "no guard" in only(look("dialplan", {"xml_locate": text}), "warning").seen


def test_an_extension_whose_calls_freeswitch_ends_itself_needs_no_guard() -> None:
    text = HANDED.replace("ivr-guard-", "park_timeout=") % CONTEXT
    assert {finding.status for finding in look("dialplan", {"xml_locate": text})} == {"ok"}


@pytest.mark.parametrize("name", ["fallback", "return"])
def test_the_guard_must_lead_somewhere(name: str) -> None:
    text = HANDED % CONTEXT.replace(f'<extension name="{name}"/>', "")
    assert f"no extension {name}" in only(look("dialplan", {"xml_locate": text}), "failure").seen
    assert statuses(look("dialplan", {"xml_locate": text}, calls__guard="0")) == ["ok"]


def test_a_dialplan_cannot_make_us_read_files() -> None:
    evil = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><section><context name="&e;"/></section>'
    findings = look("dialplan", {"xml_locate": evil, "module_exists": "false"})
    assert "root:" not in str(findings)


def test_a_profile_without_a_timer_is_a_failure() -> None:
    answers = {"module_exists": "true", "xml_locate": SOFIA % ("PCMU", "")}
    [finding] = look("rtp-timer", answers)
    assert (finding.status, "outside" in finding.seen) == ("failure", True)
    assert "sip_profiles/outside.xml" in finding.mend
    assert statuses(look("rtp-timer", {**answers, "xml_locate": SOFIA % ("PCMU", TIMER)})) == ["ok"]
    none = TIMER.replace("soft", "none")
    assert statuses(look("rtp-timer", {**answers, "xml_locate": SOFIA % ("PCMU", none)})) == ["failure"]


def test_without_sip_there_is_no_timer_to_look_at() -> None:
    assert statuses(look("rtp-timer", {"module_exists": "false"})) == ["skipped"]


def test_g711_must_be_there_and_offered() -> None:
    both = rows("G.711 ulaw", "G.711 alaw", "Speex")
    sip = {"module_exists": "true", "xml_locate": SOFIA % ("OPUS@48000h, pcma", TIMER)}
    assert statuses(look("codecs", {"show codec": both, **sip})) == ["ok"]
    sip["xml_locate"] = SOFIA % ("OPUS,G722", TIMER)
    assert "OPUS,G722" in only(look("codecs", {"show codec": both, **sip}), "warning").seen
    [finding] = look("codecs", {"show codec": rows("G.711 ulaw"), "module_exists": "false"})
    assert (finding.status, "PCMA" in finding.seen, "PCMU" in finding.seen) == ("failure", True, False)


@pytest.mark.parametrize(
    ("ahead", "status"), [(0, "ok"), (5, "warning"), (-5, "warning"), (3600, "failure"), (-3600, "failure")]
)
def test_clocks_that_disagree_are_told(ahead: int, status: str) -> None:
    found, _zones = look("clock", {"strmicroepoch": f"{round((time.time() + ahead) * 1e6)}\n"})
    assert found.status == status
    assert ("ahead" in found.seen, "behind" in found.seen) == (ahead > 0, ahead < 0)


@pytest.mark.parametrize(
    ("now", "peak", "rate", "warned"),
    [(0, 0, 0, ""), (900, 900, 5, "max-sessions"), (3, 950, 5, "max-sessions"), (3, 5, 30, "per-second")],
)
def test_limits_that_were_reached_are_told(now: int, peak: int, rate: int, warned: str) -> None:
    status = STATUS.format(now=now, peak=peak, rate=rate)
    findings = look("limits", {"status": status, "global_getvar": "/nowhere"}, switch__host="10.0.0.5")
    warnings = [finding.seen for finding in findings if finding.status == "warning"]
    assert [warned in seen for seen in warnings] == ([True] if warned else [])


def test_a_status_in_other_words_is_not_guessed_at() -> None:
    assert statuses(look("limits", {"status": "all is well"})) == ["skipped"]


def test_programs_that_freeswitch_would_run_are_named() -> None:
    open_list = {
        "show api": rows("status", "system", "bg_spawn"),
        "show application": rows("answer", "system"),
    }
    [finding] = look("allow-list", {"version short": "1.11.2", **open_list})
    assert finding.status == "warning"
    assert "bg_spawn (api), system (api), system (application)" in finding.seen
    assert "allowlist" in finding.mend
    [finding] = look("allow-list", {"version short": "1.10.12", **open_list})
    assert "upgrade" in finding.mend
    closed = {"show api": rows("status"), "show application": rows("answer")}
    assert statuses(look("allow-list", closed)) == ["ok"]


def test_the_known_password_is_worse_where_others_can_try_it() -> None:
    assert statuses(look("password", {}, switch__password="long and random")) == ["ok"]
    assert statuses(look("password", {}, switch__port="1")) == ["warning"]
    [finding] = look("password", {}, switch__host="10.0.0.5")
    assert (finding.status, "ivr serve" in finding.seen) == ("failure", True)


def test_no_worker_is_shown_and_is_no_fault() -> None:
    [finding] = look("worker", {"hash select/ivory/worker": "-ERR no reply"})
    assert finding.status == "ok"


@pytest.mark.parametrize(("free", "status"), [(10**7, "failure"), (5 * 10**8, "warning"), (10**10, "ok")])
def test_little_room_on_a_disk_is_told(free: int, status: str) -> None:
    assert disk._finding(free, "/var").status == status


def test_folders_of_one_disk_are_one_finding_though_they_are_not_there_yet(tmp_path: Path) -> None:
    values = {
        "calls__recordings": f"{tmp_path}/a/b",
        "speech__cache": f"{tmp_path}/c",
        "store__spool": f"{tmp_path}/d",
        "store__url": f"sqlite:///{tmp_path}/e/f.db",
    }
    [finding] = look("disk", {}, **values)
    assert "calls.recordings, speech.cache, store.spool, store.url" in finding.seen
    assert f"{tmp_path} " in finding.seen
