"""Real callers, with SIP, RTP and RFC 2833 keys, go through the hotline in both languages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.runtime.reading import read
from ivr.speech.cache import note_of
from tests.freeswitch.conftest import Crm, Ivory
from tests.freeswitch.hearing import ENOUGH, find
from tests.freeswitch.instance import PROJECT, Instance
from tests.freeswitch.sipp import Caller, available

pytestmark = pytest.mark.skipif(not available(), reason="no sipp (Debian: sip-tester), or not root")


def prompts_of(cache: Path) -> dict[str, Path]:
    """The rendered sentences by their text."""
    return {note.text: path for path in cache.rglob("*.wav") if (note := note_of(path))}


def assert_heard(caller: Caller, ivory: Ivory, *texts: str) -> None:
    """The caller heard these sentences, in this order."""
    prompts, last = prompts_of(ivory.cache), -1.0
    for text in texts:
        heard = find(prompts[text], caller.heard)
        assert heard.likeness > ENOUGH, f"{text!r} was not heard (likeness {heard.likeness:.2f})"
        assert heard.at > last, f"{text!r} was heard too early"
        last = heard.at


def nodes(ivory: Ivory, ani: str) -> list[str]:
    return [step.node for step in ivory.journey(ani).steps]


def test_a_chinese_caller_hears_the_balance(freeswitch: Instance, ivory: Ivory, tmp_path: Path) -> None:
    steps: list[float | str | Path] = [2.0, "1", 2.5, "1234567890", 3.0, "1", 22.0]
    caller = Caller("95598", freeswitch.sip_port, tmp_path, steps, ani="13800000001")
    caller.run()
    assert_heard(
        caller,
        ivory,
        "您好，欢迎致电供电服务热线。",
        "请输入10位户号，以井号键结束。",
        "您输入的是",
        "幺二三四五六七八九零。",
        "您本期应缴电费",
        "十二元五角，",
        "二〇二六年十二月一日",
        "返回主菜单请按1，结束通话请挂机。",
    )
    journey = ivory.journey("13800000001")
    assert [step.node for step in journey.steps][:6] == [
        "welcome",
        "main",
        "account",
        "balance",
        "bill",
        "tell",
    ]
    assert journey.steps[2].input == "1234567890 1"
    assert (journey.call.end, journey.call.goals) == ("completed", ("bill_told",))


def test_an_english_caller_reports_an_outage(
    freeswitch: Instance, ivory: Ivory, crm: Crm, tmp_path: Path
) -> None:
    before = len(crm.outages)
    speech = prompts_of(ivory.cache)["Today is a holiday, so nobody is at the desk."]
    steps: list[float | str | Path] = [2.0, "#", 3.0, "2", 7.0, speech, 0.3, "#"]
    caller = Caller("95598", freeswitch.sip_port, tmp_path, steps, ani="13800000002", hangs_up=False)
    caller.run()
    assert_heard(
        caller,
        ivory,
        "您好，欢迎致电供电服务热线。",
        "For your bill press 1. To report an outage press 2. To speak with a person press 0.",
        "After the tone please say where the power is out, then press pound.",
        "Thank you. Your report has number",
        "two zero two six zero one one seven.",
        "Thank you for calling. Goodbye.",
    )
    expected = "welcome main other_language to_english main outage report reported goodbye"
    assert nodes(ivory, "13800000002") == expected.split()
    journey = ivory.journey("13800000002")
    assert (journey.call.language, journey.call.goals) == ("en-US", ("outage_reported",))
    assert len(crm.outages) == before + 1
    report = crm.outages[-1]
    assert report["key"] == f"{journey.call.id}:7"
    assert find(speech, ivory.recordings / report["recording"]).likeness > ENOUGH


def test_a_caller_who_wants_a_person_gets_one_or_leaves_a_message(
    freeswitch: Instance, ivory: Ivory, tmp_path: Path
) -> None:
    hotline = PROJECT / "flows/hotline.yaml"
    calendar = read([hotline]).flows["hotline"].flow.calendars["office"]
    is_open = calendar.status(datetime.now(UTC)).state == "open"
    if is_open:  # nobody is signed in: the caller waits, and has had enough
        caller = Caller("95598", freeswitch.sip_port, tmp_path, [1.0, "0", 12.0], ani="13800000003")
    else:
        speech = prompts_of(ivory.cache)["Today is a holiday, so nobody is at the desk."]
        steps: list[float | str | Path] = [1.0, "0", 16.0, speech, 0.3, "#", 5.0, "1"]
        caller = Caller("95598", freeswitch.sip_port, tmp_path, steps, ani="13800000003", hangs_up=False)
    caller.run()
    last = "正在为您转接人工服务，请稍候。" if is_open else "感谢您的来电，再见。"
    assert_heard(caller, ivory, "您好，欢迎致电供电服务热线。", last)
    journey = ivory.journey("13800000003")
    assert ("transfer" if is_open else "message") in [step.node for step in journey.steps]
    assert journey.call.end == ("abandoned" if is_open else "completed")
    assert journey.call.goals == (() if is_open else ("message_left",))
