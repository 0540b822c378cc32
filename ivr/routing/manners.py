"""What a centre's plan says of how its callers and agents are met: the desk asks it."""

from __future__ import annotations

from collections.abc import Sequence

from ivr.call import Music, Piece
from ivr.runtime.ports import Comfort


class Manners:
    """A house without any; `centre` has those of the plan."""

    def title(self, group: str) -> str:
        """What a group is called, on an agent's telephone."""
        return group

    def whisper(self, group: str, language: str) -> Sequence[Piece]:
        """What an agent of the group hears before a caller who speaks a language."""
        return ()

    def confirmation(self, agent: str, group: str, language: str) -> tuple[str, Sequence[Piece]]:
        """The key by which an agent takes a call for the group, and how they are asked for it; the key is
        empty where answering is enough."""
        return "", ()

    def comfort(self, group: str, contact: str) -> Comfort:
        """What callers of a group hear while they wait, and first."""
        return Comfort(Music())
