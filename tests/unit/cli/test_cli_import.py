"""`ivr flow import`: what it writes, prints and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivr.cli import run

MENU = """<include>
  <menu name="desk" greet-long="hello.wav" invalid-sound="wrong.wav">
    <entry action="menu-exec-app" digits="1" param="transfer 1000 XML default"/>
    <entry action="menu-exec-app" digits="2" param="conference 3000"/>
  </menu>
</include>
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "menu.xml").write_text(MENU)
    (tmp_path / "recordings/8000").mkdir(parents=True)
    (tmp_path / "recordings/8000/hello.wav").write_bytes(b"RIFF hello")
    return tmp_path


def test_flows_and_their_recordings_are_written_and_serve(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["flow", "import", "menu.xml", "--sounds", "recordings"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "Not carried over" in err
    assert 'menu.xml:4 menu "desk": 2: menu-exec-app conference 3000: the application "conference"' in err
    assert 'menu.xml:2 wrong.wav: "wrong."' in err
    assert "wrote flows/desk.yaml" in err
    assert (folder / "flows/sounds/hello.wav").read_bytes() == b"RIFF hello"
    assert run(["flow", "lint"]) == 0


def test_what_is_there_is_replaced_only_by_force(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "flows").mkdir()
    (folder / "flows/desk.yaml").write_text("mine")
    assert run(["flow", "import", "menu.xml", "--sounds", "recordings"]) == 1
    assert "flows/desk.yaml is there already" in capsys.readouterr().err
    assert (folder / "flows/desk.yaml").read_text() == "mine"
    assert not (folder / "flows/sounds").exists()
    assert run(["flow", "import", "menu.xml", "--force"]) == 0
    assert (folder / "flows/desk.yaml").read_text() != "mine"


def test_another_recording_of_the_name_is_not_lost(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "flows/sounds").mkdir(parents=True)
    (folder / "flows/sounds/hello.wav").write_bytes(b"RIFF mine")
    assert run(["flow", "import", "menu.xml", "--sounds", "recordings"]) == 1
    assert "flows/sounds/hello.wav is there already" in capsys.readouterr().err
    assert (folder / "flows/sounds/hello.wav").read_bytes() == b"RIFF mine"


def test_a_dry_run_prints_the_flow_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(folder.rglob("*"))
    assert run(["flow", "import", "menu.xml", "--dry-run"]) == 0
    assert "id: desk\nlanguages: [en-US]" in capsys.readouterr().out
    assert sorted(folder.rglob("*")) == before


def test_the_language_that_was_taken_is_told_with_how_to_take_another(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["flow", "import", "menu.xml", "--dry-run"]) == 0
    assert "menu.xml:2 the callers' language is taken to be en-US" in (err := capsys.readouterr().err)
    assert "--language zh-CN says otherwise" in err
    assert run(["flow", "import", "menu.xml", "--dry-run", "--language", "zh-CN"]) == 0
    out, err = capsys.readouterr()
    assert "languages: [zh-CN]" in out
    assert "is taken to be" not in err


def test_everything_is_data_with_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "import", "menu.xml", "--json", "--to", "elsewhere", "--sounds", "recordings"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [flow["file"] for flow in data["flows"]] == ["elsewhere/desk.yaml"]
    assert Path("elsewhere/desk.yaml").read_text() == data["flows"][0]["text"]
    assert {(note["kind"], note["line"]) for note in data["notes"]} == {
        ("lost", 4),
        ("taken", 2),
        ("sound", 2),
        ("differs", 3),
    }
    assert [sound["name"] for sound in data["sounds"]] == ["hello.wav"]
    assert data["findings"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["menu.xml", "--from", "freeswich"], 1, 'did you mean "freeswitch"?'),
        (["notes.txt"], 1, "nothing here knows what notes.txt is"),
        (["empty"], 1, "nothing here knows what empty is"),
        (["empty", "--from", "freeswitch"], 1, "empty:1:1: M001 there are no menus of FreeSWITCH"),
        (["broken.xml"], 1, "broken.xml:2:"),
        (["menu.xml", "--language", "english"], 1, '"english" is not a language'),
        (["nowhere.xml"], 2, "does not exist"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_cannot_be_is_explained(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    (folder / "notes.txt").write_text("notes")
    (folder / "empty").mkdir()
    (folder / "broken.xml").write_text("<menu name='x'>\n</men>")
    assert run(["flow", "import", *arguments]) == code
    assert message in capsys.readouterr().err
    assert not (folder / "flows").exists()
