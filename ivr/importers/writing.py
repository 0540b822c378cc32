"""YAML as a person writes it: words without quotes where they need none, comments that stay on their line.

Everything here may come from a stranger's file, so nothing is written down that could end a text, a comment
or a line before its time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from ivr.flow.template import Template
from ivr.flow.yaml_scalars import UNPRINTABLE, resolve

MOST_COMMENT = 240  # characters of a comment
MOST_TEXT = 2_000  # characters of a text that is spoken; a longer one is cut
_PLAIN = re.compile(r"[^\W\d_](?:[\w ./-]*[\w./])?")
_ODD_WORDS = frozenset({"yes", "no", "on", "off", "y", "n"})
_BRACES = re.compile(r"\{[{%#]")


def scalar(text: str) -> str:
    """A text as YAML: as it is, or in double quotes."""
    text = UNPRINTABLE.sub(" ", text)
    if _PLAIN.fullmatch(text) and isinstance(resolve(text), str) and text.lower() not in _ODD_WORDS:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", " ").replace("\n", " ")
    return f'"{escaped}"'


def comment(text: str) -> str:
    """A text as a comment of one line, without its `#`."""
    line = " ".join(UNPRINTABLE.sub(" ", text).split())
    return line if len(line) <= MOST_COMMENT else f"{line[: MOST_COMMENT - 1]}…"


def beside(line: str, remark: str) -> str:
    """A line with a comment behind it."""
    return f"{line}  # {comment(remark)}" if remark.strip() else line


def above(remarks: Iterable[str], indent: int) -> list[str]:
    """Comments in lines of their own."""
    return [f"{' ' * indent}# {comment(remark)}" for remark in remarks if remark.strip()]


def spoken(words: str) -> str:
    """Words to be spoken, with nothing in them that flows would calculate."""
    words = " ".join(UNPRINTABLE.sub(" ", words).split())[:MOST_TEXT]
    safe = _BRACES.sub(lambda found: "{{ '" + found[0] + "' }}", words)
    if re.fullmatch(r"[a-z_][a-z0-9_]*", safe):
        safe += "."  # a lone name would be the prompt of that name
    Template.parse(safe)
    return safe


def duration(milliseconds: int) -> str:
    """A length of time: `1500ms`, `2s`."""
    return f"{milliseconds // 1000}s" if milliseconds % 1000 == 0 else f"{milliseconds}ms"


def keys(pressed: str) -> str:
    """Keys of the telephone as a mapping has them: `1`, `star`, `"1*"`."""
    named = {"*": "star", "#": "pound"}.get(pressed)
    return named or (pressed if re.fullmatch(r"[0-9]+|[A-D]+", pressed) else f'"{pressed}"')


class Names:
    """Names for flows and nodes, each given once, as near to what people called a thing as names may be."""

    def __init__(self, taken: Sequence[str] = ("end", "back", "repeat", "return", "next")) -> None:
        self._taken = set(taken)
        self._last: dict[str, int] = {}

    def take(self, wish: str, otherwise: str = "menu") -> str:
        """A name like `wish`; like `otherwise` where that has no letter a name may have."""
        plain = unicodedata.normalize("NFKD", wish).encode("ascii", "ignore").decode().lower()
        name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:50].rstrip("_")
        if not name or (len(name) == 1 and not name.isalnum()):
            name = otherwise
        if name[0].isdigit():
            name = f"{otherwise}_{name}"
        unique, number = name, self._last.get(name, 1)
        while unique in self._taken:
            number += 1
            unique = f"{name}_{number}"
        self._last[name] = number
        self._taken.add(unique)
        return unique
