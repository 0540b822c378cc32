"""`ivr flow log`: what was decided about a flow, by whom, and which version serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ivr.cli.flow.desk import desk
from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.flow.releases import Release, Serving


@click.command("log")
@click.argument("flow")
@json_option
@settings_options
def command(flow: str, as_json: bool) -> None:
    """Show every release of FLOW, the latest first, and which version serves its callers."""
    from ivr.cli import common

    with desk(flow) as place:
        releases, serving = list(reversed(place.log)), place.serving()
    if as_json:
        common.print_json({"flow": flow, "serving": serving, "releases": releases})
    elif releases:
        _print(releases, serving)
    else:
        common.talk().print(f"{flow} was never published")


def _print(releases: list[Release], serving: Serving) -> None:
    from rich.table import Table
    from rich.text import Text

    from ivr.cli import common

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "when", "what", "version", "by", "tests", "message"):
        table.add_column(heading, overflow="fold")
    marked: set[str] = set()
    for release in releases:
        mark = ""
        if release.version in serving.versions and release.version not in marked:
            mark = "●" if release.version == serving.version else f"◐ {serving.percent} %"
            marked.add(release.version)
        share = f" {release.percent} %" if release.kind == "canary" else ""
        table.add_row(
            Text(mark, "green"),
            f"{release.at.astimezone():%Y-%m-%d %H:%M:%S}",
            f"{release.kind}{share}",
            Text(release.version, "cyan"),
            Text(release.by),
            Text(release.tests),
            Text(release.message),
        )
    common.out().print(table)
    if not serving.version:
        common.talk().print("out of service", style="yellow")
