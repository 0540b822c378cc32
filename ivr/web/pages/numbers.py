"""Numbers: where each one leads, who decided so, and what would answer any number somebody dials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, render_template, request
from pydantic import ValidationError

from ivr.store import numbers
from ivr.store.database import Store
from ivr.web.api import numbers as api
from ivr.web.flows.serving import ServingFlows
from ivr.web.guard import needs
from ivr.web.pages.titles import titles
from ivr.web.site import Site

MOST = 100
"""Rows of a page."""
CANDIDATES = 8
"""Of those that might answer a number, the ones that are told."""


@dataclass(frozen=True, slots=True)
class Told:
    """What answers a number. `rows`: those that candidates name, by number."""

    which: api.Which
    rows: Mapping[str, api.NumberOut]


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("numbers", __name__)

    @blueprint.get("/numbers")
    @needs("numbers:read")
    def every() -> str:
        wanted = _wanted()
        rows = api.every(site, wanted)
        wishes = api.wished(site)
        flows = site.ask(site.part(ServingFlows).flows)
        return render_template(
            "numbers.html",
            rows=rows[:MOST],
            more=rows[MOST - 1].number if len(rows) > MOST else "",
            any=bool(rows or wanted.search or wanted.flow or wanted.after),
            wanted=wanted,
            unfulfilled=[one for one in wishes if one.fate in ("taken", "disabled")],
            own=[one for one in wishes if one.fate == "own"],
            flows=titles(flows),
            languages_of_calls=sorted({tag for one in flows.values() for tag in one.flow.languages}),
            told=_told(site, request.args.get("number", "").strip()[:256]),
            given=given,
        )

    return blueprint


def given(row: api.NumberOut, **changes: Any) -> dict[str, Any]:
    """A row as it would be sent, changed or not."""
    return {"flow": row.flow, "language": row.language, "note": row.note, "enabled": row.enabled, **changes}


def _wanted() -> api.Wanted:
    asked = {
        name: request.args[key]
        for name, key in (("search", "q"), ("flow", "flow"), ("after", "after"))
        if request.args.get(key)
    }
    try:
        return api.Wanted.model_validate({**asked, "limit": MOST + 1})
    except ValidationError:
        return api.Wanted(limit=MOST + 1)


def _told(site: Site, number: str) -> Told | None:
    if not number:
        return None
    which: api.Which = api.which(site, api.Asked(number=number))
    which.candidates = which.candidates[:CANDIDATES]

    def rows(store: Store) -> dict[str, api.NumberOut]:
        asked = [one.number for one in which.candidates if one.rule != "wish"]
        found = [numbers.find(store, one) for one in asked]
        return {row.did.number: api.told(row, frozenset()) for row in found if row}

    return Told(which, site.ask(rows))
