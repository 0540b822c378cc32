"""`ivr webhook`: who is told of what happens. One file here is one command."""

from __future__ import annotations

import click

from ivr.cli.lazy import Lazy

COMMANDS = {
    "add": "Tell another system of what happens.",
    "dead": "Events that were given up.",
    "disable": "Post nothing to it for now.",
    "enable": "Post to it again.",
    "events": "What can be told.",
    "list": "List the webhooks, and how they do.",
    "log": "What was posted, what came of it, and what waits.",
    "remove": "Take one out, with all that waits for it.",
    "resend": "Post again what was given up.",
    "rotate": "Give it another secret.",
    "set": "Change one.",
    "source": "Systems that post to us.",
    "test": "Post a test event, at once.",
}


@click.group("webhook", cls=Lazy, package=__name__, members=COMMANDS)
def command() -> None:
    """Who is told of what happens, and what became of it."""
