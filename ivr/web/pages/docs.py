"""The documentation, beside what it is about: the same pages as in docs/, rendered here, so that they can be
read without any network. Messages lead to their codes, the editor to its nodes. Each page is shown in the
reader's language where it is there in it; an address that names a language (`/docs/en-US/…`) keeps to that.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Flask, render_template
from flask_babel import lazy_gettext as _

from ivr.web import languages
from ivr.web.documentation import Rendered, folder, languages_of, read
from ivr.web.guard import EVERYBODY, needs
from ivr.web.site import Site

FIRST: Final = (
    "first-flow", "flow-language", "nodes/README", "speaking", "flow-tests", "versions", "skill-groups",
    "routing", "agents-and-supervisors", "numbers-and-hours", "admin", "api", "webhooks", "web-phone",
    "freeswitch", "settings", "cli", "operations", "recipes", "errors",
)  # fmt: skip
"""What is offered in the list; the rest is reached from there."""
TITLES: Final = {"cli": _("Commands")}
"""Titles of pages of that list that are there in English only."""


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("docs", __name__)

    @blueprint.get("/docs/", defaults={"address": ""})
    @blueprint.get("/docs/<path:address>")
    @needs(EVERYBODY)
    def docs(address: str) -> str:
        named, name = divided(address)
        wanted = named or languages.TAGS[languages.chosen()]
        return render_template(
            "docs.html",
            page=site.apart(read, name, wanted),
            name=name,
            wanted=wanted,
            others=site.apart(_others, name, wanted),
            contents=site.apart(_contents, wanted),
            titles=TITLES,
            base=f"/docs/{named}/" if named else "/docs/",
        )

    return blueprint


def divided(address: str) -> tuple[str, str]:
    """The language that an address names, if any, and the page."""
    first, _, rest = address.partition("/")
    named, name = (first, rest) if first in languages.TAGS.values() else ("", address)
    return named, name.removesuffix(".md") or FIRST[0]


def _others(name: str, wanted: str) -> dict[str, str]:
    """The other languages that a page can be read in, by their tags."""
    tags = {languages.TAGS[key]: words for key, words in languages.LANGUAGES.items()}
    return {tag: tags[tag] for tag in languages_of(name) if tag != read(name, wanted).language}


def _contents(language: str) -> list[tuple[str, Rendered]]:
    return [(name, read(name, language)) for name in FIRST if (folder() / f"{name}.md").is_file()]
