"""`ivr agent sign-in`: an agent is there."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options
from ivr.cli.ordering import by_option, ordered


@click.command("sign-in")
@click.argument("agent")
@click.option("--dial", default="", metavar="EXTENSION", help="The telephone that rings; the plan's else.")
@click.option("--on-break", "reason", metavar="REASON", help="Take no contacts yet.")
@click.option(
    "--channel",
    "channels",
    multiple=True,
    metavar="CHANNEL",
    help="What they are there for (voice, chat …), several times; calls alone else.",
)
@by_option
@json_option
@settings_options
def command(
    agent: str, dial: str, reason: str | None, channels: tuple[str, ...], by: str, as_json: bool
) -> None:
    """Sign AGENT in, ready to take contacts unless --on-break says otherwise."""
    asked = {"dial": dial, "ready": reason is None, "reason": reason or "", "channels": channels}
    ordered("agent.sign_in", by, as_json, agent=agent, **asked)
