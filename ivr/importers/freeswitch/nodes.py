"""One flow's YAML: menus as nodes, what their entries do as nodes behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ivr.call import KEYS
from ivr.importers.freeswitch import parts, patterns
from ivr.importers.freeswitch.applications import PRESSED, Step
from ivr.importers.freeswitch.lines import prompt_lines
from ivr.importers.freeswitch.menus import Menu
from ivr.importers.freeswitch.patterns import Pattern
from ivr.importers.freeswitch.plan import Plan
from ivr.importers.freeswitch.ways import Way, Ways
from ivr.importers.writing import above, beside, duration, keys, scalar

MAX_PATTERN = 200  # characters that `collect` takes


class FlowMaker:
    """Writes one flow."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._ways = Ways(plan)

    def text(self, numbers: Sequence[str], language: str) -> str:
        """The whole file."""
        plan, root = self._plan, self._plan.root
        nodes: list[str] = []
        for menu in plan.menus:
            plan.following = []
            nodes += ["", *self._menu(menu)]
            for node in plan.following:
                nodes += ["", *node] if len(node) > 1 else node
        nodes += parts.goodbye(plan)
        file, line = Path(root.place.file).name, root.place.line
        lines = above([f'From the menu "{root.name}" of FreeSWITCH, {file}, line {line}.'], 0)
        lines += ["", f"id: {plan.ids[root.name]}"]
        if root.name != plan.ids[root.name]:
            lines.append(f"title: {scalar(root.name)}")
        lines.append(f"languages: [{language}]")
        if numbers:
            lines.append("numbers: [" + ", ".join(f'"{number}"' for number in numbers) + "]")
        if plan.variables:
            lines.append("vars:")
            lines += [beside(f"  {name}: null", remark) for name, remark in plan.variables.items()]
        lines += ["defaults:", f"  tries: {plan.tries(root)}", f"  noinput_after: {duration(root.timeout)}"]
        if root.inter_digit:
            lines.append(f"  digit_timeout: {duration(root.inter_digit)}")
        lines.append(f"  outcomes: {{exhausted: {plan.bye}, error: {plan.bye}}}")
        if plan.named:
            lines.append("prompts:")
            for name, items in plan.named.values():
                lines += prompt_lines(name, items, 2)
        return "\n".join([*lines, "", "nodes:", *nodes[1:]]) + "\n"

    def _menu(self, menu: Menu) -> list[str]:
        """The nodes of a menu: its PIN, itself, and what tells its choices apart."""
        remarks = parts.lost_options(self._plan, menu)
        confirm = parts.confirm(self._plan, menu)
        ways = self._ways.of(menu)
        taken = any(way.target for way in ways.values())
        body = [f"  {self._plan.node[menu.name]}:"]
        body = [*above(menu.element.before, 2), *body]
        if menu.name != self._plan.node[menu.name]:
            body[-1] = beside(body[-1], menu.name)
        lines = parts.pin(self._plan, menu)
        if taken and self._plan.collects(menu):
            lines += body + self._collect(menu, ways, confirm, remarks)
        elif taken:
            lines += body + self._choices(menu, ways, remarks)
        else:
            lines += body + above(remarks, 4) + self._only_heard(menu, ways)
        return lines

    def _choices(self, menu: Menu, ways: Mapping[str, Way], remarks: list[str]) -> list[str]:
        lines = [*above(remarks, 4), "    type: menu", *parts.greeting(self._plan, menu), "    options:"]
        for digits, way in ways.items():
            lines += above(way.remarks, 6)
            if way.target:
                lines.append(beside(f"      {keys(digits)}: {way.target}", way.beside))
        lines += parts.wrong(self._plan, menu, "nomatch")
        return lines + parts.patience(self._plan, menu, self._ways)

    def _only_heard(self, menu: Menu, ways: Mapping[str, Way]) -> list[str]:
        """A menu with nothing to choose: what it says is heard."""
        message = f'menu "{menu.name}" has no choice that could be carried over; it only speaks'
        remark = self._plan.report.differs(menu.place, message)
        lines = above([remark, *(each for way in ways.values() for each in way.remarks)], 4)
        return [
            *lines,
            "    type: play",
            *parts.greeting(self._plan, menu, once=True),
            f"    next: {self._plan.left(menu)}",
        ]

    def _collect(
        self, menu: Menu, ways: Mapping[str, Way], confirm: list[str], remarks: list[str]
    ) -> list[str]:
        """A menu whose choices are more than single keys: what is pressed is collected, then told apart."""
        node = self._plan.node[menu.name]
        self._plan.variables.setdefault(PRESSED, "what the caller pressed")
        chosen = {bind: way for bind, way in ways.items() if way.target}
        read = {bind: found for bind in chosen if bind.startswith("/") and (found := patterns.read(bind))}
        literals = {bind: way for bind, way in chosen.items() if not bind.startswith("/")}
        pattern = _pattern([*literals], list(read.values()))
        longest = max([1, menu.longest, *([] if menu.longest else [_longest(one) for one in read.values()])])
        lines = [
            *above(remarks, 4),
            "    type: collect",
            *parts.greeting(self._plan, menu),
            f"    into: {PRESSED}",
        ]
        terminator = "" if "#" not in "".join(literals) else ", terminator: none"
        lines.append(f"    digits: {{min: 1, max: {min(longest, 64)}{terminator}}}")
        wrong = ""
        if len(pattern) > MAX_PATTERN:
            wrong = self._plan.step(
                Step("play", f"{node}_wrong", items=tuple(parts.invalid(self._plan, menu))), node
            )
            pattern = f"[{KEYS[:-4]}A-D]+"
        lines += [f'    pattern: "{pattern}"', *confirm]
        lines += parts.wrong(self._plan, menu, "invalid")
        lines += parts.patience(self._plan, menu, self._ways)
        branch = self._branch(menu, literals, {bind: chosen[bind] for bind in read}, read, wrong)
        rest = [each for bind, way in ways.items() if bind not in chosen for each in way.remarks]
        if isinstance(branch, str):
            return [*lines, *above(rest, 4), f"    next: {branch}"]
        return [*lines, f"    next: {branch[0]}", "", f"  {branch[0]}:", *above(rest, 4), *branch[1]]

    def _branch(
        self,
        menu: Menu,
        literals: Mapping[str, Way],
        regular: Mapping[str, Way],
        read: Mapping[str, Pattern],
        wrong: str,
    ) -> str | tuple[str, list[str]]:
        """What tells choices apart: a target where there is only one, else a `branch`, its name and lines."""
        if not literals and len(regular) == 1 and not wrong:
            return next(iter(regular.values())).target
        plain = not any(set("*#ABCD") & set(digits) for digits in literals)
        cases: list[tuple[str, Way]] = [(f"{PRESSED} == '{digits}'", way) for digits, way in literals.items()]
        rest: Way | None = None
        for bind, way in regular.items():
            pattern = read[bind]
            condition = pattern.condition(PRESSED) if plain or pattern.words() else None
            if condition is not None and (wrong or bind != list(regular)[-1] or rest):
                cases.append((condition, way))
            elif rest is None and not wrong:
                rest = way
            else:
                remark = self._plan.report.lost(
                    menu.place, f'menu "{menu.name}": {bind} cannot be told apart from the other choices'
                )
                cases.append(("false", Way(way.target, (*way.remarks, remark))))
        node = self._plan.node[menu.name]
        name = self._plan.names.take(f"{node}_choice")
        lines = ["    type: branch"]
        if cases:
            lines.append("    cases:")
        for condition, way in cases:
            lines += above(way.remarks, 6)
            lines.append(beside(f"      - {{when: {scalar(condition)}, next: {way.target}}}", way.beside))
        if rest is not None:
            lines += [*above(rest.remarks, 4), beside(f"    else: {rest.target}", rest.beside)]
        else:
            lines.append(f"    else: {wrong or node}")
        return name, lines


def _pattern(literals: Sequence[str], read: Sequence[Pattern]) -> str:
    """What the whole entry must match: single keys as one class, then the longer ones, then the patterns."""
    single = "".join(key for key in KEYS if key in literals)
    parts = [str(patterns.Atom(frozenset(single)))] if single else []
    parts += [digits.replace("*", "[*]") for digits in literals if len(digits) > 1]
    return "|".join([*parts, *map(str, read)])


def _longest(pattern: Pattern) -> int:
    return max(sum(atom.most for atom in atoms) for atoms in pattern.alternatives)
