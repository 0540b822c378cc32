"""How groups, agents and waiting contacts look in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ivr.cli.calls import clean

STATES = ("busy", "reserved", "wrap_up", "available", "on_break", "logged_out")
"""The order in which agents are shown."""
STYLES = {
    "available": "green", "reserved": "yellow", "busy": "cyan", "wrap_up": "magenta", "on_break": "yellow",
    "logged_out": "dim",
}  # fmt: skip
LATE, TOO_LATE = 0.8, 1.0
"""Shares of a group's target from which the longest wait is shown in yellow, and in red."""


LISTENS = {"monitor": "listens", "whisper": "whispers", "barge": "has joined", "intercept": "takes over"}
"""What a supervisor at an extension does, by how they listen."""
SHORT = 8
"""Letters of a contact's id that are shown at least."""


def picture(status: Mapping[str, Any], height: int = 10_000) -> RenderableType:
    """Groups, then agents, then those who wait, in at most `height` lines (if there are 13 or more)."""
    contacts = status["contacts"]
    waiting = [(name, one) for name, one in contacts.items() if "waited" in one]
    short = beginnings(contacts)
    blocks: list[tuple[str, list[Any], Callable[[list[Any]], Table]]] = [
        ("group", list(status["groups"].items()), _groups),
        ("agent", sorted(status["agents"].items(), key=_by_state), partial(_agents, status, short)),
        ("contact", sorted(waiting, key=lambda one: -one[1]["waited"]), partial(_contacts, short)),
    ]
    blocks = [block for block in blocks if block[1]]
    room = height - 1 - 3 * len(blocks)  # a heading, a line of what is left out, an empty one for each
    parts: list[RenderableType] = []
    for index, (noun, rows, table) in enumerate(blocks):
        shown = rows[: max(1, room // (len(blocks) - index))]
        room -= len(shown)
        left = len(rows) - len(shown)
        parts += [table(shown), *([Text(f"… and {left} more {noun}s", "dim")] if left else []), Text()]
    return Group(*parts, _sum(status))


def _groups(groups: list[tuple[str, Mapping[str, Any]]]) -> Table:
    table = _table(
        ("group", "left"), ("waiting", "right"), ("longest", "right"), ("available", "right"),
        ("busy", "right"), ("signed in", "right"), ("service level", "right"), ("answered", "right"),
        ("abandoned", "right"),
    )  # fmt: skip
    for name, group in groups:
        level, longest, target = group["service_level"], group["longest"], group["target"]
        late, states = longest / target if target else 0, group["agents"]
        table.add_row(
            _titled(name, group["title"], is_open=group["open"]),
            _number(group["waiting"], "bold"),
            Text(
                clock(longest) if longest else "",
                "red" if late >= TOO_LATE else "yellow" if late >= LATE else "",
            ),
            _number(group["available"], "green"),
            _number(states.get("busy", 0), "cyan"),
            _number(sum(states.values()) - states.get("logged_out", 0)),
            Text("" if level is None else f"{level:.0%}"),
            _number(group["answered"]),
            _number(group["ended"].get("abandoned", 0)),
        )
    return table


def _by_state(one: tuple[str, Mapping[str, Any]]) -> tuple[int, str]:
    name, agent = one
    return (STATES.index(agent["state"]) if agent["state"] in STATES else len(STATES), name)


def beginnings(ids: Iterable[str]) -> dict[str, str]:
    """As much of each id as no other begins with, `SHORT` letters at least; all of it where another goes on
    after it. Whoever takes a contact's id takes such a beginning, too."""
    ordered = sorted(ids)
    short = {}
    for before, id, after in zip(["", *ordered], ordered, [*ordered[1:], ""], strict=False):
        length = SHORT
        while length < len(id) and (before.startswith(id[:length]) or after.startswith(id[:length])):
            length += 1
        short[id] = id[:length]
    return short


def caller(contact: Mapping[str, Any]) -> str:
    """Who calls, by number and name, as far as that is known."""
    number, name = contact["number"], contact["name"]
    number = "-" if number is None else number or "withheld"
    return f"{number} {name}" if name not in ("", number) else str(number)


def doing(agent: Mapping[str, Any]) -> str:
    """An agent's state, and what they asked for that comes after it: `busy, then lunch`."""
    state, reason, then = agent["state"].replace("_", " "), agent["reason"], agent.get("then", "")
    if then == "on_break" and reason:
        return f"{state}, then {reason}"
    if then:
        return f"{state}, then {then.replace('_', ' ')}"
    return f"{state} ({reason})" if reason else str(state)


def _company(status: Mapping[str, Any], short: Mapping[str, str], agent: Mapping[str, Any]) -> str:
    """Whom an agent is with, whom they ask or call, and who listens."""
    contacts = status["contacts"]
    words = [f"{caller(contacts[id])}  {short[id]}" for id in agent["contacts"] if id in short]
    if to := agent.get("calls"):
        words.append(f"calls {to}")
    if asks := agent.get("asks"):
        words.append(f"asks {asks['kind']} {asks['name']}{'' if asks['there'] else ' (not answered yet)'}")
    for each in agent.get("listeners", ()):
        words.append(f"{each['at']} {LISTENS[each['mode']] if each['there'] else 'rings'}")
    return " · ".join(words)


def _agents(
    status: Mapping[str, Any], short: Mapping[str, str], agents: list[tuple[str, Mapping[str, Any]]]
) -> Table:
    table = _table(("agent", "left"), ("name", "left"), ("state", "left"), ("for", "right"), ("with", "left"))
    for name, agent in agents:
        state, since = agent["state"], agent["since"]
        table.add_row(
            clean(name, "bold"),
            clean(agent["name"]),
            clean(doing(agent), STYLES.get(state, "")),
            clock(status["now"] - since) if state != "logged_out" else "",
            clean(_company(status, short, agent)),
        )
    return table


def _contacts(short: Mapping[str, str], contacts: list[tuple[str, Mapping[str, Any]]]) -> Table:
    table = _table(
        ("contact", "left"),
        ("caller", "left"),
        ("group", "left"),
        ("waited", "right"),
        ("position", "right"),
        ("rings at", "left"),
    )
    for name, contact in contacts:
        table.add_row(
            clean(short[name], "dim"),
            clean(caller(contact)),
            clean(contact["group"]),
            clock(contact["waited"]),
            _number(contact["position"]),
            clean(", ".join(contact["offers"].values())),
        )
    return table


def _sum(status: Mapping[str, Any]) -> Text:
    waiting = sum(group["waiting"] for group in status["groups"].values())
    states = [agent["state"] for agent in status["agents"].values()]
    counts = [f"{states.count(state)} {state.replace('_', ' ')}" for state in STATES if state in states]
    turn = status["turn"]
    words = [f"{waiting} waiting", *counts, f"plan: {f'turn {turn}' if turn else 'draft'}"]
    return Text(" · ".join(words), "dim")


def _table(*columns: tuple[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, justify in columns:
        table.add_column(heading, justify=justify, no_wrap=True, overflow="ellipsis")
    return table


def _titled(name: str, title: Mapping[str, str], *, is_open: bool) -> Text:
    words = "".join(f"  {one}" for one in list(title.values())[:1])
    return Text.assemble(clean(name, "bold"), clean(words, "dim"), ("" if is_open else "  closed", "yellow"))


def _number(value: int, style: str = "") -> Text:
    return Text(f"{value}", style if value else "dim")


def clock(seconds: float) -> str:
    """`0:07`, `1:02:03`."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
