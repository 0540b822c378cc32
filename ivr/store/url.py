"""A store's URL as people may see it."""

from __future__ import annotations

import re

HIDDEN = "••••"

# A password that should have been percent-encoded may hold any character, so PostgreSQL's is hidden up to the
# last @; without an @, what follows the colon is a port, or a password whose @HOST was forgotten.
_SECRETS = (
    re.compile(r"(?<=://)(?P<open>[^/\s:@]*:)[^/\s@]*(?=@)"),
    re.compile(r"(?P<open>\bpostgres(?:ql)?://[^\s:@/]*:)\S*(?=@)"),
    re.compile(r"(?P<open>\bpostgres(?:ql)?://[^\s:@/\[]*:)(?!\d+(?:[/?,\s]|$))[^\s@]+(?=\s|$)"),
    re.compile(r"(?P<open>[?&](?:ssl)?password=)[^&\s]*"),
)


def masked(text: str) -> str:
    """`text` with the passwords of the URLs in it hidden."""
    for secret in _SECRETS:
        text = secret.sub(rf"\g<open>{HIDDEN}", text)
    return text
