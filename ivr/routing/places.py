"""A caller's place in the queue, as the transfer node sees it, and as the desk moves it along."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from ivr.acd.model import Contact
from ivr.acd.router import Estimate
from ivr.call import Call
from ivr.routing.kept import Stay
from ivr.runtime.ports import Leave, Wish

WAITING, CONNECTING, TALKING, OVER = "waiting", "connecting", "talking", "over"


class Counter(Protocol):
    """Whom a place asks, and tells: the desk."""

    def position(self, contact: str) -> int | None: ...

    def estimate(self, contact: str) -> Estimate | None: ...

    def given_up(self, place: CallPlace, why: str) -> None: ...

    def now(self) -> float: ...


@dataclass(eq=False)
class CallPlace:
    """One stay of one call, from `enter` to `over`; `phase` is where it is on its way.

    `call` is None while nobody drives a call that a worker before left behind; `wish` before the node asked
    again. `asked` is the contact as it was put in first, before overflow moved it.
    """

    desk: Counter
    id: str
    contact: Contact
    call: Call | None = None
    wish: Wish | None = None
    phase: str = WAITING
    served: str = ""
    left: Leave | None = None
    stay: Stay = field(init=False)

    def __post_init__(self) -> None:
        self.stay = Stay(self.contact)

    # What the node sees (`ivr.runtime.ports.Place`) -----------------------------------------------------

    def position(self) -> int | None:
        return self.desk.position(self.contact.id) if self.phase == WAITING else None

    def estimate(self) -> Estimate | None:
        return self.desk.estimate(self.contact.id) if self.phase == WAITING else None

    def engaged(self) -> bool:
        return self.phase in (CONNECTING, TALKING) and not self.stay.held

    def agent(self) -> str:
        return self.served

    def group(self) -> str:
        return self.contact.group

    def since(self) -> float:
        return self.contact.arrived

    def waited(self) -> float:
        came = self.contact.entered
        return max(0.0, self.desk.now() - (self.contact.arrived if came is None else came))

    def leave(self) -> Leave | None:
        return self.left

    def give_up(self, why: str) -> None:
        self.desk.given_up(self, why)

    # What the desk does with it -------------------------------------------------------------------------

    def go(self, leave: Leave) -> None:
        """The caller is to leave; the first who says where decides."""
        self.phase = OVER
        if self.left is None:
            self.left = leave
        self.news()

    def news(self) -> None:
        """Have the node look."""
        if self.call is not None:
            self.call.wake()
