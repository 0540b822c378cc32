"""Settings `http.*`."""

from __future__ import annotations

import re

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from ivr.settings.sections.base import Section


class Http(Section):
    """HTTP operations of flows."""

    services: dict[str, str] = Field(
        {}, description="Other systems by name, as flows call them: `crm: https://crm.example/api`."
    )
    allow: list[str] = Field(
        [],
        description="`host`, `host:port` or `host:*` flows may call; `*.crm.example`: its subdomains. Empty:"
        " none.",
    )
    private: bool = Field(False, description="Whether allowed hosts may have private or loopback addresses.")
    ca_file: str = Field(
        "", description="PEM file of the authorities that vouch for HTTPS hosts; the public ones when empty."
    )
    max_bytes: int = Field(1 << 20, ge=1024, description="Bytes of an answer that are read at most.")

    @field_validator("services")
    @classmethod
    def _urls(cls, services: dict[str, str]) -> dict[str, str]:
        for name, url in services.items():
            if not re.match(r"https?://[^/\s?#]+", url, re.IGNORECASE):
                rest = "" if "@" in url else re.sub(r"^[\w+.-]*:?//", "", url).lstrip("/")
                near = re.match(r"(localhost|[\d.]+|\[[\da-fA-F:]+\])(:\d+)?(/|$)", rest)
                way_out = f"{'http' if near else 'https'}://{rest or 'crm.example/api'}"
                said = f'the address of "{name}" does not begin with http:// or https:// and a host'
                raise PydanticCustomError("url", "{said}", {"said": said, "hint": f"write {way_out}"})
        return services
