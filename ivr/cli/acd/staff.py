"""`ivr acd staff`: how many agents it takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.cli.acd.simulate import Percent
from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.acd.erlang import Queue

_TARGET = re.compile(r"(\d{1,2}(?:\.\d+)?)\s*%?\s*/\s*(\d{1,5}(?:\.\d+)?)\s*s?")
_AROUND = 4
_USUAL = "80/20"
_CONTACTS = 6_000


@click.command("staff")
@click.argument("plan", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--load",
    "rates",
    multiple=True,
    required=True,
    metavar="[GROUP=]RATE",
    help="Who comes: 200/h; with a PLAN, billing=3.3/m.",
)
@click.option("--aht", multiple=True, required=True, metavar="[GROUP=]TIME", help="Talk with hold: 4m.")
@click.option(
    "--wrap-up", multiple=True, metavar="[GROUP=]TIME", help="On top of --aht; else the PLAN's, or none."
)
@click.option(
    "--target",
    default="",
    help="80/20: 80 % answered in 20 seconds. Else each group's own service level; without a PLAN, 80/20.",
)
@click.option("--patience", multiple=True, metavar="[GROUP=]TIME", help="Mean patience: 2m.")
@click.option(
    "--occupancy",
    type=Percent(),
    default="100%",
    help="Agents are at work so much at most: 85%. Without a PLAN only.",
)
@click.option(
    "--shrinkage", type=Percent(), default="0%", help="Paid time that is not at the phone: breaks, leave."
)
@click.option(
    "--most",
    type=click.IntRange(1, 500),
    default=20,
    show_default=True,
    help="With a PLAN: agents to add at most.",
)
@json_option
@settings_options
def command(
    plan: Path | None,
    rates: tuple[str, ...],
    aht: tuple[str, ...],
    wrap_up: tuple[str, ...],
    target: str,
    patience: tuple[str, ...],
    occupancy: float,
    shrinkage: float,
    most: int,
    as_json: bool,
) -> int:
    """Tell how many agents it takes, by Erlang's formulas; with a PLAN of several groups, by simulation which
    group needs more.

    Erlang C supposes that nobody ever hangs up, Erlang A that they do, after --patience on average.

    An agent is busy for --aht and then for the wrap-up, which the PLAN says. Where your AHT has the wrap-up
    in it already, add --wrap-up 0s.

    \b
      ivr acd staff --load 200/h --aht 4m --target 80/20 --patience 2m --shrinkage 30%
      ivr acd staff routing.yaml --load billing=3.3/m --load sales=2/m --aht 3m
    """
    from ivr.cli import common

    if shrinkage >= 1:
        raise click.UsageError("with a shrinkage of 100 % nobody is ever at the phone")
    if plan is not None:
        if occupancy < 1:
            hint = "simulate shows how busy agents are"
            raise click.UsageError(f"--occupancy is for the formulas, without a PLAN; ivr acd {hint}")
        spans = {"aht": aht, "patience": patience, "wrap_up": wrap_up}
        wanted = _target(target) if target else None
        return _reinforce(plan, rates, spans, wanted, shrinkage, most, as_json=as_json)
    share, seconds = _target(target or _USUAL)
    rate, time, wait = _one("--load", rates), _one("--aht", aht), _one("--patience", patience)
    told = _formulas(rate, (time, _one("--wrap-up", wrap_up)), wait, share, seconds, occupancy, shrinkage)
    if as_json:
        common.print_json(told)
    else:
        _show(told, share, seconds)
    return 0


def _formulas(
    rate: str,
    times: tuple[str, str],
    patience: str,
    share: float,
    seconds: float,
    occupancy: float,
    shrinkage: float,
) -> dict[str, Any]:
    from ivr.acd.erlang import fewest
    from ivr.acd.simulator import arrivals
    from ivr.acd.simulator.distributions import seconds as span
    from ivr.errors import IvoryError

    come, time = arrivals.rate(rate), sum(span(each) for each in times if each)
    if not (come > 0 and time > 0):
        raise IvoryError("nobody comes, or they take no time: no agents are needed")
    models: dict[str, Any] = {}
    for name, mean in (("erlang_c", None), *([("erlang_a", span(patience))] if patience else ())):
        found = fewest(come, time, share=share, seconds=seconds, patience=mean, most_busy=occupancy)
        models[name] = {
            "agents": found.agents,
            "paid": _paid(found.agents, shrinkage),
            "table": _around(found, seconds),
        }
    return {"erlangs": come * time, "shrinkage": shrinkage, **models}


def _paid(agents: int, shrinkage: float) -> int:
    """So many people that so many are at the telephone."""
    return ceil(agents / (1 - shrinkage) - 1e-9)


def _around(answer: Queue, seconds: float) -> list[dict[str, float]]:
    """The answer, and what a few agents fewer or more would do."""
    from dataclasses import replace

    from ivr.errors import IvoryError

    rows = []
    for agents in range(max(1, answer.agents - _AROUND), answer.agents + _AROUND + 1):
        try:
            queue = replace(answer, agents=agents)
        except IvoryError:
            continue  # too few for a steady state
        rows.append(
            {
                "agents": agents,
                "service_level": queue.within(seconds),
                "asa": queue.asa,
                "waits": queue.waits,
                "abandonment": queue.abandons,
                "occupancy": queue.occupancy,
            }
        )
    return rows


def _show(told: Mapping[str, Any], share: float, seconds: float) -> None:
    from rich.table import Table

    from ivr.cli import common

    console = common.out()
    titles = {"erlang_c": "Erlang C, nobody hangs up", "erlang_a": "Erlang A, with patience"}
    console.print(f"{told['erlangs']:.2f} erlangs of work; {share:.0%} are to be answered in {seconds:g} s.")
    for name, title in titles.items():
        if name not in told:
            continue
        model = told[name]
        paid = f", {model['paid']} paid" if told["shrinkage"] else ""
        console.print(f"\n[bold]{model['agents']} agents{paid}[/bold] ({title})")
        table = Table(box=None, pad_edge=False)
        for heading in ("agents", "in time", "ASA", "waited", "abandoned", "occupancy"):
            table.add_column(heading, justify="right")
        for row in model["table"]:
            shares = [f"{row[each]:.1%}" for each in ("waits", "abandonment", "occupancy")]
            table.add_row(
                f"{row['agents']:.0f}",
                f"{row['service_level']:.1%}",
                f"{row['asa']:.1f} s",
                *shares,
                style="bold green" if row["agents"] == model["agents"] else "",
            )
        console.print(table)


def _reinforce(
    file: Path,
    rates: tuple[str, ...],
    spans: Mapping[str, tuple[str, ...]],
    target: tuple[float, float] | None,
    shrinkage: float,
    most: int,
    *,
    as_json: bool,
) -> int:
    """Steps of a search, each as it is found."""
    from ivr.acd.simulator.staffing import reinforced
    from ivr.acd.simulator.study import Limits
    from ivr.cli import common
    from ivr.cli.acd import supposed

    _, plan = supposed.plan(file, None)
    if target is not None:
        plan = supposed.promising(plan, *target)
    scenario = supposed.given(plan, rates, spans, None, "", 0.0)
    if not as_json:
        supposed.tell_wrap_up(plan, scenario)
    steps: list[dict[str, Any]] = []
    for step in reinforced(plan, scenario, Limits(contacts=_CONTACTS), most):
        agents = len(plan.agents) + sum(step.added.values())
        said = {"added": step.added, "service_levels": step.levels, "missing": step.missing}
        steps.append({**said, "agents": agents, "paid": _paid(agents, shrinkage)})
        if not as_json:
            added = ", ".join(f"{group} +{count}" for group, count in step.added.items()) or "as it is"
            levels = ", ".join(
                f"{group} [{'red' if group in step.missing else 'green'}]{level:.1%}[/]"
                for group, level in step.levels.items()
            )
            common.out().print(f"{added}: {levels}")
    if as_json:
        common.print_json(steps)
    if steps[-1]["missing"]:
        common.talk().print(f"{most} more agents are not enough; --most allows more")
        return 1
    if not as_json:
        paid = f", {steps[-1]['paid']} paid" if shrinkage else ""
        more = sum(steps[-1]["added"].values())
        whose = f"the {len(plan.agents)} of the plan" + (f" and {more} more" if more else "")
        common.out().print(f"\n[bold]so {steps[-1]['agents']} agents{paid}[/bold] ({whose})")
    return 0


def _target(text: str) -> tuple[float, float]:
    from ivr.errors import IvoryError

    found = _TARGET.fullmatch(text.strip())
    if not found or not 0 < float(found[1]) < 100:
        raise IvoryError(f'"{text}" is no target', hint="write 80/20: 80 % within 20 seconds")
    return float(found[1]) / 100, float(found[2])


def _one(option: str, values: tuple[str, ...]) -> str:
    """The only value of an option."""
    if len(values) > 1 or any("=" in each for each in values):
        raise click.UsageError(f"without a PLAN there is one group: {option} once, and no GROUP=")
    return values[0] if values else ""
