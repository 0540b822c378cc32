"""Every setting of Ivory, in one table: its name, type, default and what it does.

A value is looked for in this order: command-line flag, `IVR_<SECTION>_<NAME>` in the environment (or the
file that `IVR_<SECTION>_<NAME>_FILE` names), `./ivr.yaml`, the user's configuration folder, the default.
`ivr config show` prints each value with where it came from; docs/settings.md is generated from this table.
"""

from __future__ import annotations

from ivr.folders import CACHE, DATA
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
from ivr.settings.sources import Loaded, load, usual_files
from ivr.settings.table import Entry, Settings, table

__all__ = [
    "CACHE",
    "DATA",
    "Acd",
    "Asr",
    "Calls",
    "Entry",
    "Files",
    "Flows",
    "Http",
    "Loaded",
    "Log",
    "Ops",
    "Phone",
    "Settings",
    "Speech",
    "Store",
    "Switch",
    "Web",
    "Webhooks",
    "load",
    "table",
    "usual_files",
]
