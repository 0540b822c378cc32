"""What agents do, written down as it happens: their state of now, how they came to it and by whose order,
and how long they wrote notes after each contact.
"""

from __future__ import annotations

from collections.abc import Callable

from ivr.acd.actions import AgentChanged
from ivr.acd.events import AgentRestored
from ivr.acd.model import Contact
from ivr.routing.moments import arrival, moment
from ivr.routing.ordered import ROUTER, ordered_by
from ivr.routing.wrap_ups import WrapUp, WrapUps
from ivr.store.records import AgentEventRecord, AgentRecord, ContactRecord, Record


class AgentChronicle:
    """Writes down.

    Args:
        put: takes records, as `Writer.put`.
        now: seconds since the epoch.
        wrap_ups: of which contact an agent's wrap-up is; whoever keeps the states keeps these as well.
    """

    def __init__(
        self, put: Callable[[Record], None], now: Callable[[], float], wrap_ups: WrapUps | None = None
    ) -> None:
        self._put, self._now = put, now
        self._wrap_ups: WrapUps = {} if wrap_ups is None else wrap_ups
        self._states: dict[str, tuple[str, float | None]] = {}

    def served(self, agent: str, contact: Contact) -> None:
        """An agent is done with a contact; if wrap-up follows, it is about this one."""
        self._wrap_ups[agent] = WrapUp(contact.id, contact.arrived, self._now())

    def restored(self, kept: AgentRestored) -> None:
        """What a worker before had told of an agent."""
        self._states[kept.agent] = kept.state, kept.until

    def forget(self) -> None:
        """Another worker writes it down from now on."""
        self._states.clear()
        self._wrap_ups.clear()

    def told(self, changed: AgentChanged) -> None:
        """An agent's state is another one."""
        agent, state, since = changed.agent, changed.state, moment(changed.since)
        by = ROUTER if state == "reserved" else ordered_by(agent)
        until = None if changed.until is None else moment(changed.until)
        channels, tallies = tuple(sorted(changed.channels)), dict(changed.tallies)
        self._put(
            AgentRecord(
                agent,
                state,
                since,
                changed.reason,
                until,
                channels,
                changed.dial,
                changed.contacts,
                tallies,
                by,
            )
        )
        about = self._wrap_ups.get(agent)
        contact = changed.contacts[0] if changed.contacts else ""
        if state == "wrap_up" and about is not None:
            contact = about.contact
        reason = "" if changed.then else changed.reason  # of a break that is still to come
        self._put(AgentEventRecord(agent, since, state, reason, by, contact))
        before, end = self._states.get(agent, ("", None))
        self._states[agent] = state, changed.until
        if state != "wrap_up" and before == "wrap_up" and about is not None:
            self._wrapped(about, end)
        if state not in ("wrap_up", "busy"):  # a wrap-up comes right after a talk, or not at all
            self._wrap_ups.pop(agent, None)

    def _wrapped(self, about: WrapUp, end: float | None) -> None:
        """Notes are done: at their time's end, if nobody looked at that moment."""
        until = self._now() if end is None else min(self._now(), end)
        spent = round(max(0.0, until - about.began), 3)
        self._put(ContactRecord(about.contact, arrival(about.arrived), wrap_up=spent))
