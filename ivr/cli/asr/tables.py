"""A report of trials as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from ivr.cli import common

_SHARES = ("right", "asked", "asked_wrong", "missed", "wrong")
_HEADS = ("believed right", "asked back", "asked back wrongly", "not understood", "believed wrong")
_MOST = 10  # rows of what may be long
_NOBODY = "(nothing)"


def show(report: dict[str, Any]) -> None:
    """Print all of it."""
    out = common.out()
    out.print(Text(report["note"], style="italic"))
    if report["untaken"]:
        _title("Phrases that mean nothing, or something else, even word for word")
        for each in report["untaken"]:
            out.print(
                f'  {each["language"]} {each["node"]}: {each["choice"]} "{each["phrase"]}"', markup=False
            )
    if report["unknown"]:
        _title("Words of these phrases that an engine does not know, and can never hear")
        for each in report["unknown"]:
            out.print(f"  {each['engine']} {each['language']}: {', '.join(each['words'])}", markup=False)
    _shares("Choices", report["choices"], ("engine", "language", "node", "title"), ("", "", "", "choice"))
    _shares("Noise", report["noises"], ("engine", "language", "noise"))
    _engines(report["engines"])
    _confusion(report["confusion"])
    _collisions(report["collisions"])
    _strangers(report["strangers"])
    _mistakes(report["mistakes"])
    _thresholds(report["thresholds"])
    for each in report["untried"]:
        who = f"{each['engine']} in {each['language']}" if each["engine"] else each["language"]
        common.talk().print(f"[yellow]not tried: {escape(who)}: {escape(each['why'])}[/]")
    for each in report["below"]:
        where = f"{each['engine']} {each['language']} {each['node']}: {each['title']}"
        common.talk().print(f"[red]too low: {escape(where)}: {each['right']:.0f} % believed and right[/]")


def _title(text: str) -> None:
    common.out().print()
    common.out().print(Text(text, style="bold"))


def _table(heads: Sequence[str], numbers: int) -> Table:
    """A table whose last so many columns are numbers."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for at, head in enumerate(heads):
        table.add_column(head, justify="right" if at >= len(heads) - numbers else "left")
    return table


def _shares(
    title: str, rows: Sequence[dict[str, Any]], names: Sequence[str], heads: Sequence[str] = ()
) -> None:
    if not rows:
        return
    _title(f"{title}, in percent")
    shown = [head or name for head, name in zip(heads or [""] * len(names), names, strict=True)]
    failed = any(row["failed"] for row in rows)
    table = _table([*shown, "of", *_HEADS, *(["failed"] if failed else [])], 6 + failed)
    for row in rows:
        shares = [_share(row, share) for share in (*_SHARES, *(["failed"] if failed else []))]
        table.add_row(*(escape(row[name]) for name in names), str(row["utterances"]), *shares)
    common.out().print(table)


def _share(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if not value:
        return "[dim]·[/]"
    return f"[red]{value:.0f}[/]" if name in ("wrong", "failed") else f"{value:.0f}"


def _engines(rows: Sequence[dict[str, Any]]) -> None:
    _shares("Engines", rows, ("engine", "language"))
    table = _table(("engine", "language", "seconds an utterance", "x real time"), 2)
    for row in rows:
        slow = row["real_time_factor"] > 1
        factor = f"[red]{row['real_time_factor']:.3f}[/]" if slow else f"{row['real_time_factor']:.3f}"
        table.add_row(row["engine"], row["language"], f"{row['seconds_each']:.2f}", factor)
    common.out().print()
    common.out().print(table)


def _confusion(rows: Sequence[dict[str, Any]]) -> None:
    """What was said, against what was understood: a block for each engine, language and node."""
    blocks: dict[tuple[str, str, str], dict[tuple[str, str], int]] = {}
    for row in rows:
        block = blocks.setdefault((row["engine"], row["language"], row["node"]), {})
        block[row["said"], row["understood"]] = row["times"]
    for place, counts in blocks.items():
        if all(said == understood for said, understood in counts):
            continue
        _title(f"Said, and what it was taken for: {' '.join(place)}")
        said = list(dict.fromkeys(pair[0] for pair in counts))
        taken = [*said, *dict.fromkeys(pair[1] for pair in counts if pair[1] not in (*said, "")), ""]
        table = _table(["", *(escape(each) or _NOBODY for each in taken)], len(taken))
        for each in said:
            numbers = [counts.get((each, other), 0) for other in taken]
            marks = [
                str(number) if other in (each, "") or not number else f"[red]{number}[/]"
                for number, other in zip(numbers, taken, strict=True)
            ]
            table.add_row(escape(each), *(mark if mark != "0" else "[dim]·[/]" for mark in marks))
        common.out().print(table)


def _collisions(rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    _title("Taken for each other")
    for row in rows[:_MOST]:
        pair = " and ".join(row["choices"])
        example = f'"{row["said"]}" heard as "{row["heard"]}"'
        where = f"{row['language']} {row['node']}: {pair}"
        common.out().print(
            f"  {where}, {row['times']} of {row['of']}: {example}; {row['hint']}", markup=False
        )


def _strangers(rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    _title(
        "Not meant for the flow: sentences from elsewhere, chatter, and voices in the background, in percent"
    )
    table = _table(("engine", "language", "node", "of", "refused", "asked back", "believed"), 4)
    for row in rows:
        wrong = _share(row, "wrong")
        table.add_row(
            *(row["engine"], row["language"], row["node"], str(row["utterances"])),
            *(f"{row['missed']:.0f}", f"{row['asked_wrong']:.0f}", wrong),
        )
    common.out().print(table)


def _mistakes(rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    _title("Believed, and wrong")
    table = _table(("engine", "language", "node", "said", "heard", "taken for", "sure", "times"), 2)
    for row in rows:
        slots = ", ".join(f"{name} {value}" for name, value in row["slots"].items())
        said = f'"{row["said"]}"' if row["said"] else f"({row['noise'].split()[0]})"
        taken = f"{row['title']}{': ' if slots else ''}{slots}"
        texts = (row["engine"], row["language"], row["node"], said, f'"{row["heard"]}"', taken)
        table.add_row(*map(escape, texts), f"{row['confidence']:.2f}", str(row["times"]))
    common.out().print(table)


def _thresholds(rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    _title("Confidences that would have served these voices best, and what would have come of all utterances")
    heads = ("engine", "language", "accept", "confirm", "believed right", "asked back", "believed wrong")
    table = _table(heads, 5)
    for row in rows:
        now, then = row["now"], row["then"]
        table.add_row(
            *(row["engine"], row["language"], f"{row['accept']:.2f}", f"{row['confirm']:.2f}"),
            _change(now["right"], then["right"]),
            _change(now["asked"] + now["asked_wrong"], then["asked"] + then["asked_wrong"]),
            _change(now["wrong"], then["wrong"]),
        )
    common.out().print(table)


def _change(now: float, then: float) -> str:
    return f"{now:.0f} → {then:.0f} %"
