"""Values in a caller's ears: `{{ amount | money('CNY') }}` becomes 十二元五角.

One file per language says values as a native would; a language Ivory has no words for gets their plain
form. Everything here is pure: values and the time zone come in, words go out.
"""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable, Mapping

from ivr.flow.phrases.base import Phrases
from ivr.flow.phrases.en import English
from ivr.flow.phrases.tempo import estimate_seconds
from ivr.flow.phrases.zh import Chinese
from ivr.i18n import base

__all__ = ["DOCS", "NAMES", "estimate_seconds", "filters"]

NAMES = (
    "number",
    "ordinal",
    "count",
    "digits",
    "phone",
    "spell",
    "money",
    "percent",
    "date",
    "weekday",
    "time",
    "datetime",
    "year",
    "month",
    "duration",
    "list",
)
"""The filters, in the order of the reference."""


def _method(name: str) -> str:
    return "list_" if name == "list" else name


DOCS: Mapping[str, str] = {
    name: (inspect.getdoc(getattr(Phrases, _method(name))) or "").splitlines()[0] for name in NAMES
}
"""What each filter does, in one line: the generated reference."""

_LANGUAGES: Mapping[str, tuple[type[Phrases], str]] = {"zh": (Chinese, "CN"), "en": (English, "US")}


def filters(language: str, zone: dt.tzinfo | None = None) -> Mapping[str, Callable[..., str]]:
    """The filters of a language by name: each takes a value and its arguments and returns words.

    Args:
        language: a BCP 47 tag. Its region decides telephone numbers and the default currency (`en-GB`:
            pounds); a language without words of its own gets the values' plain form.
        zone: aware datetimes are brought into this time zone first; None speaks them as they stand.

    Each filter raises Unspeakable, a ValueError, with the value and what was expected, for one it cannot
    say.
    """
    kind, home = _LANGUAGES.get(base(language), (Phrases, ""))
    last = language.rpartition("-")[2]
    speaker = kind(last if len(last) == 2 and last.isupper() else home, zone)
    return {name: getattr(speaker, _method(name)) for name in NAMES}
