"""`ClueCon`, the password of every FreeSWITCH that nobody has given another (CVE-2019-19492).

Who logs in on the event socket commands the switch and, through it, its machine. On the loopback address the
known password is a weakness; on any other it is an open door, and Ivory does not serve through it.
"""

from __future__ import annotations

from typing import Final

from ivr.addresses import loopback
from ivr.errors import KnownPassword
from ivr.settings import Switch

KNOWN: Final = "ClueCon"


def is_known(switch: Switch) -> bool:
    """Whether the password is the one that everybody knows."""
    return switch.password.get_secret_value() == KNOWN


def refuse_known(switch: Switch) -> None:
    """Raise KnownPassword if everybody could have logged in where `switch` says."""
    if is_known(switch) and not loopback(switch.host):
        raise KnownPassword(
            f"the event socket at {switch.host} has the password that everybody knows",
            hint="give FreeSWITCH another in event_socket.conf.xml, and Ivory the same: IVR_SWITCH_PASSWORD",
        )
