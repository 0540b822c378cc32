"""What a simulation supposes, from the command line: a plan, and who comes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ivr.acd.model import Agent, Group, Plan, Tier
from ivr.acd.simulator import arrivals, distributions, document
from ivr.acd.simulator.distributions import NEVER, NOTHING, Distribution
from ivr.acd.simulator.scenario import Load, Scenario
from ivr.cli import common
from ivr.errors import IvoryError

ALONE = "all"
"""The group of a centre without a plan."""
_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d|\d\d?))?")


def plan(file: Path | None, agents: int | None) -> tuple[str, Plan]:
    """A plan and its name: of a file, of one group of so many agents, or of the settings."""
    from ivr.acd.plan import load

    if agents:
        tiers = {ALONE: Tier()}
        people = {
            f"agent-{each + 1:04d}": Agent(f"agent-{each + 1:04d}", tiers=tiers) for each in range(agents)
        }
        return f"{agents} agents", Plan({ALONE: Group(ALONE)}, people)
    path = file or Path(common.load().settings.acd.plan)
    if not path.is_file():
        hint = "name a plan, or say --agents 16 for a group of equals"
        raise IvoryError(f"there is no plan {path}", hint=hint)
    return path.stem, load(path.read_bytes(), str(path)).plan


def written(file: Path) -> Scenario:
    """The scenario of a YAML file."""
    return document.load(file.read_bytes(), str(file))


def given(
    plan: Plan,
    rates: Iterable[str],
    spans: Mapping[str, Iterable[str]],
    lines: int | None,
    answering: str,
    missing: float,
) -> Scenario:
    """The scenario of the options. What names no group holds for each that has none of its own."""
    usual = next(iter(plan.groups)) if len(plan.groups) == 1 else ""
    loads = []
    parsed = {what: dict(_by_group(each)) for what, each in spans.items()}
    for group, rate in _by_group(rates):
        name = group or usual
        if not name:
            hint = f"write --load {next(iter(plan.groups), 'billing')}={rate}"
            raise IvoryError(f"the plan has several groups: nothing says to which {rate} come", hint=hint)
        handling = _span(parsed["aht"], name)
        if handling is None:
            raise IvoryError(f"nothing says how long a contact of {name} takes", hint="add --aht 3m")
        patience = _span(parsed["patience"], name)
        loads.append(
            Load(
                name,
                arrivals.Steady(arrivals.rate(rate)),
                handling,
                NEVER if patience is None else patience,
                _span(parsed["wrap_up"], name),
            )
        )
    rings = distributions.parse(answering) if answering else NOTHING
    return Scenario(tuple(loads), lines, rings, missing)


def promising(plan: Plan, share: float, seconds: float) -> Plan:
    """The plan with one service level for all of its groups."""
    groups = {name: replace(group, target_share=share, target=seconds) for name, group in plan.groups.items()}
    return replace(plan, groups=groups)


def tell_wrap_up(plan: Plan, scenario: Scenario) -> None:
    """Say what the plan puts on top of the handling times that were given."""
    own = [load.group for load in scenario.loads if load.wrap_up is None and load.group in plan.groups]
    spans = [f"{name} {plan.groups[name].wrap_up:g} s" for name in own if plan.groups[name].wrap_up]
    if spans:
        words = f"wrap-up of the plan on top of --aht: {', '.join(spans)}; --wrap-up 0s if it is in there"
        common.talk().print(words, style="dim", soft_wrap=True)


def recorded(days: str) -> Scenario:
    """The contacts of one day, or of several from..to, as they are in the store; days are this machine's."""
    from ivr.routing import replays
    from ivr.store.connect import open_store
    from ivr.store.schema import require_current

    since, until = window(days)
    with open_store(common.load().settings.store.url, create=False) as store:
        require_current(store)
        return replays.recorded(store, since, until)


def window(days: str) -> tuple[datetime, datetime]:
    """`2026-11-20` or `2026-11-20..21`, the last day included. Raises IvoryError."""
    parts = _DAYS.fullmatch(days.strip())
    first, last = parts.groups() if parts else ("", None)
    try:
        start = datetime.fromisoformat(first)
        short = last is not None and len(last) <= 2
        end = start.replace(day=int(last)) if short else datetime.fromisoformat(last or first)  # type: ignore[arg-type]
    except ValueError:
        hint = "write 2026-11-20 or 2026-11-20..21"
        raise IvoryError(f'"{days}" is no day and no days from..to', hint=hint) from None
    if end < start:
        raise IvoryError(f'"{days}" ends before it begins', hint="the earlier day comes first")
    return start.astimezone(UTC), (end + timedelta(days=1)).astimezone(UTC)


def _by_group(values: Iterable[str]) -> Iterator[tuple[str, str]]:
    for value in values:
        group, equals, rest = value.partition("=")
        yield (group.strip(), rest) if equals else ("", value)


def _span(given: Mapping[str, str], group: str) -> Distribution | None:
    text = given.get(group, given.get("", ""))
    return distributions.parse(text) if text else None
