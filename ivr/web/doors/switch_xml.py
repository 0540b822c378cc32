"""What FreeSWITCH asks by mod_xml_curl (`POST /switch/xml`): its directory and its dialplan, answered call by
call. It shows a secret of its own (`web.xml_token`, as the password of HTTP Basic) from a network that is
named (`web.xml_allow`).

Whatever cannot be answered now is "not found": FreeSWITCH goes on with its own files.
"""

from __future__ import annotations

import hmac
import ipaddress
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from ivr.dialplan.answers import dialplan
from ivr.dialplan.directory import DOCTOR, User, document, nobody, password
from ivr.dialplan.plan import Plan
from ivr.errors import IvoryError
from ivr.log import get
from ivr.store.database import Store
from ivr.web.flows.serving import ServingFlows
from ivr.web.guard import EVERYBODY, machines, needs
from ivr.web.site import Site
from ivr.web.telephones import Telephones

log = get(__name__)

KIND: Final = "text/xml; charset=utf-8"
CALLING: Final = frozenset({"", "user_call"})
"""The `action` with which FreeSWITCH asks how somebody is called. With others it wants to know whether a
password is right, and somebody without one would be let in with any."""

Asked = MultiDict[str, str]


def door(site: Site) -> Blueprint:
    blueprint = Blueprint("switch_xml", __name__)

    @blueprint.post("/switch/xml")
    @machines
    @needs(EVERYBODY)
    def switch_xml() -> Response:
        if not _let_in(site):
            return Response(status=403)
        asked = request.form
        try:
            match asked.get("section"):
                case "directory":
                    return Response(_directory(site, asked), mimetype=KIND)
                case "dialplan":
                    return Response(site.ask(_dialplan, site, asked), mimetype=KIND)
        except IvoryError as error:
            log.warning("the switch is not answered", section=asked.get("section"), error=str(error))
        return Response(nobody(), mimetype=KIND)

    return blueprint


def _let_in(site: Site) -> bool:
    """Whether the asker is our FreeSWITCH."""
    web, given = site.settings.web, request.authorization
    token = web.xml_token.get_secret_value()
    shown = (given.password if given and given.type == "basic" else "") or ""
    if not token or not hmac.compare_digest(shown.encode(), token.encode()):
        return False
    address = ipaddress.ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104 - an address nobody has
    return any(address in ipaddress.ip_network(network, strict=False) for network in web.xml_allow)


def _directory(site: Site, asked: Asked) -> bytes:
    """Who a user is. Raises RefusedInput."""
    telephones, context = site.part(Telephones), site.settings.phone.context
    user, domain = _last(asked, "user"), _last(asked, "domain")
    if known := telephones.known(user):
        a1 = password(user, domain, known.password)
        return document(domain, User(user, a1, known.number, known.name, context))
    if _last(asked, "action") not in CALLING:
        return nobody()
    if browser := telephones.rung(user):
        return document(domain, User(user, rings=(browser, user)))
    return document(domain, User(user)) if user == DOCTOR else nobody()


def _dialplan(store: Store, site: Site, asked: Asked) -> bytes:
    """What is done with a call. Raises DialplanError, StoreError."""
    context, called = _last(asked, "Hunt-Context"), _last(asked, "Hunt-Destination-Number")
    flows, phones = site.part(ServingFlows), site.settings.phone.context
    if context != phones and context not in site.settings.web.xml_contexts:
        return nobody()
    if context == phones and called in flows.names(store):
        return dialplan(Plan((f"/^{called}$/",), context, called))
    if context == phones and site.part(Telephones).trials.find(called):
        return dialplan(Plan((f"/^{called}$/",), context))
    return dialplan(Plan((called,), context)) if flows.answering(store, called) else nobody()


def _last(asked: Asked, name: str) -> str:
    """A value by its name. FreeSWITCH writes what a telephone has said of its domain in front of all others,
    as it stands, so that of two values the latter is the true one."""
    return (asked.getlist(name) or [""])[-1]
