"""Whether FreeSWITCH would run programs for whoever finds a way to ask it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ivr.doctor.check import check
from ivr.doctor.checks.version import ALLOW_LIST
from ivr.doctor.findings import Finding, ok, warning
from ivr.doctor.patient import Patient

RUNNERS: Final = {
    "api": ("bg_spawn", "bg_system", "jsapi", "jsrun", "lua", "luarun", "spawn", "spawn_stream", "system"),
    "application": ("bgsystem", "javascript", "lua", "system"),
}
"""What runs programs, or scripts that may, by kind of interface. Nothing of it is called, only looked for."""


@check("allow-list", needs_switch=True)
def allow_list(patient: Patient) -> Iterator[Finding]:
    loaded = [
        f"{name} ({kind})"
        for kind, names in RUNNERS.items()
        for name in sorted({row.get("name", "") for row in patient.rows(kind)} & set(names))
    ]
    if not loaded:
        yield ok("FreeSWITCH runs no programs: neither system nor spawn nor scripts are loaded")
        return
    yield warning(
        f"FreeSWITCH runs programs for whoever finds a way to ask: {', '.join(loaded)}",
        "include freeswitch/interface-allowlist.xml in switch.conf.xml, and restart FreeSWITCH"
        if patient.version >= ALLOW_LIST
        else "upgrade FreeSWITCH to 1.11.2 or later, which can be forbidden to load them",
    )
