"""Which keys a text tells callers to press, in both languages, and what only looks like one."""

from __future__ import annotations

import pytest

from ivr.flow.announced import may_name, told


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("电费查询请按1，故障报修请按２，人工服务请按零。", ["1", "2", "0"]),
        ("请按下三号键，或按键4，或按数字5。", ["3", "4", "5"]),
        ("重听请按星号键，返回请按井号键，米字键请按米字键。", ["*", "#"]),
        ("按#键结束，按＊键重听。", ["#", "*"]),
        ("评分请按1至5。", ["1", "2", "3", "4", "5"]),
        ("请按1到3", ["1", "2", "3"]),
        ("分机请按12。", ["12"]),
        ("按幺键", ["1"]),
        ("For your bill press 1, to report an outage press two.", ["1", "2"]),
        ("Press the pound key, or press star, or hit 9.", ["#", "*", "9"]),
        ("Press 1 to 3 for a rating.", ["1", "2", "3"]),
        ("Press 1 to hear this again.", ["1"]),
        ("PRESS ZERO. Pressing hash ends it.", ["0", "#"]),
        ('Press "7".', ["7"]),
        ("Press * or press #.", ["*", "#"]),
    ],
)
def test_keys_that_callers_are_told_to_press(text: str, keys: list[str]) -> None:
    assert list(told(text)) == keys


@pytest.mark.parametrize(
    "text",
    [
        "请按一下任意键。",
        "请按一次。",
        "请按照提示操作。",
        "请按10位卡号输入。",
        "请按2026年的账单号。",
        "请按十分钟计费。",
        "我们按三十天计算。",
        "Press one of the keys.",
        "Press one or more keys.",
        "Press any key to stop.",
        "Press 10 digits.",
        "Press two times.",
        "You pressed 3.",
        "Dial 911 in an emergency.",
        "The press wrote 3 articles.",
        "An express 1 train.",
        "",
    ],
)
def test_what_only_looks_like_a_key(text: str) -> None:
    assert not told(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("For books one, for gifts two.", "2"),
        ("图书1，礼品2。", "2"),
        ("礼品请按二", "2"),
        ("Rate us from 1 to 5.", "3"),
        ("1至5分", "4"),
        ("press \ufffc", "8"),
        ("星号键重听", "*"),
        ("asterisk", "*"),
        ("hash", "#"),
    ],
)
def test_a_key_that_may_be_named_is_not_forgotten(text: str, key: str) -> None:
    assert may_name(text, key)


@pytest.mark.parametrize(("text", "key"), [("press 1", "2"), ("请按1", "#"), ("from 1 to 5", "6"), ("", "0")])
def test_a_key_that_nothing_names(text: str, key: str) -> None:
    assert not may_name(text, key)
