"""Which file stands behind a link, and which link leads to a file.

A prompt's name is already a digest of all that shapes its sound, that of a published sound one of its
content. Any other recorded sound is named after its place and a digest of its content: an edited file gets
another URL, so whoever has the old one may keep it for ever.
All but `known` may read whole files, and is called in threads.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Final

from ivr.errors import IvoryError
from ivr.files.links import PROMPTS, PUBLISHED, SOUNDS, Link

MAX_BYTES: Final = 32 << 20
"""The largest sound that is sent: half an hour at 8 kHz."""

MAX_DIGESTS: Final = 10_000
"""Sounds whose digests are remembered."""

_CONTENT = re.compile(r"[0-9a-f]{64}(\.[0-9A-Za-z]{1,8})?")
_PROMPT = re.compile(r"[0-9a-f]{40}\.wav")
_ENDING = re.compile(r"\.[0-9A-Za-z]{1,8}")

_Stamp = tuple[int, int, int]


class Shelf:
    """The files FreeSWITCH may fetch: those of three folders and below, and no other.

    Args:
        prompts: folder of rendered sentences, `ab/abc….wav`.
        sounds: folder that `audio:` names are relative to.
        published: folder of the sounds of published versions.
    """

    def __init__(self, prompts: Path, sounds: Path, published: Path) -> None:
        self._prompts = prompts.expanduser().resolve()
        self._sounds = sounds.expanduser().resolve()
        self._published = published.expanduser().resolve()
        self._lock = Lock()
        self._digests: OrderedDict[Path, tuple[_Stamp, str]] = OrderedDict()

    def known(self, file: Path) -> Link | None:
        """The link to a file if no content has to be read for it: some 50 µs, so the hub may ask."""
        try:
            path = file.resolve(strict=True)
            named = path.is_relative_to(self._prompts) or path.is_relative_to(self._published)
            if named or self._remembered(path):
                return self.link(path)
        except (OSError, IvoryError):
            pass  # whoever asks for the link itself is told why
        return None

    def link(self, file: Path) -> Link:
        """The link to a file. Raises IvoryError when FreeSWITCH may not have it."""
        try:
            path = file.resolve(strict=True)
            if path.is_relative_to(self._prompts) and _PROMPT.fullmatch(path.name):
                return Link(PROMPTS, path.name)
            if path.is_relative_to(self._published) and _CONTENT.fullmatch(path.name):
                return Link(PUBLISHED, path.name)
            if path.is_relative_to(self._sounds) and _ENDING.fullmatch(path.suffix):
                relative = path.relative_to(self._sounds).as_posix().encode()
                place = base64.urlsafe_b64encode(relative).decode().rstrip("=")
                return Link(SOUNDS, f"{self._digest(path)}/{place}{path.suffix}")
        except OSError as error:
            raise IvoryError(f'the sound "{file}" cannot be read: {error.strerror}') from None
        raise IvoryError(
            f'"{file}" is in none of the folders that FreeSWITCH is given sounds from',
            hint="put it below flows.sounds; a link may not lead out of there",
        )

    def find(self, link: Link) -> Path | None:
        """The file a link leads to; None when it is not there, or not the same any more."""
        try:
            if link.kind == PROMPTS and _PROMPT.fullmatch(link.name):
                path = (self._prompts / link.name[:2] / link.name).resolve(strict=True)
                return path if path.is_relative_to(self._prompts) and path.is_file() else None
            if link.kind == PUBLISHED and _CONTENT.fullmatch(link.name):
                path = (self._published / link.name).resolve(strict=True)
                return path if path.is_relative_to(self._published) and path.is_file() else None
            if link.kind == SOUNDS and link.name.count("/") == 1:
                digest, _, place = link.name.partition("/")
                encoded = place.partition(".")[0]
                name = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
                path = (self._sounds / name).resolve(strict=True)
                inside = path.is_relative_to(self._sounds) and path.is_file()
                return path if inside and self._digest(path) == digest else None
        except (OSError, ValueError, binascii.Error, IvoryError):
            return None
        return None

    def _digest(self, path: Path) -> str:
        if known := self._remembered(path):
            return known
        stat = path.stat()
        if stat.st_size > MAX_BYTES:
            raise IvoryError(f'the sound "{path}" is larger than {MAX_BYTES >> 20} MiB')
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:32]
        with self._lock:
            self._digests[path] = (_stamp(stat), digest)
            while len(self._digests) > MAX_DIGESTS:
                self._digests.popitem(last=False)
        return digest

    def _remembered(self, path: Path) -> str | None:
        known = self._digests.get(path)
        return known[1] if known and known[0] == _stamp(path.stat()) else None


def _stamp(stat: os.stat_result) -> _Stamp:
    """Another stamp, another content."""
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
