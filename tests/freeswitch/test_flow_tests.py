"""The hotline's own tests, played to a real FreeSWITCH: every call is that of the virtual clock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.freeswitch.instance import PROJECT, Instance

LONGEST = 36  # seconds on the virtual clock of the cases that are waited for


def environment(freeswitch: Instance, folder: Path, cache: Path) -> dict[str, str]:
    return {
        **os.environ,
        "IVR_SWITCH_PORT": str(freeswitch.port),
        "IVR_SWITCH_PASSWORD": freeswitch.password,
        "IVR_FLOWS_DIR": str(PROJECT / "flows"),
        "IVR_SPEECH_CACHE": str(cache),
        "IVR_CALLS_RECORDINGS": str(folder / "recordings"),
        "XDG_DATA_HOME": str(folder),
    }


def played(env: dict[str, str], *options: str) -> tuple[int, Any, str]:
    command = [
        sys.executable,
        "-m",
        "ivr",
        "flow",
        "test",
        "hotline",
        "--on",
        "freeswitch",
        "--json",
        *options,
    ]
    done = subprocess.run(command, env=env, cwd=PROJECT, capture_output=True, timeout=280, check=False)
    return done.returncode, json.loads(done.stdout or "null"), done.stderr.decode()


@pytest.mark.timeout(300)
def test_calls_on_freeswitch_are_those_of_the_virtual_clock(
    freeswitch: Instance, prompt_cache: Path, tmp_path: Path
) -> None:
    env = environment(freeswitch, tmp_path, prompt_cache)
    code, told, err = played(env, "--longest", str(LONGEST))
    failures = {case["name"]: case["failures"] for case in told["cases"] if "failures" in case}
    assert (code, failures) == (0, {}), err
    assert told["passed"] >= 30
    goals = {goal for case in told["cases"] for goal in case.get("goals", ())}
    assert goals == {"bill_told", "outage_reported", "message_left"}
    assert not list((tmp_path / "recordings").rglob("*.wav")), "recordings of tests are deleted"


def test_a_freeswitch_that_another_worker_drives_is_let_be(
    freeswitch: Instance, ivory: object, prompt_cache: Path, tmp_path: Path
) -> None:
    code, told, err = played(environment(freeswitch, tmp_path, prompt_cache), "-k", "7")
    assert (code, told) == (1, None)
    assert "another worker drives the calls of this FreeSWITCH" in err
