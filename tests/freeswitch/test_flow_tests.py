"""Scripts of callers, played to a real FreeSWITCH: every call is that of the virtual clock.

The flow is short and has every type of node, so that this takes seconds; the starter flows' own tests are
played the same way by hand (`ivr flow test --on freeswitch`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from ivr import registry
from ivr.flow import yaml
from ivr.speech.asr.tiny import models
from tests.freeswitch.instance import PROJECT, Instance

FLOWS = Path(__file__).parent / "flows_tests"
TRIES = 3  # of a case: it has to do with seconds, and a machine that is short of time has its own


def environment(freeswitch: Instance, folder: Path, cache: Path) -> dict[str, str]:
    return {
        **os.environ,
        "IVR_SWITCH_PORT": str(freeswitch.port),
        "IVR_SWITCH_PASSWORD": freeswitch.password,
        "IVR_FLOWS_DIR": str(FLOWS),
        "IVR_SPEECH_CACHE": str(cache),
        "IVR_CALLS_RECORDINGS": str(folder / "recordings"),
        "IVR_ASR_ENGINES": '["vosk"]',
        "IVR_ASR_MODELS": json.dumps({tag: str(model) for tag, model in models().items()}),
        "XDG_DATA_HOME": str(folder),
    }


def played(env: dict[str, str], *options: str) -> tuple[int, Any, str]:
    command = [sys.executable, "-m", "ivr", "flow", "test", "--on", "freeswitch", "--json", *options]
    done = subprocess.run(command, env=env, cwd=PROJECT, capture_output=True, timeout=110, check=False)
    return done.returncode, json.loads(done.stdout or "null"), done.stderr.decode()


def types() -> dict[str, str]:
    """The type of each node, by `flow:node`."""
    flows = [yaml.parse(file.read_bytes(), str(file)).data for file in FLOWS.glob("*.yaml")]
    return {f"{flow['id']}:{name}": node["type"] for flow in flows for name, node in flow["nodes"].items()}


def test_calls_on_freeswitch_are_those_of_the_virtual_clock(
    freeswitch: Instance, prompt_cache: Path, tmp_path: Path
) -> None:
    env = environment(freeswitch, tmp_path, prompt_cache)
    code, told, err = played(env)
    assert (len(told["cases"]), told["skipped"]) == (19, 0), err
    assert code == (0 if told["passed"] == 19 else 1)
    for name in [case["name"] for case in told["cases"] if "failures" in case]:
        tries = (played(env, "-k", name) for _ in range(TRIES - 1))
        passed = next((again for code, again, _ in tries if code == 0), None)
        assert passed, f"{name}: {told}\n{err}"
        told["cases"] += passed["cases"]
    assert not list((tmp_path / "recordings").rglob("*.wav")), "recordings of tests are deleted"
    visited = {step.partition("=")[0] for case in told["cases"] for step in case["journey"]}
    met = {kind for name, kind in types().items() if {name, name.partition(":")[2]} & visited}
    assert met == registry.load_all("ivr.nodes").keys()


def test_a_freeswitch_that_another_worker_drives_is_let_be(
    freeswitch: Instance, ivory: object, prompt_cache: Path, tmp_path: Path
) -> None:
    code, told, err = played(environment(freeswitch, tmp_path, prompt_cache), "-k", "7")
    assert (code, told) == (1, None)
    assert "another worker drives the calls of this FreeSWITCH" in err
