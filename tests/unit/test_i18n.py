"""Language tags, and the nearest of several texts."""

from __future__ import annotations

import pytest

from ivr import i18n


@pytest.mark.parametrize("tag", ["zh", "zh-CN", "zh-Hant-TW", "en-US", "es-419", "yue-HK"])
def test_language_tags_are_known(tag: str) -> None:
    assert i18n.is_tag(tag)


@pytest.mark.parametrize("tag", ["", "ZH", "zh_CN", "zh-cn", "english", "z", "zh-", "en-US ", "en-USA"])
def test_other_texts_are_no_language_tags(tag: str) -> None:
    assert not i18n.is_tag(tag)


@pytest.mark.parametrize(
    ("wish", "text"),
    [("en-US", "us"), ("en-GB", "gb"), ("en-AU", "gb"), ("zh-TW", "cn"), ("fr-FR", "gb"), ("", "gb")],
)
def test_the_nearest_text_is_picked(wish: str, text: str) -> None:
    assert i18n.pick({"en-GB": "gb", "en-US": "us", "zh-CN": "cn"}, wish) == text


def test_nothing_can_be_picked_from_nothing() -> None:
    with pytest.raises(LookupError):
        i18n.pick({}, "en-US")
