"""`ivr worker`: the process that `ivr serve` starts and looks after."""

from __future__ import annotations

from typing import TextIO, cast

import click

from ivr.cli.serve import DRAIN

BAD_CONFIGURATION = 78


@click.command("worker", hidden=True)
@click.option("--beat-fd", type=int, required=True, help="Descriptor of the socket that takes its beats.")
@click.option("--owner", required=True, help="Name under which it claims its FreeSWITCH.")
@DRAIN
@click.pass_context
def command(context: click.Context, beat_fd: int, owner: str, drain: float) -> None:
    """The process that `ivr serve` looks after."""
    from ivr.cli import patched  # noqa: F401, I001 first of all

    import gevent

    from ivr import log
    from ivr.cli import common
    from ivr.errors import IvoryError
    from ivr.serving.worker import serve

    loaded = common.load()
    common.configure_log(loaded)
    # Nobody who stalls on our stderr may hold calls up, nor what gevent prints there by itself.
    gevent.get_hub().exception_stream = cast("TextIO", log.write_behind())
    try:
        serve(loaded.settings, beat_fd, drain, owner)
    except IvoryError as error:
        click.echo(f"error: {error}", err=True)
        context.exit(BAD_CONFIGURATION)  # what cannot even start does not get better by being tried again
