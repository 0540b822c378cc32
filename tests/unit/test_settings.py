"""Settings: where each value comes from, and what is said of one that cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ivr import settings
from ivr.errors import SettingsError


def load(flags: dict[str, Any] | None = None, *files: Path, **environ: str) -> settings.Loaded:
    return settings.load(flags, environ=environ, files=list(files))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ivr.yaml"


def test_every_setting_is_explained_and_has_a_default_that_is_valid() -> None:
    entries = list(settings.table())
    assert len({entry.name for entry in entries}) == len(entries) > 20
    for entry in entries:
        assert entry.help.endswith((".", "`.")), entry.name
        assert entry.env == "IVR_" + entry.name.replace(".", "_").upper()
    loaded = load()
    assert loaded.settings == settings.Settings()
    assert set(loaded.sources.values()) == {"default"}


def test_a_flag_wins_over_the_environment_over_files_over_the_default(tmp_path: Path, file: Path) -> None:
    own = tmp_path / "own.yaml"
    file.write_text("switch: {port: 2, host: here}\n")
    own.write_text("switch: {port: 1, host: there, command_timeout: 9}\n")
    loaded = load({"switch.port": 4}, file, own, IVR_SWITCH_PORT="3", IVR_LOG_LEVEL="debug")
    switch = loaded.settings.switch
    assert (switch.port, switch.host, switch.command_timeout, switch.connect_timeout) == (4, "here", 9, 5)
    assert loaded.sources["switch.port"] == "flag"
    assert loaded.sources["switch.host"] == str(file)
    assert loaded.sources["switch.command_timeout"] == str(own)
    assert loaded.sources["log.level"] == "IVR_LOG_LEVEL"
    assert loaded.sources["switch.connect_timeout"] == "default"


def test_a_flag_that_was_not_given_changes_nothing() -> None:
    assert load({"switch.port": None}).sources["switch.port"] == "default"


def test_a_secret_may_come_from_a_file_and_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("s3cret\n")
    loaded = load(None, IVR_SWITCH_PASSWORD_FILE=str(tmp_path / "password"))
    assert loaded.settings.switch.password.get_secret_value() == "s3cret"
    assert loaded.sources["switch.password"] == "IVR_SWITCH_PASSWORD_FILE"
    assert "s3cret" not in repr(loaded)


@pytest.mark.parametrize(
    ("text", "value"),
    [("+86,+44", ["+86", "+44"]), ("[+86]", ["+86"]), ("", []), ("+86", ["+86"])],
)
def test_lists_are_written_on_one_line(text: str, value: list[str]) -> None:
    loaded = load(None, IVR_SPEECH_FALLBACK=text)
    assert [str(each) for each in loaded.settings.speech.fallback] == value


def test_mappings_are_written_on_one_line() -> None:
    loaded = load({"speech.voices": "{zh-CN: cmn, en-US: en}"})
    assert loaded.settings.speech.voices == {"zh-CN": "cmn", "en-US": "en"}


@pytest.mark.parametrize(
    ("flags", "environ", "content", "words"),
    [
        ({"switch.prot": 1}, {}, "", ['"switch.prot"', "flag", 'did you mean "switch.port"']),
        ({"switch.port": "x"}, {}, "", ["switch.port (from flag)", "integer"]),
        ({}, {"IVR_SWITCH_PORT": "99999"}, "", ["switch.port (from IVR_SWITCH_PORT)", "65535"]),
        ({}, {"IVR_SWITCH_PASSWORD_FILE": "/nowhere"}, "", ["IVR_SWITCH_PASSWORD_FILE", "No such file"]),
        ({"speech.voices": "{a: "}, {}, "", ["speech.voices (from flag)"]),
        ({}, {}, "switch: {prot: 1}", ['"switch.prot"', "ivr.yaml"]),
        ({}, {}, "switch: 5", ['"switch"', "ivr.yaml"]),
        ({}, {}, "[1, 2]", ["ivr.yaml", "sections"]),
        ({}, {}, "swich: 5", ['"swich"', 'did you mean "switch"']),
        ({}, {}, "switch:\n  host:x\n", ['"switch"', "`host: …`"]),
        ({}, {}, "a: \x07", ["ivr.yaml", "not YAML", "UTF-8"]),
        ({}, {}, "\udcff", ["ivr.yaml", "cannot be read"]),
    ],
)
def test_a_setting_that_cannot_be_used_names_its_source(
    file: Path, flags: dict[str, Any], environ: dict[str, str], content: str, words: list[str]
) -> None:
    file.write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(SettingsError) as raised:
        load(flags, file, **environ)
    assert all(word in str(raised.value) for word in words), str(raised.value)
    assert raised.value.exit_code == 78


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        ("a: [", "1:5", "the bracket opened here is not closed"),
        ("switch: {port: 1\nlog: {level: info}\n", "1:9", "the bracket opened here is not closed"),
        ("switch: host: 10.0.0.5\n", "1:13", "a second colon in one value; put the value in quotes"),
        ("switch:\n  host:10.0.0.5\n  port: 1\n", "2:7", "write `host: value`"),
        ("switch：\n  port: 1\n", "1:7", "write `switch: value`"),
        ("switch:\n  host: x\n    port: 1\n", "3:9", "this reads as part of the line above"),
        ("switch:\n\tport: 1\n", "2:1", "a tab in the indentation; indent with spaces"),
        ('switch:\n  host: "a\n  port: 1\n', "2:9", "the quote opened here is not closed"),
        ("switch:\n  port: 1\n host: x\n", "3:2", "the indentation fits no level above"),
        ("switch:\n  host: @x\n", "2:9", "YAML keeps this sign for itself; put the value in quotes"),
        ("switch: {host: *x}\n", "1:16", "it cannot be read from here on"),
    ],
)
def test_a_file_that_is_no_yaml_is_told_with_the_place_and_what_was_meant(
    file: Path, content: str, place: str, words: str
) -> None:
    file.write_text(content)
    with pytest.raises(SettingsError) as raised:
        load(None, file)
    assert str(raised.value).startswith(f"{file}:{place}: S001 this is not YAML: ")
    assert words in str(raised.value)
    assert "unicode string" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("127.0.0.1:8765", "write http://127.0.0.1:8765"),
        ("localhost:80/api", "write http://localhost:80/api"),
        ("//crm.example", "write https://crm.example"),
        ("htp://crm.example/api", "write https://crm.example/api"),
        ("", "write https://crm.example/api"),
        ("https:///api", "write https://api"),
        ("me:secret@crm", "write https://crm.example/api"),
    ],
)
def test_a_system_needs_a_whole_url(url: str, hint: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load({"http.services": {"orders": url}})
    assert 'http.services (from flag): the address of "orders"' in str(raised.value)
    assert raised.value.hint == hint
    assert load({"http.services": {"orders": hint.removeprefix("write ")}}).settings.http.services


def test_a_file_that_is_not_there_is_no_fault(file: Path) -> None:
    assert load(None, file).settings == settings.Settings()


def test_an_empty_file_is_no_fault(file: Path) -> None:
    file.write_text("# nothing\n")
    assert load(None, file).settings == settings.Settings()


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(Exception, match="frozen"):
        load().settings.switch.port = 1  # type: ignore[misc]
