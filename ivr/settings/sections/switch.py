"""Settings `switch.*`."""

from __future__ import annotations

from pydantic import Field, SecretStr

from ivr.settings.sections.base import Section


class Switch(Section):
    """The FreeSWITCH that carries the calls."""

    host: str = Field("127.0.0.1", description="Address of its event socket; IPv4, IPv6 or a name.")
    port: int = Field(8021, ge=1, le=65535, description="Port of its event socket.")
    password: SecretStr = Field(SecretStr("ClueCon"), description="Password of its event socket.")
    connect_timeout: float = Field(5.0, gt=0, description="Seconds a connection and its login may take.")
    command_timeout: float = Field(5.0, gt=0, description="Seconds a command may wait for its answer.")
    wake: float = Field(
        3.0,
        ge=0,
        le=20,
        description="Milliseconds between two reminders to FreeSWITCH to send its events; 0: none, and"
        " each event is 0 to 20 ms late.",
    )
    realtime: bool = Field(
        True,
        description="Whether a worker beside a FreeSWITCH on the same machine asks the system for the same"
        " priority, without which a busy switch leaves it no time.",
    )
