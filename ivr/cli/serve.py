"""`ivr serve`: answer calls, and stay in service."""

from __future__ import annotations

import os
import platform
import sys
import uuid
from pathlib import Path

import click

from ivr.cli.options import given, settings_options

DRAIN = click.option(
    "--drain", type=click.FloatRange(0, 86_400), default=30.0, show_default=True, metavar="SECONDS",
    help="How long live calls may go on after SIGTERM.",
)  # fmt: skip


@click.command("serve")
@DRAIN
@settings_options
@click.pass_context
def command(context: click.Context, drain: float) -> None:
    """Answer the calls of a FreeSWITCH, with the flows of a folder.

    A small parent looks after the worker that drives the calls: it restarts one that dies, and kills one that
    stopped beating. Beside it run the web process (the admin and the API at `web.listen`) and the one that
    posts events to webhooks. A second `ivr serve` for the same FreeSWITCH waits as stand-by. Flows that are
    edited serve the next call. SIGTERM and Ctrl-C drain: no new calls are taken, and live ones may end.
    """
    from ivr import log
    from ivr.cli import common
    from ivr.serving.companions import Companion, Companions
    from ivr.serving.lock import Lock, lock_file
    from ivr.serving.parent import Parent, Patience
    from ivr.settings import DATA

    loaded = common.load()
    common.configure_log(loaded)
    log.write_behind()  # whoever stalls on our stderr must not keep us from looking after the worker
    switch = loaded.settings.switch
    lock = lock_file(DATA / "locks", switch.host, switch.port)
    # Who holds the lock knows that its last holder is dead, so that it may take its calls over at once.
    owner = uuid.uuid5(uuid.NAMESPACE_OID, f"{platform.node()} {uuid.getnode()} {lock.absolute()}").hex
    environ = _environment(given(context))
    ivr = (sys.executable, "-m", "ivr")
    beside = []
    if loaded.settings.webhooks.deliver:
        beside.append(Companion("post", (*ivr, "post", f"--owner={owner}")))
    if loaded.settings.web.listen:
        beside.append(Companion("web", (*ivr, "web")))
    parent = Parent(
        lambda descriptor: [
            *ivr,
            "worker",
            f"--beat-fd={descriptor}",
            f"--owner={owner}",
            f"--drain={drain}",
        ],
        environ,
        Lock(lock),
        Patience(drain=drain),
        Companions(beside, environ),
    )
    context.exit(parent.run())


def _environment(flags: dict[str, str]) -> dict[str, str]:
    """The worker's environment: flags go this way, as others can read a command line, and passwords in it."""
    import ivr
    from ivr import settings

    names = {entry.name: entry.env for entry in settings.table()}
    package = str(Path(ivr.__file__).parents[1])
    path = [package, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path),
        **{names[name]: value for name, value in flags.items()},
    }
