"""Where the entries of a menu lead: each action a node or a target, one behind the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ivr.call import KEYS
from ivr.importers.freeswitch import patterns
from ivr.importers.freeswitch.applications import PRESSED, Lost, Step, Task, played, steps
from ivr.importers.freeswitch.menus import Entry, Menu
from ivr.importers.freeswitch.patterns import Pattern
from ivr.importers.freeswitch.plan import Plan

MAX_KEYS = 10  # of a choice in a menu


@dataclass(frozen=True, slots=True)
class Way:
    """Where an entry leads; `target` is empty when nothing of it could be carried over."""

    target: str
    remarks: tuple[str, ...] = ()
    beside: str = ""


class Ways:
    """Finds the ways out of menus, and has the nodes made that lie on them."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def of(self, menu: Menu) -> dict[str, Way]:
        """Where each of its digits leads, in the order of the file."""
        ways: dict[str, Way] = {}
        read = {entry.digits: patterns.read(entry.digits) for entry in menu.entries if entry.digits[0] == "/"}
        groups: dict[str, list[Entry]] = {}
        for entry in menu.entries:
            groups.setdefault(entry.digits, []).append(entry)
        matchers = {digits: re.compile(str(pattern)) for digits, pattern in read.items() if pattern}
        for digits in groups:
            if not digits.startswith("/"):
                if not all(key in KEYS for key in digits) or len(digits) > MAX_KEYS:
                    remark = self._plan.report.lost(
                        groups[digits][0].place,
                        f'menu "{menu.name}": "{digits}" cannot be pressed as a choice',
                    )
                    ways[digits] = Way("", (remark,))
                    continue
                # FreeSWITCH does everything that matches, one after the other.
                also = [d for d, matcher in matchers.items() if matcher.fullmatch(digits)]
                entries = (
                    groups[digits]
                    if not also
                    else [entry for entry in menu.entries if entry.digits in (digits, *also)]
                )
                ways[digits] = self._way(menu, entries, None)
            elif (pattern := read[digits]) is None:
                remark = self._plan.report.lost(
                    groups[digits][0].place,
                    f'menu "{menu.name}": the digits {digits} cannot be written as a pattern of a flow',
                    "list them, or write a `collect` node",
                )
                ways[digits] = Way("", (remark,))
            else:
                ways[digits] = self._way(menu, groups[digits], pattern)
        return ways

    def _way(self, menu: Menu, entries: Sequence[Entry], pattern: Pattern | None) -> Way:
        """What happens for some digits: the nodes of their entries, one behind the other."""
        remarks: list[str] = []
        done: list[Step | str] = []
        for entry in entries:
            remarks += entry.element.before
            if done and (isinstance(done[-1], str) or not done[-1].stays or done[-1].final):
                remarks.append(self._plan.lost(menu, entry, "the call has left before"))
                continue
            try:
                done += self._acts(menu, entry, pattern)
            except Lost as lost:
                remarks.append(self._plan.lost(menu, entry, lost.reason, lost.hint))
        trailing = "; ".join(entry.element.behind for entry in entries if entry.element.behind)
        if not done:
            nothing = entries and all(e.action == "menu-exec-app" for e in entries) and not remarks
            return Way(self._plan.node[menu.name] if nothing else "", tuple(remarks), trailing)
        node = self._plan.node[menu.name]
        alone = len(done) == 1
        target = node
        for step in reversed(done):
            target = step if isinstance(step, str) else self._plan.step(step, target, node)
        again = alone and target == node and not self._plan.collects(menu)
        return Way("repeat" if again else target, tuple(remarks), trailing)

    def _acts(self, menu: Menu, entry: Entry, pattern: Pattern | None) -> list[Step | str]:
        """What one entry does: nodes, or a target. Raises Lost."""
        match entry.action:
            case "menu-exit":
                return [self._plan.bye]
            case "menu-back":
                return [self._plan.left(menu)]
            case "menu-top":
                return [self._plan.node[self._plan.root.name]]
            case "menu-sub":
                if entry.argument not in self._plan.every:
                    raise Lost(f'there is no menu "{entry.argument}"', "FreeSWITCH would end the menu there")
                return [
                    self._plan.node[menu.name]
                    if entry.argument == menu.name
                    else self._plan.entered[entry.argument]
                ]
            case "menu-play-sound":
                return list(played(self._plan.prompts.items(entry.argument, entry.place)))
            case "menu-say-text":
                return list(played(self._plan.prompts.items(f"say:{entry.argument}", entry.place)))
            case "menu-say-phrase":
                name, _, data = entry.argument.partition(",")
                return list(played(self._plan.prompts.items(f"phrase:{name}:{data}", entry.place)))
            case "menu-exec-app":
                command = entry.argument
            case "menu-call-transfer":
                command = f"transfer {entry.argument}"
            case _:
                raise Lost(f'there is no action "{entry.action}"', "FreeSWITCH would refuse the whole menu")
        values = tuple(pattern.value(group, PRESSED) for group in range(10)) if pattern else ()
        task = Task("", entry.place, self._plan.prompts, self._plan.report, values)
        done = self._steps(command, task)
        if command.split()[:1] == ["transfer"] and menu.get("transfer-sound"):
            items = self._plan.prompts.items(menu.get("transfer-sound"), menu.element.at("transfer-sound"))
            done = [*(played(items) if items else ()), *done]
        return list(done)

    def _steps(self, command: str, task: Task) -> list[Step]:
        """The nodes an application becomes. Raises Lost."""
        done = steps(command, task)
        for step in done:
            if step.menu and step.menu not in self._plan.ids:
                raise Lost(f'there is no menu "{step.menu}"')
        return done

    def exhausted(self, menu: Menu) -> tuple[str, list[str]]:
        """Where it leads after the last try. Silence and wrong keys end alike here."""
        given = {
            name: menu.get(name)
            for name in ("exec-on-max-timeouts", "exec-on-max-failures")
            if menu.get(name)
        }
        remarks: list[str] = []
        target = ""
        for name, command in given.items():
            place = menu.element.at(name)
            if target:
                if command != next(iter(given.values())):
                    message = f'menu "{menu.name}": {name}="{command}"; silence and wrong keys end alike'
                    remarks.append(self._plan.report.lost(place, message))
                continue
            try:
                target = self._plan.left(menu)
                for step in reversed(
                    self._steps(command, Task("", place, self._plan.prompts, self._plan.report))
                ):
                    target = self._plan.step(step, target, target)
            except Lost as lost:
                target = ""
                remarks.append(
                    self._plan.report.lost(
                        place, f'menu "{menu.name}": {name}="{command}": {lost.reason}', lost.hint
                    )
                )
        if len(given) == 1 and target:
            self._plan.report.differs(
                menu.element.at(next(iter(given))),
                f'menu "{menu.name}": {next(iter(given))} is for silence and wrong keys alike',
            )
        return target or self._plan.left(menu), remarks
