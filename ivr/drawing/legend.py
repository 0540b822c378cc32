"""The words of a drawing that are not the flow's own, in the language of who looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ivr.i18n import base


@dataclass(frozen=True, slots=True)
class Legend:
    """All of them. Pairs are of one and of several; `{}` is the number, or the name.

    Attributes:
        families: what nodes of each look do (`look.FAMILIES`, and `other`).
        parts: headings of the parts of a flow.
        exits: ways that are not drawn as lines, by kind.
        about: the flow, its nodes and its ways, for who does not see it.
        node: its name, its type and its line, likewise.
        seconds: how long something took.
    """

    families: Mapping[str, str]
    parts: Mapping[str, str]
    exits: Mapping[str, str]
    any_menu: str
    anywhere: str
    menus: tuple[str, str]
    nodes: tuple[str, str]
    count: tuple[str, str]
    goal: str
    about: str
    node: str
    seconds: str


def some(words: tuple[str, str], number: int) -> str:
    """So many of something."""
    return words[number != 1].format(number)


ENGLISH: Final = Legend(
    families={
        "ask": "asks the caller", "say": "speaks", "decide": "decides", "do": "works elsewhere",
        "people": "brings to a person", "end": "ends the call", "other": "other",
    },
    parts={"call": "", "hangup": "After the caller has hung up", "unreached": "Nobody comes here"},
    exits={"end": "end", "back": "back", "repeat": "again", "return": "return"},
    any_menu=" at any menu",
    anywhere=" anywhere",
    menus=("at {} menu", "at {} menus"),
    nodes=("at {} node", "at {} nodes"),
    count=("{} node", "{} nodes"),
    goal="goal {}",
    about="Flow {}: {} nodes, {} ways between them.",
    node="{} ({}, line {})",
    seconds="{} s",
)  # fmt: skip
_CHINESE: Final = Legend(
    families={
        "ask": "询问来电者", "say": "播报", "decide": "判断", "do": "在别处处理",
        "people": "转给人工", "end": "结束通话", "other": "其他",
    },
    parts={"call": "", "hangup": "来电者挂机之后", "unreached": "没有路通到这里"},
    exits={"end": "结束", "back": "返回上一级", "repeat": "重来", "return": "回到调用处"},
    any_menu=" 在任何菜单",
    anywhere=" 在任何位置",
    menus=("在 {} 个菜单", "在 {} 个菜单"),
    nodes=("在 {} 个节点", "在 {} 个节点"),
    count=("{} 个节点", "{} 个节点"),
    goal="目标 {}",
    about="流程 {}：{} 个节点，其间 {} 条路。",
    node="{}（{}，第 {} 行）",
    seconds="{} 秒",
)  # fmt: skip
_LEGENDS: Final[Mapping[str, Legend]] = {"en": ENGLISH, "zh": _CHINESE}


def legend(language: str) -> Legend:
    """That of a language; in English where there is none."""
    return _LEGENDS.get(base(language), ENGLISH)
