"""Every word that people read is there in Chinese, too, and says as much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from ivr.routing.orders import TABLE
from ivr.web import languages
from ivr.web.accounts.roles import SCOPES
from ivr.web.api.flow_beginnings import SMALLEST
from ivr.web.api.flow_beginnings import every as templates
from ivr.web.doors.hooks import ORDERS
from ivr.web.pages.webhooks import FAMILIES
from ivr.webhooks.types import TYPES

WEB = Path(languages.__file__).parent
PLACES = re.compile(r"%\((\w+)\)[sd]")
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {**DEFAULT_KEYWORDS, "translatable": None, "lazy_gettext": None}


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    with (languages.FOLDER / "zh/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="zh")


def _words() -> Iterator[tuple[str, str | None]]:
    """Words, and where they are said, for those that mean something else elsewhere."""
    found = extract_from_dir(
        str(WEB),
        METHODS,
        {"**/templates/**.html": {"trimmed": "true", "silent": "false"}},
        keywords=KEYWORDS,
        directory_filter=lambda folder: Path(folder).name not in ("node_modules", "built"),
    )
    for _, _, words, _, context in found:
        yield words if isinstance(words, str) else words[0], context
    elsewhere = (
        *SCOPES.values(),
        *(one.told for one in TYPES.values() if one.name.partition(".")[0] in FAMILIES),
        *(TABLE[name].words for name in ORDERS),
        *(template.about for template in templates() if template.name != SMALLEST),
    )
    yield from ((words, None) for words in elsewhere)


def test_every_word_is_translated(chinese: Catalog) -> None:
    missing = {
        words
        for words, context in _words()
        if words and not ((found := chinese.get(words, context)) and all(_texts(found.string)))
    }
    assert sorted(missing) == []


def test_no_translation_is_a_guess(chinese: Catalog) -> None:
    assert [message.id for message in chinese if message.id and message.fuzzy] == []


def test_no_translation_is_left_of_words_that_are_gone(chinese: Catalog) -> None:
    known = set(_words())
    ids = [(_texts(message.id)[0], message.context) for message in chinese if message.id]
    assert [words for words in ids if words not in known] == []


def test_a_translation_has_the_same_places_for_values(chinese: Catalog) -> None:
    wrong = [
        message.id
        for message in chinese
        if message.id and _places(_texts(message.id)[-1]) != _places(_texts(message.string)[0])
    ]
    assert wrong == []


def _texts(words: Any) -> tuple[str, ...]:
    """A message's forms: one, or one for each plural."""
    return (words,) if isinstance(words, str) else tuple(words)


def _places(words: str) -> set[str]:
    return set(PLACES.findall(words))
