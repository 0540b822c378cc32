"""Lines that several parts of a flow's YAML are made of."""

from __future__ import annotations

from collections.abc import Sequence

from ivr.importers.freeswitch.prompts import Item
from ivr.importers.writing import beside, keys

WIDE = 100  # columns of a node, or of a prompt, in one line
NOTHING = Item("{pause: 100ms}")
"""Where something has to be played and there is nothing."""


def prompt_lines(option: str, items: Sequence[Item], indent: int) -> list[str]:
    """An option that is a prompt: in one line where it fits, else an item a line."""
    space = " " * indent
    if len(items) == 1:
        return [beside(f"{space}{option}: {items[0].yaml}", items[0].remark)]
    line = f"{space}{option}: [{', '.join(item.yaml for item in items)}]"
    if len(line) <= WIDE and not any(item.remark for item in items):
        return [line]
    return [f"{space}{option}:", *(beside(f"{space}  - {item.yaml}", item.remark) for item in items)]


def key_name(key: str) -> str:
    """A key as a value: digits are texts there."""
    name = keys(key)
    return f'"{name}"' if name.isdigit() else name
