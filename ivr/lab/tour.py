"""What `ivr demo` shows: two callers of the power company's hotline, each with a wish to be fulfilled."""

from __future__ import annotations

from dataclasses import dataclass

FLOW = "hotline"


@dataclass(frozen=True, slots=True)
class Scene:
    """One caller. `goal` is what the flow must have reached for the caller to be content; `script` is what
    the caller does, in the words of `ivr.lab.script`. Who wants a person is served by one who comes to work
    when the caller has heard `waits_for`."""

    language: str
    title: str
    ani: str
    goal: str
    script: tuple[str, ...]
    waits_for: str = ""


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
        title="a customer reports an outage · 一位客户报修",
        ani="+14155550123",
        goal="outage_reported",
        script=(
            *("hear:欢迎", "wait:0.7", "#"),
            *("hear:For your bill", "wait:0.7", "2"),
            *("hear:[tone]", "wait:0.6", "say:There is no power in Garden Street.", "wait:0.3", "#"),
            *("hear:Your report has number", "hear:Goodbye", "wait:3"),
        ),
    ),
)
