"""What callers do without thinking, on a real switch: # behind a whole PIN, # alone, saying nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.freeswitch import sipp
from tests.freeswitch.conftest import Ivory
from tests.freeswitch.instance import Instance
from tests.freeswitch.sipp import Caller, Step

FLOWS = Path(__file__).parent / "flows_habits"
pytestmark = pytest.mark.skipif(not sipp.available(), reason="no sipp (Debian: sip-tester), or not root")


@pytest.mark.parametrize(
    ("ani", "steps"),
    [
        ("13800670002", [3.0, "1234", 0.3, "#"]),
        ("13800670003", [3.0, "0000", 0.3, "#", 4.0, "1234", 0.3, "#"]),
        ("13800670004", [3.0, "#"]),
    ],
    ids=["whole and hash", "wrong and hash, then whole and hash", "hash alone"],
)
def test_a_hash_behind_a_pin_costs_nothing(
    ivory: Ivory, freeswitch: Instance, tmp_path: Path, ani: str, steps: list[Step]
) -> None:
    Caller("95598", freeswitch.sip_port, tmp_path, [*steps, 5.0, "1"], ani=ani, hangs_up=False).run(60)
    journey = ivory.journey(ani, 20)
    assert [(step.node, step.outcome) for step in journey.steps] == [
        ("pin", "next"),
        ("told", "next"),
        ("menu", "1"),
        ("box", "too_short"),
        ("bye", "next"),
    ]
    assert journey.call.goals == ("told",)
