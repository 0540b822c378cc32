"""Posts from other systems (`POST /hooks/<source>`), signed by Standard Webhooks: what they say is ordered.

The type of a message is the name of an order, its data are the arguments:
`{"type": "call.signal", "timestamp": "…", "data": {"call": "…", "key": "paid", "data": {…}}}`.
A message that comes again gets the same answer, and nothing is done twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, request

from ivr.errors import IvoryError, NoWorker, StoreError, WebhookRefused
from ivr.log import get
from ivr.store.database import Store
from ivr.web.api.problems import of, problem
from ivr.web.guard import EVERYBODY, machines, needs
from ivr.web.site import Site
from ivr.webhooks.receiving import Message, answered, dropped, receive

log = get(__name__)

ORDERS: Final = frozenset(
    {
        "call.hang_up", "call.set", "call.signal", "call.start", "contact.add", "contact.attributes",
        "contact.cancel", "contact.priority",
    }
)  # fmt: skip
"""What other systems may bring about."""
KEYED: Final = {"call.start": "key", "contact.add": "key", "call.signal": "id"}
"""Orders that are done once for a key, and the argument that is the key."""


def door(site: Site) -> Blueprint:
    blueprint = Blueprint("hooks", __name__)

    @blueprint.post("/hooks/<source>")
    @machines
    @needs(EVERYBODY)
    def hook(source: str) -> Response:
        most = site.settings.webhooks.max_bytes
        if (request.content_length or 0) > most:
            return problem(413, f"the post is larger than {most} bytes")
        body, headers = request.stream.read(most + 1), dict(request.headers)
        try:
            message = site.ask(_received, source, headers, body, site, most)
            return _kept(message) if message.again else _done(site, message)
        except WebhookRefused as error:
            return problem(error.status, error.message, code=error.code, hint=error.hint)
        except StoreError as error:
            return of(error)

    return blueprint


def _received(
    store: Store, source: str, headers: Mapping[str, str], body: bytes, site: Site, most: int
) -> Message:
    return receive(store, source, headers, body, site.now(), most)


def _kept(message: Message) -> Response:
    return Response(message.answer, message.status, mimetype="application/json")


def _done(site: Site, message: Message) -> Response:
    """Order what a message says, and remember what came of it."""
    if message.type not in ORDERS:
        refusal = {"error": f'"{message.type[:60]}" is nothing to order', "known": sorted(ORDERS)}
        return _told(site, message, 422, refusal)
    if not isinstance(message.data, dict):
        return _told(site, message, 422, {"error": "data holds no arguments"})
    arguments: dict[str, Any] = dict(message.data)
    if message.type in KEYED:
        arguments.setdefault(KEYED[message.type], message.key)
    try:
        answer = site.control(f"hook:{message.source}").give(message.type, **arguments)
    except NoWorker as error:
        site.ask(dropped, message)  # it is to come again
        return of(error)
    except IvoryError as error:
        return _told(site, message, 422, {"error": error.message, "hint": error.hint, "code": error.code})
    except TypeError:
        return _told(site, message, 422, {"error": "data holds a name that no argument has"})
    return _told(site, message, 200, answer)


def _told(site: Site, message: Message, status: int, content: Mapping[str, Any]) -> Response:
    text = json.dumps(content, ensure_ascii=False)
    site.ask(answered, message, status, text)
    return Response(text, status, mimetype="application/json")
