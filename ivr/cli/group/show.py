"""`ivr group show`: one group, with its agents by tier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.acd.plan import LoadedPlan


@click.command("show")
@click.argument("group")
@json_option
@settings_options
def command(group: str, as_json: bool) -> None:
    """Show GROUP as the plan in force has it, and its agents in the order of their tiers."""
    from ivr.acd.plan.dump import lines
    from ivr.cli import common
    from ivr.cli.acd.turns import in_force

    plan = in_force()
    shown = row(plan, group)
    if as_json:
        common.print_json(shown)
        return
    click.echo("\n".join(lines(("groups", group), plan.data["groups"][group], 0)))
    for agent in shown["agents"]:
        name = plan.plan.agents[agent["agent"]].name
        words = f"  tier {agent['level']}, position {agent['position']}: {agent['agent']} {name}"
        common.out().print(words.rstrip(), style="dim", markup=False)


def row(plan: LoadedPlan, group: str) -> dict[str, Any]:
    """A group of the plan as JSON has it. Raises IvoryError: there is none."""
    from dataclasses import asdict, replace

    from ivr.errors import IvoryError
    from ivr.registry import did_you_mean

    found = plan.plan.groups.get(group)
    if found is None:
        raise IvoryError(f'there is no group "{group}"', hint=did_you_mean(group, list(plan.plan.groups)))
    written = plan.centre.groups[group]
    agents = [
        {"agent": agent.id, **asdict(agent.tiers[group])}
        for agent in plan.plan.agents.values()
        if group in agent.tiers
    ]
    return {
        **asdict(replace(found, rank=None, match=None)),
        "rank": written.rank.source if written.rank else None,
        "match": written.match.source if written.match else None,
        "title": written.title,
        "hours": written.hours,
        "agents": sorted(agents, key=lambda one: (one["level"], one["position"], one["agent"])),
    }
