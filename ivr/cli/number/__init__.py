"""`ivr number`: which flow answers a called number. One file here is one command."""

from __future__ import annotations

import click

from ivr.cli.lazy import Lazy

COMMANDS = {
    "list": "List the numbers, and the flows they lead to.",
    "remove": "Leave a number to the flow that wishes for it.",
    "set": "Let a number lead to a flow, or to nobody.",
    "which": "Tell what answers a number, and why.",
}


@click.group("number", cls=Lazy, package=__name__, members=COMMANDS)
def command() -> None:
    """Which flow answers a called number."""
