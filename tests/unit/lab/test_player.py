"""Sounds on a loudspeaker, by whatever program there is."""

from __future__ import annotations

from pathlib import Path

import gevent
import pytest

from ivr.lab.player import Player


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def install(folder: Path, name: str) -> None:
    """A player that notes what it plays and then takes its time."""
    script = folder / name
    script.write_text(f'#!/bin/sh\necho "$0 $@" >> {folder}/played\nexec /bin/sleep 60\n')
    script.chmod(0o755)


def played(folder: Path) -> list[str]:
    with gevent.Timeout(5):
        while not ((folder / "played").exists() and (folder / "played").read_text().endswith("\n")):
            gevent.sleep(0.01)
    return (folder / "played").read_text().split()


def test_without_a_program_there_is_no_player(programs: Path) -> None:
    assert Player.find() is None


def test_the_first_program_there_is_plays_until_the_sound_is_over(programs: Path) -> None:
    install(programs, "ffplay")
    player = Player.find()
    assert player is not None
    player.play("/a.wav")
    words = played(programs)
    assert (Path(words[0]).name, words[-1]) == ("ffplay", "/a.wav")
    process = player._process
    assert process is not None
    player.ended("/b.wav")
    assert process.poll() is None, "another sound ended"
    player.ended("/a.wav")
    assert process.wait(5) != 0
