"""Prompts: every sentence of every flow with who is heard saying it, and a studio to say it anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Flask, render_template, request
from pydantic import ValidationError

from ivr.speech.inventory import Line
from ivr.web.api import prompts as api
from ivr.web.flows.serving import ServingFlows
from ivr.web.guard import needs
from ivr.web.pages.titles import titles
from ivr.web.site import Site

MOST = 30
"""Prompts of a page."""
TOLD = 50
"""Of what is missing or of no use, so many are told."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What one place of a flow says, in each language."""

    flow: str
    place: str
    lines: tuple[Line, ...]

    @property
    def silent(self) -> bool:
        """Whether callers wait for a voice, or hear nothing."""
        return any(not line.sound for line in self.lines)


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("prompts", __name__)

    @blueprint.get("/prompts")
    @needs("prompts:read")
    def every() -> str:
        wanted, stock = _wanted(), api.stock_of(site)
        flows = titles(site.ask(site.part(ServingFlows).flows))
        found = arranged((line for line in stock.lines.values() if fits(line, wanted)), wanted.flow)
        last = max(1, -(-len(found) // MOST))
        at = min(max(request.args.get("page", 1, type=int), 1), last)
        shown = found[(at - 1) * MOST : at * MOST]
        takes = site.part(api.takes_of)
        return render_template(
            "prompts.html",
            prompts=shown,
            told=site.apart(lambda: {line.id: api.told(line, takes) for one in shown for line in one.lines}),
            sums=Counter(line.sound for line in stock.lines.values()),
            languages_of_lines=sorted({line.language for line in stock.lines.values()}),
            missing=[one for one in stock.unspoken if wanted.flow in ("", one.flow)],
            unused=stock.unused,
            problems=stock.problems,
            most=TOLD,
            count=len(stock.lines),
            found=len(found),
            at=at,
            last=last,
            wanted=wanted,
            flows=flows,
        )

    return blueprint


def arranged(lines: Iterable[Line], flow: str = "") -> list[Prompt]:
    """Sentences by the place, of a flow or of all, that says them first; the silent ones go before others."""
    places: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        first = next((use for use in line.uses if flow in ("", use.flow)), None)
        places.setdefault((first.flow, first.place) if first else ("", ""), []).append(line)
    prompts = [Prompt(flow, place, tuple(several)) for (flow, place), several in places.items()]
    return sorted(prompts, key=lambda one: (not one.silent, one.flow))


def fits(line: Line, wanted: api.Wanted) -> bool:
    """Whether a sentence is among those that are asked for."""
    return (
        wanted.flow in ("", *line.flows)
        and wanted.language in ("", line.language)
        and wanted.search.casefold() in line.text.casefold()
        and api.sounds(line, wanted.sound)
    )


def _wanted() -> api.Wanted:
    keys = {"search": "q", "flow": "flow", "language": "language", "sound": "sound"}
    try:
        return api.Wanted.model_validate({name: request.args.get(key, "") for name, key in keys.items()})
    except ValidationError:
        return api.Wanted()
