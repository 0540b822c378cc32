"""From menus to flows: one flow for each menu that nobody but the dialplan leads to, its sub-menus as nodes.

So `back`, the way to the top and the goodbye are what they were. A menu that several flows lead to is in each
of them, because where "top" and "exit" lead depends on where the caller came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ivr.errors import Place
from ivr.importers.base import Draft, ImportFailed
from ivr.importers.freeswitch.menus import Menu
from ivr.importers.freeswitch.nodes import FlowMaker
from ivr.importers.freeswitch.plan import Plan
from ivr.importers.freeswitch.prompts import Prompts
from ivr.importers.freeswitch.report import Report
from ivr.importers.writing import Names

MAX_COPIES = 20_000  # nodes for menus, in all flows together


def roots(menus: Mapping[str, Menu], started: Iterable[str]) -> list[str]:
    """The menus that flows begin with: those the dialplan starts, those no other leads to, and of menus that
    lead to each other in a circle the first."""
    led_to = {sub for menu in menus.values() for sub in menu.subs() if sub != menu.name}
    begun = [name for name in menus if name in set(started) or name not in led_to]
    reached = {name for root in begun for name in within(menus, root)}
    for name in menus:
        if name not in reached:
            begun.append(name)
            reached.update(within(menus, name))
    return [name for name in menus if name in set(begun)]


def within(menus: Mapping[str, Menu], root: str) -> list[str]:
    """A menu and all it leads to, itself first."""
    found: dict[str, None] = {}
    todo = [root]
    while todo:
        name = todo.pop()
        if name in menus and name not in found:
            found[name] = None
            todo += reversed(menus[name].subs())
    return list(found)


def drafts(
    menus: Mapping[str, Menu],
    numbers: Mapping[str, Sequence[str]],
    language: str,
    prompts: Prompts,
    report: Report,
) -> list[Draft]:
    """The flows. Raises ImportFailed when they would be too many."""
    started = {*numbers, *(name for menu in menus.values() for name in _run(menu))}
    begins = roots(menus, started)
    names = Names(())
    ids = {name: names.take(name) for name in begins}
    runs = {
        root: {run for name in within(menus, root) for run in _run(menus[name]) if run in ids} for root in ids
    }
    copies: dict[str, int] = {}
    made: list[Draft] = []
    for root in begins:
        inside = within(menus, root)
        for name in inside:
            copies[name] = copies.get(name, 0) + 1
        if sum(copies.values()) > MAX_COPIES:
            hint = "import fewer files at a time"
            raise ImportFailed(
                f"more than {MAX_COPIES:,} menus in these flows", place=menus[root].place, hint=hint
            )
        for_good = frozenset(name for name in runs[root] if root in _reached(runs, name))
        maker = FlowMaker(Plan([menus[name] for name in inside], menus, ids, for_good, prompts, report))
        made.append(Draft(ids[root], maker.text(numbers.get(root, ()), language)))
    for name, number in copies.items():
        if number > 1:
            message = f'menu "{name}" is in {number} flows, which lead back from it to different places'
            report.differs(menus[name].place, message, "change it in each of them")
    return made


def _run(menu: Menu) -> Iterable[str]:
    """The menus it starts anew by the application `ivr`."""
    commands = [entry.argument for entry in menu.entries if entry.action == "menu-exec-app"]
    for command in (*commands, menu.get("exec-on-max-failures"), menu.get("exec-on-max-timeouts")):
        name, _, argument = command.strip().partition(" ")
        if name == "ivr":
            yield argument.strip()


def _reached(runs: Mapping[str, Iterable[str]], begin: str) -> set[str]:
    """A flow, and all that run in it, in these, and so on."""
    found: set[str] = set()
    todo = [begin]
    while todo:
        if (name := todo.pop()) not in found:
            found.add(name)
            todo += runs[name]
    return found


def unique(menus: Iterable[Menu], report: Report) -> dict[str, Menu]:
    """Menus by name; FreeSWITCH finds the first of a name."""
    found: dict[str, Menu] = {}
    for menu in menus:
        if not menu.name:
            report.lost(menu.place, "a menu without a name is never found by FreeSWITCH")
        elif menu.name in found:
            first: Place = found[menu.name].place
            message = (
                f'a second menu "{menu.name}" is never found by FreeSWITCH; the first is in line {first.line}'
            )
            report.lost(menu.place, message)
        else:
            found[menu.name] = menu
    return found
