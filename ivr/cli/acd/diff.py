"""`ivr acd diff`: what is different between two plans."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.acd.plan import LoadedPlan

_STYLES = {"+": "green", "-": "red", "~": "yellow"}


@click.command("diff")
@click.argument("old", default="")
@click.argument("new", default="")
@json_option
@settings_options
@click.pass_context
def command(context: click.Context, old: str, new: str, as_json: bool) -> None:
    """Show what changed from the plan OLD to NEW, option by option.

    Each is a turn or a file: OLD the plan in force if none is named, NEW the file of the setting acd.plan.
    Exit code 1 when there is a difference.
    """
    from ivr.acd.plan.diff import compare
    from ivr.cli import common
    from ivr.cli.acd.turns import draft, in_force

    before = _plan(old) if old else in_force()
    after = _plan(new or str(draft()))
    changes = compare(before.data, after.data)
    if as_json:
        common.print_json([{**asdict(one), "sign": one.sign} for one in changes])
    elif not changes:
        common.talk().print("no difference", style="green")
    for one in changes if not as_json else ():
        both = bool(one.old and one.new)
        line = f"{one.sign} {one.where}: " + (f"{one.old} → {one.new}" if both else one.old or one.new)
        common.out().print(line, style=_STYLES[one.sign], markup=False, soft_wrap=True)
    if changes:
        context.exit(1)


def _plan(name: str) -> LoadedPlan:
    from ivr.cli.acd.turns import of_file, turns

    if not name.isdigit():
        return of_file(Path(name))
    with turns() as place:
        return place.turn(int(name))
