"""How long a sentence takes, beside what espeak-ng took for it at 170 words a minute."""

from __future__ import annotations

import pytest

from ivr.flow.phrases import estimate_seconds


@pytest.mark.parametrize(
    ("language", "text", "measured"),
    [
        ("zh-CN", "查询电费请按1，故障报修请按2，人工服务请按0，也可以直接说出您的需求。", 9.39),
        ("zh-CN", "您好，欢迎致电。", 1.92),
        ("zh-CN", "您输入的是幺二三四五六七八九零，正确请按1，重新输入请按2。", 7.62),
        ("zh-CN", "二〇二六年十二月一日", 2.40),
        ("en-US", "For billing press 1, to report an outage press 2, for an agent press 0.", 4.62),
        ("en-US", "Please enter your ten digit account number, followed by the pound key.", 3.89),
        ("en-US", "one three eight, zero zero one three, eight zero zero zero", 3.70),
        ("en-US", "Please hold while we transfer you. This call may be recorded for quality.", 4.38),
    ],
)
def test_the_estimate_is_near_what_the_voice_takes(language: str, text: str, measured: float) -> None:
    assert estimate_seconds(text, language) == pytest.approx(measured, rel=0.15)


@pytest.mark.parametrize("text", ["", "   ", "。", "...", "——"])
def test_nothing_to_say_takes_no_time(text: str) -> None:
    assert estimate_seconds(text, "zh-CN") == 0


def test_punctuation_costs_a_pause_only_between_words() -> None:
    assert estimate_seconds("你好。", "zh-CN") == estimate_seconds("你好", "zh-CN")
    assert estimate_seconds("你。好", "zh-CN") > estimate_seconds("你好", "zh-CN")
