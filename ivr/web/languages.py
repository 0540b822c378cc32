"""In which language a page is written: what the person chose, else what the browser asks for.

English stands in the code and the templates, Chinese in `translations/`, read as it is written (`.po`), so
that there is nothing to be compiled and nothing that could be out of date.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, request
from flask_babel import Babel, Domain, get_locale
from flask_babel import lazy_gettext as _

from ivr.i18n import base
from ivr.web.accounts.who import NOBODY

LANGUAGES: Final = {"en": "English", "zh": "中文"}
TAGS: Final = {"en": "en-US", "zh": "zh-CN"}
COOKIE: Final = "ivory_language"
FOLDER: Final = Path(__file__).parent / "translations"

ROLES: Final = {
    "admin": _("Admin"),
    "designer": _("Flow designer"),
    "supervisor": _("Supervisor"),
    "agent": _("Agent"),
    "viewer": _("Viewer"),
}


class Catalogues(Domain):  # type: ignore[misc]
    """What is said in each language, from the files that translators edit."""

    def __init__(self) -> None:
        super().__init__([str(FOLDER)])
        self._read: dict[str, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        """Those for who asks."""
        locale = get_locale()
        language = locale.language if locale else "en"
        if language not in self._read:
            self._read[language] = read(language)
        return self._read[language]


def read(language: str) -> NullTranslations:
    """The catalogue of a language; an empty one for that of the code."""
    file = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not file.exists():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def install(app: Flask) -> None:
    """Have Flask-Babel write each answer in the language of who asks."""
    babel: Any = Babel(app, locale_selector=chosen, default_locale="en", default_timezone="UTC")
    babel.domain_instance = Catalogues()


def chosen() -> str:
    """`en` or `zh`."""
    who = g.get("who", NOBODY)
    for wish in (who.language, request.cookies.get(COOKIE, "")):
        if wish in LANGUAGES:
            return wish
    tags = (base(tag) for tag, quality in request.accept_languages if quality)
    return next((tag for tag in tags if tag in LANGUAGES), "en")


def role_words(role: str) -> str:
    """A role as people call it."""
    return str(ROLES.get(role, role))


def role_options() -> list[tuple[str, str]]:
    """Roles to choose from."""
    return [(role, str(words)) for role, words in ROLES.items()]
