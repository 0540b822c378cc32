"""The API that tells what a change of the plan would do, before anybody has to wait for it.

The plan in force and the changed one meet the same callers: those of past days, those that are supposed, or,
where nothing is known, those of a made-up hour. The answer says which, and how sure each figure is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any, Literal

from flask import Response
from pydantic import BaseModel, Field

from ivr.acd.plan import LoadedPlan, load, things
from ivr.acd.plan.edit import changed
from ivr.acd.plan.pins import KEPT
from ivr.errors import FlowError, IvoryError
from ivr.routing import what_if
from ivr.store.database import Store
from ivr.web.api.answer import stream
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.flow_tests import LINES
from ivr.web.api.params import Instant
from ivr.web.api.routing import LONGEST, Text
from ivr.web.languages import chosen
from ivr.web.routing import plans, simulation
from ivr.web.routing.things import AgentIn, GroupIn, wanted
from ivr.web.routing.unfit import Unfit
from ivr.web.site import Site
from ivr.web.wording import say

resource = Resource("simulation", "What a change of the plan would do.")

Written = Annotated[str, Field(max_length=60)]


class Load(In):
    """Who comes to a group. Written as in a scenario file: `lognormal(3m, 0.8)` is a distribution."""

    rate: Written = Field(description="`200/h`.")
    aht: Written = Field(description="Talk with hold: `3m`.")
    patience: Written = Field("never", description="When who waits hangs up: `2m`, `never`.")


class Between(In):
    """Days that were recorded."""

    since: Instant
    until: Instant


class Question(In):
    """A change, and who comes to meet it. Without any change the plan in force meets itself."""

    text: Text | None = Field(None, description="The whole plan as it would be.")
    groups: dict[str, GroupIn] = Field({}, max_length=500, description="Groups as they would be.")
    agents: dict[str, AgentIn] = Field({}, max_length=5000, description="Agents as they would be.")
    skills: dict[str, dict[str, int | None]] = Field(
        {}, max_length=5000, description="Cells of the table of agents and skills, as they would be."
    )
    traffic: Literal["auto", "yesterday", "week", "made_up"] = Field(
        "auto", description="Who comes. `auto`: yesterday, else the last week, else a made-up hour."
    )
    between: Between | None = Field(None, description="Who came then, in place of `traffic`.")
    loads: dict[str, Load] | None = Field(None, description="Who is supposed to come, by group.")
    seconds: int = Field(15, ge=2, le=60, description="How long it may take.")
    contacts: int = Field(50_000, ge=100, le=500_000, description="How many are simulated at most.")
    precision: float = Field(0.1, ge=0.01, le=0.5, description="How near the figures are to be.")
    stream: bool = Field(False, description="Whether it is told how far it is (NDJSON).")


class Compared(BaseModel):
    """What came out. Each figure has `value`, `low` and `high` of its 95 % interval; null: not known."""

    ended: str = Field(
        description="`precise`, `bound`, `time`, or `unstable`: more comes than can be served."
    )
    contacts: int
    events: int
    confidence: float
    batches: int
    plans: list[dict[str, Any]] = Field(description="Before and after: groups (`all` among them), agents.")
    differences: dict[str, dict[str, Any]] = Field(description="By group: after minus before.")
    supposed: dict[str, Any] = Field(
        description="`kind`: `replay`, `given` or `made_up`; `left_out`: groups that one of the plans lacks."
    )


class Forecast(BaseModel):
    """What can be simulated here."""

    traffic: str = Field(description="What `auto` takes: `yesterday`, `week` or `made_up`.")
    loads: dict[str, Load] = Field(description="A made-up hour that keeps everybody busy, by group.")


@resource.get("/routing/forecast", needs="routing:read")
def forecast(site: Site) -> Forecast:
    """Who would come to a simulation of the plan in force."""
    plan = plans.in_force(site)
    kind = site.ask(simulation.enough, site.now())
    return Forecast(traffic=kind or "made_up", loads=what_if.made_up(plan.plan))


@resource.post("/routing/simulate", needs="routing:read", returns=Compared, gives=(LINES,), max_body=LONGEST)
def simulate(site: Site, body: Question) -> Response | Compared:
    """Compare the plan in force with a changed one, on the same callers.

    With `stream` the answer has a line of JSON for what is supposed (`{"begun": …}`), for how far it is
    (`{"progress": …}`), and one in the end: `{"report": …}`, or `{"error": …, "hint": …}`. Who goes away
    before ends it.
    """
    rows = simulation.lines(site, site.ask(_order, site, body))
    begun = next(rows)  # what cannot be done at all is refused, and not told in a line
    if body.stream:
        return stream(_told(chain([begun], rows), rows, chosen()), LINES)
    return Compared(**[*rows][-1]["report"])


def _told(rows: Iterator[dict[str, Any]], source: Any, reads: str) -> Iterator[str]:
    try:
        for row in rows:
            yield json.dumps(row, ensure_ascii=False) + "\n"
    except IvoryError as error:
        told = {"error": say(error.message, reads), "hint": say(error.hint, reads)}
        yield json.dumps(told, ensure_ascii=False) + "\n"
    finally:
        source.close()


def _order(store: Store, site: Site, body: Question) -> dict[str, Any]:
    """What the child is asked. Raises Unfit, StoreError."""
    before = plans.present(store, site.settings.acd.plan)
    return {
        "plans": [before.text, _after(before, body)],
        "seconds": body.seconds,
        "contacts": body.contacts,
        "precision": body.precision,
        **_traffic(store, site, body),
    }


def _traffic(store: Store, site: Site, body: Question) -> dict[str, Any]:
    if body.loads is not None:
        return {"loads": {name: load.model_dump() for name, load in body.loads.items()}}
    if body.between is not None:
        span = (body.between.since, body.between.until)
    else:
        kind = simulation.enough(store, site.now()) if body.traffic == "auto" else body.traffic
        if kind in ("", "made_up"):
            return {}
        span = simulation.days(site.now(), kind)
    since, until = (each.isoformat() for each in span)
    return {"replay": {"url": site.settings.store.url, "since": since, "until": until}}


def _after(before: LoadedPlan, body: Question) -> str:
    """The changed plan. Raises Unfit."""
    text = before.text if body.text is None else body.text
    base: tuple[str, ...] = ("text",)
    try:
        data = load(text, "the plan").data
        for name, group in body.groups.items():
            base = ("groups", name)
            text = changed(text, things.put_group(data, name, wanted(group)))
            data = load(text, "the plan").data
        for name, agent in body.agents.items():
            base = ("agents", name)
            options = {key: value for key, value in wanted(agent).items() if (key, value) != ("pin", KEPT)}
            text = changed(text, things.put_agent(data, name, options))
            data = load(text, "the plan").data
        if body.skills:
            base = ("agents",)
            text = changed(text, things.put_levels(data, body.skills))
        load(text, "the plan")
    except FlowError as error:
        raise Unfit(error.findings, text if base != ("text",) else "{}", base) from None
    return text
