"""The disk that FreeSWITCH records to is full: the caller is told, and nothing else of the call needs it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.freeswitch.client import Client
from tests.freeswitch.conftest import HERE, Ivory, wait_for
from tests.freeswitch.instance import Instance

FLOWS = HERE / "flows_adoption"
SIZE = 96 << 10
"""Bytes of the disk: FreeSWITCH writes 16,000 a second."""


@pytest.fixture
def disk(ivory: Ivory) -> Iterator[Path]:
    """A small disk of its own for recordings."""
    folder = ivory.recordings / "messages"
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={SIZE},mode=0777"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "small", folder], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def leave_a_message(freeswitch: Instance, ivory: Ivory, ani: str, seconds: float) -> None:
    """Speak for so long, then press a key and listen to the end."""
    with Client(freeswitch) as phone:
        leg = phone.call("95598", ani)
        wait_for(lambda: ivory.entered(ani, "main"), 10, "the menu")
        phone.press(leg, "3")
        wait_for(lambda: ivory.entered(ani, "message"), 5, "the message")
        phone.api(f"uuid_broadcast {leg} tone_stream://%(60000,0,300) aleg")
        time.sleep(2.0 + seconds)
        phone.press(leg, "#")
        wait_for(lambda: phone.channels() == 0, 20, "the flow came to its end")


def test_it_fills_up_while_a_caller_speaks(freeswitch: Instance, ivory: Ivory, disk: Path) -> None:
    leave_a_message(freeswitch, ivory, "13920000031", 2 * SIZE / 16000)
    journey = ivory.journey("13920000031")
    message = next(step for step in journey.steps if step.node == "message")
    assert message.outcome in ("next", "too_short", "error")
    assert journey.steps[-1].node == "bye"
    assert (journey.call.end, journey.call.hangup_cause) == ("completed", "NORMAL_CLEARING")


def test_it_is_full_before(freeswitch: Instance, ivory: Ivory, disk: Path) -> None:
    with pytest.raises(OSError, match="No space"):
        (disk / "others").write_bytes(bytes(2 * SIZE))
    leave_a_message(freeswitch, ivory, "13920000032", 1.0)
    journey = ivory.journey("13920000032")
    message = next(step for step in journey.steps if step.node == "message")
    assert message.outcome in ("too_short", "error")
    assert journey.steps[-1].node == "bye"
    assert journey.call.end == "completed"
