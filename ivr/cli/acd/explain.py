"""`ivr acd explain`: why each agent has a waiting contact, or has not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from ivr.cli.options import json_option, settings_options


@click.command("explain")
@click.argument("contact")
@json_option
@settings_options
def command(contact: str, as_json: bool) -> None:
    """Say of each agent who could have CONTACT why they have it, or have it not, and what comes next. CONTACT
    is its id, its call's, or a beginning of it that no other has; `ivr acd status` lists them."""
    from rich.table import Table

    from ivr.cli import common
    from ivr.cli.acd.picture import caller, clock
    from ivr.cli.calls import clean
    from ivr.cli.control import control

    told = control().give("acd.explain", contact=contact)
    if as_json:
        common.print_json(told)
        return
    head = (
        f"{told['contact']} ({caller(told)}) has waited for {clock(told['waited'])} in {told['group'] or '-'}"
    )
    common.talk().print(clean(head), soft_wrap=True)
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
    for each in told["next"]:
        common.out().print(clean(f"in {clock(each['after'])}  {_sentence(each)}"), soft_wrap=True)


def _sentence(coming: Mapping[str, Any]) -> str:
    """What comes, and whom it reaches: `overflows to booking: 1002 (free)`."""
    if coming["agents"] is None:
        return str(coming["words"])
    agents = [f"{agent} ({how})" for agent, how in coming["agents"].items()]
    if coming["more"]:
        agents.append(f"{coming['more']} more")
    return f"{coming['words']}: {', '.join(agents) or 'nobody more is signed in'}"
