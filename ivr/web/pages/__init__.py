"""The pages, one file each, all of them listed here, and the menu that leads to them.

A page reads and shows; what is changed on it goes through the API, sent by the scripts of `browser/`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Flask, g
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from ivr.web.pages import (
    account,
    agents,
    audit,
    calendars,
    calls,
    customers,
    desk,
    docs,
    flows,
    groups,
    home,
    numbers,
    people,
    phone,
    plan,
    prompts,
    sign_in,
    webhooks,
)
from ivr.web.site import Site

PAGES: Final[tuple[Callable[[Site, Flask], Blueprint], ...]] = (
    home.page, desk.page, calls.page, customers.page, flows.page, numbers.page, calendars.page,
    prompts.page, groups.page, agents.page, plan.page, phone.page, sign_in.page, account.page, people.page,
    webhooks.page, audit.page, docs.page,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu. `go`: the key that leads there after `g`."""

    words: str
    path: str
    icon: str
    needs: str
    go: str = ""


MENU: Final[tuple[tuple[LazyString, tuple[Entry, ...]], ...]] = (
    (
        _("Now"),
        (
            Entry(_("Overview"), "/", "home", "live:read", "o"),
            Entry(_("Your desk"), "/agent", "headset", "agents:self", "d"),
            Entry(_("Calls"), "/calls", "calls", "calls:read", "c"),
            Entry(_("Web phone"), "/phone", "dialpad", "phone:use", "t"),
        ),
    ),
    (
        _("Build"),
        (
            Entry(_("Flows"), "/flows", "flows", "flows:read", "f"),
            Entry(_("Prompts"), "/prompts", "prompts", "prompts:read", "p"),
            Entry(_("Numbers"), "/numbers", "numbers", "numbers:read", "n"),
            Entry(_("Opening hours"), "/calendars", "calendar", "calendars:read", "h"),
        ),
    ),
    (
        _("People"),
        (
            Entry(_("Skill groups"), "/groups", "groups", "routing:read", "g"),
            Entry(_("Agents"), "/agents", "agents", "routing:read", "e"),
            Entry(_("Customers"), "/customers", "customers", "customers:read", "k"),
        ),
    ),
    (
        _("Manage"),
        (
            Entry(_("Webhooks"), "/webhooks", "webhook", "webhooks:read", "w"),
            Entry(_("Users and tokens"), "/users", "users", "users:read", "u"),
            Entry(_("Audit"), "/audit", "history", "audit:read", "a"),
            Entry(_("Documentation"), "/docs/", "book", "me:read", "b"),
        ),
    ),
)
"""The menu's groups. Who may not see a page finds no way to it."""


def install(app: Flask, site: Site) -> None:
    """Put the pages into `app`."""
    for page in PAGES:
        app.register_blueprint(page(site, app))


def menu() -> list[tuple[str, list[Entry]]]:
    """The menu as who asks sees it."""
    shown = [(words, [entry for entry in entries if g.who.may(entry.needs)]) for words, entries in MENU]
    return [(words, entries) for words, entries in shown if entries]
