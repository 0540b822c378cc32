"""What every member of the group `ivr.importers` must keep, built in or not."""

from __future__ import annotations

import inspect
import os
from pathlib import Path

import pytest

from ivr import registry
from ivr.errors import ImportFailed
from ivr.importers.base import GROUP, Imported, Importer, Wishes
from tests.calls import load

CORPUS = Path(__file__).parents[1] / "corpus/importers"


@pytest.fixture(params=registry.names(GROUP))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def importer(name: str) -> Importer:
    kind: type[Importer] = registry.load(GROUP, name)
    return kind()


@pytest.fixture
def good(name: str) -> list[Path]:
    """What it can read: the folders of the corpus that bears its name."""
    return sorted(path for path in (CORPUS / name).iterdir() if path.is_dir())


def _read(importer: Importer, path: Path) -> Imported:
    return importer.read([path], Wishes())


def test_it_says_what_it_reads(importer: Importer) -> None:
    assert importer.summary
    assert inspect.getdoc(type(importer))


def test_it_recognises_its_own_and_nothing_else(importer: Importer, good: list[Path], tmp_path: Path) -> None:
    assert good
    assert all(importer.recognises(path) for path in good)
    (tmp_path / "notes.txt").write_text("Menus, menus, menus.")
    (tmp_path / "random.bin").write_bytes(os.urandom(4096))
    strange = [tmp_path, tmp_path / "nowhere", *tmp_path.iterdir(), Path("/dev/null"), Path("/proc/self/mem")]
    assert not any(importer.recognises(path) for path in strange)


def test_what_it_makes_can_serve(importer: Importer, good: list[Path]) -> None:
    for path in good:
        imported = _read(importer, path)
        flows = load(*(draft.text for draft in imported.flows))
        assert list(flows) == [draft.id for draft in imported.flows]


def test_notes_have_places_and_sounds_are_there(importer: Importer, good: list[Path]) -> None:
    for path in good:
        imported = _read(importer, path)
        assert all(Path(note.place.file).is_file() and note.message for note in imported.notes)
        assert all(sound.source.is_file() and ".." not in sound.name for sound in imported.sounds)


def test_the_same_files_give_the_same_flows_and_stay_as_they_are(
    importer: Importer, good: list[Path]
) -> None:
    for path in good:
        before = {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
        assert _read(importer, path) == _read(importer, path)
        assert {file: file.read_bytes() for file in path.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize("raw", [b"", b"\x00" * 100, b"<", b"{", os.urandom(1000)])
def test_what_it_cannot_read_it_refuses_with_a_place(importer: Importer, tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "file.xml"
    file.write_bytes(raw)
    with pytest.raises(ImportFailed) as caught:
        _read(importer, file)
    assert caught.value.place is not None
