"""What a call's page says that a caller heard: the words of their version, in their language, or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from ivr.flow.bundle import Bundle
from ivr.flow.releases import Release
from ivr.settings import Settings
from ivr.store import versions
from ivr.store.records import CallRecord, Record, Step
from ivr.store.rows import pack
from ivr.store.upsert import Upsert
from ivr.web.site import Site
from tests.web.conftest import Browser

NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FLOW = """
id: hotline
languages: [zh-CN, en-US]
nodes:
  hello: {type: play, prompt: {zh-CN: 您好。, en-US: Good day.}, next: english}
  english: {type: language, to: en-US, next: owed}
  owed: {type: play, prompt: {zh-CN: "您欠款{{ sum }}元。", en-US: "You owe {{ sum }} yuan."}, next: bye}
  bye: {type: hangup}
vars: {sum: 3}
"""
VERSION = Bundle.of("hotline", {"hotline": FLOW.encode()}, {})
TO_ENGLISH = {"was": "zh-CN", "language": "en-US"}

Heard = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def heard(site: Site, signed_in: Callable[[str], Browser]) -> Heard:
    """What the page tells of a call that is known as `c1`: languages and words."""

    def look() -> list[tuple[str, str]]:
        page = signed_in("admin").get("/calls/c1").get_data(as_text=True)
        return re.findall(r'gist" lang="([^"]*)">([^<]*)<', page)

    return look


@pytest.fixture
def called(site: Site) -> Callable[..., None]:
    def call(change: Mapping[str, Any] = TO_ENGLISH, language: str = "en-US", whole: bool = True) -> None:
        records: list[Record] = [
            CallRecord("c1", NOON, "hotline", VERSION.id, language=language),
            Step("c1", 1, "hotline", "hello", "play", NOON, NOON, "next"),
        ]
        if whole:
            records += [
                Step("c1", 2, "hotline", "english", "language", NOON, NOON, "next", detail=change),
                Step("c1", 3, "hotline", "owed", "play", NOON, NOON, "next"),
            ]

        def write(store: Any) -> None:
            with store.errors():
                assert Upsert(store)([pack(record) for record in records]) == []

        site.ask(write)

    return call


@pytest.fixture
def draft(settings: Settings) -> Callable[[str], None]:
    def write(text: str) -> None:
        settings.flows.dir.mkdir(exist_ok=True)
        (settings.flows.dir / "hotline.yaml").write_text(text, "utf-8")

    return write


def test_words_are_told_in_the_language_of_their_step_and_values_are_left_open(
    heard: Heard, called: Callable[..., None], draft: Callable[[str], None]
) -> None:
    draft(FLOW)
    called()
    assert heard() == [("zh-CN", "您好。"), ("zh-CN", "en-US"), ("en-US", "You owe … yuan.")]


def test_a_call_in_one_language_is_told_in_it_whoever_reads(
    heard: Heard, called: Callable[..., None], draft: Callable[[str], None]
) -> None:
    draft(FLOW)
    called(language="zh-CN", whole=False)
    assert heard() == [("zh-CN", "您好。")]


def test_where_the_language_is_not_known_nothing_is_told(
    heard: Heard, called: Callable[..., None], draft: Callable[[str], None]
) -> None:
    draft(FLOW)
    called(change={})
    assert heard() == []


def test_words_of_another_draft_are_not_told_as_heard(
    heard: Heard, called: Callable[..., None], draft: Callable[[str], None]
) -> None:
    draft(FLOW.replace("您好。", "早上好。"))
    called()
    assert heard() == []


def test_words_of_a_version_that_was_published_are_told_whatever_the_draft_says(
    heard: Heard, called: Callable[..., None], draft: Callable[[str], None], site: Site
) -> None:
    site.ask(versions.keep, VERSION, Release("hotline", 1, "publish", VERSION.id, NOON))
    draft(FLOW.replace("您好。", "早上好。"))
    called()
    assert heard()[0] == ("zh-CN", "您好。")
