"""A browser in words that its owner recognises: "Firefox, Windows"."""

from __future__ import annotations

from typing import Final

_KINDS: Final = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("MicroMessenger/", "WeChat"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def words(user_agent: str) -> str:
    """What a `User-Agent` stands for, as far as it can be told; the first marks count, as browsers name each
    other."""
    kind = next((name for mark, name in _KINDS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(filter(None, [kind, system])) or user_agent[:40] or "–"
