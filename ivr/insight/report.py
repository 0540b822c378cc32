"""All that journeys tell of a flow, as one piece of plain data: what `ivr flow stats --json` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ivr.flow.model import Flow, Node
from ivr.insight.canary import SHARES
from ivr.insight.intervals import Estimate, wilson
from ivr.insight.menus import Advice, Choices, advise, merged, options
from ivr.insight.promotion import Promotion, promotions
from ivr.insight.shape import At
from ivr.insight.spread import Summary
from ivr.insight.tally import AtNode, Count
from ivr.store.traces import Trace

FAILURES = ("error", "timeout", "interrupted")
"""Outcomes of an operation that failed; a status is one when it is 500 or more."""

LEAST = 100
"""Choices at a menu from which on lint speaks of its order."""


@dataclass(frozen=True, slots=True)
class Calls:
    """How many calls there were, and what their journeys lack.

    `lost`: nobody saw how they ended; `without_steps`, `without_beginning`: of their journey nothing, or not
    the first part, was kept; `adopted`: a worker died over them and another one went on; `other_versions`:
    began with another version than the flow has now.
    """

    total: int
    ended: int
    under_way: int
    lost: int
    without_steps: int
    without_beginning: int
    adopted: int
    other_versions: int


@dataclass(frozen=True, slots=True)
class Way:
    """Where callers' ways led: `kind` is `goal` or how the call ended, `place` the goal or a node of `flow`.

    `presses` and `seconds` to get there, of those calls of which that is known. For `transfer` it is until it
    began to ring.
    """

    kind: str
    flow: str
    place: str
    calls: int
    share: Estimate
    presses: Summary
    seconds: Summary


@dataclass(frozen=True, slots=True)
class AtOneNode:
    """What happened at a node. Shares are of visits, but `gave_up` of the calls that came.

    `gone`: the flow has no such node any more. `gave_up`: the caller hung up here with nothing reached,
    `gave_up_after` so many seconds. `noinput`, `wrong`, `denied` count tries, `again` visits with any.
    """

    flow: str
    node: str
    type: str
    gone: bool
    calls: int
    visits: int
    seconds: Summary
    gave_up: int
    gave_up_share: Estimate
    gave_up_after: Summary
    never_left: int
    noinput: int
    wrong: int
    denied: int
    again: Estimate
    exhausted: int
    errors: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """An option of a menu: how often it was chosen, and its share of all choices there."""

    key: str
    label: str | Mapping[str, str]
    leads_to: str
    chosen: int
    share: Estimate


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu: what was chosen, the most wanted first, and what is to be said of the order."""

    flow: str
    node: str
    visits: int
    options: tuple[Wanted, ...]
    advice: Advice


@dataclass(frozen=True, slots=True)
class Operation:
    """What callers had of another system: `failed` visits, by outcome, and how long they waited."""

    flow: str
    node: str
    visits: int
    failed: int
    failed_share: Estimate
    outcomes: Mapping[str, int]
    seconds: Summary


@dataclass(frozen=True, slots=True)
class Report:
    """Of the calls that came in by `flow`, and began in this window. `days`: how long the window is, at least
    one; what is told per day refers to it. `shares`: as `ivr.insight.canary.SHARES` has them."""

    flow: str
    version: str
    since: datetime
    until: datetime
    days: float
    calls: Calls
    shares: Mapping[str, Estimate]
    seconds: Summary
    ways: tuple[Way, ...]
    nodes: tuple[AtOneNode, ...]
    menus: tuple[Menu, ...]
    promotions: tuple[Promotion, ...]
    operations: tuple[Operation, ...]


def report(
    traces: Iterable[Trace],
    flows: Mapping[str, Flow],
    flow: str,
    since: datetime,
    until: datetime,
    *,
    current: str = "",
    version: str = "",
) -> Report:
    """Count the journeys of calls that came in by `flow`.

    Args:
        flows: as they are now, by name; those it leads to as well. Without them there is no advice.
        since, until: the window the traces are from (aware); since the oldest that is kept, if that is later.
        current: the version `flow` has now.
        version: the only one that was asked for; just to be told.
    """
    count = Count(flows, current)
    for trace in traces:
        count.take(trace)
    figures = count.tally.figures()
    days = max((until - since).total_seconds() / 86400, 1.0)
    own, others = count.own.choices, count.others.choices
    current_menus = count.own if own else count.others
    visited = ((at, node) for at, node in count.nodes.items() if node.calls)
    nodes = sorted(visited, key=lambda one: -one[1].calls)
    return Report(
        flow,
        version,
        since,
        until,
        days,
        Calls(
            figures.calls + figures.under_way,
            figures.calls,
            figures.under_way,
            figures.lost,
            count.without_steps,
            count.without_beginning,
            count.adopted,
            sum(calls for name, calls in count.versions.items() if current and name != current),
        ),
        {name: figures.share(name) for name in SHARES},
        figures.seconds.summary(),
        _ways(count, figures.calls),
        tuple(_node(flows, at, node) for at, node in nodes),
        tuple(
            _menu(flows, at, own.get(at, Choices()), others.get(at, Choices()), days, old=not own)
            for at in dict.fromkeys((*own, *others))
        ),
        tuple(promotions(flows, current_menus.choices, current_menus.deeper)),
        tuple(_operation(at, node) for at, node in nodes if node.type == "operation"),
    )


def popular(menus: Iterable[Menu], least: int = LEAST) -> dict[str, dict[str, dict[str, float]]]:
    """Flow → menu → option → its share of all choices there, of menus where at least `least` were made: what
    lint needs to know whether the most wanted option comes first. Callers of several reports come to the same
    menu when flows lead to each other; it is told of once."""
    chosen: dict[At, Counter[str]] = {}
    for menu in menus:
        counts = chosen.setdefault((menu.flow, menu.node), Counter())
        counts.update({option.key: option.chosen for option in menu.options})
    found: dict[str, dict[str, dict[str, float]]] = {}
    for (flow, node), counts in chosen.items():
        total = counts.total()
        if total and total >= least:
            found.setdefault(flow, {})[node] = {key: count / total for key, count in counts.items()}
    return found


def _ways(count: Count, ended: int) -> tuple[Way, ...]:
    ways = sorted(count.ways.items(), key=lambda one: (one[0][0] != "goal", -one[1].calls))
    return tuple(
        Way(
            kind,
            *place,
            arrived.calls,
            wilson(min(arrived.calls, ended), ended),
            arrived.presses.summary(),
            arrived.seconds.summary(),
        )
        for (kind, place), arrived in ways
    )


def _node(flows: Mapping[str, Flow], at: At, node: AtNode) -> AtOneNode:
    flow, name = at
    return AtOneNode(
        flow,
        name,
        node.type,
        _found(flows, at) is None,
        node.calls,
        node.visits,
        node.seconds.summary(),
        len(node.into),
        wilson(len(node.into), node.calls),
        node.into.summary(),
        node.never_left,
        node.noinput,
        node.wrong,
        node.denied,
        wilson(node.again, node.visits),
        node.outcomes["exhausted"],
        node.outcomes["error"],
    )


def _menu(
    flows: Mapping[str, Flow], at: At, own: Choices, others: Choices, days: float, *, old: bool
) -> Menu:
    node = _found(flows, at)
    known = options(node)
    every = merged(own, others)
    total = every.chosen.total()
    wanted = tuple(
        Wanted(
            key,
            getattr(known.get(key), "label", ""),
            str(getattr(known.get(key), "next", None) or flows[at[0]].always.get(key) or "") if node else "",
            every.chosen[key],
            wilson(every.chosen[key], total),
        )
        for key in sorted({*known, *every.chosen}, key=lambda key: (-every.chosen[key], key))
    )
    if node is None:
        advice = Advice(reason="the flow has no such menu any more")
    else:
        advice = advise(flows[at[0]], node, others if old else own, days)
    return Menu(*at, every.callers.total(), wanted, advice)


def _operation(at: At, node: AtNode) -> Operation:
    failed = sum(
        count
        for outcome, count in node.outcomes.items()
        if outcome in FAILURES or (outcome.isdigit() and outcome >= "500")
    )
    share = wilson(failed, len(node.seconds))
    outcomes = dict(node.outcomes.most_common())
    return Operation(*at, node.visits, failed, share, outcomes, node.seconds.summary())


def _found(flows: Mapping[str, Flow], at: At) -> Node | None:
    flow = flows.get(at[0])
    return flow.nodes.get(at[1]) if flow else None
