"""`ivr flow run`: a caller in the terminal."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli.flow.reading import print_findings, read
from ivr.cli.options import given, settings_options


@click.command("run")
@click.argument("flow")
@click.option("--play", is_flag=True, help="Hear it, too.")
@click.option("--ani", default="13800000000", show_default=True, help="The number you call from.")
@settings_options
@click.pass_context
def command(context: click.Context, flow: str, play: bool, ani: str) -> None:
    """Talk to FLOW (a name, or a file) in this terminal.

    Type keys: 0-9 * # A-D; q or Ctrl-D hangs up. From a pipe, each line is pressed when the prompt before it
    is over; `wait 2`, `hear TEXT`, `say TEXT` and `hangup` are lines, too. It is the real worker on the
    embedded switch.
    """
    from ivr.cli import patched  # noqa: F401, I001 first of all

    import tempfile

    from ivr.cli import common
    from ivr.cli.calls import tree
    from ivr.cli.keyboard import converse
    from ivr.cli.rendering import laboratory
    from ivr.lab.player import Player
    from ivr.lab.talk import Talk

    if Path(flow).suffix == ".yaml":
        flow = _serving(context, Path(flow))
    loaded = common.load()
    common.configure_log(loaded, usual="warning")
    player = Player.find() if play else None
    if play and player is None:
        common.talk().print(
            "There is nothing here to play sounds with; install alsa-utils, or read on.", style="yellow"
        )
    with (
        tempfile.TemporaryDirectory(prefix="ivory-") as folder,
        laboratory(loaded.settings, Path(folder), flow) as lab,
    ):
        journey = Talk(lab, flow, ani, common.out(), player).run(converse)
        common.out().print()
        common.out().print(tree(journey))
    if journey.call.end == "failed":
        context.exit(1)


def _serving(context: click.Context, file: Path) -> str:
    """The name of the flow in a file that may serve; else its findings are printed, and that is all."""
    from ivr.errors import IvoryError

    if not file.is_file():
        raise IvoryError(f"there is no file {file}")
    reading, _ = read([file])
    for loaded in reading.flows.values():
        if Path(loaded.file) == file:
            given(context)["flows.dir"] = str(file.parent)
            return loaded.id
    print_findings([finding for finding in reading.errors if Path(finding.place.file) == file], 1)
    raise click.exceptions.Exit(1)
