"""Commands run in this process, at an English terminal: with a cache of their own, and logging is as before
afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.cli.flow import cache


@pytest.fixture(autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("cache") / "lint"
    monkeypatch.setattr(cache, "FOLDER", folder)
    return folder


@pytest.fixture(autouse=True)
def _english_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture(autouse=True)
def _logging_as_before(logging_comes_back: None) -> None:
    """Whatever a command sets up."""
