"""The command runs in this process, and sets up its logging: afterwards that is as it was."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog


@pytest.fixture(autouse=True)
def logging_comes_back(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before, root, configure = structlog.get_config(), logging.getLogger(), structlog.configure
    handlers, level = list(root.handlers), root.level

    def uncached(**options: Any) -> None:
        configure(**{**options, "cache_logger_on_first_use": False})

    monkeypatch.setattr(structlog, "configure", uncached)
    yield
    configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)
