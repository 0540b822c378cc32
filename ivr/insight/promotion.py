"""Options that callers want so much that they belong one menu higher."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.flow.model import Flow
from ivr.insight.intervals import Estimate, wilson
from ivr.insight.mentions import clauses
from ivr.insight.menus import KEPT, LEAST, Choices, options, waiting
from ivr.insight.shape import At
from ivr.insight.spread import Spread

MOST = 5
"""Options a menu may have; more are not remembered."""
WORTH = 0.5
"""Seconds a call from which on it is worth it: another option is a burden to everybody who hears it."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """An option to offer at `menu` itself, before what leads to it now (`by`): `option` of `below`.

    `callers`: how many took this way; `share`: of those who came to `menu`. `saving`: seconds per caller who
    comes to `menu`, what all others hear longer taken off; its bounds are those of the share.
    """

    flow: str
    menu: str
    by: str
    below: str
    option: str
    callers: int
    share: Estimate
    saving: Estimate


def promotions(
    flows: Mapping[str, Flow],
    menus: Mapping[At, Choices],
    deeper: Mapping[tuple[At, str, At, str], Spread],
) -> list[Promotion]:
    """What to offer earlier, the most saving first.

    Who wants it is spared the second menu (the mean time that its callers spend there until they choose it);
    who waits for an option said behind it hears its clause as well.
    """
    found = []
    for (above, by, below, option), seconds in deeper.items():
        if len(seconds) >= LEAST and above[0] == below[0] and above[0] in flows and above != below:
            one = _promotion(flows[above[0]], above, by, below, option, menus[above], seconds)
            if one is not None:
                found.append(one)
    return sorted(found, key=lambda one: -(one.saving.value or 0.0))


def _promotion(
    flow: Flow, above: At, by: str, below: At, option: str, choices: Choices, seconds: Spread
) -> Promotion | None:
    upper, lower = flow.nodes.get(above[1]), flow.nodes.get(below[1])
    if upper is None or lower is None or option in KEPT or len(set(options(upper)) - KEPT) >= MOST:
        return None
    language = flow.languages[0]
    menu = clauses(upper.prompt, language, flow.prompts)  # type: ignore[attr-defined]  # menus have one
    other = clauses(lower.prompt, language, flow.prompts)  # type: ignore[attr-defined]
    clause = next((each for each in other.clauses if each.key == option), None)
    heard = menu.heard()
    if menu.unclear or clause is None or by not in heard:
        return None
    times: dict[str, Spread] = {}
    for (_, key), spread in choices.first.items():
        times.setdefault(key, Spread()).merge(spread)
    waits = waiting(menu, times) or {key: float(len(spread)) for key, spread in times.items()}
    callers = choices.callers.total()
    behind = sum(count for key, count in waits.items() if heard.get(key, 0.0) >= heard[by])
    burden = clause.seconds * behind / callers
    share = wilson(len(seconds), callers)
    saved = share.scaled(seconds.mean, -burden)
    if saved.value is None or saved.value < WORTH or not saved.clear:
        return None
    return Promotion(*above, by, below[1], option, len(seconds), share, saved)
