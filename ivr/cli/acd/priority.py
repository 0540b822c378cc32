"""`ivr acd priority`: another priority for a contact that waits."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options
from ivr.cli.ordering import by_option, ordered


@click.command("priority")
@click.argument("contact")
@click.argument("priority", type=click.FloatRange(-1000, 1000))
@by_option
@json_option
@settings_options
def command(contact: str, priority: float, by: str, as_json: bool) -> None:
    """Give CONTACT another PRIORITY; its place in time stays. What that means, its group's `order` says.
    CONTACT is named as for `ivr acd explain`: a beginning of its id is enough."""
    ordered("contact.priority", by, as_json, contact=contact, priority=priority)
