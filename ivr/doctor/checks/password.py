"""Whether the event socket has a password of its own."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.addresses import loopback
from ivr.doctor import host
from ivr.doctor.check import check
from ivr.doctor.findings import Finding, failure, ok, warning
from ivr.doctor.patient import Patient
from ivr.esl.known_password import KNOWN, is_known

_MEND = (
    "put a long random one into event_socket.conf.xml, `fs_cli -x 'reload mod_event_socket'`, and give it to"
    " Ivory as IVR_SWITCH_PASSWORD or by IVR_SWITCH_PASSWORD_FILE"
)


@check("password")
def password(patient: Patient) -> Iterator[Finding]:
    switch = patient.settings.switch
    if not is_known(switch):
        yield ok("not the well-known one")
    elif not patient.local:
        yield failure(
            f"it is {KNOWN}, which everybody knows, and others reach {switch.host}: `ivr serve` refuses it",
            _MEND,
        )
    elif open_to := [one for one in host.listening(switch.port) if not loopback(one)]:
        yield failure(
            f"it is {KNOWN}, which everybody knows, and the event socket listens on"
            f" {', '.join(map(str, open_to))}: who reaches this machine commands it",
            f"let it listen on 127.0.0.1; {_MEND}",
        )
    else:
        yield warning(f"it is {KNOWN}: every user and program of this machine knows it", _MEND)
