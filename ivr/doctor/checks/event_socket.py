"""Whether only this machine reaches the event socket."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.addresses import loopback
from ivr.doctor import host
from ivr.doctor.check import check
from ivr.doctor.findings import Finding, ok, skipped, warning
from ivr.doctor.patient import Patient


@check("event-socket")
def event_socket(patient: Patient) -> Iterator[Finding]:
    switch = patient.settings.switch
    if not patient.local:
        yield warning(
            f"it is on the network, at {switch.host}, and everything goes in clear, the password too",
            "keep it to a network of their own, and name Ivory's address in apply-inbound-acl in"
            " event_socket.conf.xml",
        )
        return
    addresses = host.listening(switch.port)
    if not addresses:
        why = "" if patient.trouble else ": it is in a container, or behind a tunnel"
        yield skipped(f"nothing of this machine listens at port {switch.port}{why}")
    elif reached := [one for one in addresses if not loopback(one)]:
        yield warning(
            f"it listens on {', '.join(map(str, reached))}: others than this machine reach it",
            'set <param name="listen-ip" value="127.0.0.1"/> in event_socket.conf.xml, then'
            " `fs_cli -x 'reload mod_event_socket'`",
        )
    else:
        yield ok(f"it listens on {', '.join(map(str, addresses))} only")
