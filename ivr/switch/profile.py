"""The caller profile of a channel: who calls whom, and when what happened, as `Caller-*` headers.

The same profile seen from the other end of a bridge is written as `Other-Leg-*`. Fields without a value are
left out, as FreeSWITCH leaves them out. Times are microseconds since the epoch; 0 means not yet.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from uuid import uuid4

from ivr.switch.events import Headers, Pairs


@dataclass(slots=True)
class Times:
    """When things happened to a channel."""

    created: int = 0
    answered: int = 0
    progress: int = 0
    progress_media: int = 0
    hangup: int = 0
    transfer: int = 0
    resurrect: int = 0
    bridged: int = 0
    last_hold: int = 0
    hold_accum: int = 0

    def state(self) -> tuple[int, ...]:
        """What may change while a channel lives, to be compared."""
        return (
            *(self.answered, self.progress, self.progress_media, self.hangup, self.transfer, self.bridged),
            *(self.last_hold, self.hold_accum),
        )

    def pairs(self, prefix: str, profile_created: int) -> Pairs:
        """The time headers, `Caller-Profile-Created-Time` first."""
        rows = [(f"{prefix}-Profile-Created-Time", str(profile_created))]
        for entry in fields(self):
            name = entry.name.replace("_", "-").title()
            suffix = "" if entry.name in {"last_hold", "hold_accum"} else "-Time"
            rows.append((f"{prefix}-Channel-{name}{suffix}", str(getattr(self, entry.name))))
        return rows


@dataclass(slots=True)
class Profile:
    """One party's view of a call. `number` and `name` are the caller's, `destination` is what was dialled."""

    uuid: str
    channel_name: str
    source: str
    direction: str
    number: str
    name: str
    destination: str
    context: str = "default"
    dialplan: str = "XML"
    username: str = ""
    logical_direction: str = ""
    network_addr: str = ""
    callee_name: str = ""
    callee_number: str = ""
    created: int = 0
    rdnis: str = ""
    transfer_source: str = ""
    index: int = 1
    own_id: str = field(default_factory=lambda: str(uuid4()))
    times: Times = field(default_factory=Times)
    _cached: tuple[tuple[object, ...], Headers] | None = field(default=None, repr=False, compare=False)

    def seen(self) -> Profile:
        """The profile as it is now, for the other leg to remember; to that leg every call comes in."""
        return replace(self, logical_direction="inbound", times=replace(self.times), _cached=None)

    def step(self, created: int) -> Profile:
        """The next profile of the same call, when it is sent elsewhere; this one notes when it was left."""
        self.times.transfer = created
        times = replace(self.times, transfer=0, bridged=0)
        own_id = str(uuid4())
        return replace(self, index=self.index + 1, own_id=own_id, created=created, times=times, _cached=None)

    def pairs(self, prefix: str) -> Pairs:
        """The profile's headers: `Caller-…` or, with prefix `Other-Leg`, `Other-Leg-…`."""
        rows = [
            ("Direction", self.direction),
            ("Logical-Direction", self.logical_direction or self.direction),
            ("Username", self.username),
            ("Dialplan", self.dialplan),
            ("Caller-ID-Name", self.name),
            ("Caller-ID-Number", self.number),
            ("Orig-Caller-ID-Name", self.name),
            ("Orig-Caller-ID-Number", self.number),
            ("Callee-ID-Name", self.callee_name),
            ("Callee-ID-Number", self.callee_number),
            ("Network-Addr", self.network_addr),
            ("ANI", self.number),
            ("Destination-Number", self.destination),
            ("Unique-ID", self.uuid),
            ("Source", self.source),
            ("Transfer-Source", self.transfer_source),
            ("Context", self.context),
            ("RDNIS", self.rdnis),
            ("Channel-Name", self.channel_name),
        ]
        pairs = [(f"{prefix}-{name}", value) for name, value in rows if value]
        if prefix == "Caller":
            pairs.append(("Caller-Profile-Index", str(self.index)))
        pairs += self.times.pairs(prefix, self.created)
        pairs += [
            (f"{prefix}-Screen-Bit", "true"),
            (f"{prefix}-Privacy-Hide-Name", "false"),
            (f"{prefix}-Privacy-Hide-Number", "false"),
        ]
        return pairs

    def headers(self, prefix: str = "Caller") -> Headers:
        """The same as a block of an event; encoded anew only when something in it changed."""
        who = (
            *(self.number, self.name, self.callee_name, self.callee_number, self.destination),
            *(self.context, self.dialplan, self.transfer_source, self.index),
        )
        state = (prefix, who, self.times.state())
        if self._cached is None or self._cached[0] != state:
            self._cached = state, Headers(self.pairs(prefix))
        return self._cached[1]

    def get(self, name: str) -> str | None:
        """A field by the name a variable reference uses (`${caller_id_number}`)."""
        return {
            "caller_id_name": self.name,
            "caller_id_number": self.number,
            "ani": self.number,
            "destination_number": self.destination,
            "network_addr": self.network_addr,
            "context": self.context,
            "rdnis": self.rdnis,
            "dialplan": self.dialplan,
            "username": self.username,
            "source": self.source,
            "chan_name": self.channel_name,
            "uuid": self.uuid,
        }.get(name)
