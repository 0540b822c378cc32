"""Orders about agents' states and waiting contacts: what of the table of orders the desk alone can do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

from ivr.acd.entries import Entries
from ivr.acd.events import ContactChanged
from ivr.acd.model import Contact
from ivr.acd.plan import LoadedPlan
from ivr.errors import IvoryError
from ivr.registry import did_you_mean
from ivr.routing.desk import Desk
from ivr.routing.moments import arrival
from ivr.routing.orders import (
    Arguments,
    Dispose,
    Extend,
    OfAgent,
    OfContact,
    Priority,
    SignIn,
    WithReason,
    order,
)
from ivr.routing.places import CallPlace
from ivr.routing.talks import Talk
from ivr.store.records import ContactRecord


class Staff:
    """The desk with the plan's words, and what each agent served last.

    Args:
        plan: the plan in force.
        put: keeps a record; must not wait.
    """

    def __init__(
        self, desk: Desk, plan: Callable[[], LoadedPlan], put: Callable[[ContactRecord], None]
    ) -> None:
        self.desk, self._plan, self._put = desk, plan, put
        self._last: dict[str, Contact] = {}
        for listeners in (desk.talks.began, desk.talks.found, desk.talks.ended):
            listeners.append(self._served)

    def _served(self, talk: Talk) -> None:
        self._last[talk.agent] = talk.contact

    def reason(self, reason: str) -> str:
        """A reason for a break, if the plan has it. Raises IvoryError."""
        return _one_of("reason for a break", reason, self._plan().centre.breaks)

    def dispose(self, agent: str, code: str, note: str, contact: str) -> str:
        """Note what became of an agent's last contact; returns its id. Raises IvoryError."""
        last = self._last.get(agent)
        if last is None or contact not in ("", last.id):
            raise IvoryError(f"{agent} has served no such contact", hint="the last one can be disposed of")
        _one_of("disposition", code, self.dispositions(agent))
        self._put(ContactRecord(last.id, arrival(last.arrived), disposition_code=code, note=note))
        return last.id

    def dispositions(self, agent: str) -> Collection[str]:
        """The codes of the group of an agent's last contact; all, where the group names none."""
        centre, last = self._plan().centre, self._last.get(agent)
        group = centre.groups.get(last.group) if last is not None else None
        own = group.dispositions if group is not None else None
        return centre.dispositions if own is None else own

    def place(self, contact: str) -> CallPlace:
        """The place of a contact, by its id or its call's. Raises IvoryError: it waits nowhere here."""
        for place in self.desk.places.values():
            if contact in (place.id, place.contact.id):
                return place
        raise IvoryError(f'no contact "{contact}" waits here', hint="`ivr acd status` lists them")

    def status(self) -> dict[str, Any]:
        """Groups, agents and contacts as the router has them, groups with what people call them, what they
        promise and how they keep it. Each entry is made when it is asked for."""
        plan, view = self._plan(), self.desk.router.view(self.desk.now())

        def group(name: str) -> dict[str, Any]:
            state = view["groups"][name]
            return {**state, **_promise(plan, name, state)}

        return {**view, "groups": Entries({name: name for name in view["groups"]}, group)}


def _promise(plan: LoadedPlan, name: str, state: Mapping[str, Any]) -> Mapping[str, Any]:
    """A group's title, the seconds within which it wants to answer, and the share it answered so."""
    group = plan.centre.groups.get(name)
    answered = state["answered"]
    return {
        "title": group.title if group else {},
        "target": group.service_level.within if group else None,
        "service_level": state["answered_in_target"] / answered if answered else None,
    }


def _one_of(kind: str, name: str, known: Collection[str]) -> str:
    """`name`, if it is known; anything goes where the plan names none."""
    if name and known and name not in known:
        raise IvoryError(f'there is no {kind} "{name}"', hint=did_you_mean(name, list(known)))
    return name


@order("agent.sign_in")
def _sign_in(staff: Staff, asked: SignIn, by: str) -> None:
    state = "available" if asked.ready else "on_break"
    staff.desk.sign_in(asked.agent, asked.dial, state, staff.reason(asked.reason))


@order("agent.sign_out")
def _sign_out(staff: Staff, asked: OfAgent, by: str) -> None:
    staff.desk.sign_out(asked.agent)


@order("agent.ready")
def _ready(staff: Staff, asked: OfAgent, by: str) -> None:
    staff.desk.ready(asked.agent)


@order("agent.break")
def _break(staff: Staff, asked: WithReason, by: str) -> None:
    staff.desk.pause(asked.agent, staff.reason(asked.reason))


@order("agent.wrap_up_done")
def _wrap_up_done(staff: Staff, asked: OfAgent, by: str) -> None:
    staff.desk.finish_wrap_up(asked.agent)


@order("agent.extend")
def _extend(staff: Staff, asked: Extend, by: str) -> None:
    staff.desk.extend_wrap_up(asked.agent, asked.seconds)


@order("agent.dispose")
def _dispose(staff: Staff, asked: Dispose, by: str) -> Mapping[str, Any]:
    return {"contact": staff.dispose(asked.agent, asked.code, asked.note, asked.contact)}


@order("contact.priority")
def _priority(staff: Staff, asked: Priority, by: str) -> None:
    place = staff.place(asked.contact)
    place.contact = replace(place.contact, priority=asked.priority)
    staff.desk.tell(ContactChanged(place.contact))
    staff.desk.write(place)


@order("acd.status")
def _status(staff: Staff, asked: Arguments, by: str) -> Mapping[str, Any]:
    return staff.status()


@order("acd.explain")
def _explain(staff: Staff, asked: OfContact, by: str) -> Mapping[str, Any]:
    place, router = staff.place(asked.contact), staff.desk.router
    verdicts = router.explain(place.contact.id, staff.desk.now())
    return {
        "contact": place.contact.id,
        "group": place.contact.group,
        "waited": staff.desk.now() - place.contact.arrived,
        "position": router.position(place.contact.id),
        "verdicts": [asdict(verdict) for verdict in verdicts],
    }
