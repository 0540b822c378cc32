"""Large answers as JSON, in portions: between two of them calls have their turn on the hub."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import gevent

PORTION = 100
SPELL = 0.005
"""Entries of an answer, and seconds, that are written down at once."""
BREATH = 0.0001
"""Seconds between two portions. After 0 gevent goes on at once, and looks at sockets and clocks only every
50th time, so that calls would wait for most of the answer."""


def pieces(answer: Mapping[str, Any]) -> Iterator[bytes]:
    """A mapping as one line of JSON: large mappings within it, and those that are made as they are read, in
    portions."""
    start = "{"
    for name, value in answer.items():
        head = f"{start}{json.dumps(name)}: "
        if large(value):
            yield f"{head}{{".encode()
            entries, comma = iter(value.items()), ""
            while portion := _portion(entries):
                yield f"{comma}{json.dumps(portion, ensure_ascii=False)[1:-1]}".encode(errors="replace")
                gevent.sleep(BREATH)
                comma = ", "
            yield b"}"
        else:
            yield f"{head}{json.dumps(value, ensure_ascii=False)}".encode(errors="replace")
        start = ", "
    yield b"}\n" if answer else b"{}\n"


def _portion(entries: Iterator[tuple[str, Any]]) -> dict[str, Any]:
    portion, until = {}, time.monotonic() + SPELL
    for name, entry in islice(entries, PORTION):
        portion[name] = entry
        if time.monotonic() > until:
            break
    return portion


def large(value: object) -> bool:
    """Whether a value of an answer is better written down in portions."""
    return isinstance(value, Mapping) and (len(value) > PORTION or not isinstance(value, dict))
