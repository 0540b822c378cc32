"""Tells a router what happens, and has done what it decides; the router itself does nothing.

What is done may make more happen at once (an agent who cannot be rung): that is told when the rest is done.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Collection

from ivr.acd import actions, events
from ivr.acd.actions import Action
from ivr.acd.events import Event as News
from ivr.acd.model import Plan
from ivr.acd.router import Router
from ivr.log import get
from ivr.routing.alarm import Alarm

log = get(__name__)


class Teller(ABC):
    """A router at work.

    Attributes:
        router: ask it (`explain`, `snapshot`), but tell it nothing: see `tell`.
        states: the latest of each agent.
        listeners: told of every action of the router, after it was carried out; they must not wait.
        news: told of what the router is told, before it is; they must neither wait nor raise.
        anew: called when the router is a new one, which knows of no opening hours.
    """

    def __init__(
        self,
        plan: Plan,
        clock: Callable[[], float] = time.time,
        router: Callable[[Plan], Router] = Router,
    ) -> None:
        self._plan, self._clock, self._new_router = plan, clock, router
        self._moment = clock()
        self.listeners: list[Callable[[Action], None]] = []
        self.news: list[Callable[[News], None]] = []
        self.anew: list[Callable[[], object]] = []
        self._pending: deque[News] = deque()
        self._busy = False
        self._alarm = Alarm(clock, lambda: self.tell(events.Tick()))
        self._begin()

    def _begin(self) -> None:
        """Know nobody."""
        self.router = self._new_router(self._plan)
        self.states: dict[str, actions.AgentChanged] = {}

    @property
    def planned(self) -> Plan:
        """The plan by which the router goes."""
        return self._plan

    def plan(self, plan: Plan) -> None:
        """Groups and agents are other ones from now on."""
        if plan != self._plan:
            self._plan = plan
            self.tell(events.PlanChanged(plan))

    @property
    def groups(self) -> Collection[str]:
        """The skill groups."""
        return self._plan.groups.keys()

    def now(self) -> float:
        """Seconds since the epoch; never less than before."""
        self._moment = max(self._moment, self._clock())
        return self._moment

    def tell(self, *news: News) -> list[Action]:
        """Tell the router what happened, and carry out what it answers, which is returned as well (empty when
        the desk is about something already; then it is done before that returns). May be called from an event
        handler; never waits, never raises."""
        self._pending.extend(news)
        if self._busy:
            return []
        self._busy, done = True, []
        try:
            while self._pending:
                for action in self._handled(self._pending.popleft()):
                    self._carry_out(action)
                    done.append(action)
        finally:
            self._busy = False
        self._alarm.set(self.router.due())
        return done

    def _handled(self, news: News) -> list[Action]:
        try:
            for listener in self.news:
                listener(news)
            return self.router.handle(news, self.now())
        except Exception:
            log.exception("router failed", news=type(news).__name__)
            return []

    def _carry_out(self, action: Action) -> None:
        try:
            if isinstance(action, actions.AgentChanged):
                self.states[action.agent] = action
            else:
                self._do(action)
        except Exception:
            log.exception("action failed", action=type(action).__name__)
        for listener in self.listeners:
            try:
                listener(action)
            except Exception:
                log.exception("a listener of the router failed", action=type(action).__name__)

    @abstractmethod
    def _do(self, action: Action) -> None:
        """Do what the router wants done; must not wait."""
