"""Settings `ops.*`."""

from __future__ import annotations

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from ivr.addresses import loopback
from ivr.settings.sections.base import Section


class Ops(Section):
    """Health, metrics and the live view, over HTTP."""

    listen: str = Field(
        "127.0.0.1:8025",
        pattern=r"^(|unix:/.+|\[[0-9A-Fa-f:.%a-z]+\]:\d{1,5}|[^:/\s]+:\d{1,5})$",
        description="`host:port`, `[::1]:port` or `unix:/path` it listens on. Empty: off.",
    )
    token: SecretStr = Field(
        SecretStr(""),
        validate_default=True,
        description="Bearer token requests must bring. Needed where others than this machine may ask.",
    )

    @field_validator("token")
    @classmethod
    def _guarded(cls, token: SecretStr, info: ValidationInfo) -> SecretStr:
        listen = info.data.get("listen", "")
        host = listen.rpartition(":")[0].strip("[]")
        if listen and not listen.startswith("unix:") and not loopback(host) and not token.get_secret_value():
            raise ValueError(f"others than this machine reach {listen}: set a token")
        return token
