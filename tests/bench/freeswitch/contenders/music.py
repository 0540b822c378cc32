"""No queue at all: callers hear the music that others wait with, from the dialplan."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bench.freeswitch.contenders.base import Contender, extension


@dataclass
class Music(Contender):
    """The cost of the music, to be taken off that of waiting."""

    name = "music"
    number = "95802"

    def extension(self) -> str:
        return extension(self.number, ("answer", ""), ("playback", "local_stream://default"))
