"""The API for customers: looked up, changed, made one, and what was done for them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from itertools import islice
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from ivr import i18n, numbers
from ivr.errors import Conflict, Invalid, NotFound
from ivr.store import customer_changes, customers
from ivr.store.customers import Customer
from ivr.store.database import Store
from ivr.store.records import ContactRecord
from ivr.web.accounts.who import Who
from ivr.web.api.answer import NOTHING, Answer, created
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.params import PLAIN, Key, Text
from ivr.web.site import Site

resource = Resource("customers", "People and companies that are known by their numbers.")

Number = Annotated[str, Field(min_length=1, max_length=40)]


class CustomerIn(In):
    """A customer as they should be."""

    numbers: list[Number] = Field(max_length=50, description="E.164, or as they are dialled here.")
    name: Text = ""
    company: Text = ""
    vip: bool | None = None
    tags: Annotated[list[Text], Field(max_length=64)] = Field([], description="Words to find them by.")
    agent: Text = Field("", description="Their own agent, who is asked first.")
    language: Annotated[str, Field(max_length=35)] = Field("", description="`zh-CN`.")
    attributes: Annotated[dict[str, Any], Field(max_length=100)] = Field({}, description="4 KB at most.")


class NewCustomer(CustomerIn):
    """A customer that is not there yet: a number, an id, or both."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"properties": {"numbers": {"minItems": 1}}},
                {"properties": {"id": {"minLength": 1}}, "required": ["id"]},
            ]
        }
    )

    id: Annotated[str, Field(max_length=255, pattern=PLAIN)] = Field(
        "", description="The first number when left out."
    )


class CustomerOut(BaseModel):
    """A customer."""

    id: str
    numbers: list[str]
    name: str
    company: str
    vip: bool | None
    tags: list[str]
    agent: str
    language: str
    attributes: dict[str, Any]
    added: datetime
    changed: datetime | None


class Query(In):
    """Which customers."""

    search: Text = Field("", description="Part of a name, a company or a number.")
    limit: int = Field(50, ge=1, le=500, description="How many at most.")
    after: Text = Field("", description="The `next` of the page before this one.")


class Customers(BaseModel):
    """Customers in the order of their ids."""

    customers: list[CustomerOut]
    next: str
    total: int = Field(description="How many there are in all.")


class Other(In):
    """Who is the same customer."""

    other: Key


class Assigned(In):
    """A number."""

    number: Number


@resource.get("/customers", needs="customers:read")
def page(site: Site, query: Query) -> Customers:
    """Customers in the order of their ids."""
    return listed(site, query)


@resource.post("/customers", needs="customers:write", status=201, returns=CustomerOut)
def add(site: Site, who: Who, body: NewCustomer) -> Answer:
    """Write down somebody new."""
    known = keys(body.numbers)
    name = body.id or next(iter(known), "")
    if not name:
        raise Invalid("a customer needs a number or an id", field="numbers")
    made = _made(site, name, body, known)
    made = site.ask(customer_changes.put, made, "")
    told = _audited(site, who, "customer.add", None, made)
    return created(told, f"/api/v1/customers/{name}", etag(made))


@resource.get("/customers/<id>", needs="customers:read", returns=CustomerOut)
def get(site: Site, id: Key) -> Answer:
    """One customer, by their id or one of their numbers."""
    found = known(site, id)
    return Answer(shown(found), etag=etag(found))


@resource.put(
    "/customers/<id>", needs="customers:write", returns=CustomerOut, also={201: "It was not there."}
)
def put(site: Site, who: Who, id: Key, body: CustomerIn, match: str, new: bool) -> Answer:
    """Write a customer, whole. `If-None-Match: *` brings back one that was taken out."""
    before = None if new else known(site, id)
    if before is not None and match and match != etag(before):
        raise Conflict(f'customer "{id}" was changed meanwhile', current=etag(before))
    made = _made(site, before.id if before else id, body, keys(body.numbers), before)
    made = site.ask(customer_changes.put, made, None if before is None else _content(before))
    return Answer(_audited(site, who, "customer.change", before, made), 201 if new else 200, etag(made))


@resource.delete("/customers/<id>", needs="customers:write", status=204)
def remove(site: Site, who: Who, id: Key, match: str) -> Answer:
    """Forget a customer and their numbers; the contacts that were stay, as those of a number."""
    before = known(site, id)
    if match and match != etag(before):
        raise Conflict(f'customer "{id}" was changed meanwhile', current=etag(before))
    site.ask(customers.remove, before.id)
    site.audited(who, "customer.remove", before.id, audited(before), {})
    return NOTHING


@resource.post("/customers/<id>/merge", needs="customers:write")
def merge(site: Site, who: Who, id: Key, body: Other) -> CustomerOut:
    """Give a customer the numbers, tags and contacts of another, who is no more."""
    kept, gone = known(site, id), known(site, body.other)
    merged = site.ask(customers.merge, kept.id, gone.id, site.now())
    before = {"into": audited(kept), "other": {"id": gone.id, **audited(gone)}}
    site.audited(who, "customer.merge", kept.id, before, audited(merged))
    return shown(merged)


@resource.post("/customers/<id>/numbers", needs="customers:write", returns=CustomerOut)
def assign(site: Site, who: Who, id: Key, body: Assigned) -> CustomerOut:
    """Give a customer a number, whoever had it."""
    before, number = known(site, id), keys([body.number])[0]
    owner = site.ask(customers.owners, [number]).get(number, "")
    site.ask(customers.assign, before.id, number)
    site.audited(who, "customer.assign", before.id, {"number": number, "customer": owner}, {"number": number})
    return shown(known(site, before.id))


@resource.delete("/customers/<id>/numbers/<number>", needs="customers:write", status=204)
def release(site: Site, who: Who, id: Key, number: Number) -> Answer:
    """Take a number from a customer; it is nobody's then."""
    before, plain = known(site, id), numbers.customer_key(number)
    if plain not in before.numbers:
        raise NotFound(f'"{number}" is no number of customer "{before.id}"')
    site.ask(customers.release, plain)
    site.audited(who, "customer.release", before.id, {"number": plain}, {})
    return NOTHING


@resource.get("/customers/<id>/contacts", needs="customers:read")
def contacts(site: Site, id: Key) -> list[ContactRecord]:
    """The latest hundred contacts of a customer, or of a number that is nobody's, over all channels."""
    found: Customer | str
    try:
        found = known(site, id)
    except NotFound:
        found = numbers.customer_key(id) or id
    return site.ask(customers.history, found, 100)


def listed(site: Site, query: Query) -> Customers:
    """A page of the list, as the page of customers shows it, too."""
    some, total = site.ask(_listed, query)
    after = some[query.limit - 1].id if len(some) > query.limit else ""
    return Customers(customers=[shown(one) for one in some[: query.limit]], next=after, total=total)


def _listed(store: Store, query: Query) -> tuple[list[Customer], int]:
    found = customers.every(store, query.search, query.after)
    return list(islice(found, query.limit + 1)), customers.count(store)


def known(site: Site, id: str) -> Customer:
    """The customer of an id or a number. Raises NotFound."""
    found = site.ask(_known, id)
    if found is None:
        raise NotFound(f'there is no customer "{id[:100]}"')
    return found


def _known(store: Store, id: str) -> Customer | None:
    number = numbers.customer_key(id)
    return customers.get(store, id) or (customers.find(store, number) if number else None)


def keys(given: list[str]) -> tuple[str, ...]:
    """Numbers as the directory has them, each once. Raises IvoryError."""
    found: dict[str, None] = {}
    for number in given:
        key = numbers.customer_key(number)
        if not key:
            words = f'"{number}" is no number anybody could be known by'
            raise Invalid(words, hint="write +8613800000000", field="numbers")
        found[key] = None
    return tuple(found)


def shown(customer: Customer) -> CustomerOut:
    """A customer as the API tells of them."""
    return CustomerOut.model_validate(customer, from_attributes=True)


def etag(customer: Customer) -> str:
    """What a customer's content is called: another content, another name."""
    return hashlib.sha256(_content(customer).encode()).hexdigest()[:16]


def audited(customer: Customer) -> dict[str, Any]:
    """What the audit keeps of a customer."""
    return shown(customer).model_dump(mode="json", exclude={"id", "added", "changed"}, exclude_defaults=True)


def _content(customer: Customer) -> str:
    return customer_changes.content(customer)


def _made(
    site: Site, id: str, body: CustomerIn, known: tuple[str, ...], before: Customer | None = None
) -> Customer:
    if not customers.fits(body.attributes):
        raise Invalid("the attributes are over 4 KB", hint="leave some out", field="attributes")
    if body.language and not i18n.is_tag(body.language):
        words = f'"{body.language}" is no language'
        raise Invalid(words, hint="write zh-CN or en-US", field="language")
    now, values = site.now(), body.model_dump(exclude={"numbers", "tags", "id"})
    tags = tuple(dict.fromkeys(tag.strip() for tag in body.tags if tag.strip()))
    added = before.added if before else now
    return Customer(id=id, added=added, numbers=known, tags=tags, changed=now, **values)


def _audited(site: Site, who: Who, order: str, before: Customer | None, after: Customer) -> CustomerOut:
    site.audited(who, order, after.id, audited(before) if before else {}, audited(after))
    return shown(after)
