"""What lint found is found again without a look, and never when anything has changed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from ivr.cli import run
from ivr.cli.flow.cache import MOST_ENTRIES, Cache, Looked
from ivr.runtime import reading

FLOW = "id: a\nlanguages: [en-US]\nnodes: {b: {type: play, prompt: [{audio: hi.wav}, Hello.], next: end}}\n"
ANSWER = {"files": 1, "findings": []}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a flow, its sound and a neighbour."""
    monkeypatch.chdir(tmp_path)
    Path("flows/sounds").mkdir(parents=True)
    Path("flows/a.yaml").write_text(FLOW)
    Path("flows/c.yaml").write_text(FLOW.replace("id: a", "id: c"))
    Path("flows/sounds/hi.wav").touch()
    return tmp_path


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Whether lint has looked at the flows since it was last asked."""
    seen: list[object] = []
    read = reading.read

    def counted(*args: object) -> reading.Reading:
        seen.append(args)
        return read(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "read", counted)
    return lambda: bool([seen.pop() for _ in list(seen)])


def test_the_second_time_nothing_is_looked_at(
    home: Path, looks: Callable[[], bool], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("flows/a.yaml").write_text(FLOW.replace("prompt", "promt"))
    assert run(["flow", "lint"]) == 1
    assert looks()
    first = capsys.readouterr()
    assert run(["flow", "lint"]) == 1
    assert not looks()
    assert capsys.readouterr() == first
    assert "F104" in first.out


def _edit(file: str, old: str, new: str) -> None:
    Path(file).write_text(Path(file).read_text().replace(old, new))


@pytest.mark.parametrize(
    "change",
    [
        lambda: _edit("flows/a.yaml", "Hello.", "Hullo."),
        lambda: _edit("flows/c.yaml", "Hello.", "Hullo."),
        lambda: Path("flows/new.yaml").write_text(FLOW.replace("id: a", "id: new")),
        lambda: Path("flows/c.yaml").unlink(),
        lambda: Path("flows/c.yaml").rename("flows/d.yaml"),
        lambda: Path("flows/sounds/hi.wav").unlink(),
        lambda: Path("ivr.yaml").write_text("flows: {sounds: elsewhere}"),
        lambda: os.environ.update(IVR_FLOWS_SOUNDS="elsewhere"),
        lambda: os.environ.update(IVR_STORE_URL_FILE="secret"),
    ],
)
def test_any_change_is_noticed(
    change: Callable[[], object], home: Path, looks: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("IVR_FLOWS_SOUNDS", "IVR_STORE_URL_FILE"):
        monkeypatch.setenv(name, "flows/sounds")
        monkeypatch.delenv(name)
    Path("secret").write_text("sqlite:///x.db")
    assert run(["flow", "lint", "flows/a.yaml"]) == 0
    assert looks()
    change()
    run(["flow", "lint", "flows/a.yaml"])
    assert looks()


def test_a_secret_in_a_file_is_noticed(
    home: Path, looks: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVR_FLOWS_SOUNDS_FILE", "where")
    for content in ("flows/sounds", "elsewhere"):
        Path("where").write_text(content)
        run(["flow", "lint"])
        assert looks()


def test_each_folder_has_an_entry_of_its_own(
    home: Path, looks: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    projects = [home, home / "flows"]
    (home / "flows/flows").mkdir()
    (home / "flows/flows/other.yaml").write_text(FLOW)
    for first in (True, False):
        for project in projects:
            monkeypatch.chdir(project)
            run(["flow", "lint"])
            assert looks() is first


def test_other_arguments_are_other_requests(home: Path, looks: Callable[[], bool]) -> None:
    for arguments in ([], ["flows/a.yaml"], ["--set", "flows.sounds=x"], ["--flows", "flows"]):
        run(["flow", "lint", *arguments])
        assert looks()


def test_without_the_cache_everything_is_looked_at(home: Path, looks: Callable[[], bool]) -> None:
    for _ in range(2):
        assert run(["flow", "lint", "--no-cache"]) == 0
        assert looks()


def test_an_edited_node_type_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = tmp_path / "plugin.py"
    plugin.write_text("")
    os.utime(plugin, (1, 1))
    module = ModuleType("a_plugin")
    module.__file__ = str(plugin)
    monkeypatch.setitem(sys.modules, "a_plugin", module)
    cache = Cache([])
    cache.keep(ANSWER, Looked({}, {}), {})
    assert cache.recall() == ANSWER
    os.utime(plugin, (2, 2))
    assert cache.recall() is None


def test_nothing_is_kept_when_code_changed_while_it_ran(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("a_plugin")
    module.__file__ = str(tmp_path / "plugin.py")
    Path(module.__file__).write_text("")
    os.utime(module.__file__, (time.time() + 60, time.time() + 60))
    monkeypatch.setitem(sys.modules, "a_plugin", module)
    cache = Cache([])
    cache.keep(ANSWER, Looked({}, {}), {})
    assert cache.recall() is None


def test_an_installed_package_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    cache = Cache([])
    cache.keep(ANSWER, Looked({}, {}), {})
    assert cache.recall() == ANSWER
    (tmp_path / "nodes-1.0.dist-info").mkdir()
    assert cache.recall() is None


def test_nothing_is_kept_when_a_file_changed_while_it_was_checked(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("one")
    cache, before = Cache([]), Looked.at([str(file)], [])
    file.write_text("two")
    cache.keep(ANSWER, before, {})
    file.write_text("one")  # but which of the two was checked?
    assert cache.recall() is None


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", "7", '{"files": 3}', "[" * 100_000, '{"code": {"x": 1}}', "\udcff"]
)
def test_a_broken_entry_is_as_none(content: str, cache_folder: Path) -> None:
    cache = Cache([])
    cache.keep(ANSWER, Looked({}, {}), {})
    (entry,) = cache_folder.iterdir()
    entry.write_bytes(content.encode(errors="surrogateescape"))
    assert cache.recall() is None


def test_an_entry_that_others_may_write_is_as_none(cache_folder: Path) -> None:
    cache = Cache([])
    cache.keep(ANSWER, Looked({}, {}), {})
    (entry,) = cache_folder.iterdir()
    assert (cache_folder.stat().st_mode & 0o777, entry.stat().st_mode & 0o777) == (0o700, 0o600)
    entry.chmod(0o606)
    assert cache.recall() is None


def test_where_nothing_can_be_written_lint_works_all_the_same(
    home: Path, cache_folder: Path, looks: Callable[[], bool]
) -> None:
    cache_folder.write_text("a file, not a folder")
    for _ in range(2):
        assert run(["flow", "lint"]) == 0
        assert looks()


def test_entries_are_bounded(cache_folder: Path) -> None:
    for number in range(MOST_ENTRIES + 5):
        Cache([str(number)]).keep(ANSWER, Looked({}, {}), {})
    assert len(list(cache_folder.iterdir())) == MOST_ENTRIES
    assert Cache([str(MOST_ENTRIES + 4)]).recall() == ANSWER
