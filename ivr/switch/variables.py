"""Channel variables: in the order FreeSWITCH keeps them, with their encoded form ready for the next event.

Setting a variable moves it to the end, an empty value removes it, names are found in any case. `expand`
is FreeSWITCH's `${...}`, API calls included: what must never reach a real switch must do harm here too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from ivr.switch.events import Pairs
from ivr.switch.text import number, to_bytes, url_encode

_REFERENCE = re.compile(r"\$\\?\{")
_MAX_DEPTH = 100


class Variables(Mapping[str, str]):
    """The variables of one channel; also a block of `variable_*` headers."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[str, str]] = {}
        self._lines: dict[str, bytes] = {}
        self._plain: bytes | None = None

    def set(self, name: str, value: str | None, *, check: bool = True) -> None:
        """Set, or remove with None or "". With `check`, a value that holds `${` is refused in silence."""
        key = name.lower()
        if not name:
            return
        if not value:
            self._values.pop(key, None)
            self._lines.pop(key, None)
        elif check and _REFERENCE.search(value):
            return
        else:
            self._values.pop(key, None)
            self._lines.pop(key, None)
            self._values[key] = (name, value)
            self._lines[key] = b"variable_%s: %s\n" % (to_bytes(name), url_encode(value))
        self._plain = None

    def push(self, name: str, value: str) -> None:
        """Add a value to a variable that may hold several (`ARRAY::a|:b`)."""
        held = self.get(name)
        if held is None:
            self.set(name, value)
        else:
            self.set(name, f"{held}|:{value}" if held.startswith("ARRAY::") else f"ARRAY::{held}|:{value}")

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()][1]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._values.values())

    def __len__(self) -> int:
        return len(self._values)

    @property
    def pairs(self) -> Pairs:
        """`variable_*` headers, now."""
        return [(f"variable_{name}", value) for name, value in self._values.values()]

    @property
    def plain(self) -> bytes:
        """The same, encoded."""
        if self._plain is None:
            self._plain = b"".join(self._lines.values())
        return self._plain


def expand(
    text: str, look_up: Callable[[str], str | None], run_api: Callable[[str, str], str | None], depth: int = 0
) -> str:
    """Replace `${name}`, `${name:offset:length}` and `${api(arguments)}`, values too, as FreeSWITCH does.

    Args:
        look_up: the value of a variable, or None.
        run_api: the output of an API command, or None when there is none of that name.
    """
    if depth > _MAX_DEPTH or ("$" not in text and "\\" not in text):
        return text
    out: list[str] = []
    at = 0
    while at < len(text):
        two = text[at : at + 2]
        if two == "\\$":
            out.append("$")
            at += 2
        elif two == "\\'":
            out.append("'")
            at += 2
        elif two == "${" or text[at : at + 3] == "$${":
            start = text.index("{", at) + 1
            end = _closing(text, start)
            out.append(_reference(text[start:end], look_up, run_api, depth))
            at = end + 1
        else:
            out.append(text[at])
            at += 1
    return "".join(out)


def _closing(text: str, start: int) -> int:
    level = 1
    for at in range(start, len(text)):
        level += {"{": 1, "}": -1}.get(text[at], 0)
        if not level:
            return at
    return len(text)


def _reference(
    inner: str, look_up: Callable[[str], str | None], run_api: Callable[[str, str], str | None], depth: int
) -> str:
    call = re.match(r"([^ (]*)( *\(| )(.*)", inner, re.DOTALL)
    if call:
        arguments = call[3]
        if "(" in call[2]:
            arguments = arguments[: arguments.rfind(")")] if ")" in arguments else arguments
        name = expand(call[1], look_up, run_api, depth + 1)
        return run_api(name, expand(arguments, look_up, run_api, depth + 1)) or ""
    name, *cut = expand(inner, look_up, run_api, depth + 1).split(":")
    index = re.fullmatch(r"(.*)\[([0-9]+)\]", name)
    value = look_up(index[1] if index else name)
    if value is None:
        return ""
    if index and value.startswith("ARRAY::"):
        items = value.removeprefix("ARRAY::").split("|:")
        value = items[int(index[2])] if int(index[2]) < len(items) else ""
    value = expand(value, look_up, run_api, depth + 1)
    offset, length = (number(part) for part in [*cut, "0", "0"][:2])
    value = value[offset:] if offset >= 0 or -offset <= len(value) else value
    return value[:length] if length > 0 else value
