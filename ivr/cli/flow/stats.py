"""`ivr flow stats`: where a flow's callers arrive, where they give up, and what would save them time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from ivr.cli.calls import Moment
from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.flow.model import LoadedFlow


@click.command("stats")
@click.argument("flow")
@click.option(
    "--since",
    type=Moment(),
    default="7d",
    show_default=True,
    help="Calls that started then or later: 2h, today, 2026-11-23T10:00.",
)
@click.option("--until", type=Moment(), help="Calls that started before then; now when left out.")
@click.option("--version", default="", metavar="V", help="Only calls of this version; its first signs do.")
@json_option
@settings_options
def command(flow: str, since: datetime, until: datetime | None, version: str, as_json: bool) -> None:
    """Tell what became of the callers of FLOW: where they arrive, after how many presses and seconds; where
    they hang up; what they choose, and which order of a menu's options would save them time.

    It is read from the journeys that are kept; no caller's number is in it.
    """
    from datetime import UTC

    from ivr.cli import common
    from ivr.errors import IvoryError
    from ivr.insight.report import report
    from ivr.store import journeys
    from ivr.store.connect import open_store
    from ivr.store.schema import require_current
    from ivr.versions.kept import published

    until = until or datetime.now(UTC)
    with open_store(common.load().settings.store.url, create=False) as store:
        require_current(store)
        flows = published(store, flow, version) or _drafts()
        since = max(since, journeys.oldest(store) or since)
        traces = journeys.traces(store, flow, since, until, version=version)
        current = flows[flow].version if flow in flows else ""
        models = {name: loaded.flow for name, loaded in flows.items()}
        told = report(traces, models, flow, since, until, current=current, version=version)
    if not told.calls.total and flow not in flows:
        raise IvoryError(f'there are neither calls nor a file of the flow "{flow}"', hint="`ivr flow list`")
    if as_json:
        common.print_json(told)
    else:
        from ivr.cli.flow.figures import show

        show(told, common.out())


def _drafts() -> dict[str, LoadedFlow]:
    """The flows of the files."""
    from ivr.cli.flow.reading import read

    reading, _ = read([])
    return dict(reading.flows)
