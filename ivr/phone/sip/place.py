"""Where a telephone stands: its own address, that of its FreeSWITCH, and what it is called there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One telephone.

    Attributes:
        host, port: where it takes SIP.
        domain: of its account.
        user: of its account, with which it proves who it is and is called.
        number, name: shown to those whom it calls.
    """

    host: str
    port: int
    domain: str
    user: str
    number: str
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
        """Where FreeSWITCH finds it: `sip:user@domain`."""
        return f"sip:{self.user}@{self.domain}"

    @property
    def caller(self) -> str:
        """Who calls: `sip:number@domain`."""
        return f"sip:{self.number}@{self.domain}"
