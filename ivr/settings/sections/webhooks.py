"""Settings `webhooks.*`."""

from __future__ import annotations

from pydantic import Field

from ivr.settings.sections.base import Section


class Webhooks(Section):
    """Events for other systems, and posts from them."""

    deliver: bool = Field(
        True, description="Whether `ivr serve` runs the process that posts events; `ivr post` can elsewhere."
    )
    allow: list[str] = Field(
        ["*"],
        description="`host`, `host:port` or `host:*` events may go to; `*.crm.example`: its subdomains; `*`:"
        " any host, at the usual port.",
    )
    private: bool = Field(False, description="Whether these hosts may have private or loopback addresses.")
    ca_file: str = Field(
        "", description="PEM file of the authorities that vouch for HTTPS hosts; the public ones when empty."
    )
    timeout: float = Field(15.0, ge=0.1, le=60, description="Seconds a receiver has to answer a post.")
    concurrency: int = Field(8, ge=1, le=100, description="Posts to one endpoint that are under way at once.")
    tries: int = Field(
        12,
        ge=1,
        le=1000,
        description="Times an event is posted that is refused (4xx) until it is a dead letter.",
    )
    give_up: float = Field(
        72.0, ge=0.01, le=8760, description="Hours after which an event that nobody takes is a dead letter."
    )
    backlog: int = Field(
        200_000,
        ge=100,
        description="Events that may wait for one endpoint; it is disabled when there are more.",
    )
    keep: float = Field(
        3.0, ge=0.01, le=3650, description="Days for which what was delivered stays in the log."
    )
    keep_dead: float = Field(
        30.0, ge=0.01, le=3650, description="Days for which dead letters can be sent again."
    )
    max_bytes: int = Field(1 << 18, ge=1024, description="Bytes of a post from another system, at most.")
