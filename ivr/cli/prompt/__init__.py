"""`ivr prompt`: the sentences that flows speak, as sound. One file here is one command."""

from __future__ import annotations

import click

from ivr.cli.lazy import Lazy

COMMANDS = {
    "list": "List what the flows always say, for the eye or for a recording studio.",
    "missing": "Show what has no sound yet, or no recording.",
    "record": "Take in recordings of sentences, or give them up again.",
    "render": "Turn what the flows always say into sound, ahead of calls.",
    "voices": "List the voices that the engines have.",
}


@click.group("prompt", cls=Lazy, package=__name__, members=COMMANDS)
def command() -> None:
    """The sentences that flows speak."""
