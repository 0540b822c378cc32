"""Whether FreeSWITCH can be reached and lets Ivory in."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.doctor.check import check
from ivr.doctor.findings import Finding, failure, ok
from ivr.doctor.patient import Patient
from ivr.errors import CommandFailed, CommandTimeout, LoginRefused, SwitchError


@check("connection")
def connection(patient: Patient) -> Iterator[Finding]:
    """The examination has tried already; here is what came of it."""
    if patient.trouble is None:
        yield ok(f"logged in at {patient.address}")
    else:
        yield failure(patient.trouble.message, _mend(patient, patient.trouble))


def _mend(patient: Patient, trouble: SwitchError) -> str:
    if isinstance(trouble, LoginRefused):
        return trouble.hint or (
            "give Ivory the password that stands in FreeSWITCH's event_socket.conf.xml: IVR_SWITCH_PASSWORD,"
            " or a file named by IVR_SWITCH_PASSWORD_FILE"
        )
    if isinstance(trouble, CommandFailed):
        return "load mod_commands in modules.conf.xml: most of what Ivory asks is answered by it"
    if isinstance(trouble, CommandTimeout) or "did not let us in" in trouble.message:
        return (
            "somebody listens there and does not answer in time: look whether it is FreeSWITCH, and at its"
            " load and log; a slow line needs a longer switch.connect_timeout"
        )
    if "resolve" in trouble.message or "Name or service" in trouble.message:
        return "look at switch.host: no address is known for that name"
    return (
        f"start FreeSWITCH; let its mod_event_socket listen on {patient.address}, or set switch.host and"
        " switch.port to where it does"
    )
