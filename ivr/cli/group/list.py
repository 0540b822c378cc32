"""`ivr group list`: the groups of the plan."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.command("list")
@json_option
@settings_options
def command(as_json: bool) -> None:
    """List the groups as the plan in force has them; who waits in them, `ivr acd status` tells."""
    from rich.table import Table

    from ivr.acd.plan.rows import group as row
    from ivr.cli import common
    from ivr.cli.acd.turns import in_force
    from ivr.cli.calls import clean

    plan = in_force()
    rows = [row(plan, name) for name in plan.plan.groups]
    if as_json:
        common.print_json(rows)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("group", "title", "asks for", "agents", "strategy", "order", "service level", "hours"):
        table.add_column(heading, overflow="fold")
    for group in rows:
        table.add_row(
            clean(group["id"], "bold"),
            clean(" · ".join(group["title"].values())),
            clean(", ".join(f"{skill} {level}" for skill, level in group["require"].items())),
            str(len(group["agents"])),
            clean(group["strategy"] if group["rank"] is None else "rank"),
            group["order"],
            f"{group['target_share']:.0%} in {group['target']:g} s",
            clean(group["hours"] or "always"),
        )
    common.out().print(table)
    if not rows:
        common.talk().print("no groups", style="dim")
