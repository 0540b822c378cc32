"""`ivr flow rollback`: back to a version that served before."""

from __future__ import annotations

import click

from ivr.cli.flow.desk import decision_options, desk, tell
from ivr.cli.options import json_option, settings_options


@click.command("rollback")
@click.argument("flow")
@click.argument("version", default="")
@decision_options
@json_option
@settings_options
def command(flow: str, version: str, message: str, by: str, as_json: bool) -> None:
    """Let an earlier VERSION of FLOW serve its callers again: the one before this one, if none is named.

    A canary ends. Once more, and it goes back one further.
    """
    with desk(flow, by) as place:
        tell(place.rollback(version, message), as_json)
