"""Tests as people read them: a failure with the call up to it, and what of each flow was never seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ivr.flow.script import Line
from ivr.testing.coverage import Coverage, Way
from ivr.testing.played import Played
from ivr.testing.report import Outcome

MOST_LINES = 40  # of a call; what happened before is left out
_STYLES = {"ivr": "", "caller": "bold cyan", "switch": "dim"}


def failure(outcome: Outcome) -> RenderableType:
    """A case that failed: what was expected where, and the call."""
    case = outcome.case
    parts: list[RenderableType] = [
        Text.assemble(("✗ ", "bold red"), (f"{case.flow}: ", "bold"), (case.name, "bold"))
    ]
    for one in outcome.failures:
        text = Text.assemble((f"{one.place.file}:{one.place.line} ", "bold"), (one.message, "red"))
        if one.hint:
            text.append(f"\n{one.hint}", "dim")
        parts.append(Padding(text, (0, 0, 0, 2), expand=False))
    if outcome.played:
        parts += [Padding(transcript(outcome.played), (1, 0, 1, 4), expand=False)]
    return Group(*parts)


def transcript(played: Played) -> Table:
    """A call: when, who, what, and at which node."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right", style="dim")
    table.add_column()
    table.add_column(overflow="fold")
    table.add_column(style="dim", no_wrap=True)
    lines = list(_sentences(played.transcript))
    if len(lines) > MOST_LINES:
        table.add_row("", "", Text(f"({len(lines) - MOST_LINES} lines before)", "dim"), "")
    node = ""
    for line in lines[-MOST_LINES:]:
        at = next((step.node for step in reversed(played.steps) if step.began <= line.at + 1e-6), "")
        style = _STYLES.get(line.who, "")
        table.add_row(
            _clock(line.at), Text(line.who, style), Text(line.text, style), at if at != node else ""
        )
        node = at
    return table


def _sentences(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines of a transcript, keys in a row and the pieces of one sentence put together."""
    last: Line | None = None
    for line in lines:
        if last and line.who == last.who and _goes_on(last, line):
            space = " " if last.who == "ivr" and last.text.isascii() else ""
            last = Line(last.at, last.who, f"{last.text}{space}{line.text}")
            continue
        if last:
            yield last
        last = line
    if last:
        yield last


def _goes_on(last: Line, line: Line) -> bool:
    if line.who == "caller":
        return len(line.text) == 1 and " " not in last.text
    return line.who == "ivr" and not last.text.endswith(("。", "！", "？", ".", "!", "?"))


def _clock(at: float) -> str:
    minutes, seconds = divmod(at, 60)
    return f"{int(minutes)}:{seconds:04.1f}"


# Coverage ---------------------------------------------------------------------------------------------


def coverage(covered: Iterable[Coverage], cases: dict[str, int], most: float = 0.0) -> Table:
    """A line for each flow: its cases, nodes and ways; red where less than `most` percent was reached."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column(style="bold")
    for _ in range(4):
        table.add_column(justify="right")
    for one in covered:
        few = one.percent < most
        nodes, ways = one.nodes, one.edges
        number = cases.get(one.flow, 0)
        table.add_row(
            one.flow,
            f"{number} case{'' if number == 1 else 's'}",
            f"nodes {nodes[0]}/{nodes[1]}",
            f"ways {ways[0]}/{ways[1]}",
            Text(percent(one.percent), "bold red" if few else "green" if one.percent == 100 else ""),
        )
    return table


def percent(share: float) -> str:
    """A share that is not all never looks like all."""
    return f"{min(share, 99.9) if share < 100 else share:.4g} %"


def missed(covered: Coverage, most: int | None) -> RenderableType:
    """What was not reached, a line for each place; at most so many lines."""
    places: dict[str, list[Way]] = {}
    for way in covered.missed:
        places.setdefault(f"{way.place.file}:{way.place.line}", []).append(way)
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    shown = list(places.items())[:most]
    for place, ways in shown:
        names = ", ".join(way.outcome for way in ways if way.outcome)
        table.add_row(Text(place, "dim"), Text(ways[0].node), Text(names or "(never reached)", "yellow"))
    if len(places) > len(shown):
        table.add_row("", Text(f"and {len(places) - len(shown)} more; --missing lists them", "dim"), "")
    return Padding(table, (0, 0, 0, 2), expand=False)


def transcript_text(played: Played) -> str:
    """A call as plain lines."""
    return "\n".join(
        f"{_clock(line.at):>8}  {line.who:<8}{line.text}" for line in _sentences(played.transcript)
    )
