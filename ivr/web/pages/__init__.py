"""The pages, one file each, all of them listed here, and the menu that leads to them.

A page reads and shows; what is changed on it goes through the API, sent by the scripts of `browser/`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Flask, g
from flask_babel import lazy_gettext as _

from ivr.web.pages import account, audit, home, people, sign_in
from ivr.web.site import Site

PAGES: Final[tuple[Callable[[Site, Flask], Blueprint], ...]] = (
    home.page, sign_in.page, account.page, people.page, audit.page,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu. `go`: the key that leads there after `g`."""

    words: str
    path: str
    icon: str
    needs: str
    go: str = ""


MENU: Final[tuple[tuple[str, tuple[Entry, ...]], ...]] = (
    (
        _("Now"),
        (Entry(_("Overview"), "/", "home", "live:read", "o"),),
    ),
    (
        _("Manage"),
        (
            Entry(_("Users and tokens"), "/users", "users", "users:read", "u"),
            Entry(_("Audit"), "/audit", "history", "audit:read", "a"),
        ),
    ),
)  # fmt: skip
"""The menu's groups. Who may not see a page finds no way to it."""


def install(app: Flask, site: Site) -> None:
    """Put the pages into `app`."""
    for page in PAGES:
        app.register_blueprint(page(site, app))


def menu() -> list[tuple[str, list[Entry]]]:
    """The menu as who asks sees it."""
    shown = [(words, [entry for entry in entries if g.who.may(entry.needs)]) for words, entries in MENU]
    return [(words, entries) for words, entries in shown if entries]
