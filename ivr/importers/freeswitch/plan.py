"""What all parts of one flow have in common: who is called what, where menus lead, which nodes are there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ivr.call import KEYS
from ivr.importers.freeswitch import patterns
from ivr.importers.freeswitch.applications import Step
from ivr.importers.freeswitch.lines import WIDE, prompt_lines
from ivr.importers.freeswitch.menus import Entry, Menu
from ivr.importers.freeswitch.prompts import Item, Prompts
from ivr.importers.freeswitch.report import Report
from ivr.importers.writing import Names, beside

MAX_TRIES = 20


@dataclass
class Plan:
    """The flow of `menus`, whose first it begins with.

    Args:
        every: all menus by name, those of other flows, too.
        ids: the flows there will be, by the name of the menu they begin with.
        for_good: menus that run this flow's own again: a call goes there, and does not come back.

    Attributes:
        node, entered: by menu, its node, and the node that is entered first: where a PIN is asked for.
        bye: where a caller goes who leaves.
        following: nodes that were made and are to stand behind the menu that is being written.
        named: by what FreeSWITCH would play, the flow's prompts that have a name.
    """

    menus: Sequence[Menu]
    every: Mapping[str, Menu]
    ids: Mapping[str, str]
    for_good: Collection[str]
    prompts: Prompts
    report: Report
    names: Names = field(default_factory=Names)
    named: dict[str, tuple[str, list[Item]]] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    following: list[list[str]] = field(default_factory=list)
    _prompt_names: Names = field(default_factory=lambda: Names(()))
    _collecting: dict[str, bool] = field(default_factory=dict)
    _made: dict[tuple[object, ...], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root = self.menus[0]
        self.node = {menu.name: self.names.take(menu.name) for menu in self.menus}
        self.entered = {
            menu.name: self.names.take(f"{self.node[menu.name]}_pin")
            if menu.get("pin")
            else self.node[menu.name]
            for menu in self.menus
        }
        self.parents: dict[str, list[str]] = {}
        for menu in self.menus:
            for sub in menu.subs():
                if sub != menu.name and menu.name not in self.parents.setdefault(sub, []):
                    self.parents[sub].append(menu.name)
        self.bye = self.names.take("goodbye") if self.root.get("exit-sound") else "end"

    def collects(self, menu: Menu) -> bool:
        """Whether a menu takes more than single choices, which `menu` cannot: patterns, or an entry that is
        read back."""
        if menu.name not in self._collecting:
            self._collecting[menu.name] = self._takes_more(menu)
        return self._collecting[menu.name]

    @staticmethod
    def _takes_more(menu: Menu) -> bool:
        key = menu.get("confirm-key")[:1]
        asks = bool(menu.get("confirm-macro") and key and key in KEYS[:12])
        return asks or any(e.digits.startswith("/") and patterns.read(e.digits) for e in menu.entries)

    def step(self, step: Step, then: str, failed: str = "") -> str:
        """The name of a node that does a step; one that is there already is used again."""
        if step.menu:
            return self._subflow(step, then)
        lead = () if step.final else (f"next: {then if step.stays else 'end'}",)
        if step.fails and failed:
            lead = (*lead, f"outcomes: {{error: {failed}}}")
        key = (step.type, step.options, step.items, lead)
        if key in self._made:
            return self._made[key]
        name = self._made[key] = self.names.take(step.name, step.type)
        for variable in step.variables:
            self.variables.setdefault(variable, "")
        prompt = prompt_lines("prompt", list(step.items), 4) if step.items else []
        inline = [line.strip() for line in prompt] if len(prompt) == 1 and "  #" not in prompt[0] else []
        line = f"  {name}: {{" + ", ".join([f"type: {step.type}", *step.options, *inline, *lead]) + "}"
        if len(line) <= WIDE and bool(inline) == bool(prompt):
            self.following.append([beside(line, step.remark)])
        else:
            body = [f"    {option}" for option in step.options]
            end = [f"    {option}" for option in lead]
            self.following.append(
                [beside(f"  {name}:", step.remark), f"    type: {step.type}", *body, *prompt, *end]
            )
        return name

    def _subflow(self, step: Step, then: str) -> str:
        """Another menu that is run for itself: another flow."""
        if step.menu in self.for_good:
            self.report.once(
                f"run {self.root.name}/{step.menu}",
                self.root.place,
                f'menu "{self.root.name}" runs "{step.menu}", which runs it again: calls go there for good',
            )
            return f"flow:{self.ids[step.menu]}"
        return self.step(Step("subflow", step.name, (f"flow: {self.ids[step.menu]}",)), then)

    def left(self, menu: Menu) -> str:
        """Where a menu that is over leads: the one before, or the goodbye."""
        parents = self.parents.get(menu.name, [])
        if menu is self.root and not parents:
            return self.bye
        if menu is self.root:
            self.report.once(
                f"circle {menu.name}",
                menu.place,
                f'menu "{menu.name}" begins the flow and is a sub-menu, too: left, it says goodbye',
            )
            return self.bye
        if len(parents) == 1:
            return self.node[parents[0]]
        if menu.get("pin"):
            self.report.once(
                f"pin {menu.name}",
                menu.place,
                f'`back` from menu "{menu.name}", which several menus lead to, asks for its PIN again',
            )
        return "back"

    def prompt_name(self, source: str, items: list[Item], otherwise: str) -> str:
        """The name of a prompt of the flow."""
        if source not in self.named:
            wish = source.partition(":")[2].partition(":")[0] if source.startswith("phrase:") else otherwise
            self.named[source] = self._prompt_names.take(wish, "prompt"), items
        return self.named[source][0]

    def tries(self, menu: Menu) -> int:
        tries = max(menu.failures, menu.timeouts)
        if menu.failures != menu.timeouts:
            message = (
                f'menu "{menu.name}": {menu.failures} failures and {menu.timeouts} time-outs are counted'
                f" together here, up to {min(tries, MAX_TRIES)}"
            )
            self.report.differs(menu.place, message)
        if tries > MAX_TRIES:
            self.report.differs(menu.place, f'menu "{menu.name}": {tries} tries became {MAX_TRIES}')
        return min(tries, MAX_TRIES)

    def lost(self, menu: Menu, entry: Entry, reason: str, hint: str = "") -> str:
        what = f"{entry.digits}: {entry.action} {entry.argument}".strip()
        trailing = f" ({entry.element.behind})" if entry.element.behind else ""
        return self.report.lost(entry.place, f'menu "{menu.name}": {what}{trailing}: {reason}', hint)
