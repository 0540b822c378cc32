"""Tests as people read them: a failure with the call up to it, and what of each flow was never seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from ivr.flow.script import Line
from ivr.testing.coverage import Coverage, Way
from ivr.testing.played import Played
from ivr.testing.report import Outcome

MOST_LINES = 40  # of a call; what happened before is left out
MOST_FAILURES = 3  # of a case; what follows is mostly what follows from them
LEAST_WORDS = 20  # columns for what is said, however narrow the terminal is
PROBLEM = "ivr !"
"""Who speaks in a line that tells what could not be done."""
_TICK = 0.002  # seconds by which a line and what brought it about may differ: lines have three places
_STYLES = {"ivr": "", "caller": "bold cyan", "switch": "dim", PROBLEM: "yellow"}


@dataclass(frozen=True)
class _Lines:
    """Lines for a console, each folded at its own indentation, without blanks at its end."""

    lines: tuple[tuple[int, Text], ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for indent, text in self.lines:
            for line in text.wrap(console, max(options.max_width - indent, LEAST_WORDS)):
                line.rstrip()
                line.pad_left(indent if line.plain else 0)
                yield line


def failure(outcome: Outcome) -> RenderableType:
    """A case that failed: what was expected where, and the call."""
    case = outcome.case
    lines = [(0, Text.assemble(("✗ ", "bold red"), (f"{case.flow}: {case.name}", "bold")))]
    for one in outcome.failures[:MOST_FAILURES]:
        place = f"{one.place.file}:{one.place.line}"
        lines.append((2, Text.assemble((f"{place} ", "bold"), (one.message, "red"))))
        lines += [(4, Text(one.hint, "dim"))] if one.hint else []
    if (more := len(outcome.failures) - MOST_FAILURES) > 0:
        lines.append((2, Text(f"and {more} more, which may come of these", "dim")))
    parts: list[RenderableType] = [_Lines(tuple(lines)), ""]
    if outcome.played and outcome.played.transcript:
        parts += [_Call(outcome.played), ""]
    return Group(*parts)


@dataclass(frozen=True)
class _Call:
    """A call: when, who, what, and where a node begins its name."""

    played: Played

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rows = list(_rows(self.played))
        names = max(cell_len(node) for _, node in rows)
        most = max(options.max_width - len(_margin(rows[0][0])) - 2 - names, LEAST_WORDS)
        wide = [cell_len(line.text) for line, node in rows if (node or not names) and line.who != PROBLEM]
        said = min(most, max(wide, default=0))
        problems = sum(len(step.problems) for step in self.played.steps)
        left = len(list(_sentences(self.played.transcript))) + problems - len(rows)
        if left > 0:
            yield Text(f"{'':22}({left} lines before)", "dim")
        for line, node in rows:
            style = _STYLES.get(line.who, "")
            first, *rest = Text(line.text, style).wrap(console, most) or [Text()]
            first.rstrip()
            after = f"{'':{max(said - first.cell_len, 0) + 2}}{node}" if node else ""
            yield Text.assemble((_margin(line), style or "dim"), first, (after, "dim"))
            for more in rest:
                more.rstrip()
                yield Text.assemble(" " * len(_margin(line)), more)


def _margin(line: Line) -> str:
    return f"{_clock(line.at):>10}  {line.who:<6}  "


def _rows(played: Played) -> Iterator[tuple[Line, str]]:
    """The last lines of a call, with what went wrong in it, each with its node where that is another.

    A key belongs to the node that asked for it, though the next one begins at the same moment.
    """
    node = ""
    problems = [Line(step.began, PROBLEM, text) for step in played.steps for text in step.problems]
    lines = sorted(
        [*problems, *_sentences(played.transcript)],
        key=lambda line: (round(line.at, 3), line.who != "caller"),
    )
    for line in lines[-MOST_LINES:]:
        now = line.at + (-_TICK if line.who == "caller" else _TICK)
        at = next((step.node for step in reversed(played.steps) if step.began <= now), node)
        yield line, at if at != node else ""
        node = at


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
    shown = list(places.items())[:most]
    wide = max((len(place) for place, _ in shown), default=0)
    nodes = max((len(ways[0].node) for _, ways in shown), default=0)
    lines: list[tuple[int, Text]] = []
    for place, ways in shown:
        names = ", ".join(way.outcome for way in ways if way.outcome) or "(never reached)"
        lines.append(
            (2, Text.assemble((f"{place:<{wide}}  ", "dim"), f"{ways[0].node:<{nodes}}  ", (names, "yellow")))
        )
    if len(places) > len(shown):
        lines.append((2, Text(f"and {len(places) - len(shown)} more; --missing lists them", "dim")))
    return _Lines(tuple(lines))


def transcript_text(played: Played) -> str:
    """A call as plain lines."""
    return "\n".join(
        f"{_clock(line.at):>8}  {line.who:<8}{line.text}" for line in _sentences(played.transcript)
    )
