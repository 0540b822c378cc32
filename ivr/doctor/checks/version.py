"""Whether FreeSWITCH is new enough."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.doctor.check import check
from ivr.doctor.findings import Finding, failure, ok, warning
from ivr.doctor.patient import Patient

LEAST = (1, 10, 7)
"""The first that can leave variables in an application's argument alone (app_disable_expand_variables)."""

ALLOW_LIST = (1, 11, 2)
"""The first with a list of interfaces that may be loaded, and with a bound on what it reads from a socket."""


@check("version", needs_switch=True)
def version(patient: Patient) -> Iterator[Finding]:
    found, name = patient.version, patient.ask("version", "short").strip()
    if found == (0,):
        yield warning(f"the version is written as {name[:40]!r}", "use a release: 1.10.7 or later")
    elif found < LEAST:
        yield failure(
            f"FreeSWITCH {name} is older than {_dotted(LEAST)}",
            f"upgrade it, best to {_dotted(ALLOW_LIST)} or later",
        )
    elif found < ALLOW_LIST:
        yield warning(
            f"FreeSWITCH {name} has no interface allow-list: `system` and `spawn` cannot be shut out",
            f"upgrade it to {_dotted(ALLOW_LIST)} or later; until then keep `fsctl api_expansion off`",
        )
    else:
        yield ok(f"FreeSWITCH {name}")


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))
