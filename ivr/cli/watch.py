"""The calls of a worker as they go, in a terminal: read from its `ops.listen`, drawn a few times a second."""

from __future__ import annotations

import http.client
import json
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ivr.cli.calls import clean
from ivr.control_client import UnixConnection
from ivr.errors import IvoryError
from ivr.settings import Ops

SILENCE = 10.0
"""Seconds without a line after which the worker is taken for gone; it says something every two."""
AGAIN_AFTER = 1.0
FRAME = 0.5
LONGEST_LINE = 1 << 26
UNREAD = 10_000
SLOW, STUCK = 30.0, 120.0
"""Seconds at one node from which a call is shown in yellow, and in red."""
ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing listens here


class Feed:
    """The worker's stream of lines. Raises IvoryError whenever it cannot be had."""

    def __init__(self, settings: Ops) -> None:
        if not settings.listen:
            raise IvoryError(
                "there is nothing to watch", hint="ops.listen is empty: set it where Ivory serves"
            )
        self._settings = settings

    def once(self) -> dict[str, Any]:
        """The calls of this moment."""
        line: dict[str, Any] = json.loads(next(self._lines("/calls")))
        return line

    def lines(self) -> Iterator[dict[str, Any]]:
        """First all calls, then each step of theirs; ends when the worker does."""
        return map(json.loads, self._lines("/calls/stream"))

    def _lines(self, path: str) -> Iterator[bytes]:
        listen, token = self._settings.listen, self._settings.token.get_secret_value()
        connection = _connection(listen)
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
            answer = connection.getresponse()
            if answer.status != 200:
                raise IvoryError(f"{listen} answered {answer.status}: {_why(answer)}", hint="see ops.token")
            while line := answer.readline(LONGEST_LINE):
                yield line
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            raise IvoryError(
                f"no calls to be seen at {listen}: {error or type(error).__name__}",
                hint="is `ivr serve` running? see ops.listen",
            ) from None
        finally:
            connection.close()


def _connection(listen: str) -> http.client.HTTPConnection:
    if listen.startswith("unix:"):
        return UnixConnection(listen.removeprefix("unix:"), SILENCE)
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    return http.client.HTTPConnection(ANY.get(host, host), int(port), timeout=SILENCE)


def _why(answer: http.client.HTTPResponse) -> str:
    try:
        return str(json.loads(answer.read(10_000))["error"])
    except (ValueError, KeyError, TypeError):
        return "no reason was given"


@dataclass(frozen=True, slots=True)
class Wish:
    """Which calls to show: of a flow, of numbers that end so; all when empty."""

    flow: str = ""
    number: str = ""

    def fits(self, call: Mapping[str, Any]) -> bool:
        ends = call["ani"].endswith(self.number) or call["dnis"].endswith(self.number)
        return ends and self.flow in ("", call["flow"])

    def narrowed(self, line: dict[str, Any]) -> dict[str, Any] | None:
        """A line of the stream as it is wished for; None when it is not."""
        if line["event"] == "snapshot":
            return {**line, "calls": [call for call in line["calls"] if self.fits(call)]}
        return line if "call" in line and self.fits(line["call"]) else None


@dataclass
class View:
    """What is known of the calls, from the lines so far. `trouble`: why nothing comes at present."""

    wish: Wish
    calls: dict[str, dict[str, Any]] = field(default_factory=dict)
    totals: dict[str, Any] = field(default_factory=dict)
    trouble: str = ""
    ahead: timedelta = timedelta()
    """How far the clock here is ahead of the worker's."""

    def take(self, line: Mapping[str, Any], now: datetime) -> None:
        """Note a line that came `now`."""
        if line["event"] == "trouble":
            self.trouble = line["why"]
            return
        self.trouble, self.ahead = "", now - datetime.fromisoformat(line["at"])
        self.totals = line.get("totals", self.totals)
        if line["event"] == "snapshot":
            self.calls = {call["id"]: call for call in line["calls"]}
        elif line["event"] == "finished":
            self.calls.pop(line["call"]["id"], None)
        elif "call" in line:
            self.calls[line["call"]["id"]] = line["call"]

    def picture(self, now: datetime, height: int = 10_000) -> RenderableType:
        """A table of at most `height` lines, the longest calls first, and a line that sums up."""
        there = now - self.ahead
        shown = sorted(filter(self.wish.fits, self.calls.values()), key=lambda call: call["started"])
        table = Table(box=None, expand=True, pad_edge=False, header_style="bold")
        for name, justify, ratio in COLUMNS:
            table.add_column(name, justify=justify, ratio=ratio, no_wrap=True, overflow="ellipsis")
        fitting = max(1, height - 3)
        for call in shown[:fitting]:
            table.add_row(*_row(call, there))
        parts: list[RenderableType] = [table]
        if len(shown) > fitting:
            parts.append(Text(f"… and {len(shown) - fitting} more", "dim"))
        return Group(*parts, self._sum(len(shown)))

    def _sum(self, shown: int) -> Text:
        total = len(self.calls)
        some = "" if shown == total else f"{shown} of "
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f"{some}{total} call{'' if total == 1 else 's'}", "bold")
        text.append(f" · {self.totals.get('last_minute', 0)} in the last minute")
        for end, count in sorted(self.totals.get("ends", {}).items()):
            text.append_text(clean(f" · {count} {end}", "dim"))
        return Text(f"waiting for the worker: {self.trouble}", "red") if self.trouble else text


COLUMNS: tuple[tuple[str, Any, int | None], ...] = (
    ("age", "right", None),
    ("from", "left", None),
    ("to", "left", None),
    ("flow", "left", 3),
    ("node", "left", 4),
    ("here", "right", None),
    ("last input", "left", 3),
    ("lang", "left", None),
)


def _row(call: Mapping[str, Any], now: datetime) -> list[Text]:
    here = (now - datetime.fromisoformat(call["entered"])).total_seconds()
    style = "red" if here >= STUCK else "yellow" if here >= SLOW else ""
    return [
        Text(_clock((now - datetime.fromisoformat(call["started"])).total_seconds()), "dim"),
        clean(call["ani"] or "withheld"),
        clean(call["dnis"]),
        clean(call["flow"]),
        clean(call["node"], f"bold {style}"),
        Text(_clock(here), style),
        clean(call["input"], "cyan"),
        clean(call["language"], "dim"),
    ]


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def watch(feed: Feed, view: View, console: Console, now: Callable[[], datetime]) -> None:
    """Draw until interrupted. A worker that goes is waited for: its successor is on its way."""
    lines: queue.Queue[dict[str, Any]] = queue.Queue(UNREAD)
    stream = feed.lines()
    view.take(next(stream), now())  # nobody there: said at once, in plain words
    threading.Thread(target=_follow, args=(feed, stream, lines), daemon=True).start()
    with Live(console=console, screen=True, auto_refresh=False) as live:
        while True:
            live.update(view.picture(now(), console.height), refresh=True)
            until = time.monotonic() + FRAME
            while (left := until - time.monotonic()) > 0:
                try:
                    view.take(lines.get(timeout=left), now())
                except queue.Empty:
                    break


def _follow(feed: Feed, stream: Iterator[dict[str, Any]], lines: queue.Queue[dict[str, Any]]) -> None:
    while True:
        why = "it is gone"
        try:
            for line in stream:
                lines.put(line)
        except IvoryError as error:
            why = error.message
        lines.put({"event": "trouble", "why": why})
        time.sleep(AGAIN_AFTER)
        stream = feed.lines()
