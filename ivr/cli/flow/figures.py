"""A flow's figures as tables: what a contact centre's manager asks first stands first."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ivr.cli.calls import clean
from ivr.insight.intervals import Estimate
from ivr.insight.menus import Advice
from ivr.insight.promotion import Promotion
from ivr.insight.report import Menu, Report, Way
from ivr.insight.spread import Summary

NODES = 30
"""Nodes that are shown; `--json` has them all."""
_ENDS = {
    "goal": "green",
    "completed": "green",
    "transfer": "cyan",
    "abandoned": "yellow",
    "rejected": "yellow",
    "failed": "red",
    "lost": "red",
}


def show(told: Report, out: Console) -> None:
    """Print a report."""
    _head(told, out)
    if not told.calls.total:
        return
    if told.ways:
        out.print(_ways(told), "")
    if told.nodes:
        out.print(_nodes(told), "")
    if told.operations:
        out.print(_operations(told), "")
    for menu in told.menus:
        out.print(_menu(told, menu))
        out.print(_advice(menu.advice), "", soft_wrap=True)
    for promotion in told.promotions:
        out.print(clean(_promotion(told, promotion), "green"), soft_wrap=True)


def _head(told: Report, out: Console) -> None:
    calls = told.calls
    window = f"{told.since.astimezone():%Y-%m-%d %H:%M} – {told.until.astimezone():%Y-%m-%d %H:%M}"
    version = f"  version {told.version}" if told.version else ""
    head = Text.assemble(clean(told.flow, "bold cyan"), f"  {window}", clean(version))
    out.print(head.append(f"  {calls.total:,} calls", "bold"))
    if calls.ended:
        shares = [
            f"{name} {percent(share, interval=True)}"
            for name, share in told.shares.items()
            if share.value or name != "lost"
        ]
        out.print(Text(" · ".join(shares)))
        median, p90 = seconds(told.seconds.median), seconds(told.seconds.p90)
        out.print(Text(f"half of the calls take up to {median}, nine in ten up to {p90}"))
    for note in _notes(told):
        out.print(Text(note, "yellow"), soft_wrap=True)
    out.print()


def _notes(told: Report) -> Iterator[str]:
    """What is missing in the records."""
    calls = told.calls
    counted = {
        "under way": calls.under_way,
        "lost: nobody saw how they ended": calls.lost,
        "without any step in their journeys": calls.without_steps,
        "without the beginning of their journeys": calls.without_beginning,
        "taken over from a worker that died, and their seconds at that node too few": calls.adopted,
        "of another version than the one these menus are from": calls.other_versions,
    }
    for words, count in counted.items():
        if count:
            yield f"calls {words}: {count:,}"


def _ways(told: Report) -> Table:
    table = _table("where callers arrive", "calls", "share", "presses", "p90", "seconds", "p90")
    for way in told.ways:
        table.add_row(
            _way(told, way),
            f"{way.calls:,}",
            percent(way.share),
            *([f"{way.presses.median:g}", f"{way.presses.p90:g}"] if way.presses.count else ["", ""]),
            *_times(way.seconds),
        )
    return table


def _way(told: Report, way: Way) -> Text:
    place = way.place if way.kind == "goal" else _name(told, way.flow, way.place)
    return Text.assemble((f"{way.kind:<10}", _ENDS.get(way.kind, "")), clean(place))


def _nodes(told: Report) -> Table:
    table = _table(
        "node",
        "calls",
        "gave up",
        "of them",
        "after",
        "seconds",
        "p90",
        "silent",
        "wrong",
        "again",
        "exhausted",
        "errors",
    )
    for node in told.nodes[:NODES]:
        name = Text.assemble(clean(_name(told, node.flow, node.node)), clean(f" {node.type}", "dim"))
        if node.gone:
            name.append(" not in the flow any more", "yellow")
        table.add_row(
            name,
            f"{node.calls:,}",
            _count(node.gave_up),
            percent(node.gave_up_share) if node.gave_up else "",
            seconds(node.gave_up_after.median) if node.gave_up else "",
            *_times(node.seconds),
            _count(node.noinput),
            _count(node.wrong + node.denied),
            percent(node.again) if node.again.value else "",
            _count(node.exhausted),
            _count(node.errors),
        )
    if len(told.nodes) > NODES:
        table.caption = f"{len(told.nodes) - NODES} more in --json"
    return table


def _operations(told: Report) -> Table:
    table = _table("operation", "visits", "failed", "of them", "seconds", "p90", "outcomes")
    for operation in told.operations:
        table.add_row(
            clean(_name(told, operation.flow, operation.node)),
            f"{operation.visits:,}",
            _count(operation.failed),
            percent(operation.failed_share) if operation.failed else "",
            *_times(operation.seconds),
            clean(" · ".join(f"{name} {count:,}" for name, count in operation.outcomes.items())),
        )
    return table


def _menu(told: Report, menu: Menu) -> Table:
    table = _table(f"menu {_name(told, menu.flow, menu.node)}", "chosen", "share", "leads to")
    for option in menu.options:
        label = option.label if isinstance(option.label, str) else " · ".join(option.label.values())
        table.add_row(
            Text.assemble(clean(option.key, "bold"), "  ", clean(label)),
            f"{option.chosen:,}",
            percent(option.share, interval=True) if option.share.value is not None else "",
            clean(option.leads_to),
        )
    return table


def _advice(advice: Advice) -> Text:
    if advice.reason:
        return clean(advice.reason, "dim")
    saving, minutes = advice.saving, (advice.per_day or 0.0) / 60
    gain = (
        f" instead of {' '.join(advice.present)}: {seconds(saving.value)} less to hear for each caller"
        f" ({seconds(saving.low)} to {seconds(saving.high)}), {minutes:,.1f} min a day"
    )
    order = clean(" ".join(advice.order), "bold green")
    return Text.assemble("Say ", order, clean(gain), style="green")


def _promotion(told: Report, promotion: Promotion) -> str:
    menu, by = _name(told, promotion.flow, promotion.menu), promotion.by
    return (
        f"{percent(promotion.share)} of the callers of {menu} press {by} and then {promotion.option} in"
        f" {promotion.below}; offered in {menu} itself, just before {by}, that would save"
        f" {seconds(promotion.saving.value)} a call"
    )


def _table(first: str, *columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", caption_justify="left")
    table.add_column(clean(first), overflow="fold")
    for column in columns:
        table.add_column(column, justify="left" if column in ("outcomes", "leads to") else "right")
    return table


def _times(summary: Summary) -> list[str]:
    return [seconds(summary.median), seconds(summary.p90)] if summary.count else ["", ""]


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _name(told: Report, flow: str, node: str) -> str:
    return node if flow == told.flow else f"{flow}:{node}"


def seconds(value: float | None) -> str:
    """`8.5 s`, from a minute on `1:05`."""
    if value is None:
        return ""
    if abs(value) < 60:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes}:{rest:02d}"


def percent(share: Estimate, *, interval: bool = False) -> str:
    """`62 %`, with its interval `62 % (58–66)`; below ten with one decimal."""
    if share.value is None or share.low is None or share.high is None:
        return "–"
    figure = f"{share.value * 100:.{1 if 0 < share.value < 0.1 else 0}f} %"
    return f"{figure} ({share.low * 100:.0f}–{share.high * 100:.0f})" if interval else figure
