"""Versions of flows in service on a real FreeSWITCH: published, shared out, gone back from, crashed in."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.store import calls as stored
from ivr.store.schema import open_current
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Crm, Ivory, wait_for
from tests.freeswitch.instance import PROJECT, Instance

FLOW = """
id: line
languages: [en-US]
numbers: ["95598"]
nodes:
  main:
    type: menu
    prompt: "{words}"
    options: {{1: {bye}, 2: old_only}}
    outcomes: {{exhausted: {bye}}}
    noinput_after: 60s
  {bye}: {{type: play, prompt: Goodbye., next: end}}
  old_only: {{type: play, prompt: [Listen., {{audio: note.wav}}], next: end}}
"""


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drafts")
    (folder / "line.yaml").write_text(FLOW.format(words="Press one.", bye="bye"))
    (folder / "sounds").mkdir()
    (folder / "sounds" / "note.wav").write_bytes(_silence())
    return folder


@pytest.fixture(scope="module")
def ivory(
    freeswitch: Instance, crm: Crm, drafts: Path, prompt_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ivory]:
    served = Ivory(freeswitch, tmp_path_factory.mktemp("ivory"), drafts, crm, prompt_cache)
    served.environment["IVR_FLOWS_SOUNDS"] = str(drafts / "sounds")
    served.start()
    yield served
    served.stop()


@pytest.fixture
def phone(freeswitch: Instance) -> Iterator[Client]:
    with Client(freeswitch) as client:
        yield client


def _silence() -> bytes:
    samples = bytes(1600)
    size = len(samples).to_bytes(4, "little")
    head = b"fmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0"
    return b"RIFF" + (36 + len(samples)).to_bytes(4, "little") + b"WAVE" + head + b"data" + size + samples


def flow(ivory: Ivory, *words: str) -> str:
    """Run `ivr flow …`, wait until the worker has noticed, and return the version it speaks of."""
    before = len(ivory.log.read_text(errors="replace"))
    done = subprocess.run(
        [sys.executable, "-m", "ivr", "flow", *words], env=ivory.environment, cwd=PROJECT,
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = re.search(r"version ([0-9a-f]{12})", done.stderr)
    assert found, done.stderr
    news = re.compile(rf"flow in service.*={found[1]}")
    wait_for(lambda: news.search(ivory.log.read_text(errors="replace"), before), 5, "the worker's notice")
    return found[1]


def enter(ivory: Ivory, phone: Client, ani: str) -> str:
    leg = phone.call("95598", ani)
    wait_for(lambda: ivory.entered(ani, "main"), 5, "the menu")
    time.sleep(0.3)
    return leg


def version_of(ivory: Ivory, ani: str) -> str:
    with open_current(ivory.environment["IVR_STORE_URL"]) as store:
        return stored.page(store, stored.Query(number=ani, limit=1)).calls[0].version


def test_new_callers_come_to_a_new_version_and_calls_stay_in_theirs(
    ivory: Ivory, phone: Client, drafts: Path
) -> None:
    draft = enter(ivory, phone, "13930000001")
    first = flow(ivory, "publish", "line", "-m", "first")
    old = enter(ivory, phone, "13930000002")
    (drafts / "line.yaml").write_text(
        FLOW.format(words="Please press one.", bye="farewell").replace("2: old_only", "3: farewell")
        .replace("  old_only: {type: play, prompt: [Listen., {audio: note.wav}], next: end}\n", "")
    )  # fmt: skip
    (drafts / "sounds" / "note.wav").unlink()
    second = flow(ivory, "publish", "line")
    new = enter(ivory, phone, "13930000003")
    assert (version_of(ivory, "13930000002"), version_of(ivory, "13930000003")) == (first, second)

    ivory.kill_worker()  # none of the three is where the draft or the newest version would have it
    time.sleep(1.0)
    phone.press(draft, "1")
    phone.press(old, "2")
    phone.press(new, "1")
    assert [step.node for step in ivory.journey("13930000002").steps] == ["main", "old_only"]
    assert [step.node for step in ivory.journey("13930000003").steps] == ["main", "farewell"]
    assert ivory.journey("13930000001").call.end == "completed"
    assert not ivory.said("sound missing")


def test_going_back_serves_the_version_of_before(ivory: Ivory, phone: Client) -> None:
    first = flow(ivory, "rollback", "line")
    leg = enter(ivory, phone, "13930000004")
    assert version_of(ivory, "13930000004") == first
    phone.press(leg, "2")
    assert [step.node for step in ivory.journey("13930000004").steps] == ["main", "old_only"]
    assert not ivory.said("sound missing")


def test_a_canary_has_its_share_and_each_caller_stays(ivory: Ivory, phone: Client) -> None:
    serving = version_of(ivory, "13930000004")
    canary = flow(ivory, "publish", "line", "--canary", "50")
    callers = [f"1393100{number:04}" for number in range(10)]
    came = []
    for _ in range(2):
        legs = [phone.call("95598", ani) for ani in callers]
        wait_for(lambda: all(ivory.entered(ani, "main") for ani in callers), 10, "the menu")
        time.sleep(1.0)
        came.append([version_of(ivory, ani) for ani in callers])
        for leg in legs:
            phone.hang_up(leg)
        time.sleep(1.0)
    assert came[0] == came[1]
    assert set(came[0]) == {serving, canary}
