"""Settings `web.*`."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError

from ivr.folders import DATA
from ivr.settings.sections.base import Section


class Web(Section):
    """The admin's pages, the REST API and the web phone."""

    listen: str = Field(
        "127.0.0.1:8030",
        pattern=r"^(|unix:/.+|\[[0-9A-Fa-f:.%a-z]+\]:\d{1,5}|[^:/\s]+:\d{1,5})$",
        description="`host:port`, `[::1]:port` or `unix:/path` it listens on. Empty: off.",
    )
    url: str = Field(
        "",
        description="URL under which browsers reach it: `https://ivr.example`. Empty: `http://` and where it"
        " listens.",
    )
    proxies: int = Field(
        0,
        ge=0,
        le=5,
        description="How many reverse proxies of yours stand before it, each of which adds its"
        " `X-Forwarded-For`.",
    )
    key: Path = Field(
        DATA / "web.key",
        description="File of the secret that cookies are signed with; it is made when it is not there.",
    )
    session_idle: float = Field(
        12.0, gt=0, le=720, description="Hours after which who did nothing has to sign in again."
    )
    session_lasts: float = Field(
        336.0, gt=0, le=8760, description="Hours after which everybody has to sign in again."
    )
    attempts: int = Field(
        10,
        ge=1,
        le=1000,
        description="Times a password may be tried within a minute, for a name and from an address.",
    )
    api_per_minute: int = Field(
        600,
        ge=1,
        le=1_000_000,
        description="Requests to the API that a user or a token may send within a minute.",
    )
    xml_token: SecretStr = Field(
        SecretStr(""),
        description="Secret that FreeSWITCH shows when it asks for its dialplan and directory by"
        " mod_xml_curl. Empty: it gets none.",
    )
    xml_allow: list[str] = Field(
        ["127.0.0.0/8", "::1"], description="Networks from which FreeSWITCH may ask."
    )
    xml_contexts: list[str] = Field(
        ["public"],
        description="Dialplan contexts in which Ivory answers for its numbers when FreeSWITCH asks; that of"
        " browsers (`phone.context`) is one in any case.",
    )

    @field_validator("url")
    @classmethod
    def _whole(cls, url: str) -> str:
        if url and not re.fullmatch(r"https?://[^/\s?#@]+", url):
            raise PydanticCustomError(
                "url",
                "{said}",
                {
                    "said": f'"{url}" is not the beginning of an address',
                    "hint": "write https://ivr.example, no path",
                },
            )
        return url
