"""The command runs in this process, and sets up its logging: afterwards that is as it was."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _logging_as_before(logging_comes_back: None) -> None:
    """Whatever the command sets up."""
