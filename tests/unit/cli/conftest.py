"""Commands that look things up in the user's cache have one of their own here."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.cli.flow import cache


@pytest.fixture(autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("cache") / "lint"
    monkeypatch.setattr(cache, "FOLDER", folder)
    return folder
