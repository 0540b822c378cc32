"""What callers choose at a menu, and which order of its options would save them time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ivr import i18n
from ivr.flow.model import Flow, Node
from ivr.insight.intervals import NOTHING, Estimate
from ivr.insight.mentions import Menuful, clauses
from ivr.insight.order import Said, best, saving
from ivr.insight.spread import Spread

LEAST = 100
"""Callers that must have listened to a menu before anything is said of its order."""
WORTH = 0.1
"""Seconds a call from which on another order is worth the designer's time."""
KEPT = frozenset("0*#")
"""Keys that stay where they are by convention: the person, and what is said last."""
SURE = 0.8
"""Part of the time until an option has been said before which a key can only come from a caller who knows the
menu: lengths are estimated within 15 %, and some press as soon as they hear the key's name."""
WHOLE = 0.85
"""Part of a prompt after which a caller may have heard it all, for the same reason."""
REACTION = 3.0
"""Seconds in which nearly everybody presses after hearing what they want."""


@dataclass
class Choices:
    """What callers did at one menu, counted.

    `first` holds the seconds after which callers pressed a choice at the first try, by their language and the
    key; `callers` all visits by language, whatever came of them.
    """

    chosen: Counter[str] = field(default_factory=Counter)
    callers: Counter[str] = field(default_factory=Counter)
    first: dict[tuple[str, str], Spread] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Advice:
    """How the options of a menu should be ordered.

    `present` and `order` are keys as they are said now and as they should be; equal, with a `reason`, when
    there is nothing to advise. `saving`: seconds per caller who comes to the menu; `per_day`: seconds of all
    of them in a day. `language`: whose prompt it was reckoned with, as most callers spoke it; `listened`: how
    many of them waited for their option, `callers`: of how many.
    """

    present: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    saving: Estimate = NOTHING
    per_day: float | None = None
    language: str = ""
    listened: int = 0
    callers: int = 0
    reason: str = ""


def merged(*several: Choices) -> Choices:
    """All of them in one."""
    whole = Choices()
    for one in several:
        whole.chosen.update(one.chosen)
        whole.callers.update(one.callers)
        for key, spread in one.first.items():
            whole.first.setdefault(key, Spread()).merge(spread)
    return whole


def options(node: Node | None) -> Mapping[str, Any]:
    """The options of a menu by key; none for what is none (any more)."""
    found: Mapping[str, Any] = getattr(node, "options", {}) if node is not None else {}
    return found


def advise(flow: Flow, node: Node, choices: Choices, days: float) -> Advice:
    """The order of options that would save this menu's callers most time.

    Args:
        days: over which the callers came.
    """
    spoken = Counter[str]()
    for language, count in choices.callers.items():
        spoken[_spoken(flow, language)] += count
    if not spoken:
        return Advice(reason="nobody came")
    language, callers = spoken.most_common(1)[0]
    menu = clauses(node.prompt, language, flow.prompts)  # type: ignore[attr-defined]  # a menu has one
    known = Advice(tuple(menu.heard()), tuple(menu.heard()), language=language, callers=callers)
    movable = set(options(node)) - KEPT - set(flow.always)
    if reason := _unmovable(menu, movable, getattr(node, "barge_in", None) or flow.defaults.barge_in):
        return replace(known, reason=reason)
    times: dict[str, Spread] = {}
    for (wish, key), spread in choices.first.items():
        if _spoken(flow, wish) == language:
            times.setdefault(key, Spread()).merge(spread)
    waits = waiting(menu, times)
    if waits is None:
        return replace(known, reason="its prompt is too short to tell who waits for what")
    known = replace(known, listened=round(sum(waits.values())))
    if known.listened < LEAST:
        return replace(known, reason=f"too few calls to say: {known.listened} listened, {LEAST} are needed")
    before = list(_said(menu, waits, movable))
    after = best(before, callers)
    gain = saving(before, after, callers)
    if before == after:
        return replace(known, reason="no other order saves time beyond chance")
    if gain.value is None or gain.low is None or gain.low <= 0 or gain.value < WORTH:
        return replace(known, reason=f"another order would save less than {WORTH} s a call")
    order = tuple(dict.fromkeys(each.key for each in after if each.key in known.present))
    return replace(known, order=order, saving=gain, per_day=gain.value * callers / days)


def waiting(menu: Menuful, times: Mapping[str, Spread]) -> dict[str, float] | None:
    """How many callers of each key pressed because they had heard of it; None: it cannot be told.

    Who pressed long before their option was said knew the menu, and no order helps them. Who heard the whole
    prompt before they pressed would hear it in any order. Among the options that are said last these cannot
    be told from those who just wait for them; their part is taken to be what it is among the others.

    Args:
        times: for each key the seconds after which it was pressed.
    """
    heard = {key: at for key, at in menu.heard().items() if key in times}
    whole = WHOLE * menu.seconds
    listened, prompt = dict[str, int](), dict[str, int]()
    for key, at in heard.items():
        knew = times[key].below(SURE * at)
        listened[key] = len(times[key]) - knew
        prompt[key] = times[key].below(max(whole, at + REACTION)) - knew
    telling = [key for key, at in heard.items() if at + REACTION < whole]
    told = sum(listened[key] for key in telling)
    if not told:
        return None
    part = sum(prompt[key] for key in telling) / told
    return {key: float(count) if key in telling else count * part for key, count in prompt.items()}


def _unmovable(menu: Menuful, movable: set[str], barge_in: str) -> str:
    """Why no order of these options would help; empty: one might."""
    if menu.unclear:
        return menu.unclear
    if barge_in in ("none", "speech"):
        return "its prompt cannot be interrupted, so that everybody hears it all"
    if len(movable & set(menu.heard())) < 2:
        return "fewer than two options could change places"
    return ""


def _said(menu: Menuful, waits: Mapping[str, float], movable: set[str]) -> Iterator[Said]:
    seen: set[str] = set()
    for number, clause in enumerate(menu.clauses):
        key = clause.key if clause.key not in seen else ""
        seen.add(key)
        # What speaks of no key, or of one again, needs a name of its own, which no key has.
        yield Said(key or f"clause {number}", clause.seconds, waits.get(key, 0.0), fixed=key not in movable)


def _spoken(flow: Flow, wish: str) -> str:
    return i18n.pick({tag: tag for tag in flow.languages}, wish)
