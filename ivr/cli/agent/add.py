"""`ivr agent add`: one more agent."""

from __future__ import annotations

from typing import Any

import click

from ivr.cli.agent.profile import change, profile_options
from ivr.cli.flow.desk import decision_options
from ivr.cli.options import json_option, settings_options


@click.command("add")
@click.argument("agent")
@profile_options
@decision_options
@json_option
@settings_options
def command(agent: str, **given: Any) -> None:
    """Add AGENT to the plan in force: `ivr agent add 1007 --name 李雷 --group billing --skill billing=5`."""
    change(agent, new=True, **given)
