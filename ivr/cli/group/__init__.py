"""`ivr group`: skill groups as the plan has them. One file here is one command."""

from __future__ import annotations

import click

from ivr.cli.lazy import Lazy

COMMANDS = {
    "list": "List the groups.",
    "show": "Show one group.",
    "set": "Change a group in the plan.",
}


@click.group("group", cls=Lazy, package=__name__, members=COMMANDS)
def command() -> None:
    """Skill groups."""
