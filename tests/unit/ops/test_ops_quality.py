"""What is read of a call's audio, from events a FreeSWITCH sent: one call clean, one with every twentieth
packet missing, one with two gaps, one out of order, one silent, and a loopback leg."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.esl.quality import Quality, quality_of
from ivr.esl.wire import Event

HANGUPS = Path(__file__).parent / "hangups"


def hangup(name: str, **changes: str) -> Event:
    text = (HANGUPS / f"{name}.txt").read_text()
    for variable, value in changes.items():
        before = next(
            line for line in text.splitlines() if line.startswith(f"variable_rtp_audio_in_{variable}:")
        )
        text = text.replace(before, f"variable_rtp_audio_in_{variable}: {value}")
    event = Event.parse(text.encode() + b"\n")
    assert event is not None
    return event


@pytest.mark.parametrize(
    ("name", "quality"),
    [
        ("clean", Quality(598, 4.5, 12.41, 0.0, 0)),
        ("lossy", Quality(571, 4.2, 5.81, 5.0, 82)),
        ("burst", Quality(573, 4.42, 22.28, 5.0, 29)),
        ("jitter", Quality(580, 1.15, 27.23, 26.0, 476)),
    ],
)
def test_the_figures_of_real_calls(name: str, quality: Quality) -> None:
    assert quality_of(hangup(name)) == quality
    assert quality.judged


def test_a_caller_of_whom_nothing_was_heard_has_no_good_mark() -> None:
    quality = quality_of(hangup("silent"))
    assert quality is not None
    assert quality.mos == 4.5  # what FreeSWITCH says
    assert quality.packets == 0
    assert not quality.judged


def test_a_leg_without_rtp_has_no_quality() -> None:
    assert quality_of(hangup("loop")) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"mos": "nan"},
        {"mos": "-nan"},
        {"mos": "0.00"},
        {"jitter_max_variance": "inf"},
        {"jitter_loss_rate": "-1"},
        {"packet_count": "many"},
        {"packet_count": "-5"},
        {"flaw_total": ""},
    ],
)
def test_figures_that_make_no_sense_are_none(changes: dict[str, str]) -> None:
    assert quality_of(hangup("clean", **changes)) is None


def test_more_than_everything_cannot_be_lost() -> None:
    quality = quality_of(hangup("clean", jitter_loss_rate="7.31"))
    assert quality is not None
    assert quality.loss_percent == 100.0
