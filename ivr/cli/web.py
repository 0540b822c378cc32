"""`ivr web`: the admin, the API and the web phone, by themselves or beside a worker."""

from __future__ import annotations

import click

from ivr.cli.options import settings_options


@click.command("web")
@click.option("--beat-fd", type=int, hidden=True, help="Descriptor of the socket that takes its beats.")
@settings_options
def command(beat_fd: int | None) -> None:
    """Serve the admin's pages and the REST API at `web.listen`.

    `ivr serve` runs it beside the worker; by itself it shows what the database holds, and a worker that is
    there takes its orders. The first time it prints a link by which the first admin is made.
    """
    from ivr.cli import patched  # noqa: F401, I001 first of all

    from ivr import log
    from ivr.cli import common
    from ivr.flag import Flag
    from ivr.serving import beats
    from ivr.web.server import serve
    from ivr.web.site import Site

    loaded = common.load()
    common.configure_log(loaded)
    log.write_behind()
    if beat_fd is not None:
        beats.die_with_parent(beat_fd)

    def ready(stop: Flag) -> None:
        if beat_fd is not None:
            beats.beat(beat_fd, stop.set).link_exception(lambda _dead: stop.set())

    serve(Site(loaded.settings, sources=loaded.sources), ready)
