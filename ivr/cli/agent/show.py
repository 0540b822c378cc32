"""`ivr agent show`: one agent, as the plan has them and as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.acd.plan import LoadedPlan


@click.command("show")
@click.argument("agent")
@json_option
@settings_options
def command(agent: str, as_json: bool) -> None:
    """Show AGENT: groups, skills and telephone in the plan; and the state, if a worker runs."""
    from ivr.acd.plan.dump import lines
    from ivr.cli import common
    from ivr.cli.acd.picture import clock, doing
    from ivr.cli.acd.turns import in_force
    from ivr.cli.control import control
    from ivr.errors import IvoryError

    plan = in_force()
    shown = row(plan, agent)
    try:
        status = control().give("acd.status")
        shown["state"] = status["agents"].get(agent, {})
    except IvoryError:
        status, shown["state"] = {}, None
    if as_json:
        common.print_json(shown)
        return
    profile = {**plan.data["agents"][agent]}
    if profile.get("pin"):
        profile["pin"] = "kept"
    click.echo("\n".join(lines(("agents", agent), profile, 0)))
    if state := shown["state"]:
        common.out().print(
            f"{doing(state)} for {clock(status['now'] - state['since'])}",
            style="cyan",
            markup=False,
        )


def row(plan: LoadedPlan, agent: str) -> dict[str, Any]:
    """An agent of the plan as JSON has it. Raises IvoryError: there is none."""
    from dataclasses import asdict

    from ivr.errors import IvoryError
    from ivr.registry import did_you_mean

    if agent not in plan.plan.agents:
        raise IvoryError(f'there is no agent "{agent}"', hint=did_you_mean(agent, list(plan.plan.agents)))
    return {**asdict(plan.plan.agents[agent]), "pin": plan.centre.agents[agent].pin is not None}
