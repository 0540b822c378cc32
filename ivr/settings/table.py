"""All settings as one table: sections, and one row for each setting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from ivr.settings.sections import (
    Acd,
    Asr,
    Calls,
    Files,
    Flows,
    Http,
    Log,
    Ops,
    Phone,
    Speech,
    Store,
    Switch,
    Web,
    Webhooks,
)
from ivr.settings.sections.base import Section


class Settings(Section):
    """All settings by section: `settings.switch.host`."""

    switch: Switch = Switch()
    flows: Flows = Flows()
    speech: Speech = Speech()
    asr: Asr = Asr()
    calls: Calls = Calls()
    files: Files = Files()
    http: Http = Http()
    store: Store = Store()
    acd: Acd = Acd()
    log: Log = Log()
    ops: Ops = Ops()
    phone: Phone = Phone()
    web: Web = Web()
    webhooks: Webhooks = Webhooks()


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the table: `switch.port`, what it does, its default."""

    name: str
    help: str
    default: Any
    secret: bool

    @property
    def env(self) -> str:
        return "IVR_" + self.name.replace(".", "_").upper()


def table() -> Iterator[Entry]:
    """Every setting there is, section by section."""
    for section, holder in Settings.model_fields.items():
        for name, field in holder.default.__class__.model_fields.items():
            default = field.default
            secret = isinstance(default, SecretStr)
            yield Entry(f"{section}.{name}", field.description or "", default, secret)
