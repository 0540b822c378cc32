"""`ivr flow retire`: out of service."""

from __future__ import annotations

import click

from ivr.cli.flow.desk import decision_options, desk, tell
from ivr.cli.options import json_option, settings_options


@click.command("retire")
@click.argument("flow")
@decision_options
@json_option
@settings_options
def command(flow: str, message: str, by: str, as_json: bool) -> None:
    """Take FLOW out of service: no new caller comes to it, and its numbers are free. Calls in it go on;
    `ivr flow rollback` or `publish` puts it back."""
    with desk(flow, by) as place:
        tell(place.retire(message), as_json)
