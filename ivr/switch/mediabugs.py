"""What is attached to a channel's sound: recordings that listen, sounds that are laid over it.

FreeSWITCH calls these media bugs (switch_core_media_bug.c). Two events tell when one comes and goes, and
`uuid_buglist` shows those there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.switch.channel import Channel


@dataclass(frozen=True, slots=True, eq=False)
class MediaBug:
    """One of them: `function` is what it does (`displace`, `session_record`, `eavesdrop`, `audio`), `target`
    its file, or whom it is about."""

    function: str
    target: str


class MediaBugs:
    """Those of one channel."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._bugs: list[MediaBug] = []

    def __iter__(self) -> Iterator[MediaBug]:
        return iter(self._bugs)

    def add(self, function: str, target: str, *, first: bool = False) -> MediaBug:
        """Attach one, as the first if asked for; MEDIA_BUG_START tells of it."""
        bug = MediaBug(function, target)
        self._bugs.insert(0 if first else len(self._bugs), bug)
        self._tell("MEDIA_BUG_START", bug)
        return bug

    def remove(self, bug: MediaBug) -> None:
        """Detach it; MEDIA_BUG_STOP tells of it."""
        self._bugs.remove(bug)
        self._tell("MEDIA_BUG_STOP", bug)

    def clear(self) -> None:
        """Detach all from a channel that is going down, the last one first; but spies take off their own."""
        for bug in reversed(self._bugs):
            if bug.function != "eavesdrop":
                self._tell("MEDIA_BUG_STOP", bug)
        self._bugs = [bug for bug in self._bugs if bug.function == "eavesdrop"]

    def _tell(self, event: str, bug: MediaBug) -> None:
        self._channel.fire(event, [("Media-Bug-Function", bug.function), ("Media-Bug-Target", bug.target)])
