"""`ivr agent list`: the agents of the plan."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.command("list")
@click.option("--group", metavar="GROUP", default="", help="Those who belong to this group.")
@json_option
@settings_options
def command(group: str, as_json: bool) -> None:
    """List the agents as the plan in force has them; what they do, `ivr acd status` tells."""
    from rich.table import Table

    from ivr.acd.plan.rows import agent as row
    from ivr.cli import common
    from ivr.cli.acd.turns import in_force
    from ivr.cli.calls import clean

    plan = in_force()
    agents = [agent for agent in plan.plan.agents.values() if group in ("", *agent.tiers)]
    if as_json:
        common.print_json([row(plan, agent.id) for agent in agents])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("agent", "name", "rings at", "groups", "skills", "PIN"):
        table.add_column(heading, overflow="fold")
    for agent in agents:
        groups = [name if tier.level == 1 else f"{name} ({tier.level})" for name, tier in agent.tiers.items()]
        table.add_row(
            clean(agent.id, "bold"),
            clean(agent.name),
            clean(agent.dial),
            clean(", ".join(groups)),
            clean(", ".join(f"{skill} {level}" for skill, level in agent.skills.items())),
            "set" if plan.centre.agents[agent.id].pin else "",
        )
    common.out().print(table)
    if not agents:
        common.talk().print("no agents", style="dim")
