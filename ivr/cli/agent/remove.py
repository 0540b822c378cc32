"""`ivr agent remove`: an agent taken out of the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ivr.cli.flow.desk import decision_options
from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.acd.plan import LoadedPlan
    from ivr.acd.plan.changes import Changes


@click.command("remove")
@click.argument("agent")
@decision_options
@json_option
@settings_options
def command(agent: str, message: str, by: str, as_json: bool) -> None:
    """Take AGENT out of the plan in force, and out of every group; a talk is let finish."""
    from ivr.acd.plan.changes import without_agent
    from ivr.acd.plan.rows import agent as row
    from ivr.cli.acd.turns import tell_change, turns

    def changes(plan: LoadedPlan) -> Changes:
        row(plan, agent)  # or there is none
        return without_agent(plan.data, agent)

    with turns(by) as place:
        tell_change(place.change(changes, message), as_json)
