"""Callers speak to flows on a real FreeSWITCH: when a worker dies as it listens, too, or a disk is full."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from ivr.speech.asr.tiny import models
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Crm, Ivory, wait_for
from tests.freeswitch.instance import Instance
from tests.freeswitch.talker import Samples, Talker
from tests.spoken import said

FLOWS = Path(__file__).parent / "flows_spoken"


@pytest.fixture(scope="module")
def ears(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder through which callers' sound comes: on a disk without a free byte, where one can be made."""
    folder = tmp_path_factory.mktemp("ears")
    small = ["mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "small", str(folder)]
    if subprocess.run(small, capture_output=True, check=False).returncode:
        yield folder
        return
    with suppress(OSError), (folder / "others").open("wb", 0) as file:
        while True:
            file.write(bytes(4096))
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture(scope="module")
def ivory(
    freeswitch: Instance, crm: Crm, prompt_cache: Path, ears: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ivory]:
    served = Ivory(freeswitch, tmp_path_factory.mktemp("ivory"), FLOWS, crm, prompt_cache)
    served.environment |= {
        "IVR_ASR_ENGINES": '["vosk"]',
        "IVR_ASR_MODELS": json.dumps({tag: str(folder) for tag, folder in models().items()}),
        "IVR_ASR_RUN": str(ears),
    }
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def billing() -> Samples:
    return np.frombuffer(said("billing", noise=0), "<i2").astype(np.int32)


@pytest.fixture
def phone(freeswitch: Instance) -> Iterator[Client]:
    with Client(freeswitch) as client:
        yield client


def pipes(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if name.endswith(".r8")]


def test_a_word_into_the_prompt_is_an_answer(
    ivory: Ivory, freeswitch: Instance, billing: Samples, ears: Path
) -> None:
    with Talker(freeswitch.sip_port, "95598", "13930000001") as voice:
        wait_for(lambda: ivory.entered("13930000001", "main"), 5, "the menu")
        time.sleep(1.0)
        voice.say(billing)
        wait_for(lambda: ivory.entered("13930000001", "bill"), 5, "the bill")
    (menu, *_) = ivory.journey("13930000001").steps
    assert (menu.outcome, menu.input) == ("1", "“billing”")
    wait_for(lambda: not pipes(ears), 5, "no pipe is left")


def test_a_worker_that_is_killed_while_it_listens_leaves_an_ear_to_the_next(
    ivory: Ivory, freeswitch: Instance, phone: Client, billing: Samples, ears: Path
) -> None:
    with Talker(freeswitch.sip_port, "95598", "13930000002") as voice:
        wait_for(lambda: pipes(ears), 5, "somebody listens")
        (before,) = pipes(ears)
        ivory.kill_worker()
        wait_for(lambda: [name for name in pipes(ears) if name != before], 10, "the next one listens")
        (call,) = {row["uuid"] for row in phone.rows("channels")}
        wait_for(lambda: phone.api(f"uuid_buglist {call}").count(".r8") == 1, 5, "nobody else does")
        time.sleep(0.5)
        voice.say(billing)
        wait_for(lambda: ivory.entered("13930000002", "bill"), 5, "the bill")
    assert [step.node for step in ivory.journey("13930000002").steps][:2] == ["main", "bill"]
    wait_for(lambda: not pipes(ears), 5, "no pipe is left")
