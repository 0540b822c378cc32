"""A FreeSWITCH on another host as the settings make it, and what may be wrong with it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest
import requests

from ivr.errors import CommandTimeout, SettingsError
from ivr.files.remote import Remote
from ivr.settings import Settings
from tests.unit.files.switches import REFUSES, Switch


def settings(folder: Path, **files: str) -> Settings:
    section = {"url": "http://127.0.0.1:8089", "listen": "127.0.0.1:0", "token": "0123456789abcdef"} | files
    return Settings.model_validate(
        {
            "files": section,
            "calls": {"recordings": str(folder / "recordings")},
            "speech": {"cache": str(folder / "prompts")},
            "flows": {"sounds": str(folder / "sounds")},
        }
    )


@pytest.fixture
def switch() -> Switch:
    made = Switch()
    made.answers["module_exists"] = "true"
    return made


@pytest.fixture
def remote(switch: Switch, tmp_path: Path) -> Iterator[Remote]:
    made = Remote(settings(tmp_path), switch)
    yield made
    made.stop()


def test_nothing_is_wrong_where_all_is_well(remote: Remote, switch: Switch) -> None:
    assert remote.problems() == []
    assert "/check/" in switch.of("http_get")[0]
    assert "'/var/spool/ivory/ivory-check-" in switch.of("uuid_record")[0]


def test_each_check_asks_for_something_freeswitch_does_not_have_yet(remote: Remote, switch: Switch) -> None:
    remote.problems()
    remote.problems()
    assert len(set(switch.of("http_get"))) == 2


def test_a_missing_module_is_named(remote: Remote, switch: Switch) -> None:
    switch.answers["module_exists"] = lambda call: str("http_cache" not in call).lower()
    [problem] = remote.problems()
    assert "no mod_http_cache" in problem.message
    assert "modules.conf.xml" in problem.hint


def test_a_worker_that_cannot_be_reached_is_said_with_the_settings_to_look_at(
    remote: Remote, switch: Switch
) -> None:
    switch.answers["http_get"] = REFUSES
    [problem] = remote.problems()
    assert "cannot fetch from this worker" in problem.message
    assert "files.url" in problem.hint


def test_a_folder_that_cannot_be_written_is_said(remote: Remote, switch: Switch) -> None:
    switch.answers["uuid_record"] = REFUSES
    [problem] = remote.problems()
    assert "cannot write to /var/spool/ivory" in problem.message


def test_a_freeswitch_that_cannot_be_asked_has_no_problems_but_is_one(remote: Remote, switch: Switch) -> None:
    switch.answers["module_exists"] = CommandTimeout("slow")
    with pytest.raises(CommandTimeout):
        remote.problems()


def test_what_is_wrong_is_logged_when_it_starts(
    remote: Remote, switch: Switch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    switch.answers["module_exists"] = "false"
    with caplog.at_level(logging.ERROR):
        remote.start()
        with gevent.Timeout(5):
            while len(switch.of("module_exists")) < 2:
                gevent.sleep(0.005)
        gevent.sleep(0.01)
    assert "no mod_http_cache" in caplog.text + capsys.readouterr().out


def test_it_serves_while_it_runs(remote: Remote) -> None:
    remote.start()
    assert requests.get(f"http://127.0.0.1:{remote.server.port}/", timeout=5).status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"token": ""}, {"url": "nowhere"}, {"listen": "here"}, {"remote_recordings": "spool"}]
)
def test_a_setting_that_cannot_be_used_stops_the_start(
    switch: Switch, tmp_path: Path, wrong: dict[str, str]
) -> None:
    with pytest.raises(SettingsError, match=rf"files\.{next(iter(wrong))}"):
        Remote(settings(tmp_path, **wrong), switch)


def test_the_token_is_printed_nowhere(tmp_path: Path) -> None:
    assert "0123456789abcdef" not in repr(settings(tmp_path))
