"""What may be seen of endpoints and sources: of a secret only when it counts, and no password in a URL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime

from pydantic import BaseModel, Field

from ivr.errors import Invalid, IvoryError
from ivr.store.webhooks import watching
from ivr.store.webhooks.endpoints import Endpoint
from ivr.store.webhooks.secrets import Secret
from ivr.store.webhooks.watching import Health
from ivr.web.accounts.who import Who
from ivr.webhooks.audited import without_query


class SecretOut(BaseModel):
    """A secret, of which nothing is told but when it counts."""

    made: datetime
    until: datetime | None = Field(description="It counts no longer after that; null: it is the present one.")


class HealthOut(BaseModel):
    """How deliveries to an endpoint go."""

    waiting: int = Field(description=f"Events that wait for it, counted to {watching.COUNTED}.")
    dead: int = Field(description=f"Events that were given up, counted to {watching.COUNTED}.")
    delivered: datetime | None = Field(description="When it last took one, as far as the log goes back.")


class EndpointOut(BaseModel):
    """An endpoint, and how it does."""

    id: str
    url: str = Field(description="Its query is hidden from who may not change webhooks.")
    events: list[str]
    flows: list[str]
    groups: list[str]
    description: str
    pop: str
    enabled: bool
    reason: str = Field(description="Why it is not enabled.")
    failing: datetime | None = Field(description="Since when nothing arrives there.")
    trouble: str = Field(description="Why nothing arrives there.")
    secrets: list[SecretOut] = Field(description="Its secrets, the newest first.")
    health: HealthOut
    revision: int
    created: datetime
    changed: datetime
    changed_by: str


def shown(endpoint: Endpoint, health: Health, who: Who) -> EndpointOut:
    """An endpoint as `who` may see it: of its secrets only when they count."""
    told = {**asdict(endpoint), "changed_by": endpoint.by, "health": asdict(health)}
    told["url"] = endpoint.url if who.may("webhooks:write") else without_query(endpoint.url)
    told["secrets"] = secrets(endpoint.secrets)
    return EndpointOut.model_validate({name: told[name] for name in EndpointOut.model_fields})


def secrets(kept: Sequence[Secret]) -> list[SecretOut]:
    """Secrets as they may be seen, the newest first."""
    newest = sorted(kept, key=lambda one: one.made, reverse=True)
    return [SecretOut(made=one.made, until=one.until) for one in newest]


@contextmanager
def fitting(field: str) -> Iterator[None]:
    """What is wrong within is wrong with `field` of the body. Raises Invalid."""
    try:
        yield
    except IvoryError as error:
        words = f"{error.message}; {error.hint}" if error.hint else error.message
        raise Invalid(words, field=field) from error
