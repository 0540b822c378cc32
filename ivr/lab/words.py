"""Sounds in words, for people who read a call instead of hearing it."""

from __future__ import annotations

from pathlib import Path

from ivr.speech.cache import text_of

AGENT = "agent_"
"""Begins the address of an agent in a lab."""


MUSIC = "[music: "
"""Begins the words for music."""


def spoken(path: str) -> str:
    """What a rendered sentence says; "" for any other sound."""
    return text_of(Path(path)) or ""


def describe(kind: str, name: str) -> str:
    """A sound by its `kind` (`file`, `silence`, `tone`, `music`, `person`) and name; "" for silence, of which
    there is nothing to tell."""
    match kind:
        case "file":
            return spoken(name) or f"[{Path(name).name}]"
        case "tone":
            return "[tone]"
        case "music":
            return f"{MUSIC}{name}]"
        case "person":
            return f"[talking with {name.removeprefix(AGENT)}]"
        case _:
            return ""


def played(path: str) -> str:
    """What FreeSWITCH's `Playback-File-Path` sounds like."""
    scheme, separator, rest = path.partition("://")
    kinds = {"silence_stream": "silence", "tone_stream": "tone", "local_stream": "music"}
    if not separator:
        return describe("file", path)
    if scheme == "file_string":
        pieces = rest.replace(r"\!", "\0").split("!")
        return " ".join(filter(None, (played(piece.replace("\0", "!")) for piece in pieces)))
    return describe(kinds.get(scheme, "file"), rest)
