"""What `ivr demo` shows: callers of the power company's hotline, each with a wish to be fulfilled."""

from __future__ import annotations

from dataclasses import dataclass

FLOW = "hotline"
TITLES = {"zh": "95598 供电服务热线", "en": "Power hotline"}
"""What the admin calls it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One caller. `goal` is what the flow must have reached for the caller to be content; `script` is what
    the caller does, in the words of `ivr.lab.script`. Who wants a person is served by one who comes to work
    when the caller has heard `waits_for`. Who `speaks` needs a recogniser of the language."""

    language: str
    title: str
    ani: str
    goal: str
    script: tuple[str, ...]
    waits_for: str = ""
    speaks: bool = False


CALENDARS = {"office": "open"}
"""Whoever looks at the demo at night wants to see it all the same."""

SCENES = (
    Scene(
        language="zh-CN",
        title="一位客户查询电费，再找人工服务 · a customer asks for the bill, and then for a person",
        ani="13800000000",
        goal="bill_told",
        script=(
            *("hear:电费查询", "wait:0.7", "1"),
            *("hear:户号", "wait:0.7", "1234567890#"),
            *("hear:正确请按1", "wait:0.7", "1"),
            *("hear:应缴", "hear:返回主菜单", "wait:0.7", "0"),
            *("hear:您是下一位", "hear:再见", "wait:3"),
        ),
        waits_for="您是下一位",
    ),
    Scene(
        language="en-US",
        title="a customer says that the power is out · 一位客户口述报修",
        ani="+14155550123",
        goal="outage_reported",
        script=(
            *("hear:电费查询", "wait:0.7", "#"),
            *("hear:For your bill", "wait:0.7", "say:No power."),
            *("hear:[tone]", "wait:0.6", "say:There is no power in Garden Street.", "wait:0.3", "#"),
            *("hear:Your report has number", "hear:Goodbye", "wait:3"),
        ),
        speaks=True,
    ),
    Scene(
        language="zh-CN",
        title="一位客户口述报修 · a customer says it in Chinese",
        ani="13900000001",
        goal="outage_reported",
        script=(
            *("hear:电费查询", "wait:0.7", "say:故障报修"),
            *("hear:[tone]", "wait:0.6", "say:我家停电了", "wait:0.3", "#"),
            *("hear:再见", "wait:3"),
        ),
        speaks=True,
    ),
)
