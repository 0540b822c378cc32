"""`ivr webhook list`: who is told of what, and how they do."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.command("list")
@json_option
@settings_options
def command(as_json: bool) -> None:
    """List the webhooks: where they are, what they hear of, whether they take it, and how much waits."""
    from rich.table import Table
    from rich.text import Text

    from ivr.cli import common
    from ivr.cli.webhook import place
    from ivr.store.webhooks import endpoints, outbox
    from ivr.webhooks import desk

    with place.webhooks() as (store, _):
        found, counts = endpoints.every(store), outbox.counts(store)
    if as_json:
        common.print_json([{**desk.shown(one), "counts": counts.get(one.id, {})} for one in found])
        return
    if not found:
        common.talk().print("nobody is told of anything; `ivr webhook add URL` changes that")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("id", "url", "events", "only", "state", "waiting", "dead", "trouble"):
        table.add_column(
            heading, overflow="fold", justify="right" if heading in ("waiting", "dead") else "left"
        )
    for one in found:
        state = "disabled" if not one.enabled else "failing" if one.failing else "on"
        only = " ".join(
            (*(f"flow:{flow}" for flow in one.flows), *(f"group:{group}" for group in one.groups))
        )
        count = counts.get(one.id, {})
        cells = (one.id, one.url, " ".join(one.events), only, state, str(count.get("waiting", 0)),
                 str(count.get("dead", 0)), one.reason or one.trouble)  # fmt: skip
        style = "dim" if not one.enabled else "red" if one.failing else ""
        table.add_row(*map(Text, cells), style=style)
    common.out().print(table)
