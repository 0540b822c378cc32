"""What nodes need of the outside world, as interfaces: HTTP, Python operations, work beside a call, queues,
agents, callbacks, where a survey's answers go, and what other systems are told.

`ivr.runtime.services` and `ivr.routing` are the real thing; a flow's tests bring their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from ivr.acd.model import Destination, Step
from ivr.acd.router import Estimate
from ivr.call import Call, Music, Piece
from ivr.flow.prompts import PromptModel
from ivr.hours import Calendar, Status


class Answer(Protocol):
    """What an HTTP operation brought back."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def text(self) -> str:
        """The body."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers by their names in lower case."""

    def json(self) -> Any:
        """The body as JSON, numbers exact. Raises FetchError."""


class Pending(Protocol):
    """Work that goes on while the caller is looked after."""

    def done(self) -> bool:
        """Whether there is a result."""

    def wait(self) -> None:
        """Stand still until it is done (there is no caller to look after)."""

    def result(self) -> Any:
        """The result, or raises what the work raised."""

    def abandon(self) -> None:
        """Nobody waits for it any more."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom a caller is to be brought to: somebody of a skill `group`, or one `agent`.

    `require` and `relax` are beside what the group asks; `show` is what the agent sees when it rings (screen
    pop). `visit` tells two visits of one call apart: the same place is found again after a crash.
    """

    visit: int
    group: str = ""
    agent: str = ""
    require: Mapping[str, int] = field(default_factory=dict)
    relax: tuple[Step, ...] = ()
    priority: float = 0.0
    max_wait: float | None = None
    preferred: str = ""
    prefer_for: float = 0.0
    customer: str = ""
    show: Mapping[str, str] = field(default_factory=dict)
    whisper: str = ""
    """What the agent hears before the caller is connected; empty: nothing."""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """The caller is to leave the queue, or the talk: `outcome` is timeout, full, closed, no_agent, failed,
    sent (overflow, or the agent's transfer, to `to`), or next (the talk is over, and nobody sent them on)."""

    outcome: str
    to: Destination | None = None


class Place(Protocol):
    """A caller's place in a queue, and then their talk with an agent. News of it wake the call (`Woken`);
    the talk itself comes as `Bridged` and `BridgeEnded`."""

    def position(self) -> int | None:
        """1 is next; None once they are served, or gone."""

    def estimate(self) -> Estimate | None:
        """How long it will be, seconds; None when that cannot honestly be said."""

    def engaged(self) -> bool:
        """Whether they are being connected, or talk: then nothing is to sound."""

    def agent(self) -> str:
        """Who is talking with them, or was last; empty when nobody yet."""

    def group(self) -> str:
        """The skill group they wait in now, as overflow may have moved them; empty: for one agent."""

    def since(self) -> float:
        """Their place in time, seconds since the epoch."""

    def waited(self) -> float:
        """Seconds they have waited in this group."""

    def leave(self) -> Leave | None:
        """Where the queue, or the agent, sends them; None: they stay."""

    def give_up(self, why: str) -> None:
        """The caller leaves by themselves: keyed_out, callback, abandoned or failed. Never raises."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody is told after `after` seconds of waiting, and again `every` so many seconds (None: once).

    `say` comes first, and sees `position`, `low` and `high` (the wait in minutes; null where not known).
    Then, where they are asked for, position and expected wait are told in Ivory's own words."""

    after: float
    every: float | None = None
    say: PromptModel | None = None
    position: bool = False
    estimate: bool = False


@dataclass(frozen=True, slots=True)
class Comfort:
    """How a group's callers are met: the `music` while they wait, the `consent` they hear before anybody
    talks to them (that they are recorded; None: nothing), and the `notices` told meanwhile. Music that ends
    by itself is played again."""

    music: Piece = field(default_factory=Music)
    consent: PromptModel | None = None
    notices: tuple[Notice, ...] = ()


class Queues(Protocol):
    """The skill groups."""

    def comfort(self, call: Call, wish: Wish) -> Comfort:
        """What a caller hears whose wish that is; asked again when overflow has moved them."""

    def enter(self, call: Call, wish: Wish) -> Place:
        """Take a place. Raises IvoryError for a group or an agent there is none of."""

    def waiting(self, group: str) -> int:
        """How many wait in a group."""

    def available(self, group: str) -> int:
        """How many of its agents could take a call at once."""

    def expected_wait(self, group: str) -> float | None:
        """Seconds a caller who came now would wait; None when that cannot be said."""


@dataclass(frozen=True, slots=True)
class Recall:
    """A caller's wish to be called back: at `number` (E.164), by whom `wish` names, with the place in time
    `since`, but not before `due`; both in seconds since the epoch. `key` names the visit, so that a second
    asking after a crash is the same callback. `state` is what the call goes on with in which that happens."""

    key: str
    number: str
    wish: Wish
    since: float
    due: float | None = None
    state: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Promise:
    """What can honestly be said of a callback: how many come before it, plus one, and its wait."""

    position: int | None = None
    estimate: Estimate | None = None


class Callbacks(Protocol):
    """Calling customers back."""

    def dialled(self, number: str) -> str:
        """The number as it will be dialled, E.164. Raises RefusedInput for one that may not be."""

    def ask(self, call: Call, recall: Recall) -> Promise:
        """Take a callback in. It is kept before this returns. Raises IvoryError when it cannot be, or when
        the group takes nobody."""


@dataclass(frozen=True, slots=True)
class Code:
    """What an agent may choose at a telephone: a reason for a break, what became of a contact. `name` is the
    plan's, `title` what people call it in the language that was asked for."""

    key: str
    name: str
    title: str


class Agents(Protocol):
    """The agents, as their own telephones drive them."""

    def reasons(self, language: str) -> Sequence[Code]:
        """The reasons for a break that have a key."""

    def dispositions(self, agent: str, language: str) -> Sequence[Code]:
        """What may have become of an agent's last contact, as far as it has a key."""

    def by_number(self, number: str) -> str:
        """The agent whose telephone this is; empty when it is nobody's."""

    def check(self, agent: str, pin: str) -> bool:
        """Whether that is the agent's PIN. As slow for an agent there is none of as for one with another
        PIN."""

    def state(self, agent: str) -> str:
        """The agent's state; empty when there is no such agent."""

    def order(self, name: str, agent: str, **given: Any) -> None:
        """Do what an agent asks for, by the name in the table of orders. Raises IvoryError where it cannot
        be done now."""


@dataclass(frozen=True, slots=True)
class Rating:
    """A survey's answer. Call, visit and item name it: told twice it is the same answer.

    `score` is the key's number and `answer` what it stands for; of a spoken comment both are empty and
    `recording` names the file. `contact`, `agent` and `group` are those of the talk before.
    """

    call: str
    visit: int
    item: str
    at: datetime
    flow: str
    node: str
    score: int | None = None
    answer: str = ""
    recording: str = ""
    contact: str = ""
    agent: str = ""
    group: str = ""
    ani: str = ""


@dataclass(frozen=True, slots=True)
class Notification:
    """What a flow has other systems told: an event of the type `event` with `values`, which are JSON. `key`
    names the visit: told twice it is the same event."""

    event: str
    key: str
    call: str
    flow: str
    node: str
    at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a caller. `customer` is their key in the directory, else their number; empty where the
    number was withheld. `agent` is their own, `last_agent` who served them last, `calls` how many contacts
    of theirs were not long ago."""

    customer: str = ""
    name: str = ""
    vip: bool = False
    tags: tuple[str, ...] = ()
    agent: str = ""
    language: str = ""
    company: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    calls: int = 0
    last_agent: str = ""


class Directory(Protocol):
    """The directory of customers."""

    def find(self, number: str) -> Known:
        """What is known of a caller, by `ivr.numbers.customer_key`. Takes a fifth of a second at most, the
        call's own time only; never raises: whoever cannot be looked up now is unknown."""

    def remember(self, number: str, values: Mapping[str, Any]) -> None:
        """Write down what an operation told of a caller: some of name, vip, tags, agent, language. Never
        waits, never raises."""


class Services(Protocol):
    """What nodes need of the outside world."""

    @property
    def directory(self) -> Directory:
        """The directory of customers."""

    @property
    def queues(self) -> Queues:
        """The skill groups."""

    @property
    def callbacks(self) -> Callbacks:
        """Calling customers back."""

    @property
    def agents(self) -> Agents:
        """The agents, for their own telephones."""

    def rated(self, rating: Rating) -> None:
        """Keep an answer of a survey. Never waits, never raises."""

    def notify(self, notification: Notification) -> None:
        """Have other systems told. Never waits, never raises."""

    def fetch(self, method: str, url: str, *, deadline: float, **parts: Any) -> Answer:
        """An HTTP request within `deadline` seconds. Raises FetchError."""

    def awaits(self, call: Call, key: str, came: Callable[[Any], None]) -> None:
        """A flow waits for a webhook of that key from now on. It comes by an order (`call.signal`), so there
        is nothing to be done here, but where a test brings it: that is for `came`. Never waits."""

    def operation(self, name: str) -> Callable[..., Any]:
        """A Python operation of the group `ivr.operations`. Raises UnknownPlugin."""

    def begin(self, call: Call, work: Callable[[], Any]) -> Pending:
        """Begin `work` without holding the call up; the call is woken when it is done. Raises IvoryError
        when there is too much of it."""

    def hours(self, calendar: str, own: Calendar | None, at: datetime) -> Status | None:
        """How a calendar stands at an aware moment; `own` is what the flow says of it, if anything. None:
        nobody knows it."""
