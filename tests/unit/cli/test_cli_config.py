"""`ivr config`: sources are told, secrets are not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ivr.cli import run


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def shown(capsys: pytest.CaptureFixture[str], *args: str) -> dict[str, dict[str, Any]]:
    assert run(["config", "show", "--json", *args]) == 0
    return {row["name"]: row for row in json.loads(capsys.readouterr().out)}


def test_each_value_says_where_it_comes_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ivr.yaml").write_text("switch: {host: 10.0.0.5, port: 1}\nlog: {level: error}\n")
    monkeypatch.setenv("IVR_SWITCH_PORT", "2")
    rows = shown(capsys, "--log-level", "debug")
    found = {name: (rows[name]["value"], rows[name]["source"]) for name in rows}
    assert found["switch.host"] == ("10.0.0.5", "ivr.yaml")
    assert found["switch.port"] == (2, "IVR_SWITCH_PORT")
    assert found["log.level"] == ("debug", "flag")
    assert found["log.format"] == ("text", "default")


def test_a_flag_behind_the_command_wins_over_one_before_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--flows", "a", "--set", "switch.port=7", "config", "show", "--json", "--flows", "b"]) == 0
    rows = {row["name"]: row["value"] for row in json.loads(capsys.readouterr().out)}
    assert (rows["flows.dir"], rows["switch.port"]) == ("b", 7)


def test_lists_and_mappings_are_set_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    rows = shown(capsys, "--set", "calls.allow=+86, +852", "--set", "http.services={crm: 'http://crm/'}")
    assert rows["calls.allow"]["value"] == ["+86", "+852"]
    assert rows["http.services"]["value"] == {"crm": "http://crm/"}


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_secrets_are_never_shown(
    form: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVR_SWITCH_PASSWORD", "open-sesame")
    monkeypatch.setenv("IVR_HTTP_SERVICES", "{crm: 'https://ivory:open-sesame@crm/'}")
    assert run(["config", "show", *form]) == 0
    out, err = capsys.readouterr()
    assert "••••" in out
    assert "open-sesame" not in out + err
    assert "ClueCon" not in out + err


def test_a_prefix_narrows_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert {name.partition(".")[0] for name in shown(capsys, "store")} == {"store"}


def test_the_path_names_every_file_strongest_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ivr.yaml").touch()
    assert run(["config", "path"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == str(tmp_path / "ivr.yaml")
    assert second.startswith(str(tmp_path / "config"))
    assert "not there" in second


def test_what_is_no_pair_is_a_usage_error() -> None:
    assert run(["config", "show", "--set", "switch.port"]) == 2
