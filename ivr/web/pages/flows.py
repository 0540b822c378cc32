"""Flows: the list, and for each its text beside its picture, its tests, its versions and its traffic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request
from pydantic import ValidationError
from werkzeug.wrappers import Response

from ivr import i18n
from ivr.errors import IvoryError, NotFound
from ivr.flow.releases import Release, Serving, former
from ivr.web.api.flow_beginnings import every as templates
from ivr.web.api.flow_versions import DRAFT, Differences, Sides, differences, story
from ivr.web.api.flows import read, writer
from ivr.web.flows.comparing import Compared, compared
from ivr.web.flows.listing import Listed
from ivr.web.flows.workshop import Workshop
from ivr.web.guard import needs
from ivr.web.languages import TAGS, chosen
from ivr.web.site import Site

HOURS = (1, 24, 7 * 24, 31 * 24)
"""What traffic is looked at of."""


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("flows", __name__)

    def shown(template: str, row: Listed, **values: Any) -> str:
        drawable = row.state in ("ok", "warnings") or site.apart(_drawable, site.part(Workshop), row.name)
        return render_template(template, flow=row, title=title_of(row), drawable=drawable, **values)

    @blueprint.get("/flows")
    @needs("flows:read")
    def flows() -> str:
        every = read(site)
        wanted, state = request.args.get("q", "").strip(), request.args.get("state", "")
        shown = [one for one in every if _fits(one, wanted, state)]
        return render_template(
            "flows.html", flows=shown, count=len(every), wanted=wanted, state=state, title_of=title_of,
            templates=site.apart(templates), folder=site.part(Workshop).flows.folder,
        )  # fmt: skip

    @blueprint.get("/flows/<name>")
    @needs("flows:read")
    def flow(name: str) -> str | Response:
        row = _row(site, name)
        draft = site.apart(site.part(Workshop).flows.find, name)
        if draft is None:
            return redirect(f"/flows/{name}/versions")
        by, at = writer(site, draft)
        return shown("flow_editor.html", row, draft=draft, by=by, at=at, turns=len(site.ask(story, name)[0]))

    @blueprint.get("/flows/<name>/tests")
    @needs("flows:read")
    def tests(name: str) -> str:
        row = _row(site, name)
        return shown("flow_tests.html", row, tests=site.apart(site.part(Workshop).tests.find, name))

    @blueprint.get("/flows/<name>/versions")
    @needs("flows:read")
    def versions(name: str) -> str:
        row = _row(site, name)
        releases, serving, made = site.ask(story, name)
        return shown(
            "flow_versions.html",
            row,
            releases=_marked(releases, serving),
            serving=serving,
            made=made,
            before=former(releases),
            turns=len(releases),
            canary=_canary(site, name) if serving.canary else None,
            compared=_compared(site, name),
            sides=[*reversed(made), *([DRAFT] if row.draft else [])],
        )

    @blueprint.get("/flows/<name>/traffic")
    @needs("flows:read")
    def traffic(name: str) -> str:
        hours = request.args.get("hours", 24, type=int)
        hours = hours if hours in HOURS else 24
        row, versions = _row(site, name), site.ask(story, name)[2]
        asked = request.args.get("version", "")
        version = asked if asked in versions else ""
        return shown("flow_traffic.html", row, hours=hours, choices=HOURS, version=version,
                      versions=list(reversed(versions)))  # fmt: skip

    return blueprint


def title_of(flow: Listed | Any) -> str:
    """A flow's title in the reader's language; its name where it has none."""
    return i18n.pick(flow.title, TAGS[chosen()]) if flow.title else flow.name


def _drawable(workshop: Workshop, name: str) -> bool:
    """Whether a draft with mistakes can be drawn all the same."""
    found = workshop.flows.find(name)
    return found is not None and workshop.check(name, found.text).graph is not None


def _row(site: Site, name: str) -> Listed:
    """One flow of the list. Raises NotFound."""
    found = next((one for one in read(site) if one.name == name), None)
    if found is None:
        raise NotFound(f'there is no flow "{name[:64]}"', hint="it may have been renamed")
    return found


def _marked(releases: Sequence[Release], serving: Serving) -> list[tuple[Release, bool]]:
    """The releases, the newest first, and of which it is true that its version serves: of each, the last."""
    marked, found = [], set()
    for release in reversed(releases):
        serves = release.version in serving.versions and release.version not in found
        found.add(release.version)
        marked.append((release, serves))
    return marked


def _fits(one: Listed, wanted: str, state: str) -> bool:
    words = [one.name, *one.title.values(), *one.numbers, *one.wishes]
    found = not wanted or any(wanted.casefold() in word.casefold() for word in words)
    states = {"wrong": one.state == "errors", "serving": bool(one.version), "changed": one.changed}
    return found and states.get(state, True)


def _canary(site: Site, name: str) -> Compared | None:
    try:
        return site.ask(compared, name)
    except IvoryError:  # it has ended this moment
        return None


def _compared(site: Site, name: str) -> Differences | IvoryError | None:
    """What is asked for to be compared; why it cannot be."""
    if "old" not in request.args:
        return None
    try:
        given = {key: request.args[key] for key in ("old", "new") if key in request.args}
        return differences(site, name, Sides.model_validate(given))
    except ValidationError:
        return None
    except IvoryError as error:
        return error
