"""`ivr flow`: all that is done with flows before callers meet them. One file here is one command."""

from __future__ import annotations

import click

from ivr.cli.lazy import Lazy

COMMANDS = {
    "lint": "Check flows.",
    "list": "List the flows, with their numbers and whether they may serve.",
    "run": "Talk to a flow in this terminal.",
}


@click.group("flow", cls=Lazy, package=__name__, members=COMMANDS)
def command() -> None:
    """Write flows, check them, and talk to them."""
