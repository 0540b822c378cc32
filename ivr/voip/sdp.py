"""Session descriptions (RFC 4566, RFC 3264), as far as two telephones need them that speak G.711."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from ivr.voip.g711 import PCMA, PCMU

EVENTS: Final = 101
"""The payload type that we name for keys."""

MIRROR: Final = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}
"""What is answered to each direction of an offer."""

_NAMES: Final = {PCMU: "PCMU", PCMA: "PCMA"}
_MEDIA = re.compile(r"audio (\d{1,5})(?:/\d+)? RTP/AVPF? ([\d ]{1,400})")
_EVENTS = re.compile(r"rtpmap:(\d{1,3}) telephone-event/8000", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Audio:
    """Where and how one side wants its sound.

    Attributes:
        host, port: where it is to be sent; port 0: there is none.
        kinds: payload types of G.711, the preferred first.
        events: the payload type of keys; None: keys are not taken.
        direction: `sendrecv`, `sendonly`, `recvonly` or `inactive`, as that side sees it.
    """

    host: str
    port: int
    kinds: tuple[int, ...]
    events: int | None = None
    direction: str = "sendrecv"

    @property
    def held(self) -> bool:
        """That side does not want to hear us."""
        return self.direction in {"sendonly", "inactive"} or self.host == "0.0.0.0"  # noqa: S104 - RFC 2543's way


def parse(text: str) -> Audio | None:
    """The sound of a description; None when there is none that we could take part in."""
    host, found, events, direction = "", None, None, "sendrecv"
    own: dict[str, str] = {}
    for line in text.replace("\r", "\n").split("\n"):
        kind, _, value = line.partition("=")
        if kind == "m":
            if found:
                break  # the first stream of sound is the one
            found = _MEDIA.match(value)
            if found is None and value.startswith("audio "):
                return None
        elif kind == "c" and value.startswith("IN IP"):
            place = value.split()[-1].partition("/")[0]
            own["host"] = place
            host = host or place
        elif kind == "a" and value in MIRROR:
            direction = value
        elif kind == "a" and found and (named := _EVENTS.match(value)):
            events = int(named[1])
    if found is None:
        return None
    host = own.get("host", host)
    offered = [int(each) for each in found[2].split()]
    kinds = tuple(each for each in offered if each in _NAMES)
    if not _is_address(host) or not kinds or int(found[1]) > 65535:
        return None
    return Audio(host, int(found[1]), kinds, events if events in offered else None, direction)


def describe(audio: Audio, version: int = 1) -> str:
    """A description of one's own; `version` grows with each that differs."""
    family = "IP6" if ":" in audio.host else "IP4"
    types: Sequence[int] = [*audio.kinds, *([audio.events] if audio.events is not None else [])]
    lines = [
        "v=0",
        f"o=ivory 1 {version} IN {family} {audio.host}",
        "s=-",
        f"c=IN {family} {audio.host}",
        "t=0 0",
        f"m=audio {audio.port} RTP/AVP {' '.join(map(str, types))}",
        *(f"a=rtpmap:{kind} {_NAMES[kind]}/8000" for kind in audio.kinds),
    ]
    if audio.events is not None:
        lines += [f"a=rtpmap:{audio.events} telephone-event/8000", f"a=fmtp:{audio.events} 0-15"]
    return "\r\n".join([*lines, "a=ptime:20", f"a={audio.direction}", ""])


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
