"""What people and programs do with endpoints: add, change, rotate, enable, try. Commands and API call these.

A secret is returned by whoever made it, once; nothing here shows one again.
"""

from __future__ import annotations

import re
import secrets as chance
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from ivr.addresses import PORTS, admitted
from ivr.clock import Clock
from ivr.errors import FetchError, IvoryError
from ivr.registry import did_you_mean
from ivr.settings import Webhooks
from ivr.store.database import Store
from ivr.store.webhooks import endpoints
from ivr.store.webhooks.endpoints import Endpoint
from ivr.store.webhooks.events import event
from ivr.store.webhooks.secrets import Secret
from ivr.webhooks import pop, signing
from ivr.webhooks.bodies import body_of
from ivr.webhooks.courier import Posts, post
from ivr.webhooks.known import Known
from ivr.webhooks.types import LONGEST, PATTERN, TYPES, wanted
from ivr.webhooks.wire import Answer, refuse_unsafe

OVERLAP = timedelta(days=1)
"""How long the former secret signs beside a new one."""
MOST_SECRETS = 5
MOST_PATTERNS = 50
MOST_ENDPOINTS = 100
CHANGEABLE = ("url", "events", "flows", "groups", "description", "pop")

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_FAMILIES = {name.partition(".")[0] for name in TYPES}


@dataclass(frozen=True, slots=True)
class Trial:
    """What a test event brought."""

    status: int
    words: str
    seconds: float

    @property
    def taken(self) -> bool:
        """Whether the receiver took it."""
        return 200 <= self.status < 300


def add(
    store: Store,
    options: Webhooks,
    *,
    url: str,
    by: str,
    now: datetime,
    events: Sequence[str] = ("*",),
    name: str = "",
    secret: str = "",
    **more: Any,
) -> tuple[Endpoint, str]:
    """Add an endpoint. Returns it and its secret.

    Args:
        name: its id; made of the host when left out.
        secret: one that the receiver has already; a new one when left out.
        more: of `CHANGEABLE`.

    Raises:
        IvoryError: it cannot be so, or the id is taken.
    """
    there = endpoints.every(store)
    if len(there) >= MOST_ENDPOINTS:
        raise IvoryError(f"there are {MOST_ENDPOINTS} webhooks already", hint="remove one that nobody needs")
    values = checked({"url": url, "events": events, **more}, options)
    if name and not _ID.fullmatch(name):
        raise IvoryError(f'"{name}" cannot be an id', hint="use a-z, 0-9, _ and -")
    key = signing.checked(secret) if secret else signing.new_secret()
    endpoint = Endpoint(
        id=name or _named(url, {one.id for one in there}),
        secrets=(Secret(key, now),),
        created=now,
        changed=now,
        by=by,
        **values,
    )
    endpoints.add(store, endpoint)
    return endpoint, key


def change(
    store: Store,
    options: Webhooks,
    endpoint: str,
    values: Mapping[str, Any],
    *,
    by: str,
    now: datetime,
    expected: int = 0,
) -> Endpoint:
    """Change some of `CHANGEABLE`. Raises IvoryError: it cannot be so, or somebody else was faster."""
    return endpoints.change(store, endpoint, checked(values, options), now, by, expected)


def enable(store: Store, endpoint: str, *, by: str, now: datetime, expected: int = 0) -> Endpoint:
    """Post to it again, first what waited. Raises IvoryError."""
    values = {"enabled": True, "reason": "", "failing": None, "trouble": ""}
    return endpoints.change(store, endpoint, values, now, by, expected)


def disable(
    store: Store, endpoint: str, *, by: str, now: datetime, reason: str = "", expected: int = 0
) -> Endpoint:
    """Post nothing to it: what waits for it stays, what happens meanwhile it never hears of. Raises
    IvoryError."""
    return endpoints.change(store, endpoint, {"enabled": False, "reason": reason}, now, by, expected)


def rotate(
    store: Store,
    endpoint: str,
    *,
    by: str,
    now: datetime,
    overlap: timedelta = OVERLAP,
    secret: str = "",
    expected: int = 0,
) -> str:
    """Give it another secret, which is returned; the former goes on signing beside it for `overlap`. Raises
    IvoryError."""
    kept = endpoints.get(store, endpoint)
    key = signing.checked(secret) if secret else signing.new_secret()
    values = {"secrets": rotated(kept.secrets, key, now, overlap)}
    endpoints.change(store, endpoint, values, now, by, expected or kept.revision)
    return key


def rotated(kept: Sequence[Secret], key: str, now: datetime, overlap: timedelta) -> tuple[Secret, ...]:
    """Secrets with a new one: those before it count until the overlap is over, if not less long."""
    end = now + overlap
    older = [Secret(one.text, one.made, min(one.until or end, end)) for one in kept if one.text != key]
    alive = sorted((one for one in older if one.until and now < one.until), key=lambda one: one.made)
    return (*alive[-(MOST_SECRETS - 1) :], Secret(key, now))


def try_out(endpoint: Endpoint, wire: Posts, clock: Clock, by: str = "") -> Trial:
    """Post a test event, now and once. Raises FetchError: nobody answered, or it may not be posted there."""
    key = chance.token_hex(8)
    made = event("webhook.test", key, clock.now(), f"test:{key}", data={"by": by})
    body, _ = body_of(made, Known())
    began = clock.monotonic()
    answer: Answer = post(wire, endpoint, made.id, body, "", clock)
    return Trial(answer.status, answer.words, round(clock.monotonic() - began, 3))


def shown(endpoint: Endpoint) -> dict[str, Any]:
    """An endpoint as it may be seen: of its secrets only since when they count, and until when."""
    told = {name: value for name, value in asdict(endpoint).items() if name != "secrets"}
    told["secrets"] = [{"made": one.made, "until": one.until} for one in endpoint.secrets]
    return told


def checked(values: Mapping[str, Any], options: Webhooks) -> dict[str, Any]:
    """Values of an endpoint, if they can be so. Raises IvoryError."""
    if unknown := values.keys() - {*CHANGEABLE}:
        raise IvoryError(f'an endpoint has no "{sorted(unknown)[0]}"')
    found: dict[str, Any] = dict(values)
    if "url" in found:
        _check_url(found["url"], options)
    for name in ("events", "flows", "groups"):
        if name in found:
            found[name] = tuple(dict.fromkeys(map(str, found[name])))
            if len(found[name]) > MOST_PATTERNS:
                raise IvoryError(f"{name}: {MOST_PATTERNS} at most", hint="use a pattern such as `contact.*`")
    if "events" in found:
        _check_events(found["events"])
    if found.get("pop"):
        pop.parse(found["pop"])
    return found


def _check_url(url: str, options: Webhooks) -> None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise IvoryError(f"not a URL: {error}"[:200]) from None
    if parts.scheme not in PORTS or not host or "@" in parts.netloc or len(url) > 2000:
        raise IvoryError("this is no address of a receiver", hint="write https://crm.example/hooks/ivory")
    try:
        refuse_unsafe(url)
    except FetchError as error:
        raise IvoryError(error.message, hint=error.hint) from None
    if not admitted(host, port, parts.scheme, options.allow):
        hint = f"add `{host}{f':{port}' if port != PORTS[parts.scheme] else ''}` to it"
        raise IvoryError(f"{host}:{port} is not in the setting webhooks.allow", hint=hint)


def _check_events(patterns: Sequence[str]) -> None:
    if not patterns:
        raise IvoryError("an endpoint listens to something", hint="`*` is everything")
    for pattern in patterns:
        if len(pattern) > LONGEST or not PATTERN.fullmatch(pattern):
            raise IvoryError(f'"{pattern[:LONGEST]}" is no event', hint="write contact.ended, contact.* or *")
        ours = pattern.partition(".")[0] in _FAMILIES
        if ours and not any(wanted(name, (pattern,)) for name in TYPES):
            hint = did_you_mean(pattern, [*TYPES]) or f"there are {', '.join(TYPES)}"
            raise IvoryError(f'there is no event "{pattern}"', hint=hint)


def _named(url: str, taken: Collection[str]) -> str:
    """An id made of a URL's host: `crm` of crm.example."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    label = re.sub(r"[^a-z0-9_-]", "-", host if host[:1].isdigit() else host.partition(".")[0])
    base = label.strip("-")[:50] or "webhook"
    numbers = (f"{base}-{count}" for count in range(2, MOST_ENDPOINTS + 2))
    return next(name for name in (base, *numbers) if name not in taken)
