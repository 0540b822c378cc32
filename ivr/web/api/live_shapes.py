"""What of calls, groups, agents and contacts is told of this moment: its shapes, for the document.

The worker makes these, and they are handed on as they come: nothing is checked here for every reader. A later
worker may tell more, so that whoever reads takes what they know. Moments are seconds since 1970 where they
are numbers, and ISO 8601 where they are text.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic reads no other before Python 3.12


def _about(words: str) -> Any:
    return Field(description=words)


Moment = Annotated[float, _about("Seconds since 1970.")]
Seconds = Annotated[float, _about("Seconds.")]


class Walk(TypedDict, total=False):
    """A call as its flow tells it, in `/live`."""

    id: str
    flow: str
    ani: Annotated[str, _about("Who calls; empty where it was withheld.")]
    dnis: Annotated[str, _about("What they dialled.")]
    language: str
    started: str
    node: str
    type: Annotated[str, _about("That of the node; `ringing` of a call that is being made.")]
    visit: Annotated[int, _about("Counts the nodes that it came to.")]
    entered: Annotated[str, _about("When it came to this one.")]
    input: Annotated[str, _about("What the caller did last.")]
    direction: Annotated[str, _about("`out` of a call that was ordered, else empty.")]


class LiveCall(TypedDict, total=False):
    """A call under way, as the worker has it."""

    id: str
    flow: str
    version: Annotated[str, _about("Of the flow; empty while it is read from its file.")]
    node: str
    visit: int
    since: str
    answered: str | None
    ani: str
    dnis: str
    language: str
    state: Literal["ringing", "flow", "waiting", "talking", "held"]
    agent: Annotated[str, _about("With whom they talk.")]
    group: Annotated[str, _about("For which they wait, or by which they came to the agent.")]


class ShownCall(LiveCall, total=False):
    """A call with its flow's variables."""

    variables: Annotated[dict[str, Any], _about("What is confidential is masked.")]
    awaited: Annotated[list[str], _about("Keys of webhooks that it waits for.")]


class LiveCalls(TypedDict):
    """All calls under way, by id."""

    count: int
    calls: dict[str, LiveCall]


class Estimates(TypedDict):
    """How well waits were foretold: to how many, how often rightly, and by how much they were off."""

    told: int
    in_range: float | None
    mean_error: float | None


class LiveGroup(TypedDict, total=False):
    """A skill group. Counts are since the worker began."""

    title: Annotated[dict[str, str], _about("By language.")]
    open: bool
    waiting: int
    offered: Annotated[int, _about("Of those, contacts for whom an agent is rung.")]
    longest: Annotated[float, _about("Seconds for which the one has waited who came first.")]
    available: Annotated[int, _about("Agents who could take a contact at once.")]
    agents: Annotated[dict[str, int], _about("How many there are in each state.")]
    answered: int
    answered_in_target: int
    ended: Annotated[dict[str, int], _about("Contacts that nobody answered, by what became of them.")]
    handling: Annotated[float | None, _about("Seconds a contact takes an agent; null: not known yet.")]
    estimates: Estimates
    target: Annotated[float | None, _about("Seconds within which it wants to answer.")]
    service_level: Annotated[float | None, _about("The share that was answered so; null: nobody was yet.")]


class Asked(TypedDict):
    """Somebody whom an agent asks meanwhile."""

    kind: str
    name: str
    there: Annotated[bool, _about("Whether they have answered.")]


class Listener(TypedDict):
    """A supervisor who listens."""

    at: Annotated[str, _about("Their extension.")]
    mode: str
    there: bool


class Served(TypedDict):
    """The contact that an agent serves, or served last, and the code they have given it."""

    contact: str
    group: str
    code: str


class _Agent(TypedDict, total=False):
    """What is told of an agent in any case."""

    id: str
    name: str
    state: Literal["logged_out", "available", "reserved", "busy", "wrap_up", "on_break"]
    reason: Annotated[str, _about("Why they are on break.")]
    then: Annotated[str, _about("The state that follows this one, where it was ordered already.")]
    since: Moment
    until: Annotated[float | None, _about("When the state ends by itself.")]
    channels: list[str]
    dial: Annotated[str, _about("The extension at which they are rung.")]
    groups: list[str]
    offer: Annotated[str | None, _about("That which rings.")]
    expires: Annotated[float | None, _about("When it rings no more.")]
    tallies: Annotated[dict[str, float], _about("Counts and seconds of their working day.")]
    calls: Annotated[str, _about("A number they have dialled themselves.")]
    on_hold: bool
    asks: Asked | None
    listeners: list[Listener]
    last: Served | None


class LiveAgent(_Agent, total=False):
    """An agent."""

    contacts: Annotated[list[str], _about("Those they serve.")]


class LiveContact(TypedDict, total=False):
    """A contact that waits, or (`agent`, `since`) is served."""

    id: str
    group: str
    channel: str
    customer: Annotated[str, _about("The customer's id, where it is known who it is.")]
    number: Annotated[str | None, _about("Empty where it was withheld, null where nobody calls.")]
    name: str
    agent: str
    since: Moment
    priority: float
    callback: bool
    arrived: Moment
    waited: Seconds
    position: int
    stage: Annotated[int | None, _about("How far the group's conditions were relaxed.")]
    waits_for: Annotated[str, _about("The one agent it waits for at present.")]
    offers: Annotated[dict[str, str], _about("Agents who are rung for it, by offer.")]
    offered: Annotated[str | None, _about("The agent who is rung.")]
    accepted: Annotated[str | None, _about("The agent who has just answered.")]
    show: Annotated[dict[str, Any], _about("What its flow shows to the agent.")]
    subject: str
    link: str
    attributes: dict[str, Any]


class OneAgent(_Agent, total=False):
    """An agent, with the contacts they have or are offered."""

    now: Moment
    contacts: dict[str, LiveContact]


class Now(TypedDict):
    """Groups, agents and contacts at one moment."""

    now: Moment
    turn: Annotated[int, _about("The turn of the plan that is served by; 0: a file.")]
    groups: dict[str, LiveGroup]
    agents: dict[str, LiveAgent]
    contacts: Annotated[dict[str, LiveContact], _about("Those who wait, and those who are served.")]


class Figures(TypedDict):
    """The few numbers that everybody wants first."""

    calls: int
    waiting: int
    longest: Annotated[int, _about("Seconds for which the one has waited who came first.")]
    agents: Annotated[dict[str, int], _about("How many there are in each state.")]
    signed_in: int


class Totals(TypedDict, total=False):
    """Of calls."""

    active: int
    last_minute: Annotated[int, _about("Those that began in it.")]
    ends: Annotated[dict[str, int], _about("How calls ended since the worker began.")]


class Worker(TypedDict):
    """Whether somebody drives the calls."""

    there: bool
    why: Annotated[str, _about("Why nothing is known, while nobody is there.")]


class Live(TypedDict):
    """Everything at this moment. Without a worker all of it is empty: what was, is not shown as now."""

    worker: Worker
    now: Figures
    totals: Totals
    calls: dict[str, Walk]
    groups: dict[str, LiveGroup]
    agents: dict[str, LiveAgent]
    contacts: dict[str, LiveContact]
