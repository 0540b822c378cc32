"""Entries by name that are made when they are asked for, so that of thousands only a few are there at
once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

Source = TypeVar("Source")


class Entries(Mapping[str, dict[str, Any]], Generic[Source]):
    """What `entry` makes of each source, every time anew."""

    def __init__(self, sources: Mapping[str, Source], entry: Callable[[Source], dict[str, Any]]) -> None:
        self._sources, self._entry = sources, entry

    def __getitem__(self, name: str) -> dict[str, Any]:
        return self._entry(self._sources[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)
