"""Every setting says in Chinese what it does, and names what it names in English."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from ivr import settings
from ivr.translations import catalogue, said

KNOWN = catalogue("zh", "settings")
SECTIONS = {
    name: " ".join((type(holder.default).__doc__ or "").split())
    for name, holder in settings.Settings.model_fields.items()
}
CODE = re.compile(r"`[^`]+`")


@pytest.mark.parametrize("entry", list(settings.table()), ids=lambda entry: entry.name)
def test_a_setting_says_in_chinese_what_it_does(entry: settings.Entry) -> None:
    assert entry.help in KNOWN, "put it into ivr/translations/zh/LC_MESSAGES/settings.po"


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_says_in_chinese_what_it_is_about(section: str) -> None:
    assert SECTIONS[section] in KNOWN, "put it into ivr/translations/zh/LC_MESSAGES/settings.po"


def test_nothing_is_translated_that_no_setting_says() -> None:
    assert KNOWN.keys() - {*SECTIONS.values(), *(entry.help for entry in settings.table())} == set()


def test_code_stands_in_the_translation_as_it_is() -> None:
    code = {text: Counter(CODE.findall(text)) for pair in KNOWN.items() for text in pair}
    assert [one for one, other in KNOWN.items() if code[one] != code[other]] == []


def test_a_catalogue_knows_what_it_is_about_and_nothing_else() -> None:
    assert said("Words a minute.", "zh-CN", "settings") == "语速：每分钟多少词。"
    assert said("Words a minute.", "zh-CN") == "Words a minute."
    assert said("Words a minute.", "en-US", "settings") == "Words a minute."
