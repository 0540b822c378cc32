"""Customers: the directory, one of them with what was done for them, and lists that are brought in."""

from __future__ import annotations

from flask import Blueprint, Flask, g, render_template, request

from ivr.store import customers
from ivr.web.api.customers import Query, etag, known, listed
from ivr.web.calls import words
from ivr.web.guard import needs
from ivr.web.routing import names
from ivr.web.site import Site

LATEST = 100
"""Contacts that are shown of a customer."""


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("customers", __name__)

    @blueprint.get("/customers")
    @needs("customers:read")
    def every() -> str:
        search, after = request.args.get("search", "")[:200], request.args.get("after", "")[:200]
        found = listed(site, Query(search=_plain(search), after=_plain(after)))
        return render_template(
            "customers.html", found=found, search=search, after=after, names=names.in_force(site)
        )

    @blueprint.get("/customers/import")
    @needs("customers:write")
    def bring() -> str:
        return render_template("customer_import.html")

    @blueprint.get("/customers/<id>")
    @needs("customers:read")
    def one(id: str) -> str:
        customer = known(site, id)
        history = site.ask(customers.history, customer, LATEST) if g.who.may("contacts:read") else None
        return render_template(
            "customer.html", customer=customer, etag=etag(customer), history=history, words=words,
            names=names.in_force(site), spoken=names.language,
        )  # fmt: skip

    return blueprint


def _plain(text: str) -> str:
    """What is looked for, without signs that no name has."""
    return "".join(sign for sign in text if sign.isprintable()).strip()
