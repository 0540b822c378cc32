"""What a command says about logging ends with its test."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog


@pytest.fixture
def logging_comes_back(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Logging as it was before; nothing configured meanwhile stays in loggers that were used."""
    before, root, configure = structlog.get_config(), logging.getLogger(), structlog.configure
    handlers, level = list(root.handlers), root.level

    def uncached(**options: Any) -> None:
        configure(**{**options, "cache_logger_on_first_use": False})

    monkeypatch.setattr(structlog, "configure", uncached)
    yield
    configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)
