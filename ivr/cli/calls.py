"""`ivr calls`: the calls that were, what each caller went through, and the calls as they go."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree

    from ivr.store.calls import Journey, Page
    from ivr.store.database import Store
    from ivr.store.records import CallRecord, Step

_AGO = re.compile(r"(\d{1,6})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_ENDS = {
    "completed": "green",
    "transfer": "cyan",
    "abandoned": "yellow",
    "rejected": "yellow",
    "unreached": "yellow",
    "failed": "red",
    "lost": "red",
}
_SHORT = 8


class Moment(click.ParamType):  # type: ignore[type-arg] # generic only from click 8.2 on
    """`2h` (ago), `today`, `2026-11-23`, `2026-11-23T10:00+08:00`; without a zone, this machine's."""

    name = "when"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        now = datetime.now().astimezone()
        if value == "today":
            return now.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
        try:
            if ago := _AGO.fullmatch(value):
                return (now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})).astimezone(UTC)
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(
                f'"{value}" is no time; write 2h, 7d, today, 2026-11-23 or 2026-11-23T10:00', param, ctx
            )


@click.group("calls")
def command() -> None:
    """Calls that were, with their journeys, and those that are."""


@command.command("list")
@click.option("--since", type=Moment(), help="Calls that started then or later: 2h, today, 2026-11-23T10:00.")
@click.option("--until", type=Moment(), help="Calls that started before then.")
@click.option("--flow", default="", help="Calls of this flow.")
@click.option("--number", default="", help="How the caller's or the called number ends.")
@click.option(
    "--end",
    default="",
    help="How they ended: completed, abandoned, transfer, rejected, unreached, failed, lost.",
)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="Calls at most.")
@click.option("--before", default="", metavar="NEXT", help="Go on where the list before this one ended.")
@json_option
@settings_options
def list_(
    since: datetime | None,
    until: datetime | None,
    flow: str,
    number: str,
    end: str,
    limit: int,
    before: str,
    as_json: bool,
) -> None:
    """List calls, the latest first."""
    from ivr.cli import common
    from ivr.store.calls import Query, page

    with _store() as store:
        found = page(store, Query(since, until, flow, number, end, limit, before))
    if as_json:
        common.print_json(found)
    else:
        _print_page(found)


@command.command()
@click.argument("call")
@json_option
@settings_options
def show(call: str, as_json: bool) -> None:
    """Show one call and its journey. CALL is its id, or as much of it as no other has."""
    from ivr.cli import common
    from ivr.store.calls import journey

    with _store() as store:
        found = journey(store, call)
    if as_json:
        common.print_json(found)
    else:
        common.out().print(tree(found))


@command.command()
@click.option("--flow", default="", help="Calls in this flow.")
@click.option("--number", default="", help="How the caller's or the called number ends.")
@click.option("--once", is_flag=True, help="Show the calls of this moment, and end.")
@json_option
@settings_options
def watch(flow: str, number: str, once: bool, as_json: bool) -> None:
    """Watch the calls of a running `ivr serve`: where each caller is, and for how long. Ctrl-C ends it.

    With --json one line for each step, for programs: first a snapshot, then started, entered, left and
    finished.
    """
    from ivr.cli import common
    from ivr.cli.watch import Feed, View, Wish
    from ivr.cli.watch import watch as draw
    from ivr.errors import IvoryError

    def now() -> datetime:
        return datetime.now(UTC)

    feed, view, out = Feed(common.load().settings.ops), View(Wish(flow, number)), common.out()
    if as_json:
        for line in [feed.once()] if once else feed.lines():
            if wished := view.wish.narrowed(line):
                common.print_json(wished, line=True)
        if not once:
            raise IvoryError("the worker ended")
    elif once or not out.is_terminal:
        view.take(feed.once(), now())
        out.print(view.picture(now()))
    else:
        draw(feed, view, out, now)


def _store() -> Store:
    from ivr.cli import common
    from ivr.store.connect import open_store
    from ivr.store.schema import require_current

    store = open_store(common.load().settings.store.url, create=False)
    try:
        require_current(store)
    except BaseException:
        store.close()
        raise
    return store


def _print_page(page: Page) -> None:
    from rich.table import Table

    from ivr.cli import common

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("started", "call", "from", "to", "flow", "length", "end", "goals"):
        table.add_column(heading, justify="right" if heading == "length" else "left", overflow="fold")
    width = _telling_length([call.id for call in page.calls])
    for call in page.calls:
        table.add_row(
            f"{call.started.astimezone():%Y-%m-%d %H:%M:%S}",
            clean(call.id[:width], "cyan"),
            clean(call.ani or "withheld"),
            clean(call.dnis),
            clean(call.flow),
            _length(call),
            _end(call),
            clean(", ".join(call.goals)),
        )
    common.out().print(table)
    if page.next:
        common.talk().print(f"There are more: --before {page.next}", style="dim", soft_wrap=True)
    elif not page.calls:
        common.talk().print("No calls.")


def tree(journey: Journey) -> Tree:
    """A call and its journey, as a picture for a terminal."""
    from rich.text import Text
    from rich.tree import Tree

    call = journey.call
    head = Text.assemble(
        clean(call.id, "bold cyan"),
        f"  {call.started.astimezone():%Y-%m-%d %H:%M:%S}  ",
        clean(call.ani or "withheld"),
        clean(f" “{call.caller_name}”" if call.caller_name not in ("", call.ani) else "", "dim"),
        " → ",
        clean(call.dnis or "?"),
    )
    picture = Tree(head, guide_style="dim")
    words = [word for word in (call.language, f"version {call.version[:12]}" if call.version else "") if word]
    flow = picture.add(
        Text.assemble(clean(call.flow or "no flow", "bold"), clean("  " + " · ".join(words), "dim"))
    )
    for step in journey.steps:
        flow.add(_step(step, call))
    last = Text.assemble(_end(call), clean(f"  {call.hangup_cause}", "dim"))
    if length := _length(call):
        last.append(f"  after {length}")
    if call.goals:
        last.append_text(clean(f"  goals: {', '.join(call.goals)}", "green"))
    picture.add(last)
    if call.mos is not None:
        picture.add(_quality(call))
    return picture


def _quality(call: CallRecord) -> Text:
    from rich.text import Text

    figures = (
        ("MOS {:.2f}", call.mos),
        ("jitter {:.1f} ms", call.jitter_ms),
        ("{:g} % lost", call.loss_percent),
    )
    told = " · ".join(words.format(figure) for words, figure in figures if figure is not None)
    return Text(f"caller's audio: {told}", "dim")


def _step(step: Step, call: CallRecord) -> Text:
    from rich.text import Text

    name = step.node if step.flow == call.flow else f"{step.flow}:{step.node}"
    line = Text.assemble(
        (f"{_clock((step.entered - call.started).total_seconds()):>7}  ", "dim"),
        clean(name, "bold"),
        clean(f" {step.type}", "dim"),
    )
    if step.input:
        words = step.input if "“" in step.input else f"“{step.input}”"  # what was spoken has them already
        line.append_text(clean(f"  {words}", "cyan"))
    if step.outcome:
        line.append_text(clean(f"  → {step.outcome}", "red" if step.outcome == "error" else ""))
    if step.left is None:
        line.append("  never left", "yellow")
    else:
        line.append(f"  {(step.left - step.entered).total_seconds():.1f} s", "dim")
    for name, value in step.detail.items():
        words = " · ".join(map(str, value)) if isinstance(value, list) else str(value)
        line.append("\n          ").append_text(clean(f"{name}: {words}", "dim"))
    return line


def clean(text: str, style: str = "") -> Text:
    """Text that a stranger chose, for a terminal: no markup, no escape sequence, no line of its own."""
    from rich.text import Text

    return Text("".join(c if c.isprintable() else "\ufffd" for c in text), style)


def _end(call: CallRecord) -> Text:
    if call.end:
        return clean(call.end, _ENDS.get(call.end, ""))
    return clean("ended" if call.ended else "under way", "dim")


def _length(call: CallRecord) -> str:
    return _clock((call.ended - call.started).total_seconds()) if call.ended else ""


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(max(seconds, 0.0), 1), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02d}:{int(rest):02d}" if hours else f"{minutes}:{rest:04.1f}"


def _telling_length(ids: list[str]) -> int:
    """How much of each id tells it from the others on the page."""
    length = _SHORT
    while len({name[:length] for name in ids}) < len(set(ids)):
        length += 1
    return length
