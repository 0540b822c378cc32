"""`ivr asr`: what understands callers. One file here is one command."""

from __future__ import annotations

import click

from ivr.cli.lazy import Lazy

COMMANDS = {
    "eval": "Tell how well recognisers tell a flow's phrases apart.",
    "models": "Show which engine understands which language, and try each.",
    "try": "Let an engine hear a recording, or a sentence.",
}


@click.group("asr", cls=Lazy, package=__name__, members=COMMANDS)
def command() -> None:
    """What understands callers: engines, their models, and how well they do."""
