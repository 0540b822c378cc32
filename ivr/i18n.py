"""Language tags, and choosing among texts written in several languages.

Tags are BCP 47 (`zh-CN`, `en-US`). A text in several languages is a mapping from tag to text; the best
one for a wish is the same tag, then the same language in another region, then the first that is there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")

_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")


def is_tag(text: str) -> bool:
    """Whether `text` is a language tag as flows write it (`zh`, `zh-CN`, `zh-Hant-TW`)."""
    return _TAG.fullmatch(text) is not None


def base(tag: str) -> str:
    """The language of a tag without its region: `zh-CN` → `zh`."""
    return tag.partition("-")[0].lower()


def pick(texts: Mapping[str, T], wish: str) -> T:
    """The text for `wish`, or the nearest there is. Raises LookupError when there is none at all."""
    if wish in texts:
        return texts[wish]
    for tag, text in texts.items():
        if base(tag) == base(wish):
            return text
    for text in texts.values():
        return text
    raise LookupError("no text in any language")


def spoken(texts: Mapping[str, T], wish: str) -> T | None:
    """The text for `wish`, or for the same language in another region; None when there is none."""
    return next((texts[tag] for tag in (wish, *texts) if tag in texts and base(tag) == base(wish)), None)
