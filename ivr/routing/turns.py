"""From a plan that somebody wrote to the plan in force, and back: the decisions people take about it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ivr.acd.plan import EMPTY, LoadedPlan, load
from ivr.acd.plan.diff import undone
from ivr.acd.plan.edit import changed, with_pins
from ivr.acd.plan.loader import LIMITS
from ivr.acd.plan.pins import KEPT, hashed, is_hash, is_kept, verify
from ivr.errors import Conflict, Finding, FlowError, IvoryError, NotFound
from ivr.flow import yaml
from ivr.flow.types import shortened
from ivr.store import plans
from ivr.store.database import Store
from ivr.store.plans import PlanTurn

SALT = 16
FILE, DUMPED, CHANGED, BACK = "file", "dumped", "changed", "rollback"
"""How a turn came about: from a file of somebody's own, from a dumped plan, by options, by going back."""
MOST_SHOWN = 5
"""Options, or turns, that a message names."""
_HEAD = re.compile(r"\A# turn (\d+)[^\n]*\n")


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a change: its turn (None where it is so already), and the warnings there were not
    before."""

    turn: PlanTurn | None
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Turns:
    """Where decisions about the plan are noted.

    Args:
        by: who decides.
    """

    store: Store
    by: str
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def log(self) -> Sequence[PlanTurn]:
        """All turns, the newest first, without their texts."""
        return plans.log(self.store)

    def present(self) -> LoadedPlan | None:
        """The plan in force; None where none was loaded. Raises IvoryError when it cannot be read."""
        number = plans.newest(self.store)
        return self.turn(number) if number else None

    def turn(self, number: int) -> LoadedPlan:
        """The plan of a turn. Raises IvoryError: there is none, or it cannot be read."""
        found = plans.get(self.store, number)
        if found is None:
            raise NotFound(f"the plan has no turn {number}", hint="`ivr acd log` lists them")
        return load(found.text, f"turn {number}", number)

    def put(self, text: str, file: str, message: str = "", *, anyway: bool = False) -> PlanTurn | None:
        """Put a plan in force; None where it is so already.

        Args:
            text: the YAML. A first line `# turn 7`, as `shown` writes it, says which turn it was made of. One
                without is taken to come from the file that was put in force last, and so has to have what was
                changed since in other ways.
            file: its name, for messages.
            anyway: also where it was made of an older turn, or undoes such changes.

        Raises:
            FlowError: it has errors.
            StoreError: somebody changed the plan meanwhile, or the database cannot.
        """
        plan = load(text, file)
        if errors := [finding for finding in plan.findings if finding.severity == "error"]:
            raise FlowError(errors)
        present = self.present()
        made_of = _HEAD.match(text)
        if made_of and not anyway:
            self._check_turn(int(made_of[1]), present.turn if present else 0)
        kept = _HEAD.sub("", with_pins(plan.text, _Keeper(plan, present or EMPTY)))
        if present and not made_of and not anyway:
            self._check_undone(present, kept)
        return self._note(kept, present, DUMPED if made_of else FILE, message)

    def change(
        self, changes: Callable[[LoadedPlan], Mapping[tuple[str, ...], object]], message: str = ""
    ) -> Changed:
        """Change single options of the plan in force, its comments kept. As `put` otherwise; with what the
        change gave cause to warn of.

        Args:
            changes: asked for values by path, such as `("agents", "1001", "grade")`; None takes one out.

        Raises:
            IvoryError: no plan was loaded yet, or as for `put`.
        """
        present = self.present()
        if present is None:
            raise IvoryError(
                "no plan is in the store yet", hint="load one first: `ivr acd load routing.yaml`"
            )
        plan = load(changed(present.text, changes(present)), "the plan")
        already = {(finding.code, finding.message) for finding in present.findings}
        new = [one for one in plan.findings if (one.code, one.message) not in already]
        if errors := [finding for finding in new if finding.severity == "error"]:
            raise FlowError(errors)
        turn = self._note(with_pins(plan.text, _Keeper(plan, present)), present, CHANGED, message)
        return Changed(turn, tuple(new))

    def rollback(self, number: int = 0, message: str = "") -> PlanTurn | None:
        """Put the plan of an earlier turn in force again: the one before, if none is named."""
        newest = plans.newest(self.store)
        wanted = number or newest - 1
        if wanted < 1:
            raise IvoryError("there is no turn before this one", hint="`ivr acd log` lists them")
        words = message or f"back to turn {wanted}"
        return self._note(self.turn(wanted).text, self.present(), BACK, words)

    def _check_turn(self, made_of: int, present: int) -> None:
        if made_of != present:
            raise Conflict(
                f"this plan was made of turn {made_of}, and turn {present} is in force",
                hint="`ivr acd diff` shows what changed; --anyway overwrites it",
                current=str(present),
            )

    def _check_undone(self, present: LoadedPlan, kept: str) -> None:
        """Refuse a file that does not have what was changed since a file was put in force."""
        base = plans.newest_from(self.store, [FILE])
        if base == present.turn:
            return
        earlier = plans.get(self.store, base)
        lost = undone(_data(earlier.text if earlier else "{}"), present.data, _data(kept))
        if not lost:
            return
        turns = [f"turn {one.turn} ({_who(one)})" for one in self.log() if one.turn > base]
        options = [f"{one.where}: {one.old or 'nothing'} → {one.new or 'nothing'}" for one in lost]
        raise Conflict(
            f"this file would undo what was changed by {_some(turns)}: {_some(options)}",
            hint="write that into the file, or change what `ivr acd dump` writes; --anyway undoes it",
            current=str(present.turn),
        )

    def _note(self, text: str, present: LoadedPlan | None, origin: str, message: str) -> PlanTurn | None:
        if present is not None and text == present.text:
            return None
        turn = PlanTurn((present.turn if present else 0) + 1, text, self.now(), self.by, message, origin)
        load(text, f"turn {turn.turn}")  # what is kept can be read
        plans.add(self.store, turn)
        return turn


def shown(plan: LoadedPlan) -> str:
    """A plan's text for people: its turn in the first line, and no PIN."""
    text = with_pins(plan.text, lambda _agent, _pin: KEPT)
    return f"# turn {plan.turn}\n{text}" if plan.turn else text


def _data(text: str) -> Any:
    return yaml.parse(text, "", LIMITS).data or {}


def _who(turn: PlanTurn) -> str:
    words = shortened(": ".join(filter(None, (turn.by, turn.message))))
    return "".join(sign for sign in words if sign.isprintable())


def _some(words: Sequence[str]) -> str:
    more = len(words) - MOST_SHOWN
    return ", ".join(words[:MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


class _Keeper:
    """Says how each PIN is kept: the hash there is, or a new one."""

    def __init__(self, plan: LoadedPlan, present: LoadedPlan) -> None:
        self._plan, self._present = plan, present

    def __call__(self, agent: str, written: str) -> str:
        before = self._present.centre.agents.get(agent)
        kept = before.pin.get_secret_value() if before and before.pin else ""
        if is_hash(written):
            return written
        if is_kept(written):
            if not kept:
                raise FlowError([self._none(agent)])
            return kept if is_hash(kept) else hashed(kept, os.urandom(SALT))
        return kept if kept and verify(kept, written) else hashed(written, os.urandom(SALT))

    def _none(self, agent: str) -> Finding:
        place = self._plan.place(("agents", agent, "pin"))
        return Finding(place, "A219", f"{agent} has no PIN yet that could be kept", "write its digits")
