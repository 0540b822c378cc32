"""What `ivr demo` shows: two callers of the power company's hotline, each with a wish to be fulfilled."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.flow.scripted import HangUp, Hear, Pause, Press
from ivr.lab.script import Say, Step

FLOW = "hotline"
_THINKS = Pause(0.7)


@dataclass(frozen=True, slots=True)
class Scene:
    """One caller. `goal` is what the flow must have reached for the caller to be content."""

    language: str
    title: str
    ani: str
    goal: str
    steps: tuple[Step, ...]


SCENES = (
    Scene(
        "zh",
        "一位客户查询电费 · a customer asks for the bill",
        "13800000000",
        "bill_told",
        (
            Hear("电费查询"),
            _THINKS,
            Press("1"),
            Hear("户号"),
            _THINKS,
            Press("1234567890#"),
            Hear("正确请按1"),
            _THINKS,
            Press("1"),
            Hear("应缴"),
            Hear("返回主菜单"),
            Pause(1.0),
            HangUp(),
        ),
    ),
    Scene(
        "en",
        "a customer reports an outage · 一位客户报修",
        "+14155550123",
        "outage_reported",
        (
            Hear("欢迎"),
            _THINKS,
            Press("#"),
            Hear("For your bill"),
            _THINKS,
            Press("2"),
            Hear("After the tone"),
            Hear("[tone]"),
            Pause(0.6),
            Say("There is no power in Garden Street, since ten minutes ago.", "en-US"),
            Press("#"),
            Hear("Your report has number"),
            Hear("Goodbye"),
            Pause(3.0),
        ),
    ),
)
