"""The web phone: a page with nothing but a telephone, and the WebSocket that all telephones of pages use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, g, render_template, request

from ivr.errors import IvoryError, NotFound
from ivr.flow.model import LoadedFlow
from ivr.i18n import pick
from ivr.phone.bridge import Role
from ivr.phone.seats import Visitor
from ivr.phone.serving import serve
from ivr.phone.websocket import accept
from ivr.routing.in_force import in_force
from ivr.runtime.in_service import wishes
from ivr.store.database import Store
from ivr.web.flows.serving import ServingFlows
from ivr.web.guard import needs
from ivr.web.languages import TAGS, chosen
from ivr.web.live.feed import Feed
from ivr.web.site import Site
from ivr.web.telephones import Telephones
from ivr.web.walking import walking
from ivr.web.wording import say

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class _Over(Response):
    """The end of a WebSocket: all was said on it, and nothing is to be sent after it."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return []


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("phone", __name__)

    @blueprint.get("/phone")
    @needs("phone:use")
    def phone() -> str:
        flows = site.ask(site.part(ServingFlows).flows)
        return render_template("phone.html", flows=_answering(flows), there=site.part(Telephones).there)

    @blueprint.route("/phone/socket", websocket=True)
    @needs("phone:use")
    def socket() -> Response:
        if not _own_page():
            abort(403)
        visitor = replace(_visitor(site), words=partial(say, language=chosen()))
        tell = partial(walking, site.part(Feed), g.who.name, visitor.account.number, site.control(g.who.by))
        beside = tell if visitor.role is Role.CALLER else lambda _bridge: nullcontext()
        browser = accept(request.environ)
        try:
            serve(browser, site.part(Telephones).seats, visitor, beside)
        finally:
            browser.end()
        return _Over()

    return blueprint


def _answering(flows: Mapping[str, LoadedFlow]) -> list[tuple[str, str, list[str]]]:
    """Name, title and numbers of each flow."""
    tag = TAGS[chosen()]
    titles = {name: loaded.flow.title for name, loaded in flows.items()}
    words = {name: pick(title, tag) if isinstance(title, dict) else title for name, title in titles.items()}
    return [(name, words[name] or name, sorted(flows[name].flow.numbers)) for name in sorted(flows)]


def _own_page() -> bool:
    """Whether it is a page of ours that asks: a browser says where a WebSocket comes from, and sends cookies
    with it whoever asks."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _visitor(site: Site) -> Visitor:
    """Who sits down at a telephone. Raises IvoryError."""
    telephones, agent = site.part(Telephones), request.args.get("agent", "")
    if request.args.get("mode") != "agent":
        return telephones.caller(g.who, site.ask(_dials, site))
    if not agent:
        agent = g.who.agent
    own = bool(agent) and agent == g.who.agent and g.who.may("agents:self")
    if not own and not g.who.may("agents:drive"):
        raise IvoryError(f'"{agent}" is not the agent you are', hint="an admin can say so on the users' page")
    return telephones.agent(g.who, site.ask(_extension, site, agent))


def _dials(store: Store, site: Site) -> Callable[[str], bool]:
    """What a caller may dial: what leads to a flow, or to a draft for a while."""
    flows = site.part(ServingFlows).flows(store)
    numbers, trials = wishes(flows), site.part(Telephones).trials
    return lambda dialled: (
        dialled in flows or dialled in numbers or dialled.lstrip("+").isdigit() or bool(trials.find(dialled))
    )


def _extension(store: Store, site: Site, agent: str) -> str:
    """Where an agent's telephone is called. Raises NotFound, IvoryError, StoreError."""
    plan = in_force(store, site.settings.acd.plan)
    known = plan.centre.agents.get(agent)
    if known is None:
        raise NotFound(f'there is no agent "{agent}"', hint="see the agents' page")
    if not known.extension:
        raise IvoryError(f"{agent} has no extension to be called at", hint="give one in the routing plan")
    return known.extension
