"""`ivr acd status`: groups, agents and who waits, at this moment."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.command("status")
@json_option
@settings_options
def command(as_json: bool) -> None:
    """Show how many wait in each group and for how long, and what each agent does."""
    from ivr.cli import common
    from ivr.cli.acd.picture import picture
    from ivr.cli.control import control

    status = control().give("acd.status")
    if as_json:
        common.print_json(status)
    else:
        common.out().print(picture(status))
