"""`ivr flow list`: the flows there are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.cli.flow.reading import read
from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.text import Text

    from ivr.flow.model import LoadedFlow
    from ivr.flow.releases import Serving
    from ivr.runtime.reading import Flows


@click.command("list")
@json_option
@settings_options
def command(as_json: bool) -> None:
    """List the flows, with their numbers and whether they may serve."""
    from rich.table import Table
    from rich.text import Text

    from ivr.cli import common

    reading, files = read([])
    broken = {Path(finding.place.file) for finding in reading.errors}
    flows = sorted(reading.flows.values(), key=lambda loaded: loaded.id)
    served = _served()
    if as_json:
        common.print_json([_summary(loaded, reading.flows, served) for loaded in flows])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("flow", "title", "languages", "numbers", "nodes", "in service", "file"):
        table.add_column(heading, overflow="fold")
    for loaded in flows:
        flow = loaded.flow
        title = " · ".join(flow.title.values()) if isinstance(flow.title, dict) else flow.title
        table.add_row(
            Text(loaded.id, "cyan"),
            Text(title),
            " ".join(flow.languages),
            " ".join(flow.numbers),
            str(len(flow.nodes)),
            _service(served, loaded.id),
            Text(loaded.file),
        )
    for name in sorted(served.keys() - reading.flows.keys()):
        if served[name].version:
            table.add_row(Text(name, "cyan"), "", "", "", "", _service(served, name), Text("–", "dim"))
    common.out().print(table)
    for file in sorted(broken & files):
        message = f"{file} has errors and cannot serve; `ivr flow lint {file}` lists them"
        common.talk().print(message, style="red", markup=False, soft_wrap=True)


def _served() -> Mapping[str, Serving]:
    """What is published, where there is a store to ask."""
    from ivr.cli import common
    from ivr.errors import StoreError
    from ivr.flow.releases import fold
    from ivr.store import versions
    from ivr.store.connect import open_store
    from ivr.store.schema import require_current

    try:
        with open_store(common.load().settings.store.url, create=False, deadline=3.0) as store:
            require_current(store)
            return fold(versions.releases(store))
    except StoreError:
        return {}


def _service(served: Mapping[str, Serving], name: str) -> Text:
    """Which version of a flow serves its callers."""
    from rich.text import Text

    if name not in served:
        return Text("as its file is", "dim")
    now = served[name]
    if not now.version:
        return Text("retired", "yellow")
    return Text(f"{now.version}, {now.percent} % {now.canary}" if now.canary else now.version, "green")


def _summary(loaded: LoadedFlow, flows: Flows, served: Mapping[str, Serving]) -> dict[str, Any]:
    from ivr.cli import common
    from ivr.versions.publish import gather

    now = served.get(loaded.id)
    return {
        "id": loaded.id,
        "title": loaded.flow.title,
        "languages": loaded.flow.languages,
        "numbers": loaded.flow.numbers,
        "nodes": len(loaded.flow.nodes),
        "file": loaded.file,
        "version": gather(loaded.id, flows, common.load().settings.flows.sounds).id,
        "in_service": now.version if now else None,
        "canary": {"version": now.canary, "percent": now.percent} if now and now.canary else None,
    }
