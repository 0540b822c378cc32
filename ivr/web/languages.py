"""In which language a page is written: what the person chose, else what the browser asks for."""

from __future__ import annotations

from typing import Final

from flask import Flask, g, request
from flask_babel import Babel
from flask_babel import lazy_gettext as _

from ivr.web.accounts.who import NOBODY

LANGUAGES: Final = {"en": "English", "zh": "中文"}
TAGS: Final = {"en": "en-US", "zh": "zh-CN"}
COOKIE: Final = "ivory_language"

ROLES: Final = {
    "admin": _("Admin"),
    "designer": _("Flow designer"),
    "supervisor": _("Supervisor"),
    "agent": _("Agent"),
    "viewer": _("Viewer"),
}


def install(app: Flask) -> None:
    """Have Flask-Babel write each answer in the language of who asks."""
    Babel(app, locale_selector=chosen, default_locale="en", default_timezone="UTC")


def chosen() -> str:
    """`en` or `zh`."""
    who = g.get("who", NOBODY)
    for wish in (who.language, request.cookies.get(COOKIE, "")):
        if wish in LANGUAGES:
            return wish
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def role_words(role: str) -> str:
    """A role as people call it."""
    return str(ROLES.get(role, role))


def role_options() -> list[tuple[str, str]]:
    """Roles to choose from."""
    return [(role, str(words)) for role, words in ROLES.items()]
