"""Where a telephone stands: its own address, that of its FreeSWITCH, and what it is called there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One telephone.

    Attributes:
        host, port: where it takes SIP.
        domain: of its account.
        user: of its account.
        name: shown to those who are called.
    """

    host: str
    port: int
    domain: str
    user: str
    name: str = ""

    @property
    def via(self) -> str:
        """`host:port`, as headers have it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def contact(self) -> str:
        """Where it is called: `user@host:port`."""
        return f"{self.user}@{self.via}"

    @property
    def address(self) -> str:
        """Who it is: `sip:user@domain`."""
        return f"sip:{self.user}@{self.domain}"
