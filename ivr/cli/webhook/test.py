"""`ivr webhook test`: whether a receiver is there, and believes the signature."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.command("test")
@click.argument("name", metavar="ID")
@json_option
@settings_options
@click.pass_context
def command(context: click.Context, name: str, as_json: bool) -> None:
    """Post an event `webhook.test` to the webhook ID now, and tell what it answers."""
    from ivr.cli import patched  # noqa: F401, I001 first of all

    from ivr.cli import common
    from ivr.cli.webhook import place
    from ivr.clock import SystemClock
    from ivr.store.webhooks import endpoints
    from ivr.webhooks import desk
    from ivr.webhooks.wire import Wire

    with place.webhooks() as (store, settings):
        endpoint = endpoints.get(store, name)
    trial = desk.try_out(endpoint, Wire(settings), SystemClock(), place.by())
    if as_json:
        common.print_json({"id": name, "taken": trial.taken, "status": trial.status, "answer": trial.words,
                           "seconds": trial.seconds})  # fmt: skip
    else:
        words = f"{endpoint.url} answers {trial.status} after {trial.seconds:.2f} s {trial.words}".rstrip()
        common.talk().print(words, style="green" if trial.taken else "red", markup=False, soft_wrap=True)
    if not trial.taken:
        context.exit(1)
