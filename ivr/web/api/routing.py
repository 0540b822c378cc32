"""The API for the routing plan as a text: read, checked, put in force, and its turns."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from ivr.acd.plan import LoadedPlan, load
from ivr.acd.plan.diff import compare
from ivr.errors import Conflict, FlowError, NotFound
from ivr.routing.turns import Turns, shown
from ivr.store import plans
from ivr.store.database import Store
from ivr.store.plans import PlanTurn
from ivr.web.accounts.who import Who
from ivr.web.api.answer import Answer
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.params import Text as Words
from ivr.web.flows import findings
from ivr.web.flows.findings import FindingOut
from ivr.web.languages import chosen
from ivr.web.routing.plans import desk, in_force, noted, present, turn
from ivr.web.routing.unfit import Unfit
from ivr.web.site import Site
from ivr.web.wording import read

resource = Resource("routing", "The routing plan: who answers what.")

LONGEST: Final = 9 << 20
Text = Annotated[str, Field(max_length=LONGEST)]
LAST: Final = 1 << 40
"""No plan will ever have so many turns."""
Number = Annotated[int, Field(ge=1, le=LAST)]


class PlanOut(BaseModel):
    """The plan in force. For each PIN there stands `kept`."""

    turn: int = Field(description="Its number; 0: a file is in force, and nothing was saved yet.")
    text: str
    findings: list[FindingOut] = Field(description="What will not work as it is meant.")
    changed_by: str = Field("", description="Who made this turn.")
    changed_at: datetime | None = None


class PlanIn(In):
    """A plan as it should be."""

    text: Text = Field(description="YAML. `kept` for a PIN: the one there is.")
    message: Words = Field("", description="Why, for the log.")
    anyway: bool = Field(False, description="Also if it undoes what somebody else changed meanwhile.")


class Draft(In):
    """A plan before it is saved."""

    text: Text


class Difference(BaseModel):
    """An option that is another; of a PIN only that it is."""

    where: str = Field(description="Its path: `groups.billing.ring`.")
    old: str = Field(description="Empty: nothing was there.")
    new: str = Field(description="Empty: nothing is there any more.")


class Check(BaseModel):
    """What is wrong with a text, and what it would change."""

    findings: list[FindingOut]
    changes: list[Difference] = Field(description="From the plan in force; none while the text has errors.")


class Saved(BaseModel):
    """What became of a change."""

    turn: int = Field(description="The turn in force.")
    changed: bool = Field(description="False: it was so already.")
    warnings: list[str] = Field(description="What it gave cause to warn of.")


class TurnOut(BaseModel):
    """A turn of the plan."""

    turn: int
    at: datetime
    by: str
    message: str
    origin: str = Field(description="`file`, `dumped`, `changed` or `rollback`; empty: not known.")


class TurnWhole(TurnOut):
    """A turn with its text."""

    text: str


class Log(In):
    """Which turns."""

    limit: int = Field(50, ge=1, le=1000)
    before: int = Field(0, ge=0, le=LAST, description="Only turns before this one.")


class Against(In):
    """With what a turn is compared."""

    against: int = Field(0, ge=0, le=LAST, description="An earlier turn; 0: the one before.")


class Back(In):
    """Why one goes back."""

    message: Words = ""


@resource.get("/routing/plan", needs="routing:read", returns=PlanOut)
def get(site: Site) -> Answer:
    """The plan in force, as text."""
    plan = in_force(site)
    text = site.apart(shown, plan)
    text = text.partition("\n")[2] if plan.turn else text
    found = findings.shown(plan.findings, plan.text.encode(), chosen())
    last = next(iter(site.ask(plans.log, 1)), None)
    by, at = (last.by, last.at) if last else ("", None)
    out = PlanOut(turn=plan.turn, text=text, findings=found, changed_by=by, changed_at=at)
    return Answer(out, etag=str(plan.turn))


@resource.put("/routing/plan", needs="routing:write", returns=Saved, max_body=LONGEST)
def put(site: Site, who: Who, body: PlanIn, match: str) -> Answer:
    """Put a plan in force, with no restart. Who waits is routed by it within a second.

    With `If-Match` (the turn that it was made of) nothing is lost that somebody else changed meanwhile.
    """
    return _told(site, who, "plan.put", *site.ask(_put, site, who, body, match))


@resource.post("/routing/plan/check", needs="routing:read", returns=Check, max_body=LONGEST)
def check(site: Site, body: Draft) -> Check:
    """Check a plan without saving it, and say what it would change."""
    return site.ask(_checked, site, body.text, chosen())


@resource.get("/routing/plan/turns", needs="routing:read")
def turns(site: Site, query: Log) -> list[TurnOut]:
    """The turns of the plan, the newest first."""
    return [_turn(one) for one in site.ask(plans.log, query.limit, query.before)]


@resource.get("/routing/plan/turns/<number>", needs="routing:read")
def one_turn(site: Site, number: Number) -> TurnWhole:
    """One turn, with its text."""
    found = site.ask(plans.get, number)
    if found is None:
        raise NotFound(f"the plan has no turn {number}")
    text = site.apart(lambda: shown(load(found.text, f"turn {number}")))
    return TurnWhole(**_turn(found).model_dump(), text=text)


@resource.get("/routing/plan/turns/<number>/diff", needs="routing:read")
def diff(site: Site, number: Number, query: Against) -> list[Difference]:
    """What a turn changed, option by option."""
    return site.ask(differences, number, query.against or number - 1)


@resource.post("/routing/plan/turns/<number>/restore", needs="routing:write", returns=Saved)
def restore(site: Site, who: Who, number: Number, body: Back, match: str) -> Answer:
    """Put the plan of an earlier turn in force again, as a turn of its own."""
    return _told(site, who, "plan.restore", *site.ask(_restored, site, who, number, body.message, match))


def differences(store: Store, number: int, against: int) -> list[Difference]:
    """What is other in a turn. Raises NotFound, StoreError."""
    before = turn(store, against).data if against else {}
    return _differences(before, turn(store, number).data)


def _put(
    store: Store, site: Site, who: Who, body: PlanIn, match: str
) -> tuple[PlanTurn | None, LoadedPlan, LoadedPlan]:
    at = desk(site, who)(store)
    before = present(store, at.draft)
    _check_match(before, match)
    head = f"# turn {match}\n" if match and match != "0" else ""  # noticed even if somebody is faster now
    try:
        wrong = [one for one in load(body.text, "the plan").findings if one.severity == "error"]
    except FlowError as error:
        wrong = list(error.findings)
    if wrong:
        raise Unfit(wrong, "{}", ("text",))
    text = head + _bare(body.text) if head else body.text
    done = at.turns.put(text, "the plan", body.message, anyway=body.anyway)
    return done, before, present(store, at.draft)


def _restored(
    store: Store, site: Site, who: Who, number: int, message: str, match: str
) -> tuple[PlanTurn | None, LoadedPlan, LoadedPlan]:
    at = desk(site, who)(store)
    before = present(store, at.draft)
    _check_match(before, match)
    turn(store, number)  # or there is none
    return Turns.rollback(at.turns, number, message), before, present(store, at.draft)


def _checked(store: Store, site: Site, text: str, reads: str) -> Check:
    raw = text.encode("utf-8", "replace")
    try:
        plan = load(raw, "the plan")
    except FlowError as error:
        return Check(findings=findings.shown(error.findings, raw, reads), changes=[])
    before = present(store, site.settings.acd.plan)
    found = findings.shown(plan.findings, raw, reads)
    return Check(findings=found, changes=_differences(before.data, plan.data))


def _check_match(before: LoadedPlan, match: str) -> None:
    if match and match != str(before.turn):
        raise Conflict(
            f"this plan was made of turn {match}, and turn {before.turn} is in force",
            hint="look at what changed, and repeat yours",
            current=str(before.turn),
        )


def _told(
    site: Site, who: Who, order: str, done: PlanTurn | None, before: LoadedPlan, after: LoadedPlan
) -> Answer:
    if done is not None:
        site.audited(who, order, "plan", *site.apart(noted, before, after))
    warnings = [str(read(one)) for one in after.findings]
    return Answer(Saved(turn=after.turn, changed=done is not None, warnings=warnings), etag=str(after.turn))


def _differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    return [Difference(where=one.where, old=one.old, new=one.new) for one in compare(before, after)]


def _bare(text: str) -> str:
    first, _, rest = text.partition("\n")
    return rest if first.startswith("# turn ") else text


def _turn(found: PlanTurn) -> TurnOut:
    return TurnOut(turn=found.turn, at=found.at, by=found.by, message=found.message, origin=found.origin)
