"""`ivr flow promote`: the canary for everybody."""

from __future__ import annotations

import click

from ivr.cli.flow.desk import decision_options, desk, tell
from ivr.cli.options import json_option, settings_options


@click.command("promote")
@click.argument("flow")
@decision_options
@json_option
@settings_options
def command(flow: str, message: str, by: str, as_json: bool) -> None:
    """Let the canary of FLOW serve all its callers."""
    with desk(flow, by) as place:
        tell(place.promote(message), as_json)
