"""The API for lists of customers: a CSV file is planned first, and taken over only as it was planned."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated

from flask import request
from pydantic import BaseModel, Field

from ivr.customers import listed, sheet
from ivr.errors import Conflict, ImportFailed, IvoryError
from ivr.store import customer_lists, customers
from ivr.store.customer_lists import Plan
from ivr.store.database import Store
from ivr.web.accounts.who import Who
from ivr.web.api.customers import CustomerOut, shown
from ivr.web.api.endpoint import In, Resource
from ivr.web.site import Site
from ivr.web.wording import in_words

resource = Resource("customer-import", "Lists of customers from other systems.")

LARGEST = 16 << 20
"""Bytes of a file."""
SHOWN = 1000
"""Problems that are told, and customers that are shown as an example."""
EXAMPLES = 5

Encoding = Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9_.:-]*$")]


class Reading(In):
    """How a file is read."""

    encoding: Encoding = Field("", description="UTF-8, UTF-16 and GB18030 are known by themselves.")


class Applying(Reading):
    """What is taken over."""

    plan: str = Field(pattern=r"^[0-9a-f]{64}$", description="`plan` of the answer that planned it.")
    skip_bad: bool = Field(False, description="Take over what is right although some rows are wrong.")


class WrongRow(BaseModel):
    """A row that makes no customer."""

    line: int
    message: str
    hint: str


class Planned(BaseModel):
    """What a file would do."""

    plan: str = Field(description="The name of this plan: it is taken over only if it is still the same.")
    encoding: str
    separator: str
    rows: int
    new: int
    changed: int
    wrong: int
    problems: list[WrongRow] = Field(description=f"Rows that make no customer, the first {SHOWN}.")
    examples: list[CustomerOut]


class Applied(BaseModel):
    """What a file did."""

    new: int
    changed: int
    refused: list[str] = Field(description="What the database would not have.")


@resource.post(
    "/customer-imports/plan", needs="customers:write", raw=("text/csv",), max_body=LARGEST, returns=Planned
)
def plan(site: Site, query: Reading) -> Planned:
    """Read a CSV file and tell what it would do. Nothing is changed."""
    planned, _ = site.ask(_planned, _body(), query.encoding, site.now())
    problems = [
        WrongRow(line=one.line, message=in_words(one.message), hint=in_words(one.hint))
        for one in planned.problems
    ]
    return planned.model_copy(update={"problems": problems})


@resource.post(
    "/customer-imports", needs="customers:write", raw=("text/csv",), max_body=LARGEST, returns=Applied
)
def take_over(site: Site, who: Who, query: Applying) -> Applied:
    """Take the same file over. Refused when rows are wrong, unless `skip_bad`, or when the plan would be
    another one by now."""
    applied = site.ask(_applied, _body(), query, site.now())
    site.audited(who, "customer.import", "-", {}, {"new": applied.new, "changed": applied.changed})
    return applied


def _body() -> bytes:
    if (request.content_length or 0) > LARGEST:
        raise ImportFailed(f"the file is over {LARGEST >> 20} MB", hint="divide it")
    return request.get_data(cache=False)


def _planned(store: Store, data: bytes, encoding: str, at: datetime) -> tuple[Planned, Plan]:
    table = sheet.read(data, "the file", encoding)
    entries, problems = listed.entries(table, "the file")
    made = customer_lists.plan(store, entries, at)
    problems = sorted([*problems, *made.problems], key=lambda problem: problem.line)
    changed = len(made.customers) - made.new
    told = [hashlib.sha256(data).hexdigest(), made.new, changed, [str(problem) for problem in problems]]
    return Planned(
        plan=hashlib.sha256(repr(told).encode()).hexdigest(),
        encoding=table.encoding,
        separator=table.separator,
        rows=len(table.rows) - 1,
        new=made.new,
        changed=changed,
        wrong=len(problems),
        problems=[WrongRow(line=one.line, message=one.message, hint=one.hint) for one in problems[:SHOWN]],
        examples=[shown(customer) for customer in made.customers[:EXAMPLES]],
    ), made


def _applied(store: Store, data: bytes, query: Applying, at: datetime) -> Applied:
    planned, made = _planned(store, data, query.encoding, at)
    if planned.plan != query.plan:
        words = "the file, or the directory, is another one than when it was planned"
        raise Conflict(words, hint="plan it again")
    if planned.wrong and not query.skip_bad:
        raise IvoryError(f"{planned.wrong} rows are wrong", hint="mend them, or leave them out: skip_bad")
    refused = customers.write(store, made.customers)
    return Applied(new=planned.new, changed=planned.changed, refused=[one.reason for one in refused][:SHOWN])
