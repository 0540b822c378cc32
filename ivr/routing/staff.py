"""Orders about agents' states and waiting contacts: what of the table of orders the desk alone can do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from ivr import numbers
from ivr.acd.entries import Entries
from ivr.acd.events import ContactChanged
from ivr.acd.model import VOICE, Contact
from ivr.acd.plan import LoadedPlan
from ivr.errors import IvoryError
from ivr.registry import did_you_mean
from ivr.routing.arguments import Arguments, Dispose, Extend, OfAgent, OfContact, Priority, SignIn, WithReason
from ivr.routing.desk import Desk
from ivr.routing.moments import arrival
from ivr.routing.orders import order
from ivr.routing.places import CallPlace
from ivr.routing.talks import Talk
from ivr.store.records import ContactRecord

NAMED: Final = 5
"""Contacts that are named where one was meant."""


class Staff:
    """The desk with the plan's words, and what each agent served last.

    Args:
        plan: the plan in force.
        put: keeps a record; must not wait.
        name: what a customer is called, by their key; empty where that is not known. Must not wait.
        beside: what else an agent does, and who listens to them; must not wait.
        about: what else is known of a contact; must not wait.
        prioritise: gives a contact that is no caller's another priority. Raises IvoryError.
    """

    def __init__(
        self,
        desk: Desk,
        plan: Callable[[], LoadedPlan],
        put: Callable[[ContactRecord], None],
        name: Callable[[str], str] = lambda _customer: "",
        beside: Callable[[str], Mapping[str, Any]] = lambda _agent: {},
        about: Callable[[str], Mapping[str, Any]] = lambda _contact: {},
        prioritise: Callable[[str, float], None] | None = None,
    ) -> None:
        self.desk, self._plan, self._put = desk, plan, put
        self._name, self._beside, self._about, self._others = name, beside, about, prioritise
        self._last: dict[str, Contact] = {}
        self._noted: dict[str, str] = {}
        for listeners in (desk.talks.began, desk.talks.found, desk.talks.ended):
            listeners.append(self._served)

    def _served(self, talk: Talk) -> None:
        self.served(talk.agent, talk.contact)

    def served(self, agent: str, contact: Contact) -> None:
        """An agent served this one last."""
        if agent not in self._last or self._last[agent].id != contact.id:
            self._noted.pop(agent, None)
        self._last[agent] = contact

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
        self._noted[agent] = code
        return last.id

    def dispositions(self, agent: str) -> Collection[str]:
        """The codes of the group of an agent's last contact; all, where the group names none."""
        centre, last = self._plan().centre, self._last.get(agent)
        group = centre.groups.get(last.group) if last is not None else None
        own = group.dispositions if group is not None else None
        return centre.dispositions if own is None else own

    def last(self, agent: str) -> dict[str, str] | None:
        """The contact an agent serves or served last, and the code they have given it; None: there is none
        since this worker began."""
        last = self._last.get(agent)
        if last is None:
            return None
        return {"contact": last.id, "group": last.group, "code": self._noted.get(agent, "")}

    def contact(self, named: str) -> str:
        """The id of a contact, by its id, its call's, or a beginning of it that no other has. Raises
        IvoryError."""
        calls = {place.contact.id: place.id for place in self.desk.places.values()}
        ids = [*calls, *(id for id in self.desk.absent if id not in calls)]
        found = [id for id in ids if named in (id, calls.get(id))] or [
            id for id in ids if id.startswith(named)
        ]
        if len(found) == 1:
            return found[0]
        if found:
            hint = "write more of it: " + ", ".join(sorted(found)[:NAMED])
            raise IvoryError(f'{len(found)} contacts begin with "{named}"', hint=hint)
        raise IvoryError(f'no contact "{named}" waits here', hint="`ivr acd status` lists them")

    def place(self, named: str) -> CallPlace:
        """The place of a caller's contact, named as for `contact`. Raises IvoryError: they have none here."""
        contact = self.contact(named)
        place = self.desk.places.get(contact.rpartition(":")[0])
        if place is None or place.contact.id != contact:
            raise IvoryError(f"nobody waits on the line for {contact}")
        return place

    def prioritise(self, named: str, priority: float) -> None:
        """Give a waiting contact another priority. Raises IvoryError."""
        contact = self.contact(named)
        if contact in self.desk.absent and self._others is not None:
            self._others(contact, priority)
            return
        place = self.place(contact)
        place.contact = replace(place.contact, priority=priority)
        self.desk.tell(ContactChanged(place.contact))
        self.desk.write(place)

    def status(self) -> dict[str, Any]:
        """Groups, agents and contacts as the router has them, groups with what people call them, what they
        promise and how they keep it, agents with what else they do, contacts with who calls. Each entry is
        made when it is asked for."""
        plan, view = self._plan(), self.desk.router.view(self.desk.now())

        def group(name: str) -> dict[str, Any]:
            state = view["groups"][name]
            return {**state, **_promise(plan, name, state)}

        def agent(name: str) -> dict[str, Any]:
            return {**view["agents"][name], **self._beside(name), "last": self.last(name)}

        def contact(name: str) -> dict[str, Any]:
            entry = view["contacts"][name]
            shown = {"show": dict(self.desk.shown(name))}
            return {**entry, **self.caller(name, entry["customer"]), **shown, **self._about(name)}

        makers = {"groups": group, "agents": agent, "contacts": contact}
        return {
            **view,
            **{kind: Entries({name: name for name in view[kind]}, makers[kind]) for kind in makers},
        }

    def caller(self, contact: str, customer: str) -> dict[str, str | None]:
        """Number and name of who is behind a contact. The number is empty where it was withheld, None where
        nobody calls, or it is not known yet. The name is the customer's; one that came with the call, which
        anybody may invent, only where the number is none (`web-li`)."""
        place = self.desk.places.get(contact.rpartition(":")[0])
        talk = self.desk.talks.by_contact(contact)
        call = talk.call if talk else place.call if place and place.contact.id == contact else None
        absent = self.desk.absent.get(contact)
        number = call.ani if call else absent.show.get("number") if absent else None
        name = self._name(customer) if customer else ""
        if call and call.ani and not numbers.customer_key(call.ani):
            name = name or call.variables.get("Caller-Caller-ID-Name", "")
        return {"number": number, "name": name}

    def explain(self, named: str) -> dict[str, Any]:
        """Why each agent has a contact or has it not, and what comes next. Raises IvoryError."""
        router, now, contact = self.desk.router, self.desk.now(), self.contact(named)
        entry, talk = router.view(now)["contacts"].get(contact), self.desk.talks.by_contact(contact)
        if entry is None:
            raise IvoryError(f"{contact} waits no more")
        return {
            "contact": contact,
            **self.caller(contact, entry["customer"]),
            "group": entry["group"],
            "waited": entry.get("waited", talk.since - talk.contact.arrived if talk else 0.0),
            "position": router.position(contact),
            "verdicts": [asdict(verdict) for verdict in router.explain(contact, now)],
            "next": [asdict(each) for each in router.coming(contact, now)],
        }


def _promise(plan: LoadedPlan, name: str, state: Mapping[str, Any]) -> Mapping[str, Any]:
    """A group's title, the seconds within which it wants to answer, and the share it answered so of
    all who were answered or hung up, since this worker began."""
    group = plan.centre.groups.get(name)
    asked = state["answered"] + state["ended"].get("abandoned", 0)
    return {
        "title": group.title if group else {},
        "target": group.service_level.within if group else None,
        "service_level": state["answered_in_target"] / asked if asked else None,
    }


def _one_of(kind: str, name: str, known: Collection[str]) -> str:
    """`name`, if it is known; anything goes where the plan names none."""
    if name and known and name not in known:
        raise IvoryError(f'there is no {kind} "{name}"', hint=did_you_mean(name, list(known)))
    return name


@order("agent.sign_in")
def _sign_in(staff: Staff, asked: SignIn, by: str) -> None:
    state = "available" if asked.ready else "on_break"
    reason, channels = staff.reason(asked.reason), asked.channels or (VOICE,)
    staff.desk.sign_in(asked.agent, asked.dial, state, reason, channels)


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
    staff.prioritise(asked.contact, asked.priority)


@order("acd.status")
def _status(staff: Staff, asked: Arguments, by: str) -> Mapping[str, Any]:
    return staff.status()


@order("acd.explain")
def _explain(staff: Staff, asked: OfContact, by: str) -> Mapping[str, Any]:
    return staff.explain(asked.contact)
