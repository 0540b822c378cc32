"""How a simulation is shown: tables for the terminal, and a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import isfinite

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table

from ivr.acd.kpis import KPIS, SERVICE_LEVELS, Kpi
from ivr.acd.simulator.statistics import Interval
from ivr.acd.simulator.study import Limits, Study
from ivr.cli import common

COLUMNS = {
    "service_level": "in time",
    "asa": "ASA",
    "abandonment": "abandoned",
    "waits": "waited",
    "wait": "mean wait",
    "blocked": "blocked",
    "elsewhere": "elsewhere",
}
DRAWN = ("service_level", "asa", "abandonment")
_BAR = 20
_SEVERAL = 40


@contextmanager
def watching(limits: Limits) -> Iterator[Callable[[Study], None]]:
    """A bar of how many contacts came, of those that may."""
    columns = (TextColumn("simulating"), BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=common.talk(), transient=True) as bar:
        task = bar.add_task("", total=limits.contacts)

        def progress(study: Study) -> None:
            bar.update(task, completed=study.contacts, description=f"{study.contacts:,} contacts")

        yield progress


def show(study: Study, names: tuple[str, ...], console: Console) -> None:
    """Everything for people: each plan's groups, what differs, agents, and what was supposed."""
    for number, name in enumerate(names):
        console.print(_groups(study, number, name))
    if len(names) == 2:
        console.print(_differences(study, names))
    for number, name in enumerate(names):
        console.print(_agents(study, number, name))
    words = {"precise": "as precise as asked", "bound": "at the bound", "unstable": "unstable"}
    console.print(
        f"{study.contacts:,} contacts, {len(study.batches[0])} batches, {study.events:,} events;"
        f" ended: {words[study.ended]}. ± is half the {study.limits.confidence:.0%} interval.",
        style="dim",
    )


def picture(study: Study, names: tuple[str, ...]) -> str:
    """The same as an SVG document."""
    from ivr.drawing.whiskers import Dot, Panel, whiskers

    panels = []
    for name in DRAWN:
        kpi = KPIS[name]
        rows = tuple(
            (
                group or "all",
                tuple(
                    Dot(found.value, max(found.low, 0.0), _at_most(found.high, kpi))
                    for number in range(len(names))
                    for found in [study.figure(kpi, group, number)]
                ),
            )
            for group in _rows(study)
        )
        most = 1.0 if kpi.unit == "share" else None
        title = f"{kpi.title[:1].upper()}{kpi.title[1:]}"
        panels.append(Panel(title, rows, _axis(kpi), most))
    title = " against ".join(reversed(names)) if len(names) == 2 else names[0]
    about = f"{study.contacts:,} simulated contacts; whiskers: {study.limits.confidence:.0%} intervals"
    return whiskers(f"Simulated: {title}", about, names, panels)


def _groups(study: Study, number: int, name: str) -> Table:
    table = Table(title=name, title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("group")
    shown = {kpi: title for kpi, title in COLUMNS.items() if _tells(study, kpi, number)}
    for title in shown.values():
        table.add_column(title, justify="right")
    for form in ("F1", "F2", "F4", "F5"):
        table.add_column(form, justify="right", style="dim")
    for group in _rows(study):
        found = [_words(study.figure(KPIS[kpi], group, number), KPIS[kpi]) for kpi in shown]
        levels = [
            _words(study.figure(SERVICE_LEVELS[form], group, number), SERVICE_LEVELS[form], bare=True)
            for form in ("F1", "F2", "F4", "F5")
        ]
        table.add_row(group or "all", *found, *levels)
    return table


def _differences(study: Study, names: tuple[str, ...]) -> Table:
    """What the second plan would change; what is not clear is faint."""
    title = f"{names[1]} minus {names[0]}, on the same contacts"
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("group")
    shown = {kpi: title for kpi, title in COLUMNS.items() if _tells(study, kpi, 0) or _tells(study, kpi, 1)}
    for heading in shown.values():
        table.add_column(heading, justify="right")
    for group in _rows(study):
        cells = []
        for kpi in shown:
            found = study.difference(KPIS[kpi], group)
            text = _words(found, KPIS[kpi], signed=True)
            cells.append(text if found.clear else f"[dim]{text}[/dim]")
        table.add_row(group or "all", *cells)
    return table


def _agents(study: Study, number: int, name: str) -> Table:
    """Who works how much, the busiest first; of many, those at either end."""
    title = f"agents of {name}"
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for heading in ("agent", "occupancy", "", "answered/h"):
        table.add_column(heading, justify="left" if heading in ("agent", "") else "right")
    all_of = study.figure(KPIS["occupancy"], "", number)
    table.add_row("all", _words(all_of, KPIS["occupancy"]), _bar(all_of.value), "", style="bold")
    found = [(agent, *study.agent(agent, number)) for agent in study.plans[number].agents]
    found.sort(key=lambda each: -each[1].value if isfinite(each[1].value) else 1)
    half = _SEVERAL // 2
    left_out = len(found) - _SEVERAL
    for at, (agent, busy, hourly) in enumerate(found):
        if left_out > 0 and half <= at < half + left_out:
            if at == half:
                table.add_row(f"… {left_out} more", "", "", "", style="dim")
            continue
        table.add_row(agent, _words(busy, KPIS["occupancy"]), _bar(busy.value), f"{hourly:.1f}")
    return table


def _rows(study: Study) -> tuple[str, ...]:
    """The groups, and all together where there are several."""
    return (*study.groups, "") if len(study.groups) > 1 else study.groups


def _tells(study: Study, kpi: str, number: int) -> bool:
    """Whether a column has anything in it."""
    if kpi in ("service_level", "asa"):
        return True
    return any(study.figure(KPIS[kpi], group, number).value > 0 for group in study.groups)


def _words(found: Interval, kpi: Kpi, *, signed: bool = False, bare: bool = False) -> str:
    if not isfinite(found.value):
        return "–"
    sign = "+" if signed else ""
    scale, unit, digits = (100, " %", 1) if kpi.unit == "share" else (1, " s", 1)
    text = f"{found.value * scale:{sign}.{digits}f}"
    half = "" if bare or not isfinite(found.half) else f" ± {found.half * scale:.{digits}f}"
    return f"{text}{half}{unit}"


def _bar(share: float) -> str:
    return "█" * round(share * _BAR) if isfinite(share) else ""


def _axis(kpi: Kpi) -> Callable[[float], str]:
    if kpi.unit == "share":
        return lambda value: f"{value * 100:.3g} %"
    return lambda value: f"{value:.3g} s"


def _at_most(high: float, kpi: Kpi) -> float:
    return min(high, 1.0) if kpi.unit == "share" else high
