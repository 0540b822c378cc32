"""`ivr worker`: the process that `ivr serve` starts and looks after."""

from __future__ import annotations

import click

from ivr.cli.serve import DRAIN

BAD_CONFIGURATION = 78


@click.command("worker", hidden=True)
@click.option("--beat-fd", type=int, required=True, help="Descriptor of the socket that takes its beats.")
@DRAIN
@click.pass_context
def command(context: click.Context, beat_fd: int, drain: float) -> None:
    """The process that `ivr serve` looks after."""
    from ivr.cli import patched  # noqa: F401, I001 first of all

    from ivr.cli import common
    from ivr.errors import IvoryError
    from ivr.serving.worker import serve

    loaded = common.load()
    common.configure_log(loaded)
    try:
        serve(loaded.settings, beat_fd, drain)
    except IvoryError as error:
        click.echo(f"error: {error}", err=True)
        context.exit(BAD_CONFIGURATION)  # what cannot even start does not get better by being tried again
