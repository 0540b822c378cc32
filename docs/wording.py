"""What the tables of the reference say beside what comes from the code: headings, kinds of values, bounds.

English stands where a table is made and is looked up here, a form with its `{}` before it is filled. A word
that has no Chinese is a KeyError, so that no page is half translated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ivr.i18n import base

Wording = Callable[..., str]

CHINESE: Final = {
    # headings
    "setting": "设置",
    "default": "默认",
    "what it does": "作用",
    "option": "选项",
    "value": "值",
    "outcome": "结果",
    "when": "何时",
    "node": "节点",
    # headings of a page about a node
    "When to use it": "何时使用",
    "Example": "示例",
    "Options": "选项",
    "Outcomes": "结果",
    "What the caller experiences": "来电者的体验",
    "Common mistakes": "常见错误",
    # kinds of values
    "text": "文本",
    "whole number": "整数",
    "number": "数字",
    "true or false": "true 或 false",
    "path": "路径",
    "secret": "保密文本",
    "any value": "任意值",
    "name": "名称",
    "music": "音乐",
    "file": "文件",
    "prompt for each time": "每次一条的提示音",
    "text, or one by language": "文本，或每种语言一个",
    "`pound`, `star` or `none`": "`pound`、`star` 或 `none`",
    "list of {}": "{}的列表",
    "list of {}s": "{}的列表",
    "{} by {}": "每个{1}一个{0}",
    "{} for each of {}": "{1} 各一个{0}",
    "{}s by name": "按名称的{}",
    "{} by name": "按名称的{}",
    "one of {}": "下列之一：{}",
    "{} or {}": "{} 或 {}",
    ", ": "、",
    # bounds and defaults
    "{}, {} or more": "{}，最小 {}",
    "{}, more than {}": "{}，大于 {}",
    "{}, {} at most": "{}，最大 {}",
    "none": "无",
    "needed": "必填",
    "the flow's": "同流程",
    "FreeSWITCH's own": "FreeSWITCH 自己的",
    # lines
    "{} For example {}.": "{}例如 {}。",
    "- **value**: {}; default {}": "- **值**：{}；默认：{}",
    "- **environment**: {}": "- **环境变量**：{}",
    # error codes
    "code": "代码",
    "what is wrong": "错在哪里",
    "what went wrong": "出了什么错",
    "exit code": "退出码",
    "*{}.*": "*{}。*",
    "Right:": "正确：",
    "Wrong:": "错误：",
    "With these settings:": "使用这些设置：",
    "With these values:": "使用这些值：",
    "With this routing plan:": "使用这个路由计划：",
    "Where real calls show these shares of callers for each key:": "实际通话中，按各键的来电者比例如下：",
}


def wording(language: str) -> Wording:
    """How words and forms are said in a language (`en-US`, `zh-CN`)."""
    known = CHINESE if base(language) == "zh" else None

    def word(text: str, *parts: object) -> str:
        said = text if known is None else known[text]
        return said.format(*parts) if parts else said

    return word
