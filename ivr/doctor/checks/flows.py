"""Whether the flows load, and lint has nothing to say."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.doctor.check import check
from ivr.doctor.findings import Finding, failure, ok, warning
from ivr.doctor.patient import Patient
from ivr.errors import IvoryError

SHOWN = 3
"""Flows that are named."""

_LINT = "`ivr flow lint` lists them all, each with its place and the way out"


@check("flows", seconds=30.0)
def flows(patient: Patient) -> Iterator[Finding]:
    from ivr.runtime import reading

    settings = patient.settings.flows
    try:
        paths = patient.aside(reading.files, settings.dir)
    except IvoryError as error:
        yield failure(error.message, error.hint)
        return
    found = patient.aside(reading.read, paths, settings.sounds, patient.settings.http)
    for severity, tell in (("error", failure), ("warning", warning)):
        some = [str(one) for one in found.findings if one.severity == severity]
        if some:
            files = "1 file" if len(paths) == 1 else f"{len(paths)} files"
            count = f"{len(some)} {severity}{'' if len(some) == 1 else 's'} in {files}"
            yield tell(f"{count}, such as {some[0]}", _LINT)
    if not found.flows:
        yield failure(f"no flow in {settings.dir} can serve: callers are hung up", _LINT)
        return
    names = sorted(found.flows)
    shown = ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
    yield ok(f"{len(names)} in {settings.dir} can serve: {shown}")
