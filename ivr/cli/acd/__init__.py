"""`ivr acd`: the routing plan, and what the router makes of it. One file here is one command."""

from __future__ import annotations

import click

from ivr.cli.lazy import Lazy

COMMANDS = {
    "callbacks": "Show who is called back, and what came of it.",
    "diff": "Show what changed from one plan to another.",
    "dump": "Print the plan in force.",
    "explain": "Say why each agent has a waiting contact, or has not.",
    "lint": "Check a routing plan.",
    "load": "Check a routing plan and put it in force.",
    "log": "Show who changed the plan, when and why.",
    "new": "Begin a routing plan.",
    "priority": "Give a waiting contact another priority.",
    "rollback": "Go back to an earlier plan.",
    "simulate": "Play a day to a routing plan.",
    "staff": "Tell how many agents a target needs.",
    "status": "Show groups, agents and who waits.",
    "watch": "Watch groups, agents and who waits.",
}


@click.group("acd", cls=Lazy, package=__name__, members=COMMANDS)
def command() -> None:
    """Bring each contact to the right person."""
