"""The scales of a survey's questions: keys from one digit to another, or keys with a meaning each."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

from ivr.flow.types import Spelled, refuse, shortened

HIGHEST = 10
_RANGE = re.compile(r"([0-9]|10)\s*-\s*([0-9]|10)")
_HINT = "write 1-5, or keys with what they stand for: {1: not at all, 5: very}"

Label = str | dict[str, str]


def _scale(value: Any) -> dict[int, Label]:
    """`1-5` as a mapping without words; keys with words as they are, in their order."""
    if isinstance(value, dict):
        scale = {key: _key(key) for key in value}
        if len(scale) > 1 and len(set(scale.values())) == len(scale):
            return {number: _label(value[key]) for key, number in scale.items()}
    elif found := _RANGE.fullmatch(str(value).strip()):
        low, high = int(found[1]), int(found[2])
        if low < high:
            return dict.fromkeys(range(low, high + 1), "")
    raise refuse("F137", f'"{shortened(str(value))}" is no scale that can be keyed in', _HINT)


def _key(key: Any) -> int:
    text = str(key).strip()
    if not text.isdecimal() or not text.isascii() or int(text) > HIGHEST or text != str(int(text)):
        raise refuse("F137", f'"{shortened(text)}" is no key of a scale', f"keys are 0 to {HIGHEST}")
    return int(text)


def _label(label: Any) -> Label:
    if isinstance(label, dict) and label and all(isinstance(words, str) for words in label.values()):
        return {str(tag): words for tag, words in label.items()}
    if label is None or (isinstance(label, str | int | float) and not isinstance(label, bool)):
        return "" if label is None else str(label)
    raise refuse("F137", "a key of a scale stands for words", "write {1: not at all, 5: very}")


Scale = Annotated[dict[int, Label], BeforeValidator(_scale), Spelled("scale")]
"""What may be keyed in, and what each key stands for (for reports; empty: the number itself)."""


def words(scale: dict[int, Label], score: int, language: str) -> str:
    """What a key stands for, in a language where it says so."""
    label = scale[score]
    if isinstance(label, str):
        return label
    return label.get(language) or next(iter(label.values()))
