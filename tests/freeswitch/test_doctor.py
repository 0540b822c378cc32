"""`ivr doctor` on a real FreeSWITCH: all is well, and then one thing after the other is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ivr.store.schema import open_current
from tests.freeswitch.conftest import Ivory
from tests.freeswitch.instance import PROJECT, Instance, find

SECONDS = 60
NOBODY = 65534


class Broken(Instance):
    """A FreeSWITCH whose configuration has each `old` replaced by its `new`."""

    def __init__(self, binary: Path, folder: Path, changes: Mapping[str, str]) -> None:
        super().__init__(binary, folder)
        self.changes = changes

    def template(self) -> str:
        text = super().template()
        for old, new in self.changes.items():
            assert old in text, old
            text = text.replace(old, new)
        return text


@dataclass(frozen=True)
class Said:
    """What the doctor said."""

    code: int
    reached: bool
    checks: dict[str, str]
    findings: list[dict[str, Any]]

    def about(self, check: str, status: str) -> str:
        """What was seen and how it is mended, of a check's findings of one status."""
        rows = [row for row in self.findings if (row["check"], row["status"]) == (check, status)]
        return "\n".join(f"{row['seen']} | {row['mend']}" for row in rows)


def load(name: str) -> str:
    return f'<load module="{name}"/>'


def included(file: str) -> str:
    return f'<X-PRE-PROCESS cmd="include" data="@PROJECT@/{file}.xml"/>'


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment of an Ivory with all its folders, a prompt and a database."""
    for name in ("recordings", "sounds", "prompts/ab"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("sounds/thanks.wav", "prompts/ab/abcdef.wav"):
        with wave.open(str(tmp_path / name), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(bytes(16000 * 60))
    url = f"sqlite:///{tmp_path}/ivory.db"
    open_current(url).close()
    return {
        "IVR_SPEECH_CACHE": str(tmp_path / "prompts"),
        "IVR_FLOWS_SOUNDS": str(tmp_path / "sounds"),
        "IVR_CALLS_RECORDINGS": str(tmp_path / "recordings"),
        "IVR_STORE_URL": url,
        "IVR_STORE_SPOOL": str(tmp_path / "spool"),
        "IVR_HTTP_SERVICES": '{"crm": "http://127.0.0.1:1"}',
    }


def examine(freeswitch: Instance, home: Mapping[str, str], *words: str) -> Said:
    environ = {
        **os.environ,
        "IVR_SWITCH_PORT": str(freeswitch.port),
        "IVR_SWITCH_PASSWORD": freeswitch.password,
        **home,
    }
    done = subprocess.run(
        [sys.executable, "-m", "ivr", "doctor", "--json", *words], env=environ, cwd=PROJECT,
        capture_output=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.stderr == b"", done.stderr.decode()[-2000:]
    said = json.loads(done.stdout)
    return Said(done.returncode, said["reached"], said["checks"], said["findings"])


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix == ".wav")


def test_all_is_well_and_nothing_is_left_behind(
    freeswitch: Instance, home: dict[str, str], tmp_path: Path
) -> None:
    before = files(tmp_path)
    said = examine(freeswitch, home)
    assert [row for row in said.findings if row["status"] == "failure"] == []
    assert (said.code, said.reached) == (0, True)
    del said.checks["disk"]  # how full this machine's is
    assert said.checks.pop("ears") == "warning"  # nobody understands Chinese here
    assert said.checks.pop("agents") == "warning"  # routing.yaml's have no telephones here
    assert {check: status for check, status in said.checks.items() if status != "ok"} == {}
    heard = said.about("sounds", "ok")
    assert "abcdef.wav" in heard
    assert "thanks.wav" in heard
    assert files(tmp_path) == before


def test_every_warning_and_failure_says_how_it_is_mended(freeswitch: Instance) -> None:
    said = examine(freeswitch, {"IVR_FLOWS_DIR": "/nowhere", "IVR_SPEECH_CACHE": "/nowhere"})
    assert said.code == 1
    for row in said.findings:
        assert bool(row["mend"]) == (row["status"] in ("warning", "failure")), row


def test_a_worker_is_shown_and_its_calls_are_left_alone(ivory: Ivory, freeswitch: Instance) -> None:
    said = examine(freeswitch, ivory.environment, "--only=worker", "--only=recordings", "--only=sounds")
    assert said.code == 0
    assert "driven by" in said.about("worker", "ok")
    assert "error" not in ivory.log.read_text(errors="replace")


def test_a_wrong_password_is_69(freeswitch: Instance, home: dict[str, str]) -> None:
    said = examine(freeswitch, home, "--set=switch.password=wrong")
    assert (said.code, said.reached) == (69, False)
    assert "refused the password" in said.about("connection", "failure")
    assert said.checks["flows"] == said.checks["store"] == "ok"
    assert said.checks["modules"] == "skipped"


def test_a_path_with_signs_of_freeswitchs_own_is_refused_before_it_is_tried(
    freeswitch: Instance, home: dict[str, str], tmp_path: Path
) -> None:
    odd = tmp_path / "odd ${system reboot}"
    odd.mkdir()
    words = ["--only=sounds", "--only=recordings"]
    said = examine(
        freeswitch, {**home, "IVR_SPEECH_CACHE": str(odd), "IVR_CALLS_RECORDINGS": str(odd)}, *words
    )
    assert said.code == 1
    assert "speech.cache" in said.about("sounds", "failure")
    assert "calls.recordings" in said.about("recordings", "failure")
    assert files(odd) == []


BROKEN = {
    "modules": {load("mod_tone_stream"): "", load("mod_hash"): ""},
    "without a channel": {load("mod_loopback"): ""},
    "without commands": {load("mod_commands"): ""},
    "no dialplan": {
        included("dialplans/ivory"): "",
        included("dialplans/context"): "",
        "ivr_flow=agents": "mine=1",
    },
    "own dialplan": {
        included(
            "dialplans/ivory"
        ): '<extension name="mine"><condition field="destination_number" expression="^1$">'
        '<action application="set" data="ivr_flow=by_number"/></condition></extension>'
    },
    "sip": {
        included("freeswitch/sip-profile"): "",
        'inbound-codec-prefs" value="PCMU,PCMA"': 'inbound-codec-prefs" value="OPUS"',
    },
    "unlocked": {included("freeswitch/interface-allowlist"): ""},
    "open to all": {"ivory_listen_ip=127.0.0.1": "ivory_listen_ip=0.0.0.0", "@PASSWORD@": "ClueCon"},
}


@pytest.fixture
def broken(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Instance]:
    binary = find()
    assert binary is not None
    instance = Broken(binary, tmp_path / "freeswitch", BROKEN[request.param])
    instance.start()
    yield instance
    instance.stop()


def breaking(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("broken", [name], indirect=True, ids=[name])


@breaking("modules")
def test_modules_that_are_missing(broken: Instance, home: dict[str, str]) -> None:
    said = examine(broken, home, "--only=modules", "--only=worker")
    assert "mod_tone_stream" in said.about("modules", "failure")
    assert "mod_hash" in said.about("modules", "failure")


@breaking("without a channel")
def test_without_a_channel_nothing_is_claimed(broken: Instance, home: dict[str, str]) -> None:
    said = examine(broken, home, "--only=modules", "--only=sounds", "--only=recordings")
    assert said.code == 0
    assert said.checks == {"modules": "warning", "sounds": "skipped", "recordings": "skipped"}


@breaking("without commands")
def test_a_freeswitch_that_knows_no_commands(broken: Instance, home: dict[str, str]) -> None:
    said = examine(broken, home, "--only=connection")
    assert said.code == 69
    assert "mod_commands" in said.about("connection", "failure")


@breaking("no dialplan")
def test_a_dialplan_that_knows_nothing_of_ivory(broken: Instance, home: dict[str, str]) -> None:
    said = examine(broken, home, "--only=dialplan")
    seen = said.about("dialplan", "failure")
    assert "no call is handed to Ivory" in seen
    assert "no extension fallback" in seen
    assert "no extension return" in seen


@breaking("own dialplan")
def test_a_dialplan_that_forgets_half(broken: Instance, home: dict[str, str]) -> None:
    said = examine(broken, home, "--only=dialplan")
    assert "does not park" in said.about("dialplan", "failure")
    assert "no guard" in said.about("dialplan", "warning")


@breaking("sip")
def test_a_sip_profile_without_timer_and_g711(broken: Instance, home: dict[str, str]) -> None:
    said = examine(broken, home, "--only=rtp-timer", "--only=codecs")
    assert "internal" in said.about("rtp-timer", "failure")
    assert "OPUS" in said.about("codecs", "warning")


@breaking("unlocked")
def test_a_freeswitch_that_runs_programs(broken: Instance, home: dict[str, str]) -> None:
    said = examine(broken, home, "--only=allow-list")
    assert said.code == 0
    assert "system (api)" in said.about("allow-list", "warning")


@breaking("open to all")
def test_an_event_socket_that_is_open_to_all(broken: Instance, home: dict[str, str]) -> None:
    said = examine(broken, home, "--only=event-socket", "--only=password", "--set=switch.password=ClueCon")
    assert "0.0.0.0" in said.about("event-socket", "warning")
    assert "0.0.0.0" in said.about("password", "failure")


@pytest.fixture
def stranger() -> Iterator[Instance]:
    """A FreeSWITCH of another user, in folders that it may reach."""
    if os.geteuid() != 0:
        pytest.skip("only root can start a FreeSWITCH as somebody else")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for part in ("conf", "run", "db", "log", "music"):
            (folder / part).mkdir()
            os.chown(folder / part, NOBODY, NOBODY)
        binary = folder / "as_nobody"
        binary.write_text(
            f'#!/bin/sh\nexec setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups {find()} "$@"\n'
        )
        binary.chmod(0o755)
        instance = Instance(binary, folder)
        instance.start()
        yield instance
        instance.stop()


def test_folders_that_freeswitch_may_not_enter(
    stranger: Instance, home: dict[str, str], tmp_path: Path
) -> None:
    tmp_path.chmod(0o700)
    said = examine(stranger, home, "--only=sounds", "--only=recordings", "--only=user")
    assert "root" in said.about("user", "warning")
    assert "may not pass through" in said.about("sounds", "failure")
    assert "may not pass through" in said.about("recordings", "failure")
    assert files(tmp_path / "recordings") == []
