"""`ivr acd rollback`: back to an earlier plan."""

from __future__ import annotations

import click

from ivr.cli.flow.desk import decision_options
from ivr.cli.options import json_option, settings_options


@click.command("rollback")
@click.argument("turn", type=click.IntRange(1), required=False)
@decision_options
@json_option
@settings_options
def command(turn: int | None, message: str, by: str, as_json: bool) -> None:
    """Put the plan of TURN in force again: the one before this one, if none is named."""
    from ivr.cli.acd.turns import tell, turns

    with turns(by) as place:
        tell(place.rollback(turn or 0, message), as_json)
