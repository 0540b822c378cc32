"""What engines that ask a server have in common: its address, its secret, and answers that are not trusted.

A server may send anything: a page of HTML, ten megabytes, NaN. Whatever is not what was agreed is a
RecognitionError that names the server, and the utterance goes to the next engine.
"""

from __future__ import annotations

import json
import math
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ivr.addresses import loopback
from ivr.call import Hypothesis
from ivr.errors import RecognitionError, SettingsError
from ivr.settings import Asr

MAX_ANSWER = 256 << 10  # bytes
MAX_HYPOTHESES = 100  # of an answer that are looked at
SHARE = 0.8  # of `asr.deadline` that a server gets; the rest is for telling that it was late


def checked(servers: Mapping[str, str], schemes: tuple[str, ...], setting: str, settings: Asr) -> None:
    """Raises SettingsError when an address cannot be one, or the token would travel where all can read it."""
    for language, url in servers.items():
        try:
            parts = urlsplit(url)
            whole = parts.scheme in schemes and parts.hostname and (parts.port is None or parts.port > 0)
        except ValueError:
            whole = False
        if not whole or not parts.hostname:
            raise SettingsError(
                f"asr.{setting}: the address for {language} does not begin with {schemes[0]}:// or"
                f" {schemes[1]}:// and a host",
                hint=f"write {schemes[0]}://host:port",
            )
        readable = parts.scheme == schemes[0] and not loopback(parts.hostname)
        if settings.token.get_secret_value() and readable:
            raise SettingsError(
                f"asr.{setting}: everybody on the way to {parts.hostname} could read asr.token",
                hint=f"write {schemes[1]}://",
            )


def headers(settings: Asr) -> dict[str, str]:
    """What a server is shown to let us in."""
    token = settings.token.get_secret_value()
    return {"Authorization": f"Bearer {token}"} if token else {}


def trusted(settings: Asr) -> ssl.SSLContext:
    """Whose word for a server is taken. Raises RecognitionError when `asr.ca_file` cannot be used."""
    try:
        return ssl.create_default_context(cafile=settings.ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise RecognitionError(f"asr.ca_file {settings.ca_file} cannot be used: {error}") from None


def parsed(text: str | bytes, server: str) -> dict[str, Any]:
    """An answer, which must be a JSON object."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        begins = text[:40] if isinstance(text, str) else text[:40].decode("utf-8", "replace")
        raise RecognitionError(f'{server} answered with something that is not JSON: "{begins}"') from None
    if not isinstance(answer, dict):
        raise RecognitionError(f"{server} answered with JSON that is no object")
    return answer


def hypothesis(entry: Any, server: str) -> Hypothesis:
    """One hypothesis of an answer: `{"words": "…", "confidence": 0.9}`; without confidence it is 1."""
    if not isinstance(entry, dict) or not isinstance(entry.get("words"), str):
        raise RecognitionError(f'{server} answered with a hypothesis that has no "words"')
    confidence = entry.get("confidence", 1.0)
    if (
        isinstance(confidence, bool)
        or not isinstance(confidence, int | float)
        or not math.isfinite(confidence)
    ):
        raise RecognitionError(f"{server} answered with a confidence that is no number")
    if not 0.0 <= confidence <= 1.0:
        raise RecognitionError(f"{server} answered with a confidence that is not from 0 to 1")
    return Hypothesis(entry["words"], float(confidence))


def listed(answer: dict[str, Any], key: str, server: str) -> list[Any]:
    """The list `key` of an answer."""
    entries = answer.get(key)
    if not isinstance(entries, list):
        raise RecognitionError(f'{server} answered without a list "{key}"')
    return entries[:MAX_HYPOTHESES]
