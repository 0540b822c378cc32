"""`ivr flow diff`: what is different between two versions of a flow, or a version and the draft."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ivr.cli.flow.desk import desk
from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from rich.text import Text

    from ivr.flow.bundle import Bundle
    from ivr.flow.diff import Change
    from ivr.versions.kept import Difference

_STYLES = {"+": "green", "-": "red", "~": "yellow"}
_HEADS = {"node": "nodes", "option": "options", "way": "ways"}


@click.command("diff")
@click.argument("flow")
@click.argument("old", default="")
@click.argument("new", default="")
@click.option("--lines", is_flag=True, help="The lines of the files, too.")
@json_option
@settings_options
@click.pass_context
def command(context: click.Context, flow: str, old: str, new: str, lines: bool, as_json: bool) -> None:
    """Show what changed in FLOW from version OLD to NEW: nodes, options, ways.

    OLD is the version in service if none is named, NEW the draft in the flows' folder. Exit code 1 when there
    is a difference.
    """
    from ivr.cli import common
    from ivr.errors import IvoryError
    from ivr.versions import kept

    with desk(flow) as place:
        served = place.find(old) if old else place.serving().version
        if not served:
            raise IvoryError(f"{flow} is not in service", hint="name a version to compare with")
        before = kept.bundle(place.store, served)
        after = kept.bundle(place.store, place.find(new)) if new else _draft(flow)
    changes = kept.differ(before, after)
    if as_json:
        common.print_json(
            {
                "flow": flow,
                "old": before.id,
                "new": after.id,
                "flows": {
                    name: [{**asdict(one), "sign": one.sign} for one in some]
                    for name, some in changes.flows.items()
                },
                "sounds": [asdict(one) for one in changes.others],
            }
        )
    else:
        _print(before, after, changes, lines)
    if before.id != after.id:
        context.exit(1)


def _draft(flow: str) -> Bundle:
    from ivr.cli import common
    from ivr.cli.flow.reading import read
    from ivr.errors import IvoryError
    from ivr.versions.publish import gather

    settings = common.load().settings.flows
    reading, _ = read([])
    if flow not in reading.flows:
        raise IvoryError(
            f"the draft of {flow} is not there or has errors", hint=f"`ivr flow lint {settings.dir}`"
        )
    return gather(flow, reading.flows, settings.sounds)


def _print(before: Bundle, after: Bundle, changes: Difference, lines: bool) -> None:
    from ivr.cli import common
    from ivr.versions import kept

    out = common.out()
    if before.id == after.id:
        common.talk().print(f"no difference: version {before.id}", style="green")
        return
    for name, some in changes.flows.items():
        out.print(_line("", f"{name}  {before.id} → {after.id}", "bold"))
        if not some:
            out.print(_line("  ", "only comments and layout", "dim"))
        head = ""
        for one in some:
            if one.what != head:
                head = one.what
                out.print(_line("  ", _HEADS[head], "dim"))
            out.print(_line(f"  {one.sign} ", _words(one), _STYLES[one.sign]), soft_wrap=True)
        if lines:
            for line in kept.lines(before, after, name):
                out.print(_line("  ", line, _STYLES.get(line[:1], "")), soft_wrap=True)
    for told in changes.others:
        out.print(_line(f"{told.sign} ", f"{told.what} {told.name}", _STYLES[told.sign]))


def _words(one: Change) -> str:
    both = bool(one.old and one.new)
    match one.what:
        case "node":
            return f"{one.where}, {one.old} before" if both else f"{one.where} ({one.old or one.new})"
        case "way":
            return f"{one.where} → {one.new or one.old}" + (f", → {one.old} before" if both else "")
        case _:
            return f"{one.where}: " + (f"{one.old} → {one.new}" if both else one.old or one.new)


def _line(indent: str, text: str, style: Any) -> Text:
    from rich.text import Text

    return Text.assemble(indent, (text, style))
