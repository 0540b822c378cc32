"""Scenes for tests of the Call port on FreeSWITCH."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.esl.scenes import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A call that is parked."""
    return Scene(tmp_path)
