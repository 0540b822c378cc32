"""`ivr group show`: one group, with its agents by tier."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.command("show")
@click.argument("group")
@json_option
@settings_options
def command(group: str, as_json: bool) -> None:
    """Show GROUP as the plan in force has it, and its agents in the order of their tiers."""
    from ivr.acd.plan import rows
    from ivr.acd.plan.dump import lines
    from ivr.cli import common
    from ivr.cli.acd.turns import in_force

    plan = in_force()
    shown = rows.group(plan, group)
    if as_json:
        common.print_json(shown)
        return
    click.echo("\n".join(lines(("groups", group), plan.data["groups"][group], 0)))
    for agent in shown["agents"]:
        name = plan.plan.agents[agent["agent"]].name
        words = f"  tier {agent['level']}, position {agent['position']}: {agent['agent']} {name}"
        common.out().print(words.rstrip(), style="dim", markup=False)
