"""Agents as their own telephones drive them: whose telephone it is, whether it is their PIN, what they want.

A PIN of four digits is found by whoever may try ten thousand times. So wrong ones are counted for each agent
and for each unknown id over all calls, and after a few nobody gets in by PIN for a while.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Final

import gevent

from ivr.acd.plan import LoadedPlan
from ivr.acd.plan.pins import hashed, verify
from ivr.log import get
from ivr.routing.orders import Orders
from ivr.routing.staff import Staff
from ivr.runtime.people import keyed
from ivr.runtime.ports import Code

log = get(__name__)

WRONG: Final = 5
"""Wrong PINs in a row after which an agent gets in by PIN no more."""
LOCKED: Final = 900.0
"""Seconds for which that lasts."""
MOST: Final = 10_000
"""Ids whose wrong PINs are remembered; beyond that the oldest is forgotten."""
_NOBODY: Final = hashed("0000", b"nobody has a PIN")
"""Compared with where there is none, so that it takes as long."""


class AgentPhones:
    """Agents at telephones; it is `Services.agents`.

    Args:
        plan: the plan in force.
        clock: seconds, for how long a lock lasts.
    """

    def __init__(
        self,
        staff: Staff,
        plan: Callable[[], LoadedPlan],
        orders: Orders,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._staff, self._plan, self._orders, self._clock = staff, plan, orders, clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def by_number(self, number: str) -> str:
        """Whose extension it is; empty when it is nobody's. Compared as it stands: an outside number that
        looks like an extension must not come here (see the node's page)."""
        if not number:
            return ""
        for agent, profile in self._plan().centre.agents.items():
            if number == (profile.extension or agent):
                return agent
        return ""

    def check(self, agent: str, pin: str) -> bool:
        """Whether it is their PIN. Waits (for a thread), as long for an agent there is none of."""
        profile = self._plan().centre.agents.get(agent)
        kept = profile.pin.get_secret_value() if profile is not None and profile.pin is not None else ""
        fits: bool = gevent.get_hub().threadpool.apply(verify, (kept or _NOBODY, pin))
        if self._locked(agent):
            log.warning("agent locked out", agent=agent)
            return False
        if kept and fits:
            self._wrong.pop(agent, None)
            return True
        self._note(agent)
        return False

    def state(self, agent: str) -> str:
        """The agent's state; empty when there is no such agent."""
        if agent not in self._plan().centre.agents:
            return ""
        known = self._staff.desk.states.get(agent)
        return known.state if known else "logged_out"

    def reasons(self, language: str) -> Sequence[Code]:
        """The plan's reasons for a break that have a key."""
        return keyed(self._plan().centre.breaks, language)

    def dispositions(self, agent: str, language: str) -> Sequence[Code]:
        """The codes with a key that an agent's last contact takes."""
        wanted = self._staff.dispositions(agent)
        codes = self._plan().centre.dispositions
        return keyed({name: codes[name] for name in wanted if name in codes}, language)

    def order(self, name: str, agent: str, **given: Any) -> None:
        """Do what they ask for. Raises IvoryError where it cannot be done now."""
        values = {key: value for key, value in given.items() if value is not None}
        self._orders.give(name, f"phone:{agent}", {"agent": agent, **values})

    def _locked(self, agent: str) -> bool:
        count, until = self._wrong.get(agent, (0, 0.0))
        return count >= WRONG and self._clock() < until

    def _note(self, agent: str) -> None:
        count, until = self._wrong.pop(agent, (0, 0.0))
        now = self._clock()
        self._wrong[agent] = (count + 1 if now < until else 1, now + LOCKED)
        if len(self._wrong) > MOST:
            self._wrong.popitem(last=False)
