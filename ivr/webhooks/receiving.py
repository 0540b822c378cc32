"""Posts from other systems: believed only when they are signed, recent, small, and not yet known.

A source signs as we do, by Standard Webhooks. The same post may come again (whoever sends cannot know that we
have it): it gets the same answer, and nothing is done twice. A post whose answer was never found, as the
process died over it, may be taken in hand anew after a while.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from standardwebhooks import Webhook

from ivr.errors import WebhookRefused
from ivr.store.database import Store
from ivr.store.webhooks import sources
from ivr.store.webhooks.secrets import valid
from ivr.store.webhooks.sources import Received

WINDOW = timedelta(minutes=5)
"""How far a post's moment may be from ours, either way."""
REMEMBERED = timedelta(days=2)
"""How long posts are known: longer than anybody repeats one."""
IN_HAND = timedelta(seconds=30)
"""How long a post is taken to be in hand whose answer is not known."""
MOST_SIGNATURES = 16

_ID = re.compile(r"[!-\-/-~]{1,255}")  # visible ASCII but the full stop, which divides what is signed
_MOMENT = re.compile(r"[0-9]{1,11}")


@dataclass(frozen=True, slots=True)
class Message:
    """A post that is to be believed.

    `again`: it came before and was answered `status` and `answer`, which it is to be answered again; nothing
    else is to be done. Else do what it says, and then `answered`, or `dropped` where it cannot be done now.
    """

    source: str
    id: str
    at: datetime
    type: str
    data: Any
    body: Mapping[str, Any]
    again: bool = False
    status: int = 0
    answer: str = ""

    @property
    def key(self) -> str:
        """A name for what it brings about, the same for each repetition."""
        return f"{self.source}:{self.id}"


def receive(
    store: Store, source: str, headers: Mapping[str, str], body: bytes, now: datetime, most: int = 1 << 18
) -> Message:
    """Judge a post of a source, and take it in hand.

    Args:
        headers: of the request, in any case.
        body: as it came, at most `most` bytes of it.

    Raises:
        WebhookRefused: it is not to be believed, or not now; `status` is the HTTP status that says so.
        StoreError: it cannot be known whether it came before; whoever sends is to try again.
    """
    name, at, text = verified(store, source, headers, body, now, most)
    content = _parsed(text)
    digest = sha256(body).hexdigest()
    before = sources.begin(store, Received(source, name, now, digest), now - IN_HAND)
    told = content.get("type")
    kind = told if isinstance(told, str) else ""
    message = Message(source, name, at, kind, content.get("data"), content)
    if before is None:
        return message
    if before.digest != digest:
        raise WebhookRefused(
            "another post had this webhook-id", 409, hint="give each message an id of its own"
        )
    if before.status is None:
        raise WebhookRefused("the same post is in hand", 409, hint="try again in half a minute")
    return Message(source, name, at, kind, message.data, content, True, before.status, before.answer)


def answered(store: Store, message: Message, status: int, answer: str) -> None:
    """Keep what a post was answered, for when it comes again. Raises StoreError."""
    sources.answered(store, message.source, message.id, status, answer)


def dropped(store: Store, message: Message) -> None:
    """It could not be done now: when it comes again, it is new. Raises StoreError."""
    sources.dropped(store, message.source, message.id)


def verified(
    store: Store, source: str, headers: Mapping[str, str], body: bytes, now: datetime, most: int
) -> tuple[str, datetime, str]:
    """Id, moment and text of a post that its source has signed. Raises WebhookRefused, StoreError."""
    if len(body) > most:
        raise WebhookRefused(f"the post is larger than {most} bytes", 413, hint="see webhooks.max_bytes")
    given = {name.lower(): value for name, value in headers.items()}
    name, moment = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not _ID.fullmatch(name) or not _MOMENT.fullmatch(moment):
        raise WebhookRefused("the headers webhook-id and webhook-timestamp are missing or broken", 400)
    at = datetime.fromtimestamp(int(moment), UTC)
    if abs(at - now) > WINDOW:
        hint = "sign each try with the present moment, and let both clocks be set by NTP"
        raise WebhookRefused("webhook-timestamp is not within five minutes of now", 401, hint=hint)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise WebhookRefused("the body is not UTF-8", 400) from None
    known = sources.find(store, source)
    keys = valid(known.secrets, now) if known and known.enabled else ()
    if not _signed(name, at, text, given.get("webhook-signature", ""), keys):
        # An unknown source gets the same words as a wrong signature: nobody learns which names there are.
        raise WebhookRefused("the signature is not this source's", 401, hint="see `ivr webhook source list`")
    return name, at, text


def _signed(name: str, at: datetime, text: str, signatures: str, keys: tuple[str, ...]) -> bool:
    """Whether one of the signatures is by one of the keys. The library signs; its own check stumbles over
    hostile headers and reads the clock."""
    given = [_bytes(one[3:]) for one in signatures.split(" ")[:MOST_SIGNATURES] if one.startswith("v1,")]
    wanted = [_bytes(Webhook(key).sign(name, at, text)[3:]) for key in keys]
    found = [compare_digest(one, other) for one in given for other in wanted]  # each, however early one fits
    return any(found)


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (NoBase64, ValueError):
        return b""


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        content = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise WebhookRefused("the body is not JSON", 400) from None
    if not isinstance(content, dict):
        raise WebhookRefused("the body is no JSON object", 400, hint='send {"type": …, "data": …}')
    return content


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
