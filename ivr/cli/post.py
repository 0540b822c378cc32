"""`ivr post`: the process that delivers webhooks."""

from __future__ import annotations

import click

from ivr.cli.options import settings_options

BAD_CONFIGURATION = 78


@click.command("post", hidden=True)
@click.option("--beat-fd", type=int, help="Descriptor of the socket that takes its beats.")
@click.option("--owner", default="", help="Name under which it delivers; a successor of it goes on at once.")
@click.option(
    "--lease", type=click.FloatRange(1, 3600), metavar="SECONDS", help="How long others wait for it."
)
@settings_options
@click.pass_context
def command(context: click.Context, beat_fd: int | None, owner: str, lease: float | None) -> None:
    """Deliver webhooks until SIGTERM. `ivr serve` looks after it; several on one database share the work."""
    from ivr.cli import patched  # noqa: F401, I001 first of all

    from ivr import log
    from ivr.cli import common
    from ivr.errors import IvoryError
    from ivr.serving.post import serve

    loaded = common.load()
    common.configure_log(loaded)
    log.write_behind()
    try:
        serve(loaded.settings, beat_fd, owner, lease)
    except IvoryError as error:
        click.echo(f"error: {error}", err=True)
        context.exit(BAD_CONFIGURATION)
