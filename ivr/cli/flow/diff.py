"""`ivr flow diff`: what is different between two versions of a flow, or a version and the draft."""

from __future__ import annotations

import difflib
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ivr.cli.flow.desk import desk
from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from rich.text import Text

    from ivr.flow.bundle import Bundle
    from ivr.flow.diff import Change

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
    from ivr.flow.bundle import Bundle
    from ivr.store import versions

    with desk(flow) as place:
        served = place.find(old) if old else place.serving().version
        if not served:
            raise IvoryError(f"{flow} is not in service", hint="name a version to compare with")

        def kept(version: str) -> Bundle:
            manifest = versions.manifest(place.store, version)
            if manifest is None:
                raise IvoryError(f"{flow} has no version {version}")
            return Bundle(manifest, versions.contents(place.store, manifest.contents))

        before = kept(served)
        after = kept(place.find(new)) if new else _draft(flow)
    changes = _changes(before, after)
    if as_json:
        common.print_json(
            {
                "flow": flow,
                "old": before.id,
                "new": after.id,
                "flows": {
                    name: [{**asdict(one), "sign": one.sign} for one in some]
                    for name, some in changes.items()
                },
                "sounds": _sounds(before, after),
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


def _changes(before: Bundle, after: Bundle) -> dict[str, list[Change]]:
    """By flow; a flow that came or went has no changes, and is told as a sound is."""
    from ivr import registry
    from ivr.flow import loader
    from ivr.flow.diff import Side, compare

    types = registry.load_all("ivr.nodes")

    def side(bundle: Bundle, name: str) -> Side:
        loaded, document = loader.load(
            bundle.contents[bundle.manifest.flows[name]], f"{name}@{bundle.id}", types
        )
        return Side(document.data, loaded.flow)

    both = [name for name in after.manifest.flows if name in before.manifest.flows]
    return {
        name: compare(side(before, name), side(after, name))
        for name in both
        if before.manifest.flows[name] != after.manifest.flows[name]
    }


def _sounds(before: Bundle, after: Bundle) -> list[dict[str, str]]:
    """Sounds and whole flows that came, went or sound different."""
    told: list[dict[str, str]] = []
    for what, old, new in (
        ("flow", before.manifest.flows, after.manifest.flows),
        ("sound", before.manifest.sounds, after.manifest.sounds),
    ):
        for name in sorted({*old, *new}):
            sign = "+" if name not in old else "-" if name not in new else "~"
            if old.get(name) != new.get(name) and (what == "sound" or sign != "~"):
                told.append({"sign": sign, "what": what, "name": name})
    return told


def _print(before: Bundle, after: Bundle, changes: dict[str, list[Change]], lines: bool) -> None:
    from ivr.cli import common

    out = common.out()
    if before.id == after.id:
        common.talk().print(f"no difference: version {before.id}", style="green")
        return
    for name, some in changes.items():
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
            for line in _diff(before, after, name):
                out.print(_line("  ", line, _STYLES.get(line[:1], "")), soft_wrap=True)
    for told in _sounds(before, after):
        out.print(_line(f"{told['sign']} ", f"{told['what']} {told['name']}", _STYLES[told["sign"]]))


def _words(one: Change) -> str:
    both = bool(one.old and one.new)
    match one.what:
        case "node":
            return f"{one.where}, {one.old} before" if both else f"{one.where} ({one.old or one.new})"
        case "way":
            return f"{one.where} → {one.new or one.old}" + (f", → {one.old} before" if both else "")
        case _:
            return f"{one.where}: " + (f"{one.old} → {one.new}" if both else one.old or one.new)


def _diff(before: Bundle, after: Bundle, name: str) -> list[str]:
    old, new = (
        bundle.contents[bundle.manifest.flows[name]].decode("utf-8", "replace").splitlines()
        for bundle in (before, after)
    )
    found = difflib.unified_diff(old, new, before.id, after.id, n=2, lineterm="")
    return [line.rstrip() for line in found]


def _line(indent: str, text: str, style: Any) -> Text:
    from rich.text import Text

    return Text.assemble(indent, (text, style))
