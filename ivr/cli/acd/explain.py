"""`ivr acd explain`: why each agent has a waiting contact, or has not."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.command("explain")
@click.argument("contact")
@json_option
@settings_options
def command(contact: str, as_json: bool) -> None:
    """Say of each agent who could have CONTACT why they have it, or have it not. CONTACT is its id or its
    call's; `ivr acd status` lists them."""
    from rich.table import Table

    from ivr.cli import common
    from ivr.cli.acd.picture import clock
    from ivr.cli.calls import clean
    from ivr.cli.control import control

    told = control().give("acd.explain", contact=contact)
    if as_json:
        common.print_json(told)
        return
    common.talk().print(f"{told['contact']} has waited for {clock(told['waited'])} in {told['group'] or '-'}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "agent", "verdict", "why"):
        table.add_column(heading, overflow="fold")
    for verdict in told["verdicts"]:
        style = {"chosen": "bold green", "eligible": "green"}.get(verdict["verdict"], "dim")
        rank = "" if verdict.get("rank") is None else str(verdict["rank"])
        table.add_row(
            rank, clean(verdict["agent"], "bold"), clean(verdict["verdict"], style), clean(verdict["reason"])
        )
    common.out().print(table)
