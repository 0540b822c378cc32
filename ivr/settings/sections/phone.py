"""Settings `phone.*`."""

from __future__ import annotations

from pydantic import Field

from ivr.settings.sections.base import Section


class Phone(Section):
    """The telephone in the browser."""

    sip: str = Field(
        "",
        pattern=r"^(|\[[0-9A-Fa-f:.]+\]:\d{1,5}|[^:/\s]+:\d{1,5})$",
        description="`host:port` of FreeSWITCH's SIP profile that browsers telephone through, by UDP. Empty:"
        " they do not.",
    )
    domain: str = Field(
        "",
        pattern=r"^[0-9A-Za-z.:\[\]-]*$",
        description="Domain of their accounts in FreeSWITCH's directory; the host of phone.sip when empty.",
    )
    context: str = Field(
        "web_phone",
        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$",
        description="Dialplan context of their calls. Ivory answers for it itself, by mod_xml_curl: browsers"
        " reach flows, and nothing else.",
    )
    embedded: str = Field(
        "",
        description="UNIX socket of an embedded switch, which goes before phone.sip. `ivr demo` sets it.",
    )
    lines: int = Field(50, ge=1, le=1000, description="Browsers that may telephone at the same time.")
    grace: float = Field(
        10.0,
        ge=0,
        le=60,
        description="Seconds an agent's call is kept when the browser is gone: it may only be loading anew.",
    )
