"""`ivr agent show`: one agent, as the plan has them and as they are."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.command("show")
@click.argument("agent")
@json_option
@settings_options
def command(agent: str, as_json: bool) -> None:
    """Show AGENT: groups, skills and telephone in the plan; and the state, if a worker runs."""
    from ivr.acd.plan import rows
    from ivr.acd.plan.dump import lines
    from ivr.cli import common
    from ivr.cli.acd.picture import clock, doing
    from ivr.cli.acd.turns import in_force
    from ivr.cli.control import control
    from ivr.errors import IvoryError

    plan = in_force()
    shown = rows.agent(plan, agent)
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
