"""Settings as variables of the environment: how a process that is started beside gets the same ones."""

from __future__ import annotations

import json
from typing import Any

from pydantic import SecretStr

from ivr.settings.table import Settings, table


def environment(settings: Settings) -> dict[str, str]:
    """Every setting by its variable; `ivr.settings.load` reads the same settings from them."""
    return {entry.env: _text(_value(settings, entry.name)) for entry in table()}


def _value(settings: Settings, name: str) -> Any:
    section, _, field = name.partition(".")
    return getattr(getattr(settings, section), field)


def _text(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
