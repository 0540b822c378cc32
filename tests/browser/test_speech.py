"""Somebody speaks to a flow through a browser: what Chromium takes for its microphone is a file, in which a
sentence is said; the page, the WebSocket, the switch and the recogniser make an answer of it.
"""

from __future__ import annotations

import subprocess
import wave
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ivr.speech.asr.tiny import models
from tests.browser.conftest import House, Visit
from tests.spoken import RATE, said

SECONDS = 60_000
LEAD, BETWEEN, TIMES = 4.0, 8.0, 4
"""Seconds from the opening of the microphone to the first word, and between two; a busy machine may need more
than one."""

pytestmark = pytest.mark.skipif(
    not find_spec("vosk") or "zh" not in models(),
    reason="nobody understands here: no vosk, or no tiny models",
)


def silence(seconds: float) -> bytes:
    return bytes(2 * round(seconds * RATE))


@pytest.fixture
def microphone(tmp_path: Path) -> Path:
    """A file in which somebody wants to know of their bill."""
    try:
        word = said("电费", "zh-CN", noise=0)
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"nobody speaks here: no voice of espeak-ng ({error})")
    file = tmp_path / "microphone.wav"
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", ""))
        sound.writeframes(silence(LEAD) + TIMES * (word + silence(BETWEEN)))
    return file


def test_what_is_said_into_a_browser_leads_where_it_was_said(
    house: House, pass_: Any, launch: Callable[..., Any], microphone: Path
) -> None:
    browser = launch(f"--use-file-for-fake-audio-capture={microphone}%noloop")
    try:
        context = browser.new_context(base_url=house.url, storage_state=pass_, locale="zh-CN")
        visited = Visit(context.new_page())
        page = visited.page
        page.goto("/flows/hotline")
        page.click("[data-try]")
        page.click("ivory-phone .phone-actions .primary")
        page.wait_for_selector("ivory-phone[data-state=talking]", timeout=SECONDS)
        page.wait_for_selector("ivory-graph .here[data-node=main]", timeout=SECONDS)
        page.wait_for_selector("ivory-graph .here[data-node=account]", timeout=SECONDS)
        page.click("ivory-phone .phone-actions .danger")
        page.wait_for_selector("ivory-phone[data-state=closed]", timeout=SECONDS)
        assert visited.complaints == []
    finally:
        browser.close()
