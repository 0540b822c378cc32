"""Whether FreeSWITCH has loaded what Ivory's calls need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ivr.doctor.check import check
from ivr.doctor.findings import Finding, failure, ok, warning
from ivr.doctor.patient import Patient

NEEDED: Final[Mapping[str, str]] = {
    "mod_commands": "Ivory cannot ask or order anything",
    "mod_dptools": "no call can be answered, parked or played to",
    "mod_dialplan_xml": "no call is handed to Ivory",
    "mod_hash": "values of a call are lost with the worker, and workers do not see each other",
    "mod_sndfile": "no prompt can be played, nothing recorded",
    "mod_tone_stream": "callers hear no beeps and no ringing",
    "mod_local_stream": "callers who wait hear no music",
}
"""What is missing without each. That we could ask at all proves mod_event_socket."""

WANTED: Final[Mapping[str, str]] = {
    "mod_sofia": "no calls come by SIP",
    "mod_loopback": "no test calls by `ivr call`, no proof of what FreeSWITCH reads and writes",
}

_FETCHES = "FreeSWITCH cannot fetch prompts nor deliver recordings, as files.url wants it to"


@check("modules", needs_switch=True)
def modules(patient: Patient) -> Iterator[Finding]:
    missing = [name for name in NEEDED if not patient.has_module(name)]
    for name in missing:
        yield failure(f"{name} is not loaded: {NEEDED[name]}", _mend(name))
    if not missing:
        yield ok(f"all {len(NEEDED)} that are needed are loaded")
    if patient.apart and not patient.has_module("mod_http_cache"):
        yield failure(f"mod_http_cache is not loaded: {_FETCHES}", _mend("mod_http_cache"))
    for name, without in WANTED.items():
        if not patient.has_module(name):
            yield warning(f"{name} is not loaded: {without}", _mend(name))


def _mend(name: str) -> str:
    return (
        f'add <load module="{name}"/> to autoload_configs/modules.conf.xml, and for now'
        f" `fs_cli -x 'load {name}'`; if that fails, install its package"
    )
