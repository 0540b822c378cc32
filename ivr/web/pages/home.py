"""The first page: how Ivory is, now. Its living part is drawn anew as the stream tells of changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, g, render_template

from ivr import i18n
from ivr.errors import IvoryError
from ivr.store import call_search
from ivr.store.call_search import Wanted
from ivr.store.records import CallRecord
from ivr.web.calls import words
from ivr.web.calls.story import TONES
from ivr.web.guard import needs
from ivr.web.languages import TAGS, chosen
from ivr.web.live.feed import Feed
from ivr.web.live.today import TARGET, Day, Today
from ivr.web.site import Site
from ivr.web.wording import in_words

LATEST = 8
"""Calls that are shown."""
LONGEST = 12
"""Calls under way that are shown by themselves, the longest first."""


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("home", __name__)

    @blueprint.get("/")
    @needs("me:read")
    def home() -> str:
        if not g.who.may("live:read"):
            return render_template("home.html", live=None)
        return render_template("home.html", **_now(site))

    @blueprint.get("/overview")
    @needs("live:read")
    def overview() -> str:
        return render_template("home_now.html", **_now(site))

    return blueprint


def _now(site: Site) -> dict[str, Any]:
    """Everything that the living part shows."""
    live = site.part(Feed).look()
    groups = live["groups"]
    targets = {name: group["target"] for name, group in groups.items() if group.get("target")}
    trouble, day = "", Day()
    latest: tuple[CallRecord, ...] = ()
    try:
        day = site.ask(site.part(Today).ask, site.now(), targets)
        latest = site.ask(call_search.search, Wanted(limit=LATEST)).calls if g.who.may("calls:read") else ()
    except IvoryError as error:
        trouble = in_words(error.message)
    calls = sorted(live["calls"].values(), key=lambda call: call.get("started") or "")
    return {
        "live": live, "day": day, "latest": latest, "trouble": trouble, "target": TARGET, "words": words,
        "tones": TONES, "calls": calls[:LONGEST], "places": _places(calls), "groups": _waiting_first(groups),
        "title": _title,
    }  # fmt: skip


def _places(calls: list[Mapping[str, Any]]) -> list[tuple[str, list[tuple[str, int]], int]]:
    """The flows with calls in them: their nodes, the fullest first, and how many calls."""
    flows: dict[str, Counter[str]] = {}
    for call in calls:
        flows.setdefault(call.get("flow") or "", Counter())[call.get("node") or ""] += 1
    return sorted(
        ((flow, nodes.most_common(5), nodes.total()) for flow, nodes in flows.items()),
        key=lambda one: -one[2],
    )


def _waiting_first(groups: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    return sorted(groups.items(), key=lambda one: (-(one[1].get("waiting") or 0), one[0]))


def _title(name: str, group: Mapping[str, Any]) -> str:
    titles = group.get("title") or {}
    return i18n.pick(titles, TAGS[chosen()]) if isinstance(titles, Mapping) and titles else name
