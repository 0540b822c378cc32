"""Which language an import takes the callers to speak."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.importers.menus import entries, menus, told

STOCK = '<X-PRE-PROCESS cmd="set" data="sound_prefix=/usr/share/sounds/en/us/callie"/>'


@pytest.mark.parametrize(
    ("menu", "before", "tag", "reason"),
    [
        ('greet-long="say:Welcome"', "", "en-US", "as nothing in the files says another"),
        ('greet-long="say:欢迎致电茶香"', "", "zh-CN", 'as callers hear "欢迎致电茶香"'),
        ('greet-long="say:欢迎"', STOCK, "zh-CN", 'as callers hear "欢迎"'),
        ('greet-long="a.wav"', STOCK.replace("en/us", "de/de"), "de-DE", "as sound_prefix is"),
        ('greet-long="a.wav" tts-voice="pt-BR-Anna"', "", "pt-BR", "as tts-voice says"),
        ('greet-long="say:ようこそ東京"', "", "en-US", "as nothing in the files says another"),
        (
            'greet-long="a.wav"',
            '<X-PRE-PROCESS cmd="set" data="default_language=zh"/>',
            "zh-CN",
            "as default_language says",
        ),
    ],
)
def test_the_language_is_taken_from_signs_and_told(
    tmp_path: Path, menu: str, before: str, tag: str, reason: str
) -> None:
    imported = menus(tmp_path, before, entries("menu-exec-app | 1 | hangup", menu=menu))
    assert f"languages: [{tag}]" in imported.flows[0].text
    assert f"the callers' language is taken to be {tag}, {reason}" in told(imported, "taken")
    assert "--language" in told(imported, "taken")


def test_the_place_is_that_of_the_words(tmp_path: Path) -> None:
    imported = menus(tmp_path, entries("menu-play-sound | 1 | say:请稍候"))
    (note,) = [note for note in imported.notes if note.kind == "taken"]
    assert note.place.line == 3


def test_a_language_that_was_said_is_not_guessed(tmp_path: Path) -> None:
    imported = menus(tmp_path, entries("menu-play-sound | 1 | say:请稍候"), language="zh-TW")
    assert "languages: [zh-TW]" in imported.flows[0].text
    assert told(imported, "taken") == ""
