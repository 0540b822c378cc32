"""Whom a customer knows: their own agent (专属经理) comes first, then who served them last in that group.

The router remembers who served whom since the worker began; what was before, the directory found when the
customer called. Nothing here waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ivr.acd.events import Event, Remembered
from ivr.acd.model import Contact, Plan
from ivr.store.customers import Acquaintance


class History:
    """Prepares contacts for the router.

    Args:
        known: what was found of a customer, as far as it was looked up (`CustomerDirectory.known`).
        plan: the groups and agents of now.
        tell: tells the router.
    """

    def __init__(
        self,
        known: Callable[[str], Acquaintance | None],
        plan: Callable[[], Plan],
        tell: Callable[[Event], object],
    ) -> None:
        self._known, self._plan, self._tell = known, plan, tell

    def acquaint(self, contact: Contact) -> Contact:
        """Tell the router who served this customer, and give the contact the customer's own agent, if that is
        one of the group's and the flow named nobody. Of a withheld number nothing is known."""
        found = self._known(contact.customer) if contact.customer else None
        if found is None:
            return contact
        for one in found.served:
            if one.group == contact.group:
                self._tell(Remembered(contact.customer, one.group, one.agent, one.at.timestamp()))
        plan, own = self._plan(), found.customer.agent if found.customer else ""
        agent, group = plan.agents.get(own), plan.groups.get(contact.group)
        if agent is None or group is None or group.id not in agent.tiers or contact.preferred or contact.only:
            return contact
        return replace(contact, preferred=own, prefer_for=group.last_agent_wait)
