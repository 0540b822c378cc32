"""`ivr agent set`: an agent changed."""

from __future__ import annotations

from typing import Any

import click

from ivr.cli.agent.profile import change, profile_options
from ivr.cli.flow.desk import decision_options
from ivr.cli.options import json_option, settings_options


@click.command("set")
@click.argument("agent")
@profile_options
@decision_options
@json_option
@settings_options
def command(agent: str, **given: Any) -> None:
    """Change AGENT in the plan in force: `ivr agent set 1001 --skill billing=8 --group vip:2`.

    It is one more turn of the plan, in force at once, also for those who wait.
    """
    change(agent, new=False, **given)
