"""Calls: searched, and one of them with its picture and its story."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Flask, render_template, request
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from pydantic import ValidationError

from ivr import numbers
from ivr.errors import IvoryError
from ivr.store import call_search, call_whole, customers
from ivr.store.call_whole import Whole
from ivr.web.api.calls import Query, found, graph
from ivr.web.calls import drawn, words
from ivr.web.calls.heard import Heard, heard
from ivr.web.calls.story import TONES, story
from ivr.web.guard import needs
from ivr.web.languages import TAGS, chosen
from ivr.web.routing import names
from ivr.web.site import Site
from ivr.web.wording import in_words

WITHOUT_PREFIX: Final = 11
"""Figures of a number that is looked for as the end of one, as people leave prefixes out."""
ROWS: Final = 50
PRESETS: Final[tuple[tuple[LazyString, Mapping[str, str]], ...]] = (
    (_("Today"), {"day": "0"}),
    (_("Under way"), {"end": "live"}),
    (_("Caller hung up"), {"day": "0", "end": "abandoned"}),
    (_("Failed"), {"day": "7", "end": "failed"}),
    (_("Waited over a minute"), {"day": "0", "waited": "60"}),
    (_("Unhappy"), {"day": "30", "rating_most": "2"}),
    (_("Talk recorded"), {"day": "7", "recorded": "true"}),
    (_("Message left"), {"day": "7", "message": "true"}),
)
"""Searches that people make every day."""
DAYS: Final[Mapping[str, LazyString]] = {
    "": _("Any time"), "0": _("Today"), "1": _("Since yesterday"), "7": _("The last 7 days"),
    "30": _("The last 30 days"), "between": _("Between two days"),
}  # fmt: skip


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("calls", __name__)

    @blueprint.get("/calls")
    @needs("calls:read")
    def calls() -> str:
        given = {name: value.strip() for name, value in request.args.items() if value.strip()}
        query, wrong = asked(given, site.now())
        result = found(site, query.wanted(limit=ROWS))
        shown = {name: value for name, value in given.items() if name != "before"}
        return render_template(
            "calls.html", result=result, given=given, wrong=wrong, presets=PRESETS, days=DAYS, words=words,
            flows=_flows(site), tones=TONES, address=lambda **more: address({**shown, **more}),
            table=f"/api/v1/calls.csv?{_exported(query)}",
            names=names.in_force(site),
            detailed=bool(shown.keys() - {"day", "number", "flow", "end", "from", "to"}),
        )  # fmt: skip

    @blueprint.get("/calls/<id>")
    @needs("calls:read")
    def call(id: str) -> str:
        whole = site.ask(call_whole.whole, id)
        asked_for = request.args.get("flow", "")
        flows = list(dict.fromkeys([whole.call.flow, *(step.flow for step in whole.steps)]))
        flow = asked_for if asked_for in flows else whole.call.flow
        drawing = _drawing(site, whole, flow)
        return render_template(
            "call.html", whole=whole, call=whole.call, story=story(whole), flows=list(filter(None, flows)),
            flow=flow, drawing=drawing, said=_heard(site, whole), words=words, tones=TONES,
            customer=_customer(site, whole), names=names.in_force(site), spoken=names.language,
        )  # fmt: skip

    return blueprint


def asked(given: Mapping[str, str], now: datetime) -> tuple[Query, dict[str, str]]:
    """What a search in the address means; and what of it makes no sense, by name, which is left out."""
    wanted = {name: value for name, value in given.items() if name in Query.model_fields and name != "limit"}
    if number := wanted.get("number", ""):
        wanted["number"] = ending(number)
    wanted |= _days(given, now)
    wrong: dict[str, str] = {}
    while True:
        try:
            return Query.model_validate(wanted), wrong
        except ValidationError as error:
            for one in error.errors():
                name = str(one["loc"][0])
                wrong[name] = in_words(one["msg"])
                wanted.pop(name, None)


def ending(number: str) -> str:
    """A number as people type it: without its prefix it is the end of one."""
    plain = "".join(sign for sign in number if sign not in " -()/")
    return plain if plain.startswith(("+", "*")) or len(plain) >= WITHOUT_PREFIX else f"*{plain}"


def address(given: Mapping[str, str]) -> str:
    """The address of a search."""
    kept = {name: value for name, value in given.items() if value}
    return f"/calls?{urlencode(kept)}" if kept else "/calls"


def _days(given: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """From and until when, by days of this machine's clock."""
    today = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    day = given.get("day", "")
    if day.isdecimal() and len(day) < 5:
        return {"since": (today - timedelta(days=int(day))).astimezone(UTC)}
    told: dict[str, Any] = {}
    for name, column, later in (("from", "since", 0), ("to", "until", 1)):
        try:
            at = date.fromisoformat(given.get(name, ""))
            told[column] = datetime(at.year, at.month, at.day, tzinfo=today.tzinfo) + timedelta(days=later)
        except (ValueError, OverflowError):
            continue
    return told


def _exported(query: Query) -> str:
    given = query.model_dump(mode="json", exclude_defaults=True, exclude={"limit", "before"})
    return urlencode({name: str(value).lower() if value is True else value for name, value in given.items()})


def _flows(site: Site) -> list[str]:
    return site.ask(call_search.flows)


def _drawing(site: Site, whole: Whole, flow: str) -> str:
    """Whether the flow can be drawn: `kept`, `now`, or empty."""
    if not flow:
        return ""
    try:
        return "kept" if graph(site, whole, flow, TAGS[chosen()]).exact else "now"
    except IvoryError:
        return ""


def _heard(site: Site, whole: Whole) -> Mapping[int, Heard]:
    call = whole.call
    try:
        kept = site.ask(drawn.texts, call.version)
        flows = site.apart(drawn.met, kept, site.settings, call.version, call.flow)
    except IvoryError:
        return {}
    return heard(whole, flows)


def _customer(site: Site, whole: Whole) -> Any:
    key = numbers.customer_key(whole.call.ani)
    return site.ask(customers.find, key) if key else None
