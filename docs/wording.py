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
    "value": "值",
    "environment": "环境变量",
    # kinds of values
    "text": "文本",
    "whole number": "整数",
    "number": "数字",
    "true or false": "true 或 false",
    "path": "路径",
    "secret": "密钥",
    "list of {}s": "{}的列表",
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
    "FreeSWITCH's own": "FreeSWITCH 自己的",
    # lines
    "- **{}**: {}": "- **{}**：{}",
    "{}; default {}": "{}；默认 {}",
}


def wording(language: str) -> Wording:
    """How words and forms are said in a language (`en-US`, `zh-CN`)."""
    known = CHINESE if base(language) == "zh" else None

    def word(text: str, *parts: object) -> str:
        said = text if known is None else known[text]
        return said.format(*parts) if parts else said

    return word
