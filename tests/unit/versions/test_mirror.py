from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.errors import IvoryError
from ivr.flow.bundle import Bundle
from ivr.flow.heard import recorded_sounds
from ivr.flow.releases import Release
from ivr.versions.mirror import Mirror

FLOW = b"""
id: a
languages: [en-US]
prompts: {hi: {audio: b/hi.wav}}
nodes: {a: {type: play, prompt: hi, next: end}}
"""
BUNDLE = Bundle.of("a", {"a": FLOW}, {"b/hi.wav": b"RIFF"})
RELEASE = Release("a", 1, "publish", BUNDLE.id, datetime(2026, 11, 23, tzinfo=UTC), message="为什么")


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    return Mirror(tmp_path / "published")


def give(missing: Collection[str]) -> Mapping[str, bytes]:
    return {name: BUNDLE.contents[name] for name in missing}


def nothing(missing: Collection[str]) -> Mapping[str, bytes]:
    assert not missing
    return {}


def test_a_version_is_loaded_with_its_own_sounds(mirror: Mirror) -> None:
    assert not mirror.has(BUNDLE.id)
    mirror.put(BUNDLE.manifest, give)
    assert mirror.has(BUNDLE.id)
    flows = mirror.load(BUNDLE.id)
    assert flows["a"].version == BUNDLE.id
    (sound,) = recorded_sounds(flows)
    assert Path(sound).read_bytes() == b"RIFF"
    assert Path(sound).parent == mirror.sounds
    assert sound.endswith(".wav")


def test_what_is_here_is_not_fetched_again(mirror: Mirror) -> None:
    mirror.put(BUNDLE.manifest, give)
    mirror.put(BUNDLE.manifest, nothing)


def test_the_switch_may_read_the_sounds(mirror: Mirror) -> None:
    mirror.put(BUNDLE.manifest, give)
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in mirror.sounds.iterdir())


@pytest.mark.parametrize("what", ["flows", "sounds"])
def test_a_damaged_version_is_forgotten_and_brought_again(mirror: Mirror, tmp_path: Path, what: str) -> None:
    mirror.put(BUNDLE.manifest, give)
    (file,) = (tmp_path / "published" / what).iterdir()
    if what == "flows":
        file.write_bytes(b"id: evil")
    else:
        file.unlink()
    with pytest.raises(IvoryError, match="damaged"):
        mirror.load(BUNDLE.id)
    assert not mirror.has(BUNDLE.id)
    mirror.put(BUNDLE.manifest, give)
    assert mirror.load(BUNDLE.id)["a"].flow.id == "a"


def test_half_a_version_is_none(mirror: Mirror) -> None:
    def dies(missing: Collection[str]) -> Mapping[str, bytes]:
        raise IvoryError("the database is gone")

    with pytest.raises(IvoryError, match="gone"):
        mirror.put(BUNDLE.manifest, dies)
    assert not mirror.has(BUNDLE.id)


@pytest.mark.parametrize("version", ["", "../../etc", "0" * 12, "x" * 12])
def test_no_other_name_leads_anywhere(mirror: Mirror, version: str) -> None:
    assert not mirror.has(version)
    with pytest.raises(IvoryError):
        mirror.load(version)


def test_a_flow_that_this_ivory_cannot_read_is_told_as_such(mirror: Mirror) -> None:
    newer = Bundle.of("a", {"a": FLOW.replace(b"type: play", b"type: teleport")}, {"b/hi.wav": b"RIFF"})
    mirror.put(newer.manifest, lambda missing: {name: newer.contents[name] for name in missing})
    with pytest.raises(IvoryError, match=r"cannot serve with this Ivory.*teleport"):
        mirror.load(newer.id)


def test_the_log_reads_back(mirror: Mirror) -> None:
    assert mirror.releases() == ()
    mirror.keep([RELEASE])
    assert mirror.releases() == (RELEASE,)


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"flow": 1}]', "null"])
def test_a_log_that_cannot_be_read_is_none(mirror: Mirror, tmp_path: Path, text: str) -> None:
    mirror.keep([RELEASE])
    (tmp_path / "published" / "releases.json").write_text(text)
    assert mirror.releases() == ()


def test_a_folder_that_cannot_be_written_is_told_with_its_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(IvoryError, match=r"flows\.published"):
        Mirror(tmp_path / "file").put(BUNDLE.manifest, give)
