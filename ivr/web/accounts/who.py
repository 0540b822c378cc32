"""Who asks: a person with a session, or a program with a token; and what that one may do."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.web.accounts.roles import allows


@dataclass(frozen=True, slots=True)
class Who:
    """The one behind a request.

    Args:
        by: as orders and the audit name them: `user:li`, `token:crm`.
        name: of the user, or of the token.
        scopes: what they may do, as the role or the token has it.
        role, display, agent, language, theme: of a person; empty for a program.
        session: the digest of the session; empty for a program.
        token: the id of the token; empty for a person.
    """

    by: str
    name: str
    scopes: tuple[str, ...] = ()
    role: str = ""
    display: str = ""
    agent: str = ""
    language: str = ""
    theme: str = ""
    session: str = ""
    token: str = ""

    def may(self, scope: str) -> bool:
        """Whether they may do this."""
        return allows(self.scopes, scope)

    def __bool__(self) -> bool:
        return bool(self.by)


NOBODY = Who("", "")
