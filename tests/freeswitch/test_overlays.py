"""The configuration this project ships does on a real FreeSWITCH what its comments say."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.freeswitch.client import Client
from tests.freeswitch.instance import Instance

SHELLS = ("system", "bg_system", "spawn", "bg_spawn", "spawn_stream", "getenv")


@pytest.fixture
def client(freeswitch: Instance) -> Iterator[Client]:
    with Client(freeswitch) as login:
        yield login


@pytest.mark.parametrize("command", SHELLS)
def test_no_command_starts_a_program(client: Client, tmp_path: Path, command: str) -> None:
    bait = tmp_path / "bait"
    assert "Command not found" in client.api(f"{command} touch {bait}")
    leg = client.call("1005")
    client.api(f"uuid_setvar {leg} trap ${{{command}(touch {bait})}}")
    client.api(f"eval uuid:{leg} ${{trap}} ${{{command}(touch {bait})}}")
    client.hang_up(leg)
    time.sleep(0.2)
    assert not bait.exists()


@pytest.mark.parametrize("application", ["system", "bgsystem"])
def test_no_application_starts_a_program(client: Client, tmp_path: Path, application: str) -> None:
    bait = tmp_path / "bait"
    leg = client.call("1005")
    client.api(f"uuid_broadcast {leg} {application}::touch\\s{bait} aleg")
    client.api(f"uuid_transfer {leg} '{application}:touch {bait}' inline")
    time.sleep(0.3)
    assert not bait.exists()
    assert client.api(f"uuid_exists {leg}") == "false", "an application that is not there ends the call"


def test_the_allow_list_names_all_else_that_freeswitch_has(client: Client, freeswitch: Instance) -> None:
    log = (freeswitch.folder / "run/freeswitch.log").read_text(errors="replace")
    skipped = re.findall(r"Skipping [\w ]+ '([^']*)' from (\w+):", log)
    assert set(skipped) == {
        *((name, "mod_commands") for name in (*SHELLS, "...")),
        *((name, "mod_dptools") for name in ("system", "bgsystem")),
    }


def test_the_core_took_the_recommended_settings(client: Client, freeswitch: Instance) -> None:
    assert "+OK" in client.api("fsctl loglevel info")
    status = client.api("sofia status profile internal")
    assert re.search(r"RTP-IP\s+127\.0\.0\.1", status), status
    listed = client.api("xml_locate configuration configuration name sofia.conf")
    assert 'name="rtp-timer-name" value="soft"' in listed
    assert 'name="auth-messages" value="true"' in listed
