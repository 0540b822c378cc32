"""`ivr acd simulate`: what a plan would do with tomorrow's callers, or would have done with yesterday's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.acd.simulator.study import Study

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Percent(click.ParamType):  # type: ignore[type-arg] # generic only from click 8.2 on
    """`10%` as 0.1."""

    name = "share"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        try:
            share = float(value.strip().removesuffix("%")) / 100
        except ValueError:
            share = -1.0
        if not value.strip().endswith("%") or not 0 <= share <= 1:
            self.fail(f'"{value}" is no share; write 10%', param, ctx)
        return share


@click.command("simulate")
@click.argument("plan", required=False, type=_FILE)
@click.option(
    "--load", "rates", multiple=True, metavar="[GROUP=]RATE", help="Who comes: billing=3.3/m, 200/h."
)
@click.option(
    "--aht", multiple=True, metavar="[GROUP=]TIME", help="Talk with hold: 3m, lognormal(3m, 0.8), fixed(3m)."
)
@click.option("--patience", multiple=True, metavar="[GROUP=]TIME", help="When who waits hangs up; never.")
@click.option(
    "--wrap-up", multiple=True, metavar="[GROUP=]TIME", help="After --aht, instead of the group's own."
)
@click.option("--agents", type=click.IntRange(1, 5000), help="Without a PLAN: one group of so many.")
@click.option("--lines", type=click.IntRange(1), help="Contacts at once at most; more are blocked.")
@click.option("--answering", metavar="TIME", default="", help="From ringing to an agent's answer: at once.")
@click.option("--missing", type=Percent(), default="0%", help="Share of offers that agents do not answer.")
@click.option("--scenario", "file", type=_FILE, help="All of this, and more, in a YAML file.")
@click.option("--replay", metavar="FROM..TO", default="", help="The contacts of these days: 2026-11-20..21.")
@click.option("--against", type=_FILE, metavar="PLAN", help="Compare with this plan, on the same callers.")
@click.option(
    "--precision", type=Percent(), default="10%", show_default=True, help="When to stop: half-widths."
)
@click.option(
    "--most",
    type=click.IntRange(1000, 10_000_000),
    default=100_000,
    show_default=True,
    help="Contacts at most, for each plan.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Whose callers come.")
@click.option("--chart", type=click.Path(dir_okay=False, path_type=Path), help="Draw it: chart.svg.")
@json_option
@settings_options
def command(
    plan: Path | None,
    rates: tuple[str, ...],
    aht: tuple[str, ...],
    patience: tuple[str, ...],
    wrap_up: tuple[str, ...],
    agents: int | None,
    lines: int | None,
    answering: str,
    missing: float,
    file: Path | None,
    replay: str,
    against: Path | None,
    precision: float,
    most: int,
    seed: int,
    chart: Path | None,
    as_json: bool,
) -> int:
    """Simulate PLAN, else the plan of the settings: the real router with virtual agents and callers.

    Who comes is said by --load, by a --scenario, or by the --replay of recorded contacts. It stops when the
    figures are as precise as --precision asks, or at --most contacts, and says which; behind each figure
    stands how far the truth may lie to either side of it, in 95 of 100 cases.

    An agent is busy for --aht and then for the group's wrap-up. Where your AHT has the wrap-up in it
    already, add --wrap-up 0s.

    \b
      ivr acd simulate --load 200/h --aht 4m --patience 2m --agents 16
      ivr acd simulate --load billing=3/m --load sales=2/m --aht 3m --against draft.yaml
      ivr acd simulate --replay 2026-11-20..21 --against draft.yaml --chart what-if.svg
    """
    from ivr.acd.simulator.report import report
    from ivr.acd.simulator.study import Limits, study
    from ivr.cli import common
    from ivr.cli.acd import simulated, supposed

    if sum((bool(rates), file is not None, bool(replay))) != 1:
        raise click.UsageError("who comes? say it by --load, --scenario or --replay, one of them")
    if agents and (plan or against):
        raise click.UsageError("--agents is for a centre without a plan")
    name, first = supposed.plan(plan, agents)
    plans, names = [first], [name]
    if against is not None:
        other, second = supposed.plan(against, None)
        plans, names = [first, second], [name, other]
    if file is not None:
        scenario = supposed.written(file)
    elif replay:
        scenario = supposed.recorded(replay)
    else:
        spans = {"aht": aht, "patience": patience, "wrap_up": wrap_up}
        scenario = supposed.given(first, rates, spans, lines, answering, missing)
        if not as_json:
            supposed.tell_wrap_up(first, scenario)
    limits = Limits(precision, most, seed)
    with simulated.watching(limits) as progress:
        found = study(plans, scenario, limits, progress=progress)
    if chart is not None:
        chart.write_text(simulated.picture(found, tuple(names)), encoding="utf-8")
        common.talk().print(f"drawn: {chart}")
    if as_json:
        common.print_json(report(found, tuple(names)))
    else:
        simulated.show(found, tuple(names), common.out())
    return _warned(found)


def _warned(found: Study) -> int:
    """Say what makes the figures less than they look like; the exit code."""
    from ivr.cli import common

    if found.ended == "unstable":
        message = (
            "the queue only grows: there is more to do than the agents can, and the figures mean nothing"
        )
        common.talk().print(f"{message}; more agents, or --patience", style="bold red")
    elif found.ended == "bound":
        common.talk().print("stopped at the bound, before all was as precise as asked; --most allows more")
    return int(found.ended == "unstable")
