"""The URLs under which FreeSWITCH fetches sounds and delivers recordings, each signed for one file alone.

mod_http_cache writes URLs to its log and shows them in events, so the secret itself is never in one: a URL
holds a signature that opens this file and nothing else. Nothing is remembered, so that a restarted worker
knows the links of the one before, and what FreeSWITCH has in its cache stays warm.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final

from ivr.errors import SettingsError

PROMPTS: Final = "prompts"
SOUNDS: Final = "sounds"
PUBLISHED: Final = "published"
RECORDINGS: Final = "recordings"
CHECK: Final = "check"
"""Leads to nothing but an empty sound: whether a worker can be reached."""

MIN_SECRET: Final = 16
"""Characters of `files.token` at least."""

_BASE = re.compile(r"https?://[0-9A-Za-z](?:[0-9A-Za-z.-]*[0-9A-Za-z])?(?::\d{1,5})?")
_PATH = re.compile(r"/([a-z]{1,16})/([0-9a-f]{32})/([0-9A-Za-z_.@-]{1,1500}(?:/[0-9A-Za-z_.@-]{1,1500})?)")
_DOTS = re.compile(r"(?:^|/)\.")


@dataclass(frozen=True, slots=True)
class Link:
    """What a URL leads to: a file's `name` among those of its `kind`."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


class Links:
    """Makes URLs and reads their paths.

    Args:
        base: `files.url`, such as `http://10.0.0.5:8089`.
        secret: `files.token`.

    Raises:
        SettingsError: the base is no such URL, or the secret can be guessed.
    """

    def __init__(self, base: str, secret: str) -> None:
        self._base = base.rstrip("/")
        if not _BASE.fullmatch(self._base):
            raise SettingsError(
                f'files.url "{base}" is not the address of a host',
                hint="write http://10.0.0.5:8089, as FreeSWITCH reaches this worker; a name for IPv6",
            )
        if len(secret) < MIN_SECRET:
            raise SettingsError(
                f"files.token has fewer than {MIN_SECRET} characters",
                hint="put the output of `openssl rand -hex 32` into the file that IVR_FILES_TOKEN_FILE names",
            )
        self._secret = secret.encode()

    def url(self, link: Link) -> str:
        """The whole URL: letters, digits and `/ : . _ @ -`; nothing in it means more to FreeSWITCH."""
        path = f"/{link.kind}/{self._signature(link)}/{link.name}"
        if not _PATH.fullmatch(path) or _DOTS.search(link.name):
            raise ValueError(f"{link} cannot stand in a URL")
        return self._base + path

    def read(self, path: str) -> Link | None:
        """What the path of a request leads to; None for one that was not made here."""
        found = _PATH.fullmatch(path)
        if found is None or _DOTS.search(found[3]):
            return None
        link = Link(found[1], found[3])
        return link if hmac.compare_digest(self._signature(link), found[2]) else None

    def _signature(self, link: Link) -> str:
        return hmac.new(self._secret, str(link).encode(), hashlib.sha256).hexdigest()[:32]
