"""`ivr flow`: all that is done with flows before callers meet them. One file here is one command."""

from __future__ import annotations

import click

from ivr.cli.lazy import Lazy

COMMANDS = {
    "canary": "Compare a canary with the version beside it.",
    "diff": "Show what changed from one version to another.",
    "explain": "Say what an error code means, and how to write it right.",
    "graph": "Draw a flow.",
    "import": "Make flows of another system's menus.",
    "lint": "Check flows.",
    "list": "List the flows, with their numbers and whether they may serve.",
    "log": "Show what was released, and what serves.",
    "new": "Begin a flow, small or from a starter.",
    "promote": "Let the canary serve everybody.",
    "publish": "Check, test and put in service.",
    "retire": "Take a flow out of service.",
    "rollback": "Go back to an earlier version.",
    "run": "Talk to a flow in this terminal.",
    "schema": "Print the JSON Schema with which editors complete and explain flows.",
    "show": "Print a version as it was published.",
    "stats": "Tell where callers arrive, where they give up, and what would save them time.",
    "test": "Play callers' scripts to flows.",
}


@click.group("flow", cls=Lazy, package=__name__, members=COMMANDS)
def command() -> None:
    """Write flows, check them, and talk to them."""
