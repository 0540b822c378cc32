"""`ivr flow canary`: a new version for some callers, beside the old one for the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ivr.cli.flow.desk import decision_options, desk, tell
from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.flow.releases import Serving
    from ivr.insight import Comparison
    from ivr.versions.publish import Desk

_WORDS = {
    "contained": "helped, nobody spoken with",
    "abandoned": "hung up",
    "transfer": "spoke with somebody",
    "failed": "failed",
    "lost": "lost",
}


@click.command("canary")
@click.argument("flow")
@click.argument("percent", type=click.IntRange(0, 99), required=False)
@decision_options
@json_option
@settings_options
def command(flow: str, percent: int | None, message: str, by: str, as_json: bool) -> None:
    """Compare the canary of FLOW with the version beside it; with PERCENT, give it that share of the callers
    (0 ends it).

    `ivr flow publish FLOW --canary 10` begins one, `ivr flow promote FLOW` lets it serve everybody.
    """
    from ivr.cli import common
    from ivr.errors import IvoryError
    from ivr.flow.releases import together

    with desk(flow, by) as place:
        if percent is not None:
            tell(place.share(percent, message), as_json)
            return
        serving = place.serving()
        if not serving.canary:
            raise IvoryError(f"{flow} has no canary", hint=f"`ivr flow publish {flow} --canary 10`")
        since = together(place.log) or place.log[-1].at
        comparison = _compare(place, serving, since)
    if as_json:
        common.print_json({"flow": flow, "serving": serving, "since": since, "comparison": comparison})
    else:
        _print(flow, serving, since, comparison)


def _compare(place: Desk, serving: Serving, since: datetime) -> Comparison:
    from ivr.insight import Ended, compare, figures
    from ivr.store.calls import ended

    def of(version: str) -> list[Ended]:
        return [Ended(*row) for row in ended(place.store, place.flow, version, since)]

    return compare(figures(of(serving.version)), figures(of(serving.canary)))


def _print(flow: str, serving: Serving, since: datetime, comparison: Comparison) -> None:
    from rich.table import Table
    from rich.text import Text

    from ivr.cli import common

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for heading in (serving.version, f"{serving.canary} ({serving.percent} %)", "difference", "95 %"):
        table.add_column(heading, justify="right")
    table.add_row("calls that ended", str(comparison.old_calls), str(comparison.new_calls), "", "")
    for one in comparison.shares:
        style = "bold" if one.change.clear else "dim"
        table.add_row(
            _WORDS.get(one.name, one.name),
            _percent(one.old),
            _percent(one.new),
            Text(_points(one.change.value), style),
            Text(f"{_points(one.change.low)} … {_points(one.change.high)}", style),
        )
    seconds = comparison.seconds
    table.add_row(
        "seconds, median",
        _number(seconds.old),
        _number(seconds.new),
        _number(seconds.change.value, "+"),
        f"{_number(seconds.change.low, '+')} … {_number(seconds.change.high, '+')}",
    )
    common.out().print(table)
    since_words = f"calls of {flow} since {since.astimezone():%Y-%m-%d %H:%M}"
    common.talk().print(f"{since_words}; a difference in bold is no accident", style="dim")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f} %"


def _points(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:+.1f}"


def _number(value: float | None, sign: str = "") -> str:
    return "–" if value is None else f"{value:{sign}.1f}"
